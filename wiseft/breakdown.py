"""Predictions to tables: which classes gain and which pay."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from wiseft.errors import Incompatible
from wiseft.metrics import clopper_pearson, paired_interval
from wiseft.predictions import Predictions


def per_class(
    current: Predictions,
    zeroshot: Predictions,
    finetuned: Predictions,
    class_names: Sequence[str],
) -> pd.DataFrame:
    """Accuracy of every class at one alpha, and its change from both ends.

    Args:
        current, zeroshot, finetuned: what three models said of the same images.
        class_names: readable names [C] by class id.

    Returns:
        one row a class that occurs, in the order of the ids: `class_id`, `class`, `count`;
        `accuracy` with its 95 % interval `low` and `high`; the accuracies `zeroshot` and
        `finetuned`; the change `from_zeroshot`, with its paired 95 % interval
        `from_zeroshot_low` and `..._high` and how many images it `..._fixed` and `..._broken`;
        and likewise `from_finetuned`. Accuracies and changes are fractions.

    Raises:
        Incompatible: where the three are not of the same images.
    """
    for other in (zeroshot, finetuned):
        if not np.array_equal(current.labels, other.labels):
            raise Incompatible("The predictions are of different images; sweep the run again.")
    ids, count = np.unique(current.labels, return_counts=True)

    def images(which: NDArray[np.bool_]) -> NDArray[np.intp]:
        """How many of the images of each class are among `which` [N]."""
        return np.bincount(current.labels[which], minlength=ids.max(initial=0) + 1)[ids]

    correct = images(current.correct)
    bounds = clopper_pearson(correct, count)
    table = pd.DataFrame(
        {
            "class_id": ids,
            "class": [class_names[i] for i in ids],
            "count": count,
            "accuracy": correct / count,
            "low": bounds[:, 0],
            "high": bounds[:, 1],
        }
    )
    for name, end in (("zeroshot", zeroshot), ("finetuned", finetuned)):
        gained = images(current.correct & ~end.correct)
        lost = images(end.correct & ~current.correct)
        bounds = paired_interval(gained, lost, images(current.correct & end.correct), count)
        table[name] = images(end.correct) / count
        table[f"from_{name}"] = (gained - lost) / count
        table[f"from_{name}_low"] = bounds[:, 0]
        table[f"from_{name}_high"] = bounds[:, 1]
        table[f"from_{name}_fixed"] = gained
        table[f"from_{name}_broken"] = lost
    return table
