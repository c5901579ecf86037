"""Whether differences between two models on the same images are more than chance.

A test looks at the discordant images alone: those that one model has correct and the other not.
Where many groups of images are looked at, their p values are corrected for it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainc

SIGNIFICANT = 0.05
"""A corrected p value below this is more than chance."""


def mcnemar(fixed: ArrayLike, broken: ArrayLike) -> NDArray[np.float64]:
    """Two-sided p values of McNemar's exact test.

    Where both models are correct equally often, each discordant image is fixed or broken with
    probability one half: the p value is that of a binomial test. Source: McNemar, Psychometrika
    12 (1947); Dietterich, Neural Computation 10 (1998), section 3.1.

    Args:
        fixed: images that only the first model has correct [...].
        broken: images that only the second has correct [...].

    Returns:
        p values [...], 1 where no image is discordant.
    """
    less, more = np.minimum(fixed, broken), np.maximum(fixed, broken)
    # The distribution function of a binomial, as an incomplete beta function.
    tail = betainc(np.maximum(more, 1), less + 1, 0.5)
    return np.where(more > 0, np.minimum(2 * tail, 1.0), 1.0)


def holm(p: ArrayLike) -> NDArray[np.float64]:
    """P values corrected for how many of them there are.

    Among all groups whose corrected p value is below 0.05, with a probability of at least 95 % not
    one is there by chance, whatever the groups have to do with each other: they may overlap.
    Source: Holm, Scandinavian Journal of Statistics 6 (1979).

    Args:
        p: one p value a group [N].

    Returns:
        corrected p values [N], in the same order.
    """
    values = np.asarray(p, dtype=np.float64)
    order = np.argsort(values, kind="stable")
    scaled = values[order] * np.arange(len(values), 0, -1)
    corrected = np.empty_like(values)
    corrected[order] = np.minimum(np.maximum.accumulate(scaled), 1.0)
    return corrected
