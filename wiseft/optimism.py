"""How much too high an accuracy is because the same images chose the alpha it is measured at."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from wiseft.metrics import Difference, correct_difference, mean_difference

FOLDS = 10
"""Parts that the images of every set are split into."""

SEED = 0
"""Of the split, so that the same images always give the same estimate."""

Curves = Mapping[str, NDArray[np.float64]]
"""By set, accuracy along alpha [A]."""


def optimism(
    correct: Mapping[str, NDArray[np.bool_]],
    weights: Mapping[str, float],
    choose: Callable[[Curves], int],
) -> Difference | None:
    """Accuracy at the chosen alpha minus what cross-validation over the images finds.

    Every set is split at random into `FOLDS` parts, and each part is measured at the alpha that
    the other parts choose: no image takes part in the choice that it is measured by (Stone,
    Journal of the Royal Statistical Society B 36, 1974). Where the choice is the highest accuracy
    on a single set, the estimate is never negative. Its interval pairs the two answers to every
    image; it takes the choices as given, and so knows nothing of other splits.

    Args:
        correct: for every set, whether each image is predicted correctly at each alpha [A, N].
        weights: of the sets in the mean of accuracies that the choice makes as high as it can.
        choose: the rule: from accuracies to the index of an alpha.

    Returns:
        the estimate; None where a set has fewer than two images.
    """
    folds = min(FOLDS, *(rows.shape[1] for rows in correct.values()))
    if folds < 2:
        return None
    random = np.random.default_rng(SEED)
    part = {
        name: random.permutation(np.arange(rows.shape[1]) % folds) for name, rows in correct.items()
    }
    counts = {
        name: np.stack([rows[:, part[name] == fold].sum(axis=1) for fold in range(folds)])
        for name, rows in correct.items()
    }
    elsewhere = [
        {
            name: (parts.sum(axis=0) - parts[fold]) / np.sum(part[name] != fold)
            for name, parts in counts.items()
        }
        for fold in range(folds)
    ]
    apparent = choose({name: rows.mean(axis=1) for name, rows in correct.items()})
    chosen = np.array([choose(curves) for curves in elsewhere])
    return mean_difference(
        [
            correct_difference(
                correct[name][apparent],
                correct[name][chosen[part[name]], np.arange(len(part[name]))],
            )
            for name in weights
        ],
        list(weights.values()),
    )
