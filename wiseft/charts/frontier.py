"""Accuracy in distribution against accuracy under shift, along alpha."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike, NDArray

from wiseft.charts.axis import Axis, set_axis
from wiseft.charts.labels import Label, line, place
from wiseft.charts.template import halo, message_figure, template
from wiseft.charts.text import MINUS, coefficient, interval, name, percent
from wiseft.errors import UnknownName
from wiseft.frontier import MEAN, Frontier
from wiseft.palette import palette
from wiseft.scales import Axes

_PIECE = 0.05
"""How much of alpha one colour of the curve spans."""

_MARGIN = {"l": 52, "r": 20, "t": 52, "b": 64}


@dataclass(frozen=True, eq=False)
class _Sheet:
    """What every layer of the drawing needs."""

    figure: go.Figure
    alphas: NDArray[np.float64]
    x: Axis
    y: Axis
    chosen: int | None
    dark: bool

    def end(self, alpha: float) -> int | None:
        """Index of the zero-shot (0) or fine-tuned (1) model, None where it was not evaluated."""
        found = np.flatnonzero(np.isclose(self.alphas, alpha, atol=1e-6))
        return int(found[0]) if len(found) else None

    def diagonal(self) -> NDArray[np.float64] | None:
        """Positions [2] between which y = x crosses the plot; None where it cuts a corner at most."""
        low, high = max(self.x.low, self.y.low), min(self.x.high, self.y.high)
        return np.array([low, high]) if high - low > 0.2 * (self.x.high - self.x.low) else None

    def shares(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
        """Positions [N] and [N] as points [N, 2] of the plot area, 0..1."""
        return np.column_stack([self.x.share(x), self.y.share(y)])


def frontier_figure(
    frontier: Frontier,
    *,
    shift: str = MEAN,
    alpha: float | None = None,
    axes: Axes = "logit",
    dark: bool = False,
    height: int = 540,
) -> go.Figure:
    """The frontier of one run.

    Evaluated alphas are points, joined by straight pieces; those beyond 0 and 1 are dashed. An
    accuracy of 0 or 100 %, which logit and probit axes cannot show, is drawn half an image away
    from it (`scales.position`), and printed as it is.

    Args:
        frontier: what the run measured.
        shift: the set on the vertical axis, or `MEAN`; a shift with a subset of the classes is
            held against the reference images of the same classes.
        alpha: an evaluated mixing coefficient to point out, with its 95 % cross.
        axes: how both axes spread accuracies.
        dark: the scheme.
        height: pixels; the width follows the container.

    Raises:
        Invalid: where `alpha` has not been evaluated.
        UnknownName: where the frontier has no such shift.
    """
    if not frontier.shifts:
        return message_figure("This run has no shift to hold against its reference set.", dark)
    if shift == MEAN and len(frontier.shifts) == 1:
        shift = frontier.shifts[0]
    if shift != MEAN and shift not in frontier.shifts:
        raise UnknownName("shift", shift, (MEAN, *frontier.shifts))
    chosen = None if alpha is None else frontier.index(alpha)
    reference = frontier.reference_for(shift)
    sheet = _Sheet(
        figure=go.Figure(
            layout={
                "template": template(dark),
                "height": height,
                "margin": _MARGIN,
                "uirevision": f"{frontier.run} {shift} {axes}",
            }
        ),
        alphas=frontier.alphas,
        x=set_axis(frontier, reference, axes, chosen),
        y=set_axis(frontier, shift, axes, chosen),
        chosen=chosen,
        dark=dark,
    )
    _axes(
        sheet,
        "Correct in distribution" + (", same classes" if reference != frontier.reference else ""),
        "Correct under shift, "
        + (f"mean of {len(frontier.shifts)} sets" if shift == MEAN else name(sheet.y.title, 30)),
    )
    _guides(sheet)
    _curve(sheet)
    _marks(sheet)
    _labels(sheet, height - _MARGIN["t"] - _MARGIN["b"])
    return sheet.figure


def _axes(sheet: _Sheet, across: str, upwards: str) -> None:
    """Ticks in per cent, titles with arrows, and the accuracies of the chosen alpha in bold."""
    figure, x, y, chosen = sheet.figure, sheet.x, sheet.y, sheet.chosen
    figure.update_xaxes(x.ticks(most=11, unit_at=0, chosen=chosen, clear=0.065))
    figure.update_yaxes(y.ticks(most=8, unit_at=-1, chosen=chosen, clear=0.045))
    paper = {"xref": "paper", "yref": "paper", "showarrow": False}
    bold = {"font": {"weight": 600}}
    above = {"x": 0, "y": 1, "xanchor": "left", "yanchor": "bottom", "xshift": -44, "yshift": 16}
    below = {"x": 1, "y": 0, "xanchor": "right", "yanchor": "top", "yshift": -34}
    figure.add_annotation(paper | bold | above, text=f"↑ {upwards}", align="left")
    figure.add_annotation(paper | bold | below, text=f"{across} →", align="right")
    if chosen is not None:
        left = {"xref": "paper", "x": 0, "xanchor": "right", "y": y.at[chosen], "align": "right"}
        under = {"yref": "paper", "y": 0, "yanchor": "top", "x": x.at[chosen], "yshift": -7}
        figure.add_annotation(bold | left, text=f"{100 * y.values[chosen]:.1f}", showarrow=False)
        figure.add_annotation(bold | under, text=f"{100 * x.values[chosen]:.1f}", showarrow=False)


def _guides(sheet: _Sheet) -> None:
    """The chord between the ends, y = x, and drop lines from the chosen alpha to the axes."""
    colours = palette(sheet.dark)
    x, y = sheet.x, sheet.y
    dotted = {"width": 1, "dash": "dot", "color": colours.mark}
    zeroshot, finetuned = sheet.end(0), sheet.end(1)
    if zeroshot is not None and finetuned is not None:
        ends = [zeroshot, finetuned]
        _line(sheet, x.at[ends], y.at[ends], dotted)
    diagonal = sheet.diagonal()
    if diagonal is not None:
        _line(sheet, diagonal, diagonal, {"width": 1, "dash": "dash", "color": colours.mark})
    if sheet.chosen is not None:
        here_x, here_y = x.at[sheet.chosen], y.at[sheet.chosen]
        dropped = dotted | {"color": colours.muted}
        _line(sheet, [x.low, here_x, here_x], [here_y, here_y, y.low], dropped)


def _curve(sheet: _Sheet) -> None:
    """The curve in pieces of one colour each, and the evaluated alphas with what hovering tells."""
    colours = palette(sheet.dark)
    for start, end in pairwise(range(len(sheet.alphas))):
        first, last = sheet.alphas[start], sheet.alphas[end]
        steps = np.linspace(0, 1, max(1, round((last - first) / _PIECE)) + 1)
        for before, after in pairwise(steps):
            share = np.array([before, after])
            middle = first + (before + after) / 2 * (last - first)
            _line(
                sheet,
                sheet.x.at[start] + share * (sheet.x.at[end] - sheet.x.at[start]),
                sheet.y.at[start] + share * (sheet.y.at[end] - sheet.y.at[start]),
                {
                    "width": 3.5,
                    "color": colours.ramp(middle),
                    "dash": "solid" if 0 <= middle <= 1 else "2px,3px",
                },
            )
    sheet.figure.add_scatter(
        x=sheet.x.at,
        y=sheet.y.at,
        mode="markers",
        marker={
            "size": 8,
            "color": colours.paper,
            "line": {"width": 1.75, "color": [colours.ramp(alpha) for alpha in sheet.alphas]},
        },
        text=[_hover(sheet, index) for index in range(len(sheet.alphas))],
        hovertemplate="%{text}<extra></extra>",
    )


def _marks(sheet: _Sheet) -> None:
    """The chosen alpha with its cross, the star and the diamond."""
    colours = palette(sheet.dark)
    if sheet.chosen is not None:
        at_x, at_y = sheet.x.at[sheet.chosen], sheet.y.at[sheet.chosen]
        ink = {"width": 2, "color": colours.ink}
        _line(sheet, sheet.x.bounds_at[sheet.chosen], [at_y, at_y], ink)
        _line(sheet, [at_x, at_x], sheet.y.bounds_at[sheet.chosen], ink)
        alpha = sheet.alphas[sheet.chosen]
        inside = 0 <= alpha <= 1
        _mark(
            sheet,
            sheet.chosen,
            symbol="circle",
            size=22,
            color=colours.ramp(alpha) if inside else colours.paper,
            line={"width": 2.5, "color": colours.ink if inside else colours.ramp(alpha)},
        )
    outline = {"width": 1.5, "color": colours.paper}
    for index, symbol, size, colour in (
        (sheet.end(0), "star", 18, colours.zeroshot),
        (sheet.end(1), "diamond", 16, colours.finetuned),
    ):
        if index is not None:
            _mark(sheet, index, symbol=symbol, size=size, color=colour, line=outline)


def _labels(sheet: _Sheet, height: float) -> None:
    """Put the labels where they cover least of the drawing."""
    curve = sheet.shares(sheet.x.at, sheet.y.at)
    obstacles = [line(curve, weight=5), np.column_stack([curve, np.full(len(curve), 30)])]
    ends = [index for index in (sheet.end(0), sheet.end(1)) if index is not None]
    obstacles.append(line(curve[ends or [0]], weight=4))
    if sheet.chosen is not None:
        here = curve[sheet.chosen]
        cross_x = sheet.x.share(sheet.x.bounds_at[sheet.chosen])
        cross_y = sheet.y.share(sheet.y.bounds_at[sheet.chosen])
        obstacles += [
            line(np.column_stack([cross_x, here[[1, 1]]]), weight=8),
            line(np.column_stack([here[[0, 0]], cross_y]), weight=8),
            line(np.array([[0, here[1]], here, [here[0], 0]]), weight=3),
        ]
    diagonal = sheet.diagonal()
    if diagonal is not None:
        obstacles.append(line(sheet.shares(diagonal, diagonal), weight=3))
    asked = _asked(sheet, curve)
    for label, at in zip(asked, place(asked, np.concatenate(obstacles), height), strict=True):
        if at is not None:
            sheet.figure.add_annotation(
                text=label.text,
                x=sheet.x.low + label.at[0] * (sheet.x.high - sheet.x.low),
                y=sheet.y.low + label.at[1] * (sheet.y.high - sheet.y.low),
                xshift=at.dx,
                yshift=at.dy,
                xanchor=at.xanchor,
                align=at.xanchor,
                yanchor="middle",
                borderpad=0,
                showarrow=False,
                font={
                    "size": label.size,
                    "color": label.colour,
                    "weight": label.weight,
                    "shadow": halo(sheet.dark),
                },
            )


def _asked(sheet: _Sheet, curve: NDArray[np.float64]) -> list[Label]:
    """The labels, the most important first, for the points `curve` [A, 2] of the plot area.

    All but the ends would rather stand on the inner side of the curve, towards the chord.
    """
    colours = palette(sheet.dark)
    zeroshot, finetuned = sheet.end(0), sheet.end(1)
    chord = curve[[0, -1]].mean(axis=0)

    def inwards(index: int) -> tuple[float, float]:
        return tuple(chord - curve[index])

    asked = []
    if sheet.chosen is not None:
        asked.append(
            Label(
                f"α {coefficient(sheet.alphas[sheet.chosen])}",
                tuple(curve[sheet.chosen]),
                towards=inwards(sheet.chosen),
                size=17,
                weight=600,
                distance=17,
                colour=colours.ink,
            )
        )
    for index, text, towards, colour in (
        (zeroshot, "Zero-shot", (0.5, -1.0), colours.zeroshot),
        (finetuned, "Fine-tuned", (-0.5, -1.0), colours.finetuned),
    ):
        if index is not None:
            at = tuple(curve[index])
            asked.append(
                Label(text, at, towards=towards, size=15, weight=600, distance=13, colour=colour)
            )
    last = len(sheet.alphas) - 1
    for index, alpha in enumerate(sheet.alphas):
        if index in (zeroshot, finetuned, sheet.chosen):
            continue
        outermost = index in (0, last) and not 0 <= alpha <= 1
        if outermost or last < 8 or np.isclose(alpha % 0.2, (0, 0.2), atol=1e-6).any():
            text = f"{alpha:g}".replace("-", MINUS) + (", extrapolated" if outermost else "")
            at = tuple(curve[index])
            asked.append(
                Label(text, at, towards=inwards(index), colour=colours.muted, optional=True)
            )
    if zeroshot is not None and finetuned is not None:
        at = tuple(0.6 * curve[zeroshot] + 0.4 * curve[finetuned])
        away = tuple(chord - curve[1:-1].mean(axis=0)) if len(curve) > 2 else (0.0, -1.0)
        asked.append(
            Label(
                "straight line",
                at,
                towards=away,
                colour=colours.muted,
                distance=6,
                optional=True,
            )
        )
    diagonal = sheet.diagonal()
    if diagonal is not None:
        low, high = sheet.shares(diagonal, diagonal)
        at = tuple(low + 0.9 * (high - low))
        asked.append(
            Label("y = x", at, towards=(-1, 1), distance=6, colour=colours.muted, optional=True)
        )
    return asked


def _hover(sheet: _Sheet, index: int) -> str:
    """What hovering over an evaluated alpha tells."""
    rows = [
        f"{name(axis.title)} <b>{percent(axis.values[index])}</b> "
        f"({interval(*axis.bounds[index])}), {axis.count:,} images"
        for axis in (sheet.x, sheet.y)
    ]
    return "<br>".join([f"<b>α {coefficient(sheet.alphas[index])}</b>", *rows])


def _line(sheet: _Sheet, x: ArrayLike, y: ArrayLike, style: dict[str, Any]) -> None:
    """A line that nothing is told about on hovering."""
    sheet.figure.add_scatter(x=x, y=y, mode="lines", line=style, hoverinfo="skip")


def _mark(sheet: _Sheet, index: int, **style: Any) -> None:
    """A mark on an evaluated alpha; its point below answers to hovering."""
    sheet.figure.add_scatter(
        x=[sheet.x.at[index]],
        y=[sheet.y.at[index]],
        mode="markers",
        marker=style,
        hoverinfo="skip",
        cliponaxis=False,
    )
