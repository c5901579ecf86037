"""Few evaluations to the whole path: place nodes, interpolate, check, refine.

The check is what makes the path honest: further alphas are evaluated where the interpolation is
least certain, and compared with what it said before it knew of them. While they differ by more
than the tolerance on any set, they become nodes and the next ones are checked; in the worst case
every alpha ends up evaluated.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from wiseft.alpha_path import GRID, PAPER_GRID, AlphaPath, Deviation, compared
from wiseft.interpolation import interpolated, leading
from wiseft.leading import Leading
from wiseft.predictions import Predictions
from wiseft.steps import WinningIntervals, winning_intervals

FIRST_NODES = (0.0, 0.25, 0.5, 0.75, 1.0)
"""Equally spaced: as good as searched nodes or nodes denser at the ends."""

CHECKS = 5
"""Alphas a round. More of them find a larger deviation by chance alone, and never come to an end
where the path is good; fewer miss what is between them."""

TOLERANCE = 0.0025
"""Accuracy, as a fraction, that an interpolated alpha may be off on any set: 0.25 pp."""

CHANGED = 8
"""Share of predicted classes that may differ, in tolerances. Accuracy alone is blind where errors
cancel: a model that has collapsed to one class is as often correct as one that has to another."""

Logits = Mapping[str, NDArray[np.float32]]
"""By image set, logits [N, C] of the model at one alpha."""


@dataclass(frozen=True, eq=False)
class PathSet:
    """One evaluation set of a path.

    Attributes:
        name: of the evaluation set.
        images: of the image set whose logits it is made from.
        labels: true class ids of those images [N].
        classes: the class ids that the logits are restricted to; None for all.
    """

    name: str
    images: str
    labels: NDArray[np.int64]
    classes: tuple[int, ...] | None = None


def is_within(deviation: Deviation, tolerance: float) -> bool:
    """Whether interpolated predictions are near enough to the evaluations they were held against.

    Args:
        deviation: of one set.
        tolerance: of accuracy, a fraction; predicted classes may differ `CHANGED` times as often.
    """
    return deviation.accuracy <= tolerance and deviation.changed <= CHANGED * tolerance


def build_paths(
    evaluate: Callable[[Sequence[float]], Mapping[float, Logits]],
    sets: Sequence[PathSet],
    *,
    tolerance: float = TOLERANCE,
    exact: bool = False,
    known: Sequence[float] = (),
) -> dict[str, AlphaPath]:
    """The path of every set over `GRID`, from as few evaluations as the tolerance allows.

    Args:
        evaluate: logits of the interpolated model at each of these alphas, which do not depend on
            one another; no alpha is asked for twice.
        sets: what to make paths of.
        tolerance: largest deviation of accuracy on any set, measured on evaluations that were not
            nodes, at which no more are made (`is_within`); a fraction.
        exact: evaluate every alpha of the grid.
        known: alphas whose evaluation costs nothing; they are nodes from the start.
    """
    grid = GRID.tolist()
    first = grid if exact else sorted({*FIRST_NODES, *known} & set(grid))
    found = dict(evaluate(first))
    deviations = {}
    while len(found) < len(grid):
        chosen = _least_certain(found, sets, CHECKS)
        truth = evaluate(chosen)
        deviations = {
            each.name: compared(_through(found, each, chosen), _predictions(truth, each), chosen)
            for each in sets
        }
        found.update(truth)
        if all(is_within(each, tolerance) for each in deviations.values()):
            break
    else:
        deviations = {}
    return {
        each.name: replace(_through(found, each, GRID), deviation=deviations.get(each.name))
        for each in sets
    }


def output_ensembles(start: Logits, end: Logits, sets: Sequence[PathSet]) -> dict[str, AlphaPath]:
    """The paths of the output-space ensemble: logits (1 - alpha) * start + alpha * end.

    They follow from the two ends, so that every alpha is exact. For two models that differ in the
    head alone this is also the path of their weights (Wortsman et al., CVPR 2022, section 3).
    """
    ends = {0.0: start, 1.0: end}
    paths = {each.name: _through(ends, each, GRID) for each in sets}
    return {name: replace(path, exact=np.ones_like(path.exact)) for name, path in paths.items()}


def exact_steps(start: Logits, end: Logits, sets: Sequence[PathSet]) -> dict[str, WinningIntervals]:
    """Where each image of every set is predicted correctly by the output-space ensemble.

    For two models that differ in the head alone, also by the interpolated weights. Images whose
    class takes no part in a set are left out, as in its path.
    """
    found = {}
    for each in sets:
        ends, truth = [logits[each.images] for logits in (start, end)], each.labels
        if each.classes is not None:
            columns = np.array(each.classes)
            images = np.flatnonzero(np.isin(truth, columns))
            ends = [logits[np.ix_(images, columns)] for logits in ends]
            truth = np.searchsorted(columns, truth[images])
        found[each.name] = winning_intervals(ends[0], ends[1], truth).between(0, 1)
    return found


def leading_classes(found: Mapping[float, Logits], sets: Sequence[PathSet]) -> dict[str, Leading]:
    """What competes for each image of every set, at the alphas of the paper.

    Args:
        found: the nodes of the paths, two or more; the two ends where logits are linear in alpha.
        sets: what the paths are of.
    """
    nodes = sorted(found)
    return {
        each.name: leading(
            nodes,
            [found[node][each.images] for node in nodes],
            each.labels,
            np.array(PAPER_GRID),
            each.classes,
        )
        for each in sets
    }


def _through(
    found: Mapping[float, Logits], which: PathSet, alphas: Sequence[float] | NDArray[np.float64]
) -> AlphaPath:
    """The path of one set at `alphas` through all evaluations there are."""
    nodes = sorted(found)
    return interpolated(
        nodes,
        [found[node][which.images] for node in nodes],
        which.labels,
        np.asarray(alphas),
        which.classes,
    )


def _predictions(truth: Mapping[float, Logits], which: PathSet) -> dict[float, Predictions]:
    return {
        alpha: Predictions.from_logits(logits[which.images], which.labels, which.classes)
        for alpha, logits in truth.items()
    }


def _least_certain(
    found: Mapping[float, Logits], sets: Sequence[PathSet], count: int
) -> tuple[float, ...]:
    """Grid alphas that have not been evaluated and are least certain, at most `count`, ascending.

    Uncertain is the middle of a gap that is wide, and next to nodes that the others predict badly:
    each inner node is left out in turn and compared with what the remaining ones say of it.
    """
    nodes = sorted(found)
    error = dict.fromkeys(nodes, 0.0)
    for node in nodes[1:-1]:
        others = {alpha: logits for alpha, logits in found.items() if alpha != node}
        truth = {node: found[node]}
        error[node] = max(
            compared(_through(others, each, [node]), _predictions(truth, each), (node,)).changed
            for each in sets
        )
    gaps = []
    for left, right in pairwise(nodes):
        inside = GRID[(left < GRID) & (right > GRID)]
        if len(inside):
            doubt = (right - left) * (error[left] + error[right] + 1e-6)
            gaps.append((doubt, float(inside[len(inside) // 2])))
    return tuple(sorted(alpha for _, alpha in sorted(gaps, reverse=True)[:count]))
