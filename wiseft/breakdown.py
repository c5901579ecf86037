"""Predictions to tables: which classes gain and which pay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from wiseft.alpha_path import AlphaPath
from wiseft.errors import Incompatible
from wiseft.metrics import (
    LEVEL,
    clopper_pearson,
    independent_interval,
    paired_interval,
)
from wiseft.predictions import Predictions
from wiseft.significance import SIGNIFICANT, holm, mcnemar

Metric = Literal["accuracy", "precision", "f1"]
"""What is measured of a class; its accuracy is its recall."""

METRICS: tuple[Metric, ...] = get_args(Metric)

Counts = NDArray[np.int64]


def per_class(
    current: Predictions, compared: Predictions, class_names: Sequence[str]
) -> pd.DataFrame:
    """Every class under one model, and what changes against another on the same images.

    Args:
        current, compared: what the two models said.
        class_names: readable names [C] by class id.

    Returns:
        one row a class that occurs, in the order of the ids: `class_id`, `class`, `count`,
        `predicted` (images that are taken for it) and `correct`. For each of `METRICS`, say
        `accuracy`: its value with the 95 % interval `accuracy_low` and `_high`; the same of the
        compared model, `compared_accuracy` and so on; and `accuracy_change` with its interval and
        `accuracy_clear`, whether it is more than noise. `fixed` and `broken` count the images of
        the class that only the one and only the other has correct; `p` is of McNemar's exact
        test of them, `p_holm` the same corrected for the number of classes. All are fractions;
        the precision of a class that no image is taken for is NaN.

        The change of the accuracy has a paired interval, and is clear where `p_holm` is below
        0.05. Precision and F1 at two alphas are shares of different images; their changes have
        intervals as if of independent images (Zou and Donner, as in `metrics`), which are a little
        wide, and are clear where that interval at the level 1 - 0.05 / C (Bonferroni) excludes 0.

    Raises:
        Incompatible: where the two are not of the same images.
    """
    if not np.array_equal(current.labels, compared.labels):
        raise Incompatible("The predictions are of different images; sweep the run again.")
    ids, count = np.unique(current.labels, return_counts=True)
    size = 1 + max(
        int(each.max(initial=0)) for each in (ids, current.predicted, compared.predicted)
    )

    def images(classes: NDArray[np.integer]) -> Counts:
        return np.bincount(classes, minlength=size)[ids]

    now, then = current.correct, compared.correct
    correct, before = images(current.labels[now]), images(current.labels[then])
    predicted, taken_before = images(current.predicted), images(compared.predicted)
    fixed, broken = images(current.labels[now & ~then]), images(current.labels[then & ~now])
    columns: dict[str, object] = {
        "class_id": ids,
        "class": [class_names[i] for i in ids],
        "count": count,
        "predicted": predicted,
        "correct": correct,
    }
    for metric in METRICS:
        one = _measured(metric, correct, predicted, count)
        other = _measured(metric, before, taken_before, count)
        columns |= _columns(metric, one[0], one[1]) | _columns(f"compared_{metric}", *other)
        change = one[0] - other[0]
        if metric == "accuracy":
            bounds = paired_interval(fixed, broken, correct - fixed, np.maximum(count, 1))
            clear = holm(mcnemar(fixed, broken)) < SIGNIFICANT
        else:
            bounds = independent_interval(*one, *other)
            clear = _apart(
                _measured(metric, correct, predicted, count, len(ids)),
                _measured(metric, before, taken_before, count, len(ids)),
            )
        columns |= _columns(f"{metric}_change", change, bounds)
        columns[f"{metric}_clear"] = clear
    p = mcnemar(fixed, broken)
    return pd.DataFrame(columns | {"fixed": fixed, "broken": broken, "p": p, "p_holm": holm(p)})


def measured(
    metric: Metric, correct: Counts, predicted: Counts, count: Counts
) -> NDArray[np.float64]:
    """A metric from counts of images [...]: of a class, taken for it, and both of it."""
    numerator, denominator = {
        "accuracy": (correct, count),
        "precision": (correct, predicted),
        "f1": (2 * correct, predicted + count),
    }[metric]
    shape = np.broadcast_shapes(np.shape(numerator), np.shape(denominator))
    undefined = np.full(shape, np.nan)
    return np.divide(numerator, denominator, out=undefined, where=np.asarray(denominator) > 0)


def _measured(
    metric: Metric, correct: Counts, predicted: Counts, count: Counts, tests: int = 1
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """A metric [C] and its interval [C, 2], at the level that `tests` of them need.

    Accuracy and precision are proportions. F1 = 2 J / (1 + J), with J the share of correct images
    among those that are of the class or taken for it: its interval is that of J, a proportion,
    transformed (Lam, Gopal and Qian, arXiv:2309.14621, for intervals of F1 by way of J).
    """
    value = measured(metric, correct, predicted, count)
    level = 1 - (1 - LEVEL) / max(tests, 1)
    if metric == "f1":
        bounds = clopper_pearson(correct, predicted + count - correct, level)
        return value, 2 * bounds / (1 + bounds)
    return value, clopper_pearson(correct, count if metric == "accuracy" else predicted, level)


def _apart(
    one: tuple[NDArray[np.float64], NDArray[np.float64]],
    other: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> NDArray[np.bool_]:
    """Whether the interval of the difference of two independent values excludes zero."""
    low, high = np.moveaxis(independent_interval(*one, *other), -1, 0)
    return (low > 0) | (high < 0)


def _columns(
    name: str, value: NDArray[np.float64], bounds: NDArray[np.float64]
) -> dict[str, NDArray[np.float64]]:
    return {name: value, f"{name}_low": bounds[:, 0], f"{name}_high": bounds[:, 1]}


@dataclass(frozen=True, eq=False)
class ClassCounts:
    """How many images of each class are correct, and are taken for it, at every alpha.

    Attributes:
        alphas: mixing coefficients [A].
        class_ids: the classes that occur [C], ascending.
        count: images of each [C].
        correct: of them predicted correctly [A, C].
        predicted: images that are taken for the class [A, C].
    """

    alphas: NDArray[np.float64]
    class_ids: Counts
    count: Counts
    correct: Counts
    predicted: Counts

    def values(self, metric: Metric) -> NDArray[np.float64]:
        """A metric of every class at every alpha [A, C]; NaN where it is not defined."""
        return measured(metric, self.correct, self.predicted, self.count)

    def worst(self) -> tuple[NDArray[np.intp], NDArray[np.float64], NDArray[np.float64]]:
        """The class that is worst at each alpha, as a column [A]; its accuracy [A] and interval.

        As the lowest of many measurements, it lies a little lower than the truth.
        """
        accuracy = self.values("accuracy")
        column = accuracy.argmin(axis=1)
        rows = np.arange(len(self.alphas))
        bounds = clopper_pearson(self.correct[rows, column], self.count[column])
        return column, accuracy[rows, column], bounds


def class_counts(path: AlphaPath) -> ClassCounts:
    """Every class at every alpha; 50,000 images at 101 alphas take a tenth of a second."""
    ids, count = np.unique(path.labels, return_counts=True)
    size = 1 + max(int(path.predicted.max(initial=0)), int(ids.max(initial=0)))
    correct = np.zeros((len(path.alphas), len(ids)), np.int64)
    taken = np.zeros_like(correct)
    labels = path.labels.astype(path.predicted.dtype)
    for row, predicted in enumerate(path.predicted):
        correct[row] = np.bincount(labels[predicted == labels], minlength=size)[ids]
        taken[row] = np.bincount(predicted, minlength=size)[ids]
    return ClassCounts(path.alphas, ids, count, correct, taken)


def best_alphas(path: AlphaPath, counts: ClassCounts, versus: int) -> NDArray[np.intp]:
    """For each class, the index of the alpha with its highest accuracy [C], the smallest of equal.

    It is -1 where the class is not clearly better there than at the alpha of index `versus`:
    McNemar's exact test, times the other alphas, of which the best was picked (Bonferroni), and
    corrected by Holm for all classes. So the chance that a class has one, though no alpha is better
    for it, is at most 5 % over all classes together. Which of several good alphas is the best is
    not tested.
    """
    best = counts.correct.argmax(axis=0)
    column = np.searchsorted(counts.class_ids, path.labels)
    correct = path.predicted[best[column], np.arange(len(path))] == path.labels
    before = path.predicted[versus] == path.labels

    def images(which: NDArray[np.bool_]) -> Counts:
        return np.bincount(column[which], minlength=len(best))

    p = mcnemar(images(correct & ~before), images(before & ~correct))
    picked = np.minimum(p * max(len(path.alphas) - 1, 1), 1.0)
    return np.where(holm(picked) < SIGNIFICANT, best, -1)


def lose_everywhere(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The classes whose accuracy falls on every set that has them.

    Args:
        tables: by set, two or more, from `per_class`.

    Returns:
        a row a class, the largest loss first: `class_id`, `class`, `sets` (how many have it),
        the accuracy `change` on each set as `change <set>`, their mean `change`, the images
        `fixed` and `broken` on all sets together, `p` of McNemar's exact test of them, and
        `p_holm`, corrected for all the classes there are.
    """
    every = pd.concat([table.assign(set=name) for name, table in tables.items()])
    grouped = every.groupby(["class_id", "class"], sort=True)
    summed = grouped.agg(
        sets=("set", "size"),
        change=("accuracy_change", "mean"),
        highest=("accuracy_change", "max"),
        fixed=("fixed", "sum"),
        broken=("broken", "sum"),
    )
    summed["p"] = mcnemar(summed["fixed"], summed["broken"])
    summed["p_holm"] = holm(summed["p"])
    for name, table in tables.items():
        keyed = table.set_index(["class_id", "class"])
        summed[f"change {name}"] = keyed["accuracy_change"]
    losing = summed.loc[(summed["highest"] < 0) & (summed["sets"] > 1)]
    return losing.drop(columns="highest").sort_values("change", kind="stable").reset_index()
