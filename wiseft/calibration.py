"""Calibration: whether what a model holds 80 % probable is correct in 80 % of cases.

Images are put in order of their confidence and divided into bins of about equal mass, as Nixon et
al. ("Measuring Calibration in Deep Learning", CVPR workshops 2019) advise, since bins of equal
width hold nearly all images of a good classifier in the last one. The expected calibration error
(Naeini, Cooper and Hauskrecht, AAAI 2015) is the mean over images of the distance between the
accuracy and the mean confidence of their bin.

Noise alone makes that distance positive, so that each error comes with what perfect calibration
would be measured as on as many images.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from wiseft.alpha_path import AlphaPath
from wiseft.metrics import LEVEL, clopper_pearson
from wiseft.predictions import Predictions

BINS = 15
"""Bins of about equal mass; the number is that of Guo et al., ICML 2017."""

RESAMPLES = 1000
"""Resamples of the bootstrap."""

_LEVELS = int(np.float16(1).view(np.uint16)) + 1
"""How many half-precision numbers there are from 0 to 1."""

_VALUES = np.arange(_LEVELS, dtype=np.uint16).view(np.float16).astype(np.float64)
"""These numbers, ascending: their bits count upwards."""


@dataclass(frozen=True, eq=False)
class Calibration:
    """How well calibrated the model at every alpha is.

    Attributes:
        error: expected calibration error [A], 0..1; NaN where there are no images.
        chance: the error that a perfectly calibrated model with the same confidences would exceed
            in 5 % of cases [A].
        gap: mean confidence minus accuracy [A]; positive where the model is over-confident.
        low, high: its 95 % interval [A].
        count: all images.
    """

    error: NDArray[np.float64]
    chance: NDArray[np.float64]
    gap: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    count: int


def calibration(path: AlphaPath, bins: int = BINS) -> Calibration:
    """Calibration at every alpha.

    The chance level takes the distance in each bin as normal (a sum of independent images, each
    correct with the probability of its confidence), the interval of the gap likewise.

    Args:
        path: its confidences are kept in steps of 1/255, which moves no error by more than 0.2 pp.
        bins: how many.
    """
    count = len(path)
    if not count:
        nothing = np.full(len(path.alphas), np.nan)
        return Calibration(nothing, nothing, nothing, nothing, nothing, 0)
    found = np.array([_at_one(*row, bins) for row in zip(path.confidence, path.hits, strict=True)])
    error, chance, gap, half = found.T
    return Calibration(error, chance, gap, gap - half, gap + half, count)


def reliability(predictions: Predictions, bins: int = BINS) -> pd.DataFrame:
    """The reliability diagram of one model.

    Images of the same confidence share a bin, so that bins can differ in mass, and be fewer.

    Returns:
        one row a bin, by confidence: `count`; the mean `confidence`, and the `least` and the
        `greatest`; the `accuracy` with its 95 % interval `low` and `high`. All but the count are
        fractions.
    """
    images, hits = _histogram(predictions.confidence, predictions.correct)
    levels = np.flatnonzero(images)
    of_level = _bin_of_level(images[levels], bins)
    used, first = np.unique(of_level, return_index=True)
    count = np.bincount(of_level, images[levels])[used]
    correct = np.bincount(of_level, hits[levels])[used]
    confidence = np.bincount(of_level, images[levels] * _VALUES[levels])[used]
    bounds = clopper_pearson(correct, count)
    last = np.searchsorted(of_level, used, side="right") - 1
    return pd.DataFrame(
        {
            "count": count.astype(np.int64),
            "confidence": confidence / count,
            "least": _VALUES[levels[first]],
            "greatest": _VALUES[levels[last]],
            "accuracy": correct / count,
            "low": bounds[:, 0],
            "high": bounds[:, 1],
        }
    )


def error_interval(
    predictions: Predictions, bins: int = BINS, resamples: int = RESAMPLES, seed: int = 0
) -> tuple[float, float]:
    """A 95 % interval of the expected calibration error, by resampling images.

    The error of a resample is larger than that of the images themselves, for the same reason that
    theirs is larger than the true one; the interval is therefore the basic one, which reflects the
    quantiles of the resamples about the error. Source: Davison and Hinkley, "Bootstrap Methods and
    their Application", section 5.2. NaN where there are no images.
    """
    if not len(predictions):
        return float("nan"), float("nan")
    images, hits = _histogram(predictions.confidence, predictions.correct)
    levels = np.flatnonzero(images)
    of_level = _bin_of_level(images[levels], bins)
    of_bin = np.eye(int(of_level.max()) + 1)[of_level]
    total = int(images.sum())
    shares = np.concatenate([hits[levels], (images - hits)[levels]]) / total
    drawn = np.random.default_rng(seed).multinomial(total, shares, size=resamples)
    correct, wrong = drawn[:, : len(levels)], drawn[:, len(levels) :]
    value = _VALUES[levels]
    distances = np.abs(((1 - value) * correct - value * wrong) @ of_bin)
    errors = distances.sum(axis=1) / total
    error = _at_one(predictions.confidence, predictions.correct, bins)[0]
    low, high = 2 * error - np.quantile(errors, [(1 + LEVEL) / 2, (1 - LEVEL) / 2])
    return max(float(low), 0.0), max(float(high), 0.0)


def _at_one(
    confidence: NDArray[np.float16], correct: NDArray[np.bool_], bins: int
) -> tuple[float, float, float, float]:
    """Error, chance level, gap, and half the width of the gap's interval."""
    images, hits = _histogram(confidence, correct)
    levels = np.flatnonzero(images)
    number, value = images[levels].astype(np.float64), _VALUES[levels]
    excess = hits[levels] - number * value
    of_level = _bin_of_level(number, bins)
    total = number.sum()
    error = float(np.abs(np.bincount(of_level, excess)).sum() / total)
    deviation = np.sqrt(np.bincount(of_level, number * value * (1 - value)))
    # Mean and variance of the absolute value of a normal variable.
    expected = deviation.sum() * np.sqrt(2 / np.pi)
    spread = np.sqrt((deviation**2).sum() * (1 - 2 / np.pi))
    chance = float((expected + ndtri(LEVEL) * spread) / total)
    gap = float(-excess.sum() / total)
    squares = (hits[levels] * (1 - value) ** 2 + (number - hits[levels]) * value**2).sum()
    variance = max(float(squares / total) - gap**2, 0.0) / total
    return error, chance, gap, float(ndtri((1 + LEVEL) / 2) * np.sqrt(variance))


def _histogram(
    confidence: NDArray[np.float16], correct: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """How many images there are of each confidence, and how many of them are correct [_LEVELS]."""
    level = np.ascontiguousarray(confidence, dtype=np.float16).view(np.uint16)
    images = np.bincount(level, minlength=_LEVELS)
    return images, np.bincount(level[correct], minlength=_LEVELS)


def _bin_of_level(number: NDArray[Any], bins: int) -> NDArray[np.int64]:
    """The bin of each level of confidence: that in which the middle one of its images falls.

    Args:
        number: of images at each level, ascending and none zero [L].
        bins: how many.
    """
    upto = np.cumsum(number, dtype=np.float64)
    middle = upto - number / 2
    return np.minimum(middle * bins // max(number.sum(), 1), bins - 1).astype(np.int64)
