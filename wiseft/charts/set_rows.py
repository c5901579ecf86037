"""One row a set: where its accuracy stands at the current alpha, and over all of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from wiseft.charts.labels import text_width
from wiseft.charts.plane import circle
from wiseft.charts.slider import Moving
from wiseft.charts.text import name
from wiseft.frontier import MEAN, Frontier
from wiseft.palette import palette
from wiseft.scales import ticks
from wiseft.text import THIN, bare_percent, plus_minus

_PIN = 14
"""Pixels from a bar up to the current circle, which so covers neither end."""

_ABOVE = 0.6
"""Rows that the ticks take."""

_NARROW = 900
"""Pixels of plot area at which the names still have room beside the bars."""

_NUMBERS = 0.13
"""Share of the plot area for the numbers."""


def draw_set_rows(
    figure: go.Figure,
    frontier: Frontier,
    *,
    left: float,
    upwards: tuple[float, float],
    height: float,
    dark: bool,
) -> list[Moving]:
    """Draw the rows on the second pair of axes, and the numbers beside them on the third.

    Args:
        figure: is drawn on.
        frontier: what the run measured.
        left: where the rows begin, names included, as a share of the plot area.
        upwards: where they begin and end, ticks included, as shares of its height.
        height: what that is in pixels.
        dark: the scheme.

    Returns:
        what follows alpha: pins, circles and numbers.
    """
    averaged = [MEAN] if len(frontier.shifts) > 1 else []
    sets = [frontier.reference, *averaged, *frontier.shifts]
    curves = np.array([frontier.curve(each) for each in sets])
    titles = [name(frontier.title(each)) for each in sets]
    rows = np.arange(len(sets), 0, -1).tolist()
    left += (16 + max(text_width(each, 14) for each in titles)) / _NARROW
    _axes(figure, curves, titles, rows, (left, 1 - _NUMBERS), upwards, dark)
    _words(figure, dark)
    _ends(figure, frontier, curves, rows, dark)
    pin = _PIN * (len(rows) + _ABOVE) / height
    return _following(frontier, sets, curves, rows, pin, dark)


def _axes(
    figure: go.Figure,
    curves: np.ndarray,
    titles: Sequence[str],
    rows: Sequence[int],
    across: tuple[float, float],
    upwards: tuple[float, float],
    dark: bool,
) -> None:
    """Accuracies across, with ticks above; names on the left; nothing on the numbers' axis."""
    pad = max(0.08 * float(np.ptp(curves)), 0.005)
    low, high = float(curves.min()) - pad, float(curves.max()) + pad
    at = ticks(low, high, "linear", 5)
    texts = [f"{100 * fraction:g}" for fraction in at]
    figure.update_layout(
        xaxis2={
            "domain": across,
            "anchor": "y2",
            "side": "top",
            "ticklabelposition": "inside",
            "ticklabeloverflow": "allow",
            "range": [low, high],
            "tickvals": at,
            "ticktext": [*texts[:-1], *(f"{text}{THIN}%" for text in texts[-1:])],
            "showgrid": True,
            "showline": False,
            "ticks": "",
            "fixedrange": True,
        },
        yaxis2={
            "domain": upwards,
            "anchor": "x2",
            "range": [0.5, len(rows) + 0.5 + _ABOVE],
            "tickvals": rows,
            "ticktext": titles,
            "tickfont": {"size": 14, "color": palette(dark).ink},
            "ticklabelstandoff": 4,
            "showgrid": False,
            "fixedrange": True,
        },
        xaxis3={"domain": [across[1], 1], "anchor": "y2", "range": [0, 1], "visible": False},
        xaxis3_fixedrange=True,
    )


def _words(figure: go.Figure, dark: bool) -> None:
    """The head, level with the title of the axis beside it, and what bars and numbers are."""
    figure.add_annotation(
        text="Set by set",
        xref="x2 domain",
        yref="y2 domain",
        x=0,
        y=1,
        xanchor="left",
        yanchor="bottom",
        yshift=16,
        showarrow=False,
        font={"weight": 600},
    )
    figure.add_annotation(
        text=f"bars span all alphas; ± is half the 95{THIN}% interval",
        xref="paper",
        yref="y2 domain",
        x=1,
        y=0,
        xanchor="right",
        yanchor="top",
        yshift=-34,
        showarrow=False,
        font={"size": 13, "color": palette(dark).muted},
    )


def _ends(
    figure: go.Figure, frontier: Frontier, curves: np.ndarray, rows: Sequence[int], dark: bool
) -> None:
    """A bar over the range of all alphas, with the star and the diamond where they stand on it."""
    colours = palette(dark)
    gaps = np.full(len(rows), np.nan)
    figure.add_scatter(
        x=np.column_stack([curves.min(axis=1), curves.max(axis=1), gaps]).ravel(),
        y=np.repeat(rows, 3),
        xaxis="x2",
        yaxis="y2",
        mode="lines",
        line={"width": 5, "color": colours.hairline},
        hoverinfo="skip",
    )
    for alpha, symbol, size, colour in (
        (0.0, "star", 12, colours.zeroshot),
        (1.0, "diamond", 10, colours.finetuned),
    ):
        for index in np.flatnonzero(frontier.alphas == alpha):
            figure.add_scatter(
                x=curves[:, index],
                y=rows,
                xaxis="x2",
                yaxis="y2",
                mode="markers",
                marker={"symbol": symbol, "size": size, "color": colour},
                hoverinfo="skip",
                cliponaxis=False,
            )


def _following(
    frontier: Frontier,
    sets: Sequence[str],
    curves: np.ndarray,
    rows: Sequence[int],
    pin: float,
    dark: bool,
) -> list[Moving]:
    """Pins, circles on them, and numbers."""
    bounds = [frontier.bounds(each) for each in sets]
    heads = [row + pin for row in rows]
    pinned = [at for row, head in zip(rows, heads, strict=True) for at in (row, head, None)]
    bars: dict[str, Any] = {"xaxis": "x2", "yaxis": "y2", "hoverinfo": "skip"}

    def pins(index: int) -> dict[str, Any]:
        return {"x": [at for value in curves[:, index].tolist() for at in (value, value, None)]}

    def circles(index: int) -> dict[str, Any]:
        return {
            "x": curves[:, index].tolist(),
            "marker": circle(frontier.alphas[index], frontier.exact[index], dark, width=1.75),
        }

    def accuracies(index: int) -> dict[str, Any]:
        return {"text": [f"<b>{bare_percent(value)}</b>" for value in curves[:, index]]}

    def intervals(index: int) -> dict[str, Any]:
        return {"text": [plus_minus(*each[index]) for each in bounds]}

    ink, muted = palette(dark).ink, palette(dark).muted
    numbers: dict[str, Any] = bars | {"xaxis": "x3", "mode": "text", "y": rows}
    numbers |= {"cliponaxis": False, "textposition": "middle left"}
    pin_line = {"mode": "lines", "line": {"width": 1.5, "color": ink}}
    return [
        Moving("pins", bars | pin_line | {"y": pinned}, pins),
        Moving("sets", bars | {"y": heads, "mode": "markers", "marker": {"size": 13}}, circles),
        Moving(
            "accuracies", numbers | {"x": [0.6] * len(rows), "textfont": {"size": 18}}, accuracies
        ),
        Moving(
            "intervals",
            numbers | {"x": [1] * len(rows), "textfont": {"size": 13, "color": muted}},
            intervals,
        ),
    ]
