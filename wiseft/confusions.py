"""What is taken for what: confusion matrices, and the confusions that go and come."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.cluster.hierarchy import leaves_list, linkage, optimal_leaf_ordering
from scipy.spatial.distance import squareform

from wiseft.errors import Incompatible
from wiseft.predictions import Predictions
from wiseft.significance import SIGNIFICANT, holm, mcnemar

_ORDERED = 200
"""Classes up to which the order is the best that the clusters allow; it takes cubic time."""


def confusion_matrix(
    predictions: Predictions, classes: int, among: NDArray[np.int64] | None = None
) -> NDArray[np.int64]:
    """How many images of each class are taken for each [C, C], true classes down.

    Args:
        predictions: of a model.
        classes: how many there are, C.
        among: ids of some of them [S], for that part of the matrix alone [S, S]: of a thousand
            classes the whole of it has a million entries.
    """
    some = np.arange(classes) if among is None else among
    place = np.full(classes, -1)
    place[some] = np.arange(len(some))
    true, read = place[predictions.labels], place[predictions.predicted]
    inside = (true >= 0) & (read >= 0)
    codes = true[inside] * len(some) + read[inside]
    return np.bincount(codes, minlength=len(some) ** 2).reshape(len(some), len(some))


def confusion_pairs(
    current: Predictions, compared: Predictions, class_names: Sequence[str]
) -> pd.DataFrame:
    """Every confusion that either model makes, the largest change first.

    Args:
        current, compared: what two models said of the same images.
        class_names: readable names [C] by class id.

    Returns:
        a row a pair: `true_id`, `predicted_id`, `true`, `predicted`, images so confused now
        (`count`) and by the compared model (`compared`), their difference `change`; the images
        that `come` into this confusion and that `go` out of it; `p` of the exact test that both
        are equally likely (McNemar's), `p_holm` the same corrected for all pairs of which any
        image moved, and `clear`, whether that is below 0.05.

    Raises:
        Incompatible: where the two are not of the same images.
    """
    if not np.array_equal(current.labels, compared.labels):
        raise Incompatible("The predictions are of different images; sweep the run again.")
    classes = len(class_names)
    now = current.labels * classes + current.predicted
    then = current.labels * classes + compared.predicted
    moved = now != then

    def images(codes: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.bincount(codes, minlength=classes * classes)

    counts, before = images(now[~current.correct]), images(then[~compared.correct])
    pairs = np.flatnonzero(counts + before)
    come = images(now[moved & ~current.correct])[pairs]
    go = images(then[moved & ~compared.correct])[pairs]
    p, corrected = mcnemar(come, go), np.ones(len(pairs))
    moving = (come + go) > 0
    corrected[moving] = holm(p[moving])
    true, predicted = np.divmod(pairs, classes)
    names = pd.Series(class_names, dtype="str").array
    table = pd.DataFrame(
        {
            "true_id": true,
            "predicted_id": predicted,
            "true": names.take(true),
            "predicted": names.take(predicted),
            "count": counts[pairs],
            "compared": before[pairs],
            "change": counts[pairs] - before[pairs],
            "come": come,
            "go": go,
            "p": p,
            "p_holm": corrected,
            "clear": corrected < SIGNIFICANT,
        }
    )
    order = np.lexsort((pairs, -table["count"], -table["change"].abs()))
    return table.iloc[order].reset_index(drop=True)


def moving_classes(pairs: pd.DataFrame, most: int) -> NDArray[np.int64]:
    """The ids of the classes in the confusions that change most, at most so many, ascending.

    Args:
        pairs: from `confusion_pairs`, in its order.
        most: classes to return, two or more.
    """
    ids = pairs.loc[pairs["change"] != 0, ["true_id", "predicted_id"]].to_numpy().ravel()
    _, first = np.unique(ids, return_index=True)
    kept = ids[np.sort(first)][:most]
    return np.sort(kept.astype(np.int64))


def clustered_order(matrix: ArrayLike) -> NDArray[np.intp]:
    """An order of the classes [C] in which those that are confused stand together.

    Classes are the nearer the larger the share of their images that either takes for the other;
    they are clustered by average linkage, and up to 200 of them put into the order of least
    distances between neighbours that the clusters allow (Bar-Joseph, Gifford and Jaakkola,
    Bioinformatics 17, 2001).

    Args:
        matrix: images by true class, down, and predicted class [C, C].
    """
    counts = np.asarray(matrix, dtype=np.float64)
    size = len(counts)
    if size < 3:
        return np.arange(size)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    near = (shares + shares.T) / 2
    distance = 1 - near / max(float(near.max()), 1.0)
    np.fill_diagonal(distance, 0)
    condensed = squareform(distance, checks=False)
    tree = linkage(condensed, "average")
    if size <= _ORDERED:
        tree = optimal_leaf_ordering(tree, condensed)
    return leaves_list(tree)
