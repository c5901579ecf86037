"""What the models along a path say of an image set, for every alpha of a grid at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wiseft.errors import Incompatible
from wiseft.predictions import Predictions

GRID = np.round(np.linspace(0, 1, 101), 2)
"""The alphas of a path: 0, 0.01, ..., 1."""

PAPER_GRID = tuple(round(0.05 * step, 2) for step in range(21))
"""0, 0.05, ..., 1: the alphas of the paper (Wortsman et al., CVPR 2022)."""


@dataclass(frozen=True)
class Deviation:
    """How far interpolated predictions were from true evaluations that were not used for them.

    Attributes:
        alphas: where both were compared.
        accuracy: largest difference of accuracy, a fraction.
        changed: largest share of images with another predicted class, a fraction.
    """

    alphas: tuple[float, ...]
    accuracy: float
    changed: float


@dataclass(frozen=True, eq=False)
class AlphaPath:
    """Predictions of N images at A alphas; every view of them is a slice.

    Attributes:
        alphas: mixing coefficients [A], ascending.
        labels: true class ids [N].
        predicted: class ids [A, N].
        confidence: softmax probability of the predicted class [A, N], float16.
        true_probability: softmax probability of the true class [A, N], float16.
        exact: which alphas were evaluated, or follow exactly from what was, rather than
            interpolated [A].
        deviation: what was measured when interpolated alphas were checked; None where nothing is
            interpolated or nothing was checked.
    """

    alphas: NDArray[np.float64]
    labels: NDArray[np.int64]
    predicted: NDArray[np.integer]
    confidence: NDArray[np.float16]
    true_probability: NDArray[np.float16]
    exact: NDArray[np.bool_]
    deviation: Deviation | None = None

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def hits(self) -> NDArray[np.bool_]:
        """Whether each image is predicted correctly at each alpha [A, N]."""
        # In few bytes, labels compare several times as fast.
        return self.predicted == self.labels.astype(np.min_scalar_type(self.labels.max(initial=0)))

    @property
    def correct(self) -> NDArray[np.int64]:
        """How many images are predicted correctly at each alpha [A]."""
        return np.count_nonzero(self.hits, axis=1)

    @property
    def accuracy(self) -> NDArray[np.float64]:
        """Share of the images that are predicted correctly at each alpha [A]; NaN without any."""
        return self.correct / len(self) if len(self) else np.full(len(self.alphas), np.nan)

    def at(self, index: int) -> Predictions:
        """The predictions at `alphas[index]`."""
        return Predictions(
            labels=self.labels,
            predicted=self.predicted[index].astype(np.int64),
            confidence=self.confidence[index],
            true_probability=self.true_probability[index],
        )

    def only(self, counted: NDArray[np.bool_]) -> AlphaPath:
        """The path of some of the images, `counted` [N].

        The deviation stays that of all images.
        """
        return replace(
            self,
            labels=self.labels[counted],
            predicted=self.predicted[:, counted],
            confidence=self.confidence[:, counted],
            true_probability=self.true_probability[:, counted],
        )

    def with_exact(self, truth: Mapping[float, Predictions]) -> AlphaPath:
        """The path with true evaluations by alpha, in place of what was there if anything.

        Raises `Incompatible` where the predictions are of other images.
        """
        if any(not np.array_equal(self.labels, each.labels) for each in truth.values()):
            raise Incompatible("The evaluations are of other images than the path.")
        alphas = np.union1d(self.alphas, np.array([*truth], dtype=np.float64))
        known = np.isin(alphas, self.alphas)
        row_of = {alpha: row for row, alpha in enumerate(alphas.tolist())}

        def spread(rows: NDArray[Any]) -> NDArray[Any]:
            """`rows` [A, ...] in the places that they have among the new alphas."""
            wider = np.zeros((len(alphas), *rows.shape[1:]), rows.dtype)
            wider[known] = rows
            return wider

        merged = replace(
            self,
            alphas=alphas,
            predicted=spread(self.predicted),
            confidence=spread(self.confidence),
            true_probability=spread(self.true_probability),
            exact=spread(self.exact),
        )
        for alpha, each in truth.items():
            row = row_of[alpha]
            merged.predicted[row] = each.predicted
            merged.confidence[row] = each.confidence
            merged.true_probability[row] = each.true_probability
            merged.exact[row] = True
        return merged

    @classmethod
    def of(cls, truth: Mapping[float, Predictions]) -> AlphaPath:
        """The path of true evaluations alone, of which there must be one at least."""
        first = next(iter(truth.values()))
        highest = max(int(each.predicted.max(initial=0)) for each in truth.values())
        nothing = np.zeros((0, len(first)))
        empty = cls(
            alphas=np.zeros(0),
            labels=first.labels,
            predicted=nothing.astype(np.min_scalar_type(highest)),
            confidence=nothing.astype(np.float16),
            true_probability=nothing.astype(np.float16),
            exact=np.zeros(0, dtype=bool),
        )
        return empty.with_exact(truth)


def compared(
    path: AlphaPath, truth: Mapping[float, Predictions], alphas: tuple[float, ...]
) -> Deviation:
    """How far `path` is from true evaluations at `alphas`, which it must have."""
    accuracy, changed = [0.0], [0.0]
    for alpha in alphas:
        guess, exact = path.at(int(np.searchsorted(path.alphas, alpha))), truth[alpha]
        accuracy.append(abs(float(guess.correct.mean() - exact.correct.mean())))
        changed.append(float((guess.predicted != exact.predicted).mean()))
    return Deviation(alphas, max(accuracy), max(changed))
