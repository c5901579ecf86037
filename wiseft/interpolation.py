"""Logits at a few alphas to predictions at all of them.

Along the straight line between two models that were fine-tuned one from the other, each logit of
an image is a smooth function of alpha. A natural cubic spline through its values at evaluated
alphas, the nodes, is linear in those values: one small matrix [A, K] serves all images and classes.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.interpolate import CubicSpline
from scipy.special import logsumexp

from wiseft.alpha_path import AlphaPath

LEADERS = 8
"""Classes with the highest logits at each node that take part between the nodes."""

BLOCK = 2**22
"""Interpolated logits in memory at a time."""


NOTHING = np.float32(-1e30)
"""The logarithm of zero; not an infinity, which a weight of zero would turn into NaN."""


def spline_weights(nodes: Sequence[float], alphas: ArrayLike) -> NDArray[np.float64]:
    """The matrix [A, K] that takes values at K nodes to values at A alphas.

    The spline is natural: its curvature vanishes at the first and last node. Two nodes give the
    straight line. At a node the row has a single 1, so that what was evaluated stays as it is.
    """
    at = np.asarray(alphas, dtype=np.float64)
    weights = CubicSpline(nodes, np.eye(len(nodes)), bc_type="natural")(at)
    for column, node in enumerate(nodes):
        weights[at == node] = np.eye(len(nodes))[column]
    return weights


def interpolated(
    nodes: Sequence[float],
    logits: Sequence[NDArray[np.float32]],
    labels: NDArray[np.int64],
    alphas: NDArray[np.float64],
    classes: tuple[int, ...] | None = None,
) -> AlphaPath:
    """The path through evaluated logits.

    Of many classes only those that lead at a node, and the true one, are followed between the
    nodes; the rest enters the probabilities as one sum. Memory is bounded by `BLOCK`, beside the
    result.

    Args:
        nodes: evaluated alphas [K], ascending, two or more.
        logits: at each node, [N, C]; may be mapped from disk.
        labels: true class ids [N].
        alphas: of the path [A], ascending; those that are nodes are exact.
        classes: where given, the class ids that take part; images of others are left out.
    """
    columns = np.arange(logits[0].shape[1]) if classes is None else np.asarray(classes)
    images = np.flatnonzero(np.isin(labels, columns))
    truth = np.searchsorted(columns, labels[images])
    weights = spline_weights(nodes, alphas).astype(np.float32)
    followed = min(len(columns), len(nodes) * LEADERS + 1)
    step = max(1, BLOCK // (len(alphas) * followed))
    shape = (len(alphas), len(images))
    predicted = np.empty(shape, np.min_scalar_type(int(columns.max())))
    confidence, true_probability = np.empty(shape, np.float16), np.empty(shape, np.float16)
    for start in range(0, len(images), step):
        part = slice(start, start + step)
        values = np.stack([np.asarray(each[images[part]])[:, columns] for each in logits])
        ids, leaders, rest = _leaders(values, truth[part])
        scores = np.tensordot(weights, leaders, axes=1)
        best = scores.argmax(axis=2)
        total = np.logaddexp(logsumexp(scores, axis=2), weights @ rest)
        rows = np.arange(len(ids))
        true = (ids == truth[part, None]).argmax(axis=1)
        top = np.take_along_axis(scores, best[..., None], axis=2)[..., 0]
        predicted[:, part] = columns[ids[rows, best]]
        confidence[:, part] = np.exp(top - total)
        true_probability[:, part] = np.exp(scores[:, rows, true] - total)
    return AlphaPath(
        alphas=alphas,
        labels=labels[images],
        predicted=predicted,
        confidence=confidence,
        true_probability=true_probability,
        exact=np.isin(alphas, nodes),
    )


def _leaders(
    values: NDArray[np.float32], truth: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.float32], NDArray[np.float32]]:
    """The classes that matter of each image, their logits, and the log-sum-exp of the others.

    Args:
        values: logits at the nodes [K, n, C].
        truth: columns of the true classes [n].

    Returns:
        columns [n, M], ascending, a column that is there twice having the logit `NOTHING` from
        the second time on; logits [K, n, M]; and log-sum-exp [K, n].
    """
    nodes, images, classes = values.shape
    if classes <= nodes * LEADERS + 1:
        everything = np.broadcast_to(np.arange(classes), (images, classes))
        return everything, values, np.full((nodes, images), NOTHING)
    top = np.argpartition(values, -LEADERS, axis=2)[..., -LEADERS:]
    ids = np.concatenate([*top, truth[:, None]], axis=1)
    ids.sort(axis=1)
    leaders = np.take_along_axis(values, ids[None], axis=2)
    others = values.copy()
    np.put_along_axis(others, np.broadcast_to(ids, leaders.shape), -np.inf, axis=2)
    repeated = np.diff(ids, axis=1, prepend=-1) == 0
    return ids, np.where(repeated, NOTHING, leaders), np.maximum(logsumexp(others, axis=2), NOTHING)
