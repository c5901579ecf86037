"""How different two models are in what they predict, and whose prediction their mixture follows.

A path keeps the predicted class of every image, its probability and that of the true class, but no
logits: the measures here are those that need no more. Margins between logits are in `margins`; the
mean Kullback-Leibler divergence and the similarity of features (CKA) of the paper's appendix are
not told. Source: Wortsman et al., CVPR 2022, section 5 and the appendix on diversity.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wiseft.alpha_path import AlphaPath

_ONES = np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1).sum(axis=1, dtype=np.uint8)
"""How many bits of each octet are set."""


@dataclass(frozen=True, eq=False)
class Diversity:
    """How different the model at every alpha is from one of them.

    Attributes:
        one_correct: share of images that exactly one of the two predicts correctly [A], the
            "prediction diversity" of the paper.
        disagreement: share of images of which the two predict different classes [A].
        kappa_complement: 1 - Cohen's kappa of the predicted classes [A]: the disagreement over
            the one that chance alone would bring, were the two independent. 0 where they always
            agree. Source: Cohen, Educational and Psychological Measurement 20 (1960).
    """

    one_correct: NDArray[np.float64]
    disagreement: NDArray[np.float64]
    kappa_complement: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Overrides:
    """Whose prediction every alpha follows, of the images on which two ends disagree.

    Attributes:
        disagreements: images on which the two ends predict different classes.
        start, end: of them, those predicted as at the one end and as at the other [A].
        neither: those predicted as at neither [A].
        start_correct, end_correct, neither_correct: how many of each are correct [A].
    """

    disagreements: int
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    neither: NDArray[np.int64]
    start_correct: NDArray[np.int64]
    end_correct: NDArray[np.int64]
    neither_correct: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Certainty:
    """How probable every alpha holds its predictions, means over images.

    Attributes:
        all: the confidence [A].
        correct, wrong: that of the images that are predicted correctly, and of the others [A]; NaN
            where there are none.
    """

    all: NDArray[np.float64]
    correct: NDArray[np.float64]
    wrong: NDArray[np.float64]


def diversity(path: AlphaPath, index: int) -> Diversity:
    """How different every alpha is from the one at `index`; NaN where there are no images."""
    count = len(path)
    if not count:
        nothing = np.full(len(path.alphas), np.nan)
        return Diversity(nothing, nothing, nothing)
    correct = path.hits
    one = np.count_nonzero(correct ^ correct[index], axis=1) / count
    differ = np.count_nonzero(path.predicted != path.predicted[index], axis=1) / count
    share = _class_shares(path)
    by_chance = 1 - share @ share[index]
    # Two models that predict one and the same class for all agree, as far as can be told.
    kappa = np.divide(differ, by_chance, out=np.zeros_like(differ), where=by_chance > 1e-12)
    return Diversity(one, differ, kappa)


@dataclass(frozen=True, eq=False)
class Bits:
    """Which images are predicted correctly, in single bits: any two alphas compare in no time.

    Attributes:
        octets: eight images in each, zeros where they are wrong and where there are none [A, W].
        count: images.
    """

    octets: NDArray[np.uint8]
    count: int

    @classmethod
    def of(cls, path: AlphaPath) -> Bits:
        """The bits of a path."""
        return cls(np.packbits(path.hits, axis=1), len(path))

    def one_correct(self, index: int) -> NDArray[np.float64]:
        """`Diversity.one_correct` against the alpha at `index` [A]; NaN without images."""
        apart = _ONES[self.octets ^ self.octets[index]].sum(axis=1, dtype=np.int64)
        return apart / self.count if self.count else np.full(len(apart), np.nan)


def overrides(path: AlphaPath, start: int, end: int) -> Overrides:
    """Whose prediction every alpha follows where those at `start` and `end` disagree."""
    first, last = path.predicted[start], path.predicted[end]
    apart = np.flatnonzero(first != last)
    predicted = path.predicted[:, apart]
    as_first, as_last = predicted == first[apart], predicted == last[apart]
    hit = path.hits[:, apart]

    def number(which: NDArray[np.bool_]) -> NDArray[np.int64]:
        return np.count_nonzero(which, axis=1).astype(np.int64)

    one, other, all_correct = number(as_first), number(as_last), number(hit)
    one_correct, other_correct = number(as_first & hit), number(as_last & hit)
    return Overrides(
        disagreements=len(apart),
        start=one,
        end=other,
        neither=len(apart) - one - other,
        start_correct=one_correct,
        end_correct=other_correct,
        neither_correct=all_correct - one_correct - other_correct,
    )


def certainty(path: AlphaPath) -> Certainty:
    """The mean confidence at every alpha; NaN where there are no images."""
    confidence = path.confidence.astype(np.float32)
    correct = path.hits
    count = np.full(len(path.alphas), len(path))
    hits = np.count_nonzero(correct, axis=1)
    total = confidence.sum(axis=1, dtype=np.float64)
    of_hits = np.einsum("an,an->a", confidence, correct.astype(np.float32), dtype=np.float64)
    return Certainty(
        _mean(total, count), _mean(of_hits, hits), _mean(total - of_hits, count - hits)
    )


def _class_shares(path: AlphaPath) -> NDArray[np.float64]:
    """How often every alpha predicts each class, as shares [A, C]."""
    classes = int(path.predicted.max()) + 1
    return np.stack([np.bincount(row, minlength=classes) for row in path.predicted]) / len(path)


def _mean(total: NDArray[np.float64], count: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.divide(total, count, out=np.full(len(total), np.nan), where=count > 0)
