"""What charts along alpha have in common: the axis, and curves named where they end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from wiseft.charts.labels import spread, text_width
from wiseft.palette import palette
from wiseft.text import MINUS

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


def alpha_axis(figure: go.Figure, alphas: NDArray[np.float64], dark: bool) -> None:
    """Alpha from left to right; the stretches that extrapolate lie on raised ground."""
    colours = palette(dark)
    first, last = float(alphas[0]), float(alphas[-1])
    pad = max(0.02 * (last - first), 0.01)
    tenths = [tenth for tenth in range(-100, 101, 2) if first - pad <= tenth / 10 <= last + pad]
    ends = {
        0: f'<br><b style="color:{colours.zeroshot}">zero-shot</b>',
        10: f'<br><b style="color:{colours.finetuned}">fine-tuned</b>',
    }
    figure.update_xaxes(
        range=[first - pad, last + pad],
        tickvals=[tenth / 10 for tenth in tenths],
        ticktext=[f"{t / 10:g}".replace("-", MINUS) + ends.get(t, "") for t in tenths],
        hoverformat=".4~f",
    )
    figure.add_annotation(
        text="Mixing coefficient α →",
        x=1,
        y=0,
        xref="paper",
        yref="paper",
        xanchor="right",
        yanchor="top",
        yshift=-42,
        align="right",
        showarrow=False,
        font={"weight": 600},
    )
    ground = {"fillcolor": colours.raised, "line_width": 0, "layer": "below"}
    words = {"annotation_text": "extrapolated", "annotation_font": {"color": colours.muted}}
    if first < 0:
        zero = min(0.0, last + pad)
        figure.add_vrect(first - pad, zero, **ground, **words, annotation_position="bottom left")
    if last > 1:
        one = max(1.0, first - pad)
        figure.add_vrect(one, last + pad, **ground, **words, annotation_position="bottom right")


def upwards(figure: go.Figure, title: str) -> None:
    """What the vertical axis shows, above it."""
    figure.add_annotation(
        text=f"↑ {title}",
        x=0,
        y=1,
        xref="paper",
        yref="paper",
        xanchor="left",
        yanchor="bottom",
        xshift=-44,
        yshift=16,
        align="left",
        showarrow=False,
        font={"weight": 600},
    )


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
