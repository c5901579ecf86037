"""Drawings along alpha: lines, areas and bars over the mixing coefficient."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from wiseft.app.drawings.description import Tick, numbers, written

Told = Sequence[str | tuple[str, str]]
"""What is told where an alpha is pointed at: a value, or a value and what it is."""


@dataclass(frozen=True, eq=False)
class Line:
    """A line along alpha, named where it ends, or where it begins if all end alike.

    Attributes:
        title: its name; none is drawn where that is empty.
        values: [A]; NaN where there is none.
        colour: as CSS.
        told: at every alpha [A].
        heavy: whether it is one of the main ones, which have a circle at the alpha in hand.
    """

    title: str
    values: ArrayLike
    colour: str
    told: Told
    heavy: bool = True


@dataclass(frozen=True, eq=False)
class Area:
    """What lies between two lines.

    Attributes:
        low, high: [A]; NaN where there is none.
        colour: as CSS.
        opacity: of the filling.
        title, told: as of a `Line`, but not drawn; nothing is told where they are empty.
    """

    low: ArrayLike
    high: ArrayLike
    colour: str
    opacity: float = 0.13
    title: str = ""
    told: Told = ()


@dataclass(frozen=True, eq=False)
class Bars:
    """A bar for every step from one alpha to the next.

    Attributes:
        values: [A - 1], below zero for bars that hang.
        colour: as CSS.
        title, told: what is told of a step, [A - 1].
    """

    values: ArrayLike
    colour: str
    title: str
    told: Told


@dataclass(frozen=True)
class Words:
    """Words about a point of the ground: an alpha and a value."""

    text: str
    alpha: float
    value: float


@dataclass(frozen=True)
class Upwards:
    """The vertical axis.

    Attributes:
        title: what it shows.
        low, high: its range.
        ticks: places on it with their texts.
        below: what lies below zero; empty where nothing does.
    """

    title: str
    low: float
    high: float
    ticks: Sequence[Tick]
    below: str = ""


def along(
    alphas: NDArray[np.float64],
    exact: NDArray[np.bool_],
    layers: Sequence[Line | Area | Bars],
    upwards: Upwards,
    *,
    label: str,
    name: str,
    height: int = 340,
    words: Sequence[Words] = (),
    callouts: Sequence[str] = (),
) -> str:
    """Describe a drawing along alpha.

    Args:
        alphas: mixing coefficients [A], and which of them were evaluated, `exact` [A].
        layers: from the lowest to the uppermost.
        upwards: the vertical axis.
        label: what it shows, for those who cannot see it and above a saved picture.
        name: of a file with the picture.
        height: pixels; the width follows the place.
        words: on its ground.
        callouts: beside the mark at the alpha in hand, a text for every alpha [A]; or none.
    """
    return written(
        "along",
        alphas=alphas.tolist(),
        exact=np.flatnonzero(exact).tolist(),
        layers=[_layer(each) for each in layers],
        title=upwards.title,
        below=upwards.below,
        range=[upwards.low, upwards.high],
        ticks=upwards.ticks,
        label=label,
        name=name,
        height=height,
        words=[vars(each) for each in words],
        callouts=list(callouts),
    )


def count_ticks(low: float, high: float, most: int = 6) -> list[Tick]:
    """Round whole numbers between two; those below zero count what hangs, and have no sign."""
    sizes = (size * 10**power for power in count() for size in (1, 2, 5))
    step = next(each for each in sizes if (high - low) / each <= most)
    first, last = -int(-low // step) if low < 0 else 0, int(high // step)
    return [(float(step * each), f"{abs(step * each):,}") for each in range(first, last + 1)]


def _layer(layer: Line | Area | Bars) -> dict[str, Any]:
    told = {"title": layer.title, "told": list(layer.told), "colour": layer.colour}
    match layer:
        case Line():
            return {"mark": "line", "values": numbers(layer.values), "heavy": layer.heavy, **told}
        case Area():
            bounds = {"low": numbers(layer.low), "high": numbers(layer.high)}
            return {"mark": "area", **bounds, "opacity": layer.opacity, **told}
        case Bars():
            return {"mark": "bars", "values": numbers(layer.values), **told}
