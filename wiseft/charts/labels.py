"""Where labels stand: beside their points, clear of curves, marks and each other.

The width of a figure follows its container, so a place has to do at several widths: distances are
in pixels, and are judged at each of `WIDTHS`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, cos, hypot, radians, sin

import numpy as np
from numpy.typing import NDArray

WIDTHS = (320.0, 640.0)
"""Plot areas, in pixels, for which labels are placed: on a phone and in a column of a page."""

_CLEAR = 3.0
"""Pixels to keep between a label and what it must not touch."""

_FORBIDDEN = 1000.0
"""What it costs to touch another label or to leave the plot area, at one width."""


@dataclass(frozen=True)
class Label:
    """A text that belongs to a point.

    Attributes:
        text: as it is drawn, without mark-up.
        at: the point in the plot area, 0..1 from left to right and from bottom to top.
        colour, weight: of the type; `size` in pixels.
        distance: from the point to the nearest edge of the text, in pixels.
        towards: the direction in which it would stand best, right and up positive.
        optional: left out rather than let touch another label.
    """

    text: str
    at: tuple[float, float]
    colour: str
    weight: int = 400
    size: float = 13
    distance: float = 9
    towards: tuple[float, float] = (0.0, -1.0)
    optional: bool = False


@dataclass(frozen=True)
class Place:
    """Where a label stands: pixels right of and above its point, to the middle of its height.

    `xanchor` says which part of the text stands there: "left", "center" or "right".
    """

    dx: float
    dy: float
    xanchor: str


def text_width(text: str, size: float) -> float:
    """About how wide `text` is in the sans, in pixels."""
    return 0.5 * size * len(text)


def line(points: NDArray[np.float64], weight: float, step: float = 0.005) -> NDArray[np.float64]:
    """A polyline [N, 2] in the plot area as obstacles [M, 3], at most `step` apart."""
    parts = [points[-1:]]
    for start, end in pairwise(points):
        count = max(1, ceil(float(np.abs(end - start).max()) / step))
        parts.append(start + np.linspace(0, 1, count, endpoint=False)[:, None] * (end - start))
    samples = np.concatenate(parts)
    return np.column_stack([samples, np.full(len(samples), weight)])


def spread(wanted: NDArray[np.float64], gap: float, low: float, high: float) -> NDArray[np.float64]:
    """Heights for labels in one column, at least `gap` apart and as near as can be to `wanted`.

    The sum of squared displacements is least: with the gaps taken out this is an isotonic
    regression, solved by pooling adjacent violators. Between `low` and `high` where they fit;
    where they do not, the gap shrinks.

    Args:
        wanted: [N] in any order.
        gap: between neighbours.
        low, high: of the column.

    Returns:
        heights [N], in the order of `wanted`.
    """
    count = len(wanted)
    gap = min(gap, (high - low) / max(count - 1, 1))
    order = np.argsort(wanted, kind="stable")
    steps = gap * np.arange(count)
    pools: list[list[float]] = []
    for value in wanted[order] - steps:
        pools.append([float(value)])
        while len(pools) > 1 and np.mean(pools[-2]) > np.mean(pools[-1]):
            pools[-2:] = [pools[-2] + pools[-1]]
    level = np.concatenate([np.full(len(pool), np.mean(pool)) for pool in pools])
    heights = np.empty(count)
    heights[order] = np.clip(level, low, high - gap * (count - 1)) + steps
    return heights


def place(
    labels: Sequence[Label], obstacles: NDArray[np.float64], height: float
) -> list[Place | None]:
    """A place for every label, first come first served.

    Args:
        labels: the more important ones first.
        obstacles: points of what is drawn [N, 3]: x and y in the plot area (0..1), and what it
            costs to cover the point.
        height: of the plot area in pixels.

    Returns:
        one place a label; None for an optional one that finds none.
    """
    taken: dict[float, list[NDArray[np.float64]]] = {width: [] for width in WIDTHS}
    places: list[Place | None] = []
    for label in labels:
        offers = [
            (
                reluctance
                + sum(
                    _cost(_box(label, each, width, height), taken[width], obstacles, width, height)
                    for width in WIDTHS
                ),
                each,
            )
            for each, reluctance in _candidates(label)
        ]
        cost, best = min(offers, key=lambda offer: offer[0])
        if label.optional and cost >= _FORBIDDEN:
            places.append(None)
            continue
        places.append(best)
        for width in WIDTHS:
            taken[width].append(_box(label, best, width, height))
    return places


def _candidates(label: Label) -> Iterator[tuple[Place, float]]:
    """Eight directions at three distances, each with how little it is what the label asks for."""
    wished = hypot(*label.towards) or 1.0
    for stretch in (1.0, 1.6, 2.4):
        for turn in range(0, 360, 45):
            x, y = cos(radians(turn)), sin(radians(turn))
            likeness = (x * label.towards[0] + y * label.towards[1]) / wished
            reach = stretch * label.distance
            yield (
                Place(
                    dx=x * reach,
                    dy=y * (reach + label.size / 2),
                    xanchor="center" if abs(x) < 0.1 else "left" if x > 0 else "right",
                ),
                4 * (1 - likeness) + 6 * (stretch - 1),
            )


def _box(label: Label, at: Place, width: float, height: float) -> NDArray[np.float64]:
    """The label's text in pixels of the plot area: left, bottom, right, top."""
    wide, high = text_width(label.text, label.size), 1.2 * label.size
    left = (
        label.at[0] * width + at.dx - wide * {"left": 0.0, "center": 0.5, "right": 1.0}[at.xanchor]
    )
    bottom = label.at[1] * height + at.dy - high / 2
    return np.array([left, bottom, left + wide, bottom + high])


def _cost(
    box: NDArray[np.float64],
    taken: Sequence[NDArray[np.float64]],
    obstacles: NDArray[np.float64],
    width: float,
    height: float,
) -> float:
    """What it costs to put a text into `box`: what it covers, touches and overhangs."""
    low, high = box[:2] - _CLEAR, box[2:] + _CLEAR
    touched = sum(bool((low < other[2:]).all() and (other[:2] < high).all()) for other in taken)
    outside = bool((box[:2] < 0).any() or (box[2:] > (width, height)).any())
    at = obstacles[:, :2] * (width, height)
    covered = ((at > low) & (at < high)).all(axis=1)
    return _FORBIDDEN * (touched + outside) + float(obstacles[covered, 2].sum())
