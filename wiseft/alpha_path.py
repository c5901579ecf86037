"""What the models along a path say of an image set, for every alpha of a grid at once."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from wiseft.errors import Incompatible
from wiseft.predictions import Predictions

GRID = np.round(np.linspace(0, 1, 101), 2)
"""The alphas of a path: 0, 0.01, ..., 1."""


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
    def correct(self) -> NDArray[np.int64]:
        """How many images are predicted correctly at each alpha [A]."""
        return (self.predicted == self.labels).sum(axis=1)

    def at(self, index: int) -> Predictions:
        """The predictions at `alphas[index]`."""
        return Predictions(
            labels=self.labels,
            predicted=self.predicted[index].astype(np.int64),
            confidence=self.confidence[index],
            true_probability=self.true_probability[index],
        )

    def with_exact(self, alpha: float, predictions: Predictions) -> AlphaPath:
        """The path with a true evaluation at `alpha`, in place of what was there if anything.

        Raises `Incompatible` where the predictions are of other images.
        """
        if not np.array_equal(self.labels, predictions.labels):
            raise Incompatible("The evaluation is of other images than the path.")
        index = int(np.searchsorted(self.alphas, alpha))
        there = index < len(self.alphas) and self.alphas[index] == alpha
        before, after = slice(index), slice(index + there, None)

        def spliced(rows: NDArray[np.generic], row: object) -> NDArray[np.generic]:
            return np.concatenate([rows[before], np.asarray([row], rows.dtype), rows[after]])

        return replace(
            self,
            alphas=spliced(self.alphas, alpha),
            predicted=spliced(self.predicted, predictions.predicted),
            confidence=spliced(self.confidence, predictions.confidence),
            true_probability=spliced(self.true_probability, predictions.true_probability),
            exact=spliced(self.exact, True),
        )


def compared(
    path: AlphaPath, truth: dict[float, Predictions], alphas: tuple[float, ...]
) -> Deviation:
    """How far `path` is from true evaluations at `alphas`, which it must have."""
    accuracy, changed = [0.0], [0.0]
    for alpha in alphas:
        guess, exact = path.at(int(np.searchsorted(path.alphas, alpha))), truth[alpha]
        accuracy.append(abs(float(guess.correct.mean() - exact.correct.mean())))
        changed.append(float((guess.predicted != exact.predicted).mean()))
    return Deviation(alphas, max(accuracy), max(changed))
