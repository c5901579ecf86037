"""Few-shot training sets: k images of each class."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from wiseft.images import Images

SHOTS = (1, 5, 10, 16, 25, 50)
"""Images a class that people compare (Wortsman et al., CVPR 2022, appendix; 16 is CoOp's)."""


def few_shot(images: Images, shots: int, seed: int) -> Images:
    """`shots` images of each class drawn by `seed`; all of a class that has no more.

    The images of fewer shots are among those of more, for the same seed.

    Args:
        images: the training set.
        shots: images a class, at least 1.
        seed: of the draw.
    """
    chosen = few_of_each(images.labels, shots, seed)
    return replace(
        images,
        pixels=images.pixels[chosen],
        labels=images.labels[chosen],
        sources=tuple(images.sources[index] for index in chosen),
    )


def few_of_each(labels: NDArray[np.int64], shots: int, seed: int) -> NDArray[np.int64]:
    """Places [n], ascending, of up to `shots` labels of each class, drawn without replacement."""
    shuffled = np.random.default_rng(seed).permutation(len(labels))
    # A stable sort keeps the drawn order within each class.
    by_class = shuffled[np.argsort(labels[shuffled], kind="stable")]
    counts = np.unique(labels, return_counts=True)[1]
    rank = np.arange(len(labels)) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.sort(by_class[rank < shots])


def short_classes(labels: NDArray[np.int64], shots: int) -> int:
    """How many classes have images, but fewer than `shots`."""
    return int(np.sum(np.unique(labels, return_counts=True)[1] < shots))
