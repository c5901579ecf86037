"""Curves along alpha: one or several, each named where it ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from wiseft.charts.along import MARGIN, alpha_axis, alpha_marks, alpha_rules, plain
from wiseft.charts.axes import percent_axis, upwards
from wiseft.charts.labels import spread, text_width
from wiseft.charts.template import message_figure
from wiseft.charts.text import name
from wiseft.frontier import Frontier
from wiseft.palette import palette
from wiseft.text import percent

_LEADER = 20
"""Pixels between the end of a line and its name."""

_ROW = 18
"""Pixels from one name to the next."""

_NOWHERE = np.zeros((0, 2))


@dataclass(frozen=True, eq=False)
class Curve:
    """A line along alpha.

    Attributes:
        title: its name as chart text.
        values: [A].
        colour: of the line.
        heavy: whether it is one of the main ones.
        bounds: its intervals [A, 2], or none [0, 2].
    """

    title: str
    values: NDArray[np.float64]
    colour: str
    heavy: bool
    bounds: NDArray[np.float64] = field(default_factory=lambda: _NOWHERE)


def set_curves_figure(
    frontier: Frontier,
    values: Mapping[str, NDArray[np.float64]],
    title: str,
    *,
    chosen: str,
    alpha: float,
    versus: float,
    dark: bool = False,
    height: int = 360,
) -> go.Figure:
    """A share of every set along alpha; the chosen set is drawn heavy.

    Args:
        frontier: knows sets and alphas.
        values: by the name of a set, shares [A]; NaN where there is none.
        title: of the vertical axis.
        chosen: name of a set.
        alpha, versus: to point out.
        dark: the scheme.
        height: pixels; the width follows the container.
    """
    drawn = {key: each for key, each in values.items() if np.isfinite(each).any()}
    if not drawn:
        return message_figure("None of the sets has an image.", dark)
    curves = [
        Curve(
            title=name(frontier.title(key)),
            values=each,
            colour=_set_colour(frontier, key, chosen, dark),
            heavy=key == chosen,
        )
        for key, each in sorted(drawn.items(), key=lambda pair: pair[0] == chosen)
    ]
    return curves_figure(
        frontier.alphas,
        frontier.exact,
        curves,
        title,
        alpha=alpha,
        versus=versus,
        dark=dark,
        height=height,
    )


def curves_figure(
    alphas: NDArray[np.float64],
    exact: NDArray[np.bool_],
    curves: Sequence[Curve],
    title: str,
    *,
    alpha: float,
    versus: float,
    dark: bool = False,
    height: int = 360,
) -> go.Figure:
    """Shares along alpha, each named where it ends, or begins where all end alike.

    Args:
        alphas: mixing coefficients [A], and which of them were evaluated, `exact` [A].
        curves: at least one; a heavy one has a circle at `alpha`.
        title: of the vertical axis.
        alpha, versus: two of the alphas.
        dark: the scheme.
        height: pixels; the width follows the container.
    """
    figure = plain(height, dark, r=room_for_names(curves))
    figure.update_layout(hovermode="x unified")
    for each in curves:
        figure.add_scatter(
            x=alphas,
            y=each.values,
            mode="lines" if len(alphas) > 1 else "markers",
            line={"width": 3 if each.heavy else 1.5, "color": each.colour},
            text=[f"<b>{percent(value)}</b> {each.title}" for value in each.values],
            hovertemplate="%{text}<extra></extra>",
        )
    at = int(np.abs(alphas - alpha).argmin())
    heavy = [each.values[at] for each in curves if each.heavy]
    alpha_marks(figure, alpha, heavy, bool(exact[at]), dark)
    top = max(float(np.nanmax(each.values)) for each in curves) * 1.08 or 0.01
    alpha_axis(figure, alphas, dark)
    percent_axis(figure, 0.0, top)
    upwards(figure, title)
    alpha_rules(figure, alpha, versus, dark)
    area = height - MARGIN["t"] - MARGIN["b"]
    last = np.array([each.values[-1] for each in curves])
    at_start = bool(np.nanmax(last) - np.nanmin(last) < 0.01 * top)
    if at_start:
        figure.update_layout(margin=MARGIN | {"l": room_for_names(curves), "r": 52})
        figure.update_yaxes(side="right")
    edge = float(alphas[0 if at_start else -1])
    names_at_the_end(figure, edge, curves, (0.0, top), area, dark, start=at_start)
    return figure


def _set_colour(frontier: Frontier, set_name: str, chosen: str, dark: bool) -> str:
    colours = palette(dark)
    if set_name == chosen:
        return colours.ink
    shifts: Sequence[str] = frontier.shifts
    if set_name in shifts:
        return colours.shifts[shifts.index(set_name) % len(colours.shifts)]
    return colours.mark


def room_for_names(curves: Sequence[Curve]) -> int:
    """Pixels of margin at the right that their names take."""
    return _LEADER + 12 + round(max(text_width(each.title, 14) for each in curves))


def names_at_the_end(
    figure: go.Figure,
    at: float,
    curves: Sequence[Curve],
    between: tuple[float, float],
    height: float,
    dark: bool,
    *,
    start: bool = False,
) -> None:
    """The name of every curve at its end, moved apart where they would touch, with leaders.

    Args:
        figure: is added to.
        at: the last alpha, or the first.
        curves: in any order; those without a last value go without a name.
        between: range of the vertical axis.
        height: of the plot area in pixels.
        dark: the scheme.
        start: whether they stand at the left, where the curves begin.
    """
    index, leader, anchor = (0, -_LEADER, "right") if start else (-1, _LEADER, "left")
    curves = [each for each in curves if np.isfinite(each.values[index])]
    low, high = between
    ends = np.array([each.values[index] for each in curves])
    wanted = (ends - low) / (high - low) * height
    for curve, point, stand in zip(curves, wanted, spread(wanted, _ROW, 0, height), strict=True):
        figure.add_annotation(
            text=curve.title,
            x=at,
            y=curve.values[index],
            ax=leader,
            ay=point - stand,
            xanchor=anchor,
            yanchor="middle",
            align=anchor,
            standoff=5,
            arrowhead=0,
            arrowwidth=1,
            arrowcolor=curve.colour,
            font={
                "color": palette(dark).ink if curve.heavy else palette(dark).muted,
                "weight": 600 if curve.heavy else 400,
            },
        )
