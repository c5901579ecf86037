"""Logits at a few alphas to predictions at all of them.

Along the straight line between two models that were fine-tuned one from the other, each logit of
an image is a smooth function of alpha. A cubic spline through its values at evaluated alphas, the
nodes, is linear in those values: one small matrix [A, K] serves all images and classes. Of the
interpolations that were measured (`tests/benchmarks/bench_nodes.py`), it is the one whose largest
error is smallest where the path bends near an end.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.interpolate import CubicSpline

from wiseft.alpha_path import AlphaPath
from wiseft.leading import LEADERS, Leading, leaders

PROBES = 9
"""Alphas, evenly spaced, at which the logits of all classes are looked at."""

FOLLOWED = 24
"""Classes that are followed between the probes, beside the winner at each."""

BLOCK = 2**22
"""Logits in memory at a time."""

NOTHING = 1e-30
"""A probability too small to count, whose logarithm is finite."""

_Part = tuple[slice, NDArray[np.int64], NDArray[np.intp], NDArray[np.float32], NDArray[np.float32]]


def spline_weights(nodes: Sequence[float], alphas: ArrayLike) -> NDArray[np.float64]:
    """The matrix [A, K] that takes values at K nodes to values at A alphas.

    The spline is not-a-knot: its first two pieces are one cubic, and so are its last two. Three
    nodes give the parabola, two the straight line. At a node the row has a single 1, so that what
    was evaluated stays as it is.
    """
    at = np.asarray(alphas, dtype=np.float64)
    weights = CubicSpline(nodes, np.eye(len(nodes)), bc_type="not-a-knot")(at)
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

    Of many classes, all are interpolated at the nodes and at a few alphas between them, the
    probes, or at `alphas` where they are fewer. Only those that come nearest to winning at a
    probe are followed over all alphas, and the true one; the others enter the probabilities as
    one sum relative to the winner, its logarithm linear between the probes. Memory is bounded by
    `BLOCK`, beside the result.

    Args:
        nodes: evaluated alphas [K], ascending, two or more.
        logits: at each node, [N, C]; may be mapped from disk.
        labels: true class ids [N].
        alphas: of the path [A], ascending; those that are nodes are exact.
        classes: where given, the class ids that take part; images of others are left out.
    """
    columns, images, truth = _taking_part(logits, labels, classes)
    shape = (len(alphas), len(images))
    predicted = np.empty(shape, np.min_scalar_type(int(columns.max())))
    confidence, true_probability = np.empty(shape, np.float16), np.empty(shape, np.float16)
    for part, ids, best, shares, total in _followed(nodes, logits, columns, images, truth, alphas):
        rows, true = np.arange(len(ids)), (ids == truth[part, None]).argmax(axis=1)
        predicted[:, part] = columns[ids[rows, best]]
        confidence[:, part] = 1 / total
        true_probability[:, part] = shares[:, rows, true] / total
    return AlphaPath(
        alphas=alphas,
        labels=labels[images],
        predicted=predicted,
        confidence=confidence,
        true_probability=true_probability,
        exact=np.isin(alphas, nodes),
    )


def leading(
    nodes: Sequence[float],
    logits: Sequence[NDArray[np.float32]],
    labels: NDArray[np.int64],
    alphas: NDArray[np.float64],
    classes: tuple[int, ...] | None = None,
) -> Leading:
    """The leading classes of every image at `alphas`; arguments as of `interpolated`."""
    columns, images, truth = _taking_part(logits, labels, classes)
    count = min(LEADERS, len(columns))
    ids_of = np.empty((len(images), count), np.min_scalar_type(int(columns.max())))
    probability = np.empty((len(alphas), len(images), count), np.uint8)
    for part, ids, _, shares, total in _followed(nodes, logits, columns, images, truth, alphas):
        shares /= total[..., None]
        true = (ids == truth[part, None]).argmax(axis=1)
        places, probability[:, part] = leaders(shares, true)
        ids_of[part] = columns[np.take_along_axis(ids, places, axis=1)]
    return Leading(alphas, ids_of, probability)


def _taking_part(
    logits: Sequence[NDArray[np.float32]],
    labels: NDArray[np.int64],
    classes: tuple[int, ...] | None,
) -> tuple[NDArray[np.integer], NDArray[np.int64], NDArray[np.int64]]:
    """Columns of the logits that take part; images of their classes; where the true ones stand."""
    columns = np.arange(logits[0].shape[1]) if classes is None else np.asarray(classes)
    images = np.flatnonzero(np.isin(labels, columns))
    return columns, images, np.searchsorted(columns, labels[images])


def _followed(
    nodes: Sequence[float],
    logits: Sequence[NDArray[np.float32]],
    columns: NDArray[np.integer],
    images: NDArray[np.int64],
    truth: NDArray[np.int64],
    alphas: NDArray[np.float64],
) -> Iterator[_Part]:
    """The classes that are followed along alpha, some images at a time.

    Yields:
        which of the images these n are; places of their classes among `columns` [n, M], ascending;
        which of the M wins [A, n]; their probabilities relative to that of the winner [A, n, M];
        and the sums of these over all classes, also those that are not followed [A, n].
    """
    probes = np.union1d(nodes, np.linspace(nodes[0], nodes[-1], PROBES))
    if len(alphas) < len(probes):
        probes = alphas
    weights, to_probes = (spline_weights(nodes, at).astype(np.float32) for at in (alphas, probes))
    hats = np.eye(len(probes), dtype=np.float32)
    between = np.stack([np.interp(alphas, probes, hat) for hat in hats], axis=1)
    followed = min(len(columns), len(probes) + FOLLOWED)
    step = max(1, BLOCK // max(len(alphas) * followed, len(probes) * len(columns)))
    everything = len(columns) == logits[0].shape[1]
    for start in range(0, len(images), step):
        part = slice(start, start + step)
        values = np.stack([each[images[part]] for each in logits])
        if not everything:
            values = values[..., columns]
        ids, rest = _leaders(np.tensordot(to_probes, values, axes=1), truth[part], followed)
        scores = np.tensordot(weights, np.take_along_axis(values, ids[None], axis=2), axes=1)
        best = scores.argmax(axis=2)
        top = np.take_along_axis(scores, best[..., None], axis=2)
        shares = np.exp(np.subtract(scores, top, out=scores), out=scores)
        yield part, ids, best, shares, shares.sum(axis=2) + np.exp(between @ rest)


def _leaders(
    probed: NDArray[np.float32], truth: NDArray[np.int64], followed: int
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """The classes of each image that come nearest to winning, and what the others amount to.

    Args:
        probed: logits at the probes [P, n, C].
        truth: columns of the true classes [n], which are always among those that are followed.
        followed: how many are, M.

    Returns:
        columns [n, M], ascending; and the log-sum-exp of the others' distances from the winner
        at each probe [P, n].
    """
    top = probed.max(axis=2, keepdims=True)
    below = probed - top
    near = below.max(axis=0)
    np.put_along_axis(near, truth[:, None], np.inf, axis=1)
    ids = np.argpartition(near, -followed, axis=1)[:, -followed:]
    ids.sort(axis=1)
    others = np.exp(below, out=below)
    np.put_along_axis(others, ids[None], 0, axis=2)
    return ids, np.log(others.sum(axis=2) + np.float32(NOTHING))
