"""Predictions to numbers, each with its count and its 95 % interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaincinv, ndtri

from wiseft.errors import Incompatible
from wiseft.predictions import Predictions

LEVEL = 0.95
"""Coverage of every interval on screen and in files."""


@dataclass(frozen=True)
class Accuracy:
    """A share of correct predictions.

    Attributes:
        value: correct / count, 0..1.
        low, high: its Clopper-Pearson interval at `LEVEL`.
        count: images it was measured on.
    """

    value: float
    low: float
    high: float
    count: int


def clopper_pearson(
    correct: ArrayLike, count: ArrayLike, level: float = LEVEL
) -> NDArray[np.float64]:
    """Exact binomial intervals at `level` for `correct` of `count`, both of shape [...].

    Source: Clopper and Pearson, Biometrika 26 (1934). The bounds are quantiles of beta
    distributions, 0 and 1 where none or all are correct; for a count of 0 they are 0 and 1.

    Returns:
        bounds of shape [..., 2], low before high, in 0..1.
    """
    k, n = np.broadcast_arrays(np.asarray(correct, float), np.asarray(count, float))
    tail = (1 - level) / 2
    low = np.where(k > 0, betaincinv(np.maximum(k, 0.5), n - k + 1, tail), 0.0)
    high = np.where(k < n, betaincinv(k + 1, np.maximum(n - k, 0.5), 1 - tail), 1.0)
    return np.stack([low, high], axis=-1)


def accuracy(predictions: Predictions) -> Accuracy:
    """Share of the images that are predicted correctly; NaN where there are none."""
    count = len(predictions)
    correct = int(predictions.correct.sum())
    low, high = clopper_pearson(correct, count)
    return Accuracy(correct / count if count else float("nan"), float(low), float(high), count)


def mean_interval(
    values: ArrayLike, bounds: ArrayLike, weights: ArrayLike | None = None
) -> NDArray[np.float64]:
    """The interval of the mean of K independent proportions.

    Combines the proportions' own intervals (the method of variance estimates recovery, Zou and
    Donner, Statistics in Medicine 27, 2008): the distances from value to bound add in quadrature.
    Unlike a normal approximation it stays within 0..1 and does not vanish at 0 or 1.

    Args:
        values: proportions [K, ...].
        bounds: their intervals [K, ..., 2].
        weights: of the proportions [K], not negative and not all zero; equal where None.

    Returns:
        bounds of the mean [..., 2].
    """
    proportions, intervals = np.asarray(values, float), np.asarray(bounds, float)
    share = np.ones(len(proportions)) if weights is None else np.asarray(weights, float)
    share = share / share.sum()
    distance = np.sqrt(np.tensordot(share**2, (intervals - proportions[..., None]) ** 2, 1))
    return np.tensordot(share, proportions, 1)[..., None] + distance * np.array([-1.0, 1.0])


def independent_interval(
    value: ArrayLike, bounds: ArrayLike, other: ArrayLike, other_bounds: ArrayLike
) -> NDArray[np.float64]:
    """The interval of the difference of two proportions of different images.

    Source: Newcombe, Statistics in Medicine 17 (1998), 873-890, method 10, and Zou and Donner as
    for `mean_interval`: the distances from value to bound add in quadrature.

    Args:
        value, other: proportions [...].
        bounds, other_bounds: their intervals [..., 2].

    Returns:
        bounds of value - other, of shape [..., 2], low before high.
    """
    one, two = np.asarray(value, float), np.asarray(other, float)
    (low_1, high_1), (low_2, high_2) = (
        np.moveaxis(np.asarray(each, float), -1, 0) for each in (bounds, other_bounds)
    )
    below = np.hypot(one - low_1, high_2 - two)
    above = np.hypot(high_1 - one, two - low_2)
    return (one - two)[..., None] + np.stack([-below, above], axis=-1)


@dataclass(frozen=True)
class Difference:
    """How much more often one model is correct than another, on the same images.

    Attributes:
        value: accuracy of the one minus accuracy of the other, -1..1.
        low, high: its paired interval at `LEVEL`.
        count: images that both were measured on.
    """

    value: float
    low: float
    high: float
    count: int

    @property
    def clear(self) -> bool:
        """Whether the interval excludes zero; else the difference is within noise."""
        return self.low > 0 or self.high < 0


def paired_interval(
    gained: ArrayLike, lost: ArrayLike, both: ArrayLike, count: ArrayLike
) -> NDArray[np.float64]:
    """Intervals at `LEVEL` for the difference of two proportions of the same images.

    Source: Newcombe, Statistics in Medicine 17 (1998), 2635-2650, method 10: the Wilson intervals
    of the two proportions, combined with their correlation, continuity-corrected. It stays within
    -1..1 and does not vanish where no image, or every image, is discordant.

    Args:
        gained: images that only the first model has correct [...].
        lost: images that only the second has correct [...].
        both: images that both have correct [...].
        count: all images [...]; not zero.

    Returns:
        bounds of (gained - lost) / count, of shape [..., 2], low before high.
    """
    f, g, e, n = np.broadcast_arrays(*(np.asarray(x, float) for x in (gained, lost, both, count)))
    h = n - e - f - g
    (low_1, high_1), (low_2, high_2) = _wilson_distances(e + f, n), _wilson_distances(e + g, n)
    product = (e + f) * (g + h) * (e + g) * (f + h)
    agreement = e * h - f * g
    agreement = np.where(agreement > 0, np.maximum(agreement - n / 2, 0), agreement)
    correlation = agreement / np.sqrt(np.where(product > 0, product, np.inf))
    below = np.sqrt(low_1**2 - 2 * correlation * low_1 * high_2 + high_2**2)
    above = np.sqrt(high_1**2 - 2 * correlation * high_1 * low_2 + low_2**2)
    return (f - g)[..., None] / n[..., None] + np.stack([-below, above], axis=-1)


def paired_difference(current: Predictions, other: Predictions) -> Difference:
    """How much more often `current` is correct than `other`; NaN where there are no images.

    Both must be of the same images, in the same order: the interval is that of
    `paired_interval`, which only the images that they disagree on make wide.

    Raises:
        Incompatible: where the two are not of the same images.
    """
    if not np.array_equal(current.labels, other.labels):
        raise Incompatible("The predictions are of different images; sweep the run again.")
    return correct_difference(current.correct, other.correct)


def correct_difference(first: NDArray[np.bool_], second: NDArray[np.bool_]) -> Difference:
    """`paired_difference` of two lists [N] of whether the same images are predicted correctly."""
    count = len(first)
    if count == 0:
        return Difference(float("nan"), -1.0, 1.0, 0)
    gained, lost = int((first & ~second).sum()), int((second & ~first).sum())
    low, high = paired_interval(gained, lost, int((first & second).sum()), count)
    return Difference((gained - lost) / count, float(low), float(high), count)


def mean_difference(
    differences: Sequence[Difference], weights: Sequence[float] | None = None
) -> Difference:
    """The mean of the differences on several sets, its interval and weights by `mean_interval`."""
    values = [each.value for each in differences]
    low, high = mean_interval(values, [(each.low, each.high) for each in differences], weights)
    count = sum(each.count for each in differences)
    return Difference(float(np.average(values, weights=weights)), float(low), float(high), count)


def _wilson_distances(
    correct: NDArray[np.float64], count: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How far the Wilson interval reaches below and above correct / count."""
    z = ndtri((1 + LEVEL) / 2)
    share = correct / count
    centre = (share + z**2 / (2 * count)) / (1 + z**2 / count)
    half = z * np.sqrt(share * (1 - share) / count + (z / (2 * count)) ** 2) / (1 + z**2 / count)
    return share - (centre - half), (centre + half) - share
