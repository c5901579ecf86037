"""What a run measured, image by image, and how two of its alphas compare on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wiseft.alpha_path import AlphaPath
from wiseft.errors import Incompatible
from wiseft.frontier import MEAN, Frontier
from wiseft.metrics import Difference, mean_difference, paired_difference
from wiseft.text import THIN, coefficient, number_of, points


@dataclass(frozen=True, eq=False)
class Evidence:
    """All that a rule may look at to choose an alpha.

    Attributes:
        frontier: accuracies along alpha.
        paths: for every set of the frontier, what is predicted of its images at the same alphas.

    Raises:
        Incompatible: where the two are not of the same sets and alphas.
    """

    frontier: Frontier
    paths: Mapping[str, AlphaPath]

    def __post_init__(self) -> None:
        alphas = self.frontier.alphas
        if self.paths.keys() != self.frontier.accuracy.keys() or not all(
            np.array_equal(path.alphas, alphas) for path in self.paths.values()
        ):
            raise Incompatible(
                f"The paths and the frontier of run {self.frontier.run!r} are of different sets "
                "or alphas; make both from the same evaluations."
            )

    def correct(self, name: str) -> NDArray[np.bool_]:
        """Whether each image of the set `name` is predicted correctly at each alpha [A, N]."""
        return self.paths[name].hits


def against(evidence: Evidence, alpha: float, other: float) -> dict[str, Difference]:
    """How much more often `alpha` is correct than `other`, with paired 95 % intervals.

    Args:
        evidence: of a run.
        alpha, other: mixing coefficients of the evidence.

    Returns:
        a difference for every set and, where there are shifts, for `MEAN`; those that are not
        `clear` are within noise.

    Raises:
        Invalid: where an alpha is not among those of the evidence.
    """
    at, end = evidence.frontier.index(alpha), evidence.frontier.index(other)
    found = {
        name: paired_difference(path.at(at), path.at(end)) for name, path in evidence.paths.items()
    }
    shifts = [found[name] for name in evidence.frontier.shifts]
    return {**found, MEAN: mean_difference(shifts)} if shifts else found


def difference_sentence(frontier: Frontier, name: str, difference: Difference, other: float) -> str:
    """Whether a difference between two alphas is more than noise, in plain words.

    Args:
        frontier: knows the titles of the sets.
        name: a set, or `MEAN`.
        difference: on that set, from `against`.
        other: the alpha that it is a difference to.
    """
    where = {frontier.reference: "in distribution", MEAN: "under shift"}
    models = {0.0: "zero-shot", 1.0: "fine-tuned"}
    return (
        f"The difference of {points(difference.value)}{THIN}pp ({points(difference.low)} to "
        f"{points(difference.high)} on {number_of(difference.count, 'image')}) to "
        f"{models.get(other) or f'alpha {coefficient(other)}'} "
        f"{where.get(name) or f'on {frontier.title(name)}'} is "
        f"{'more than' if difference.clear else 'within'} noise."
    )
