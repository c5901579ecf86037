"""How much every alpha of a run changes against one end, on the same images."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wiseft.evidence import Evidence
from wiseft.frontier import MEAN, WORST, Frontier
from wiseft.metrics import Difference, independent_interval, mean_interval, paired_interval


@dataclass(frozen=True, eq=False)
class Changes:
    """How much more often each alpha is correct than one end, for every set, `MEAN` and `WORST`.

    Attributes:
        value: by set, differences of accuracy [A], fractions; NaN where a set has no images.
        bounds: by set, their paired 95 % intervals [A, 2].
        count: by set, images that were compared at each alpha [A].
    """

    value: Mapping[str, NDArray[np.float64]]
    bounds: Mapping[str, NDArray[np.float64]]
    count: Mapping[str, NDArray[np.int64]]

    def clear(self, name: str) -> NDArray[np.bool_]:
        """At which alphas [A] the change on the set `name` is more than noise."""
        low, high = self.bounds[name].T
        return (low > 0) | (high < 0)

    def at(self, name: str, index: int) -> Difference:
        """The change on the set `name` at one alpha by its index."""
        low, high = self.bounds[name][index].tolist()
        return Difference(float(self.value[name][index]), low, high, int(self.count[name][index]))


def changes_against(evidence: Evidence, end: float) -> Changes:
    """`evidence.against` the alpha `end` for all alphas at once.

    Raises `Invalid` where `end` is not among the alphas.
    """
    frontier = evidence.frontier
    index = frontier.index(end)
    value, bounds = {}, {}
    for name in evidence.paths:
        value[name], bounds[name] = _paired(evidence.correct(name), index)
    if shifts := frontier.shifts:
        value[MEAN] = np.mean([value[name] for name in shifts], axis=0)
        bounds[MEAN] = mean_interval(
            [value[name] for name in shifts], [bounds[name] for name in shifts]
        )
        value[WORST], bounds[WORST] = _worst(frontier, index, bounds)
    return Changes(value, bounds, {name: frontier.images(name) for name in value})


def _worst(
    frontier: Frontier, end: int, paired: Mapping[str, NDArray[np.float64]]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Differences [A] and intervals [A, 2] of the worst shift of each alpha against that of one.

    Where both are the same shift, its interval is the `paired` one of that shift. Two different
    shifts share no images.
    """
    curve, bounds, worst = frontier.curve(WORST), frontier.bounds(WORST), frontier.worst_shifts
    apart = independent_interval(curve, bounds, curve[end], bounds[end])
    for index, shift in enumerate(worst):
        if shift == worst[end]:
            apart[index] = paired[shift][index]
    return curve - curve[end], apart


def _paired(
    correct: NDArray[np.bool_], index: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Differences [A] and intervals [A, 2] of the rows of `correct` [A, N] against one of them."""
    alphas, images = correct.shape
    if images == 0:
        return np.full(alphas, np.nan), np.tile([-1.0, 1.0], (alphas, 1))
    other = correct[index]
    gained = (correct & ~other).sum(axis=1)
    lost = (~correct & other).sum(axis=1)
    both = (correct & other).sum(axis=1)
    return (gained - lost) / images, paired_interval(gained, lost, both, images)
