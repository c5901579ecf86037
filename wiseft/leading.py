"""The classes that matter to each image along a path, with their probabilities.

An `AlphaPath` has the predicted and the true class alone. To show what competes with them, a few
classes of each image are kept beside it, at a few alphas, so that no page has to run a model.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

LEADERS = 4
"""Classes of each image that are kept, or all where there are fewer."""

STEPS = 255
"""Steps in which probabilities are kept: a quarter of a line's width in a chart."""


@dataclass(frozen=True, eq=False)
class Leading:
    """The leading classes of N images: K of each, at B alphas.

    Attributes:
        alphas: mixing coefficients [B], ascending.
        classes: class ids [N, K], the true class always among them; the one that is most probable
            at any of the alphas first.
        probability: in steps of 1 / `STEPS` [B, N, K], uint8.
        sources: what each image was called when the path was made [N] (`ImageSet.source`).
    """

    alphas: NDArray[np.float64]
    classes: NDArray[np.integer]
    probability: NDArray[np.uint8]
    sources: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.classes)

    def only(self, counted: NDArray[np.bool_]) -> Leading:
        """Those of some of the images, `counted` [N]."""
        return replace(
            self,
            classes=self.classes[counted],
            probability=self.probability[:, counted],
            sources=tuple(itertools.compress(self.sources, counted)),
        )

    def of(self, index: int) -> dict[int, NDArray[np.float64]]:
        """The probabilities 0..1 [B] of one image by class id, the leading class first."""
        shares = self.probability[:, index] / STEPS
        return {
            int(each): shares[:, place] for place, each in enumerate(self.classes[index].tolist())
        }


def leaders(
    shares: NDArray[np.float32], true: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """The classes of each image with the highest probability at any alpha, and the true one.

    Args:
        shares: probabilities [B, n, M].
        true: place of the true class among the M [n].

    Returns:
        places among the M [n, K], the most probable first; and their probabilities in steps of
        1 / `STEPS` [B, n, K]. Of equally probable classes, those that come first among the M.
    """
    highest = shares.max(axis=0)
    rank = highest.copy()
    np.put_along_axis(rank, true[:, None], np.inf, axis=1)
    chosen = np.argsort(-rank, axis=1, kind="stable")[:, :LEADERS]
    order = np.argsort(-np.take_along_axis(highest, chosen, axis=1), axis=1, kind="stable")
    chosen = np.take_along_axis(chosen, order, axis=1)
    found = np.take_along_axis(shares, chosen[None], axis=2)
    return chosen, np.round(found * STEPS).astype(np.uint8)
