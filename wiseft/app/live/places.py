"""Where accuracies stand in the live drawings: whole steps along axes that are chosen here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from wiseft.app.live.digits import tenths
from wiseft.frontier import Frontier
from wiseft.scales import SCALES, Axes, position, ticks

STEPS = 10_000
"""Steps of an axis, from its beginning to its end: finer than the pixels of any screen."""

_LEAST = 0.05
"""The shortest axis, in units of its scale, so that a single point has room around it."""

Curves = Mapping[str, NDArray[np.float64]]
"""By set, and for `MEAN`, accuracies [A]."""


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


def plane(frontier: Frontier, outputs: Curves, y: str, axes: Axes) -> dict[str, Any] | None:
    """One shift, or `MEAN`, against the reference with its classes; None where there is nothing.

    Args:
        frontier: accuracies along alpha.
        outputs: those of the output-space ensemble; empty where they are not known.
        y: what stands on the vertical axis.
        axes: how both axes spread accuracies.
    """
    reference = frontier.reference_for(y)
    if not frontier.shifts or not _drawable(frontier, reference) or not _drawable(frontier, y):
        return None
    across, x = _side(frontier, outputs, reference, axes, most_ticks=11)
    upwards, side = _side(frontier, outputs, y, axes, most_ticks=8)
    return {"x": x, "y": side, "equal": _equal(across, upwards)}


def multiples(frontier: Frontier, axes: Axes) -> dict[str, Any] | None:
    """Every shift on the same two axes; None where there are fewer than two of them."""
    shifts = [
        shift
        for shift in frontier.shifts
        if _drawable(frontier, shift) and _drawable(frontier, frontier.reference_for(shift))
    ]
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


def _side(
    frontier: Frontier, outputs: Curves, name: str, axes: Axes, most_ticks: int
) -> tuple[Axis, dict[str, Any]]:
    """The axis of one set, and what stands on it."""
    place = _place(frontier, name, axes)
    curve, (low, high) = frontier.curve(name), frontier.bounds(name).T
    mixed = [place(outputs[name])] if name in outputs else []
    axis = Axis.around(axes, [place(curve), *mixed])
    return axis, {
        "title": frontier.title(name),
        "count": frontier.images(name),
        "ticks": axis.ticks(most_ticks),
        "at": axis.places(place(curve)),
        "low": axis.places(place(low)),
        "high": axis.places(place(high)),
        "outputs": axis.places(mixed[0]) if mixed else None,
        "accuracy": tenths(curve),
        "from": tenths(low),
        "to": tenths(high),
    }


def _equal(x: Axis, y: Axis) -> list[list[int]] | None:
    """Where y = x enters and leaves the plane; None where it cuts a corner at most."""
    low, high = max(x.low, y.low), min(x.high, y.high)
    if high - low < 0.2 * (x.high - x.low):
        return None
    return [x.places([low, high]), y.places([low, high])]


def _place(frontier: Frontier, name: str, axes: Axes) -> Callable[[ArrayLike], NDArray[np.float64]]:
    return partial(position, count=frontier.images(name), axes=axes)


def _drawable(frontier: Frontier, name: str) -> bool:
    """Whether there are images behind every accuracy of a set."""
    return not np.isnan(frontier.curve(name)).any()
