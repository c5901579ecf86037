"""Where accuracies stand in the live drawings: whole steps along axes that are chosen here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from wiseft.app.live.digits import tenths
from wiseft.frontier import WORST, Frontier
from wiseft.scales import SCALES, Axes, position, ticks

STEPS = 10_000
"""Steps of an axis, from its beginning to its end: finer than the pixels of any screen."""

_LEAST = 0.05
"""The shortest axis, in units of its scale, so that a single point has room around it."""

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Line:
    """A line in the plane beside the run itself.

    Attributes:
        name: by which the browser knows it.
        title: for people.
        frontier: its accuracies along its own alphas, on the same sets as those of the run.
        colour: as CSS.
        dashed: whether the line is.
    """

    name: str
    title: str
    frontier: Frontier
    colour: str
    dashed: bool = False


@dataclass(frozen=True)
class Axis:
    """A range of positions on a scale."""

    kind: Axes
    low: float
    high: float

    @classmethod
    def around(cls, kind: Axes, curves: Sequence[NDArray[np.float64]]) -> Axis:
        """An axis with room around all positions of `curves`."""
        low, high = min(curve.min() for curve in curves), max(curve.max() for curve in curves)
        reach = 0.56 * max(float(high - low), _LEAST)
        middle = float(low + high) / 2
        return cls(kind, middle - reach, middle + reach)

    def places(self, positions: ArrayLike) -> list[int]:
        """Positions in steps; they may lie beyond the ends of the axis."""
        share = (np.asarray(positions) - self.low) / (self.high - self.low)
        return np.rint(STEPS * share).astype(int).tolist()

    def ticks(self, most: int) -> list[list[Any]]:
        """Round percentages as [place, text]."""
        fractions = ticks(self.low, self.high, self.kind, most)
        at = self.places(SCALES[self.kind].forward(fractions))
        return [[place, f"{100 * share:g}"] for place, share in zip(at, fractions, strict=True)]


def plane(frontier: Frontier, lines: Sequence[Line], y: str, axes: Axes) -> dict[str, Any] | None:
    """A shift, or a summary of them, against the reference with its classes.

    Args:
        frontier: accuracies along alpha.
        lines: what is drawn beside them; those that lack images are left out.
        y: what stands on the vertical axis: a shift, `MEAN` or `WORST`.
        axes: how both axes spread accuracies.

    Returns:
        None where there is nothing to draw.
    """
    if not frontier.shifts or not _drawable(frontier, y):
        return None
    lines = [line for line in lines if _drawable(line.frontier, y)]
    frontiers = [frontier, *(line.frontier for line in lines)]
    reference = frontier.reference_for(y)
    across, upwards = (_axis(frontiers, name, axes) for name in (reference, y))
    return {
        "x": _side(frontier, reference, across, most_ticks=11),
        "y": _side(frontier, y, upwards, most_ticks=8),
        "equal": _equal(across, upwards),
        "lines": [
            {
                "name": line.name,
                "title": line.title,
                "colour": line.colour,
                "dashed": line.dashed,
                "alphas": line.frontier.alphas.tolist(),
                "exact": np.flatnonzero(line.frontier.exact).tolist(),
                "x": _measured(line.frontier, reference, across),
                "y": _measured(line.frontier, y, upwards),
            }
            for line in lines
        ],
    }


def multiples(frontier: Frontier, axes: Axes) -> dict[str, Any] | None:
    """Every shift on the same two axes; None where there are fewer than two of them."""
    shifts = [shift for shift in frontier.shifts if _drawable(frontier, shift)]
    if len(shifts) < 2:
        return None
    references = list(dict.fromkeys(frontier.reference_for(shift) for shift in shifts))
    curves = {name: _place(frontier, name, axes)(frontier.curve(name)) for name in shifts}
    bases = {name: _place(frontier, name, axes)(frontier.curve(name)) for name in references}
    x = Axis.around(axes, [*bases.values()])
    y = Axis.around(axes, [*curves.values()])
    return {
        "x": {"ticks": x.ticks(4), "at": [x.places(bases[name]) for name in references]},
        "y": {"ticks": y.ticks(5), "at": [y.places(curves[name]) for name in shifts]},
        "sets": [[name, references.index(frontier.reference_for(name))] for name in shifts],
    }


def alike(values: Iterable[T]) -> T | list[T]:
    """What is the same at every alpha, once; else all of it."""
    every = list(values)
    return every[0] if len(set(every)) == 1 else every


def _axis(frontiers: Sequence[Frontier], name: str, axes: Axes) -> Axis:
    return Axis.around(axes, [_place(each, name, axes)(each.curve(name)) for each in frontiers])


def _side(frontier: Frontier, name: str, axis: Axis, most_ticks: int) -> dict[str, Any]:
    """The axis of one set, and the run on it."""
    place = _place(frontier, name, axis.kind)
    low, high = frontier.bounds(name).T
    return {
        "title": frontier.title(name),
        "ticks": axis.ticks(most_ticks),
        "low": axis.places(place(low)),
        "high": axis.places(place(high)),
        **_measured(frontier, name, axis),
    }


def _measured(frontier: Frontier, name: str, axis: Axis) -> dict[str, Any]:
    """One set along alpha: where it stands on an axis, and what is told of it."""
    low, high = frontier.bounds(name).T
    worst = frontier.worst_shifts if name == WORST else ()
    return {
        "at": axis.places(_place(frontier, name, axis.kind)(frontier.curve(name))),
        "accuracy": tenths(frontier.curve(name)),
        "from": tenths(low),
        "to": tenths(high),
        "count": alike(frontier.images(name).tolist()),
        "which": alike(frontier.title(shift) for shift in worst) if worst else "",
    }


def _equal(x: Axis, y: Axis) -> list[list[int]] | None:
    """Where y = x enters and leaves the plane; None where it cuts a corner at most."""
    low, high = max(x.low, y.low), min(x.high, y.high)
    if high - low < 0.2 * (x.high - x.low):
        return None
    return [x.places([low, high]), y.places([low, high])]


def _place(frontier: Frontier, name: str, axes: Axes) -> Callable[[ArrayLike], NDArray[np.float64]]:
    return partial(position, count=frontier.images(name), axes=axes)


def _drawable(frontier: Frontier, shift: str) -> bool:
    """Whether there are images behind every accuracy of a shift and of its reference."""
    curves = [frontier.curve(name) for name in (shift, frontier.reference_for(shift))]
    return not np.isnan(curves).any()
