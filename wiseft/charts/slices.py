"""Accuracy of slices of images: at two alphas, and along alpha."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from wiseft.charts.curves import Curve, curves_figure
from wiseft.charts.labels import text_width
from wiseft.charts.plane import circle
from wiseft.charts.template import message_figure, template
from wiseft.charts.text import name
from wiseft.palette import palette
from wiseft.text import THIN, coefficient, interval, number_of, percent, points

_ROW = 34
"""Pixels from one slice to the next."""

_LONGEST = 36
"""Letters of the name of a slice that are printed."""

_APART = 8
"""Pixels between a name and the plot, so that a circle at zero touches no letter."""

_MARGIN = {"t": 64, "b": 24, "r": 84}


def slices_figure(
    table: pd.DataFrame, *, alpha: float, versus: float, dark: bool = False
) -> go.Figure:
    """One row a slice: a ring at `versus`, a circle at `alpha`, intervals, and the change.

    Args:
        table: from `slices.slice_table`, drawn in its order from top to bottom.
        alpha, versus: its alphas.
        dark: the scheme.
    """
    if table.empty:
        return message_figure("This set has no images to divide.", dark)
    colours = palette(dark)
    names = [name(text, _LONGEST) for text in table["slice"]]
    left = 20 + _APART + round(max(text_width(text, 14) for text in names))
    figure = go.Figure(
        layout={
            "template": template(dark),
            "height": _ROW * len(table) + _MARGIN["t"] + _MARGIN["b"],
            "margin": {"l": left, **_MARGIN},
        }
    )
    rows = np.arange(len(table))
    change = table["change"].to_numpy()
    clear = (table["change_low"].to_numpy() > 0) | (table["change_high"].to_numpy() < 0)
    gain, loss = clear & (change > 0), clear & (change < 0)
    for which, hue in ((~clear, colours.mark), (gain, colours.gain), (loss, colours.loss)):
        _strokes(figure, table[["versus", "accuracy"]].to_numpy(), rows, which, 4, hue)
    every = np.ones(len(table), dtype=bool)
    _strokes(figure, table[["low", "high"]].to_numpy(), rows, every, 1.5, colours.muted)
    ring = {"size": 12, "color": colours.paper}
    ring |= {"line": {"width": 2, "color": colours.ramp(versus)}}
    figure.add_scatter(x=table["versus"], y=rows, mode="markers", marker=ring, hoverinfo="skip")
    figure.add_scatter(
        x=table["accuracy"],
        y=rows,
        mode="markers",
        marker={"size": 11, **circle(alpha, True, dark, width=1.5)},
        text=[
            f"<b>{name(row['slice'], 60)}</b>, {number_of(int(row['count']), 'image')}<br>"
            f"α {coefficient(alpha)} <b>{percent(row['accuracy'])}</b> "
            f"({interval(row['low'], row['high'])})<br>α {coefficient(versus)} "
            f"{percent(row['versus'])} ({interval(row['versus_low'], row['versus_high'])})<br>"
            f"{row['fixed']:,} fixed, {row['broken']:,} broken"
            for row in table.to_dict("records")
        ],
        hovertemplate="%{text}<extra></extra>",
    )
    for row, (value, bold) in enumerate(zip(change, clear, strict=True)):
        sign = colours.gain if value > 0 else colours.loss
        figure.add_annotation(
            text=points(value),
            x=1,
            xref="paper",
            xanchor="right",
            xshift=64,
            y=row,
            showarrow=False,
            font={"color": sign if bold else colours.muted, "weight": 600 if bold else 400},
        )
    _axes(figure, table, names, alpha, versus, dark)
    return figure


def slice_curves_figure(
    alphas: NDArray[np.float64],
    exact: NDArray[np.bool_],
    shares: NDArray[np.float64],
    slices: Sequence[str],
    *,
    alpha: float,
    versus: float,
    dark: bool = False,
) -> go.Figure:
    """The accuracy of every slice along alpha; the worst one at `alpha` is heavy.

    Args:
        alphas: mixing coefficients [A], and which of them were evaluated, `exact` [A].
        shares: accuracies [A, S].
        slices: their names [S].
        alpha, versus: two of the alphas.
        dark: the scheme.
    """
    if not len(slices):
        return message_figure("No slice has enough images to draw.", dark)
    colours = palette(dark)
    at = int(np.abs(alphas - alpha).argmin())
    worst = int(shares[at].argmin())
    order = [*(i for i in range(len(slices)) if i != worst), worst]
    curves = [
        Curve(
            title=name(slices[i], _LONGEST),
            values=shares[:, i],
            colour=colours.ink if i == worst else colours.shifts[i % len(colours.shifts)],
            heavy=i == worst,
        )
        for i in order
    ]
    return curves_figure(alphas, exact, curves, "Correct", alpha=alpha, versus=versus, dark=dark)


def _strokes(
    figure: go.Figure,
    ends: NDArray[np.float64],
    rows: NDArray[np.intp],
    which: NDArray[np.bool_],
    width: float,
    colour: str,
) -> None:
    gap = np.full(int(which.sum()), np.nan)
    figure.add_scatter(
        x=np.column_stack([ends[which], gap]).ravel(),
        y=np.column_stack([rows[which], rows[which], gap]).ravel(),
        mode="lines",
        line={"width": width, "color": colour},
        hoverinfo="skip",
    )


def _axes(
    figure: go.Figure,
    table: pd.DataFrame,
    names: Sequence[str],
    alpha: float,
    versus: float,
    dark: bool,
) -> None:
    colours = palette(dark)
    figure.update_yaxes(
        range=[len(table) - 0.5, -0.5],
        tickvals=list(range(len(table))),
        ticktext=names,
        tickfont={"size": 14, "color": colours.ink},
        ticks="outside",
        ticklen=_APART,
        tickcolor="rgba(0, 0, 0, 0)",
        showgrid=False,
        fixedrange=True,
    )
    figure.update_xaxes(
        range=[-0.02, 1.02],
        tickvals=[0, 0.25, 0.5, 0.75, 1],
        ticktext=["0", "25", "50", "75", f"100{THIN}%"],
        side="top",
        ticks="",
        showgrid=True,
        showline=False,
    )
    paper = {"xref": "paper", "yref": "paper", "y": 1, "yanchor": "bottom", "showarrow": False}
    key = (
        f'<b>Accuracy</b>   <span style="color:{colours.ramp(alpha)}">●</span> '
        f"α {coefficient(alpha)}   "
        f'<span style="color:{colours.ramp(versus)}">○</span> α {coefficient(versus)}'
    )
    figure.add_annotation(paper | {"x": 0, "xanchor": "left", "yshift": 34}, text=key)
    figure.add_annotation(
        paper | {"x": 1, "xanchor": "right", "xshift": 64, "yshift": 34}, text="<b>Change</b>, pp"
    )
