"""How far ahead the predicted class of an image is: the margin between its two largest logits.

The difference of two logits is the logarithm of the ratio of their probabilities, so that it can
be told from the leading classes that are kept of each image (`leading`). They are kept in steps of
1/255: a margin of 3 is known to 0.04, one of 5 to about 0.4, and of one above `OPEN` that it is at
least that. Source: Wortsman et al., CVPR 2022, the appendix on confidence.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wiseft.alpha_path import AlphaPath
from wiseft.leading import STEPS, Leading

OPEN = float(np.log(STEPS))
"""The largest margin that is told: the next class then has one step of probability."""

QUARTILES = (0.25, 0.5, 0.75)


@dataclass(frozen=True, eq=False)
class Margins:
    """The margins of N images at B alphas.

    Attributes:
        alphas: mixing coefficients [B], ascending.
        value: margins [B, N], at most `OPEN`, which stands for all that are larger.
        sure: whether no other class can be the second one than those that are kept [B, N], by more
            than the rounding of the probabilities; else the margin is at most the value.
    """

    alphas: NDArray[np.float64]
    value: NDArray[np.float32]
    sure: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class MarginsAlong:
    """Margins along alpha, of the images that are predicted correctly and of the others.

    Attributes:
        alphas: mixing coefficients [B].
        correct, wrong: quartiles [B, 3]; NaN where there are no such images.
        sure: share of the images whose second class is sure [B].
        ends: margins at the first and the last alpha [2, N].
    """

    alphas: NDArray[np.float64]
    correct: NDArray[np.float64]
    wrong: NDArray[np.float64]
    sure: NDArray[np.float64]
    ends: NDArray[np.float32]


@dataclass(frozen=True)
class Followed:
    """Images on which two ends disagree and whose prediction one alpha follows.

    Attributes:
        count: images.
        first, last: quartiles of the margins that the first and the last alpha have on them; NaN
            where there are none.
    """

    count: int
    first: tuple[float, float, float]
    last: tuple[float, float, float]


def margins(leading: Leading) -> Margins:
    """The margins of every image at every alpha that its leading classes are kept at."""
    ranked = np.sort(leading.probability, axis=2)
    best = ranked[..., -1].astype(np.float32)
    second = ranked[..., -2].astype(np.float32) if ranked.shape[2] > 1 else np.zeros_like(best)
    value = np.log(np.maximum(best, 1) / np.maximum(second, 1))
    value[second == 0] = OPEN
    # What is left for all other classes; every kept probability is rounded by half a step at most.
    rest = STEPS - ranked.sum(axis=2, dtype=np.int32)
    sure = rest <= second + ranked.shape[2] / 2
    return Margins(leading.alphas, np.minimum(value, np.float32(OPEN)), sure)


def margins_along(path: AlphaPath, leading: Leading) -> MarginsAlong:
    """The quartiles of the margins along alpha; `leading` is of the images of `path`."""
    found = margins(leading)
    rows = np.abs(path.alphas - found.alphas[:, None]).argmin(axis=1)
    hits = path.hits[rows]
    pairs = list(zip(found.value, hits, strict=True))
    return MarginsAlong(
        alphas=found.alphas,
        correct=np.array([_quartiles(value[hit]) for value, hit in pairs]),
        wrong=np.array([_quartiles(value[~hit]) for value, hit in pairs]),
        sure=found.sure.mean(axis=1) if len(path) else np.full(len(rows), np.nan),
        ends=found.value[[0, -1]],
    )


def followed(
    path: AlphaPath, ends: NDArray[np.float32], first: int, last: int, index: int
) -> tuple[Followed, Followed]:
    """The margins of both ends where the alpha at `index` follows the first, and the last, of them.

    Of the images on which the alphas at `first` and `last` predict different classes; `ends` are
    their margins [2, N].
    """
    one, other, here = (path.predicted[each] for each in (first, last, index))
    apart = one != other

    def of(which: NDArray[np.bool_]) -> Followed:
        return Followed(int(which.sum()), *(_quartiles(each[which]) for each in ends))

    return of(apart & (here == one)), of(apart & (here == other))


def _quartiles(values: NDArray[np.float32]) -> tuple[float, float, float]:
    if not len(values):
        return float("nan"), float("nan"), float("nan")
    low, middle, high = np.quantile(values, QUARTILES).tolist()
    return low, middle, high
