"""Which images change sides along alpha: fixed, broken, and correct only part of the way.

An image is fixed between two alphas where it is wrong at the first and correct at the second, and
broken where it is the other way round.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from wiseft.metrics import clopper_pearson, paired_interval
from wiseft.significance import SIGNIFICANT, holm, mcnemar

Fate = Literal["always", "fixed", "broken", "apart", "between", "never"]
"""What becomes of an image from the first alpha to the last: correct at every alpha; wrong at the
first and correct at the last; the other way round; correct at both, but not at every alpha between;
wrong at both, but correct somewhere between; correct at no alpha."""

FATES: tuple[Fate, ...] = ("always", "fixed", "broken", "apart", "between", "never")


@dataclass(frozen=True, eq=False)
class Flips:
    """How many images are fixed and broken from one alpha to others.

    Attributes:
        fixed, broken: images [A], or [A - 1] from each alpha to the next.
        count: all images of the set.
    """

    fixed: NDArray[np.int64]
    broken: NDArray[np.int64]
    count: int


def at_each_step(correct: NDArray[np.bool_]) -> Flips:
    """Flips from each alpha to the next.

    Args:
        correct: whether each image is predicted correctly at each alpha [A, N], alphas ascending.

    Returns:
        counts [A - 1].
    """
    moved = correct[1:] ^ correct[:-1]
    total = np.count_nonzero(moved, axis=1)
    fixed = np.count_nonzero(moved & correct[1:], axis=1)
    return Flips(fixed, total - fixed, correct.shape[1])


def against(correct: NDArray[np.bool_], index: int) -> Flips:
    """Flips from the alpha at `index` to every alpha; `correct` as for `at_each_step`.

    An image that was fixed and broken again on the way is neither.

    Returns:
        counts [A].
    """
    other = correct[index]
    both = np.count_nonzero(correct & other, axis=1)
    return Flips(
        np.count_nonzero(correct, axis=1) - both,
        np.count_nonzero(other) - both,
        correct.shape[1],
    )


def flip_counts(correct: NDArray[np.bool_]) -> NDArray[np.int64]:
    """How often each image changes sides along alpha [N]; `correct` as for `at_each_step`."""
    return np.add.reduce(correct[1:] ^ correct[:-1], axis=0, dtype=np.int64)


def fates(correct: NDArray[np.bool_]) -> NDArray[np.int8]:
    """What becomes of each image, as an index into `FATES` [N].

    `correct` as for `at_each_step`; there must be one alpha at least.
    """
    first, last = correct[0], correct[-1]
    ever, always = np.logical_or.reduce(correct), np.logical_and.reduce(correct)
    chosen = np.select(
        [always, ~first & last, first & ~last, first & last, ever],
        [FATES.index(each) for each in ("always", "fixed", "broken", "apart", "between")],
        FATES.index("never"),
    )
    return chosen.astype(np.int8)


def per_class_flips(
    correct: NDArray[np.bool_],
    labels: NDArray[np.int64],
    class_names: Sequence[str],
    here: int,
    there: int,
) -> pd.DataFrame:
    """How many images of every class are fixed and broken from one alpha to another.

    Args:
        correct: as for `at_each_step`.
        labels: true class ids [N].
        class_names: readable names [C] by class id.
        here, there: indices of the alpha in hand and of the one that it is compared with: an image
            is fixed where it is wrong `there` and correct `here`.

    Returns:
        one row a class that occurs, in the order of the ids: `class_id`, `class`, `count`;
        `accuracy` here with its 95 % interval `low` and `high`, and `versus` there; `fixed` and
        `broken`; the `change` of the accuracy with its paired 95 % interval `change_low` and
        `change_high`; `p_holm` of McNemar's exact test, corrected for the number of classes, and
        whether that is `clear`, below 0.05. Then, over all alphas, the images that are `always`
        and `never` correct, that are correct only `between` the ends, and `flips`, how often an
        image changes sides on average. Accuracies and changes are fractions.
    """
    ids, count = np.unique(labels, return_counts=True)

    def images(which: NDArray[np.bool_]) -> NDArray[np.intp]:
        """How many images of each class are among `which` [N]."""
        return np.bincount(labels[which], minlength=ids.max(initial=0) + 1)[ids]

    now, before = correct[here], correct[there]
    hits, fixed, broken = images(now), images(now & ~before), images(before & ~now)
    bounds = clopper_pearson(hits, count)
    change = paired_interval(fixed, broken, images(now & before), count)
    corrected = holm(mcnemar(fixed, broken))
    fate = fates(correct)
    moves = np.bincount(labels, flip_counts(correct), minlength=ids.max(initial=0) + 1)[ids]
    return pd.DataFrame(
        {
            "class_id": ids,
            "class": [class_names[i] for i in ids],
            "count": count,
            "accuracy": hits / count,
            "low": bounds[:, 0],
            "high": bounds[:, 1],
            "versus": images(before) / count,
            "fixed": fixed,
            "broken": broken,
            "change": (fixed - broken) / count,
            "change_low": change[:, 0],
            "change_high": change[:, 1],
            "p_holm": corrected,
            "clear": corrected < SIGNIFICANT,
            "always": images(fate == FATES.index("always")),
            "never": images(fate == FATES.index("never")),
            "between": images(fate == FATES.index("between")),
            "flips": moves / count,
        }
    )
