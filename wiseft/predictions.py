"""What a model said of an image set: the raw material of every metric."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, eq=False)
class Predictions:
    """What one model said of N labelled images.

    Attributes:
        labels: true class ids [N], int64.
        predicted: class ids with the highest logit [N], int64.
        confidence: softmax probability of the predicted class [N], float16, 0..1.
        true_probability: softmax probability of the true class [N], float16, 0..1.
    """

    labels: NDArray[np.int64]
    predicted: NDArray[np.int64]
    confidence: NDArray[np.float16]
    true_probability: NDArray[np.float16]

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def correct(self) -> NDArray[np.bool_]:
        """Whether each prediction is the true class [N]."""
        return self.predicted == self.labels

    def only(self, counted: NDArray[np.bool_]) -> Predictions:
        """Those of some of the images, `counted` [N]."""
        return Predictions(
            labels=self.labels[counted],
            predicted=self.predicted[counted],
            confidence=self.confidence[counted],
            true_probability=self.true_probability[counted],
        )

    @classmethod
    def from_logits(
        cls, logits: ArrayLike, labels: ArrayLike, classes: tuple[int, ...] | None = None
    ) -> Predictions:
        """The predictions that `logits` [N, C] make, with the lowest class id on ties.

        Where `classes` is given, only those columns take part, and only the images whose label
        is among them are kept.
        """
        scores = np.asarray(logits, dtype=np.float32)
        truth = np.asarray(labels, dtype=np.int64)
        columns = np.arange(scores.shape[1]) if classes is None else np.asarray(classes)
        kept = np.isin(truth, columns)
        truth, scores = truth[kept], scores[np.ix_(kept, columns)]
        shifted = np.exp(scores - scores.max(axis=1, keepdims=True, initial=-np.inf))
        probabilities = shifted / shifted.sum(axis=1, keepdims=True)
        best = scores.argmax(axis=1)
        rows = np.arange(len(truth))
        return cls(
            labels=truth,
            predicted=columns[best].astype(np.int64),
            confidence=probabilities[rows, best].astype(np.float16),
            true_probability=probabilities[rows, np.searchsorted(columns, truth)].astype(
                np.float16
            ),
        )
