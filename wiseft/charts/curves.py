"""Curves along alpha, each named where it ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from wiseft.charts.labels import spread, text_width
from wiseft.palette import palette

_LEADER = 20
"""Pixels between the end of a line and its name."""

_ROW = 18
"""Pixels from one name to the next."""


@dataclass(frozen=True, eq=False)
class Curve:
    """A line along alpha.

    Attributes:
        title: its name as chart text.
        values: [A].
        colour: of the line.
        heavy: whether it is one of the main ones.
        bounds: its intervals [A, 2].
    """

    title: str
    values: NDArray[np.float64]
    colour: str
    heavy: bool
    bounds: NDArray[np.float64]


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
) -> None:
    """The name of every curve at its end, moved apart where they would touch, with leaders.

    Args:
        figure: is added to.
        at: the last alpha.
        curves: in any order; those without a last value go without a name.
        between: range of the vertical axis.
        height: of the plot area in pixels.
        dark: the scheme.
    """
    curves = [each for each in curves if np.isfinite(each.values[-1])]
    low, high = between
    ends = np.array([each.values[-1] for each in curves])
    wanted = (ends - low) / (high - low) * height
    for curve, point, stand in zip(curves, wanted, spread(wanted, _ROW, 0, height), strict=True):
        figure.add_annotation(
            text=curve.title,
            x=at,
            y=curve.values[-1],
            ax=_LEADER,
            ay=point - stand,
            xanchor="left",
            yanchor="middle",
            align="left",
            standoff=5,
            arrowhead=0,
            arrowwidth=1,
            arrowcolor=curve.colour,
            font={
                "color": palette(dark).ink if curve.heavy else palette(dark).muted,
                "weight": 600 if curve.heavy else 400,
            },
        )
