"""Accuracies of every evaluation set along alpha, and the alphas that stand out on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from wiseft.alpha_path import Deviation
from wiseft.errors import Invalid
from wiseft.metrics import mean_interval
from wiseft.text import distance, number_of, percent

MEAN = "mean of shifts"
"""The name that stands for the plain mean of the shifts wherever a set is named."""

WORST = "worst"
"""The name that stands for the worst shift at each alpha wherever a set is named."""

ROUNDING = 1e-12
"""Accuracies that differ by less are equal: far less than one image makes."""


@dataclass(frozen=True, eq=False)
class Frontier:
    """What one run measured: an accuracy for every evaluation set and evaluated alpha.

    Attributes:
        run: name of the run.
        reference: name of the reference (in-distribution) test set.
        shifts: names of the sets under distribution shift; may be empty.
        validation: name of the held-out reference set on which alphas may be chosen, or None.
        matched: for each shift with a subset of the classes, the name of the set that holds the
            reference images of the same classes, their logits restricted alike.
        titles: readable name of every set.
        alphas: mixing coefficients [A], ascending; 0 is zero-shot, 1 is fine-tuned.
        exact: which of them were evaluated, or follow exactly from what was, rather than
            interpolated [A].
        deviation: for every set with interpolated alphas that were checked, by how much they were
            off.
        accuracy: for every set, fractions [A] in 0..1.
        interval: for every set, 95 % Clopper-Pearson bounds [A, 2].
        count: for every set, how many images were evaluated.

    Raises:
        Invalid: where a set is called `MEAN` or `WORST`.
    """

    run: str
    reference: str
    shifts: tuple[str, ...]
    validation: str | None
    matched: Mapping[str, str]
    titles: Mapping[str, str]
    alphas: NDArray[np.float64]
    exact: NDArray[np.bool_]
    deviation: Mapping[str, Deviation]
    accuracy: Mapping[str, NDArray[np.float64]]
    interval: Mapping[str, NDArray[np.float64]]
    count: Mapping[str, int]

    def __post_init__(self) -> None:
        for name in (MEAN, WORST):
            if name in self.accuracy:
                raise Invalid(
                    f"A set of run {self.run!r} is called {name!r}, which stands for a summary of "
                    "the shifts; rename its folder and sweep the run again."
                )

    def curve(self, name: str) -> NDArray[np.float64]:
        """Accuracy [A] of the set `name`, of the mean of the shifts, or of the worst of them."""
        if name == MEAN:
            return np.mean([self.accuracy[shift] for shift in self.shifts], axis=0)
        if name == WORST:
            return np.min([self.accuracy[shift] for shift in self.shifts], axis=0)
        return self.accuracy[name]

    def bounds(self, name: str) -> NDArray[np.float64]:
        """95 % interval [A, 2] of the set `name`, of `MEAN` or of `WORST`.

        That of `WORST` is the interval of the set that is worst at each alpha. As the lowest of
        several measurements, it lies a little lower than the truth: it is pessimistic.
        """
        if name == MEAN:
            return mean_interval(
                [self.accuracy[shift] for shift in self.shifts],
                [self.interval[shift] for shift in self.shifts],
            )
        if name == WORST:
            worst = enumerate(self.worst_shifts)
            return np.stack([self.interval[shift][index] for index, shift in worst])
        return self.interval[name]

    @cached_property
    def worst_shifts(self) -> tuple[str, ...]:
        """For each alpha, the shift with the lowest accuracy; the first listed of equal ones."""
        lowest = np.argmin([self.accuracy[shift] for shift in self.shifts], axis=0)
        return tuple(self.shifts[index] for index in lowest)

    def title(self, name: str) -> str:
        """Readable name of the set `name`, of the mean of the shifts, or of the worst of them."""
        summaries = {MEAN: "Mean", WORST: "Worst"}
        if name in summaries:
            return f"{summaries[name]} of {len(self.shifts)} shifts"
        return self.titles[name]

    def images(self, name: str) -> NDArray[np.int64]:
        """How many images each accuracy [A] of the set `name`, `MEAN` or `WORST` was measured on.

        It changes along alpha for `WORST` alone, where another shift becomes the worst.
        """
        if name == WORST:
            return np.array([self.count[shift] for shift in self.worst_shifts])
        images = sum(self.count[each] for each in (self.shifts if name == MEAN else (name,)))
        return np.full(len(self.alphas), images)

    def reference_for(self, shift: str) -> str:
        """The reference set to hold against `shift`: the one with the same classes."""
        return self.matched.get(shift, self.reference)

    def index(self, alpha: float) -> int:
        """Position of `alpha` in `alphas`. Raises `Invalid` where it is not among them."""
        position = int(np.abs(self.alphas - alpha).argmin())
        if not np.isclose(self.alphas[position], alpha, atol=1e-6):
            known = ", ".join(f"{each:g}" for each in self.alphas)
            raise Invalid(
                f"Alpha {alpha:g} of run {self.run!r} has not been evaluated. Evaluated: {known}."
            )
        return position

    def to_json(self) -> dict[str, Any]:
        """The frontier as JSON types, with fractions in 0..1."""
        return {
            "run": self.run,
            "reference": self.reference,
            "shifts": list(self.shifts),
            "validation": self.validation,
            "matched": dict(self.matched),
            "alphas": self.alphas.tolist(),
            "exact": self.exact.tolist(),
            "deviation": {name: asdict(each) for name, each in self.deviation.items()},
            "accuracy": {name: values.tolist() for name, values in self.accuracy.items()},
            "interval": {name: bounds.tolist() for name, bounds in self.interval.items()},
            "count": dict(self.count),
        }

    def to_frame(self) -> pd.DataFrame:
        """One row a set and alpha: run, set, alpha, exact, accuracy, low, high, count."""
        return pd.concat(
            [
                pd.DataFrame(
                    {
                        "run": self.run,
                        "set": name,
                        "alpha": self.alphas,
                        "exact": self.exact,
                        "accuracy": self.accuracy[name],
                        "low": self.interval[name][:, 0],
                        "high": self.interval[name][:, 1],
                        "count": self.count[name],
                    }
                )
                for name in self.accuracy
            ],
            ignore_index=True,
        )


def best_on(frontier: Frontier, name: str) -> float:
    """The smallest alpha with the highest accuracy on the set `name` (or `MEAN`).

    On a test set this is an oracle: its accuracy there is optimistic, and has to be labelled so.
    """
    return float(frontier.alphas[first_highest(frontier.curve(name))])


def smallest_within(frontier: Frontier, name: str, loss: float = 0.01) -> float:
    """The smallest alpha that loses at most `loss` against fine-tuned on the set `name`.

    With the validation set this uses data in distribution alone: as far towards zero-shot, which
    is where robustness is, as accuracy in distribution allows.

    Args:
        frontier: must include alpha 1.
        name: a set of the frontier, usually the validation set.
        loss: accuracy that may be given up, a fraction (0.01 is 1 percentage point).

    Raises:
        Invalid: where the loss is not such a fraction, or alpha 1 is not there.
    """
    kept = within(frontier.accuracy[name], frontier.index(1.0), loss)
    return float(frontier.alphas[kept.argmax()])


def path_sentence(frontier: Frontier) -> str:
    """How many alphas were evaluated, and how far the others were off where that was checked."""
    evaluated, count = int(frontier.exact.sum()), len(frontier.alphas)
    if evaluated == count:
        return f"All {count} alphas are exact."
    nodes = f"{number_of(evaluated, 'alpha')} evaluated, {count - evaluated} interpolated"
    checks = frontier.deviation.values()
    if not checks:
        return f"{nodes}; how far those are off has not been checked."
    checked = number_of(max(len(each.alphas) for each in checks), "alpha")
    return (
        f"{nodes}: at {checked} that the interpolation did not know, no accuracy was off by more "
        f"than {distance(max(each.accuracy for each in checks))}, and at most "
        f"{percent(max(each.changed for each in checks))} of the predicted classes of a set "
        "differed."
    )


def first_highest(curve: NDArray[np.float64]) -> int:
    """The first index of the highest of accuracies [A]; 0 where they are not numbers."""
    return int(np.argmax(curve >= curve.max() - ROUNDING))


def within(curve: NDArray[np.float64], end: int, loss: float) -> NDArray[np.bool_]:
    """Which of accuracies [A] are at most `loss`, a fraction, below the one at index `end`.

    Raises `Invalid` where the loss is not such a fraction.
    """
    if not 0 <= loss < 1:
        raise Invalid(f"A loss is a fraction, as 0.01 for 1 percentage point; got {loss:g}.")
    return curve >= curve[end] - loss - ROUNDING
