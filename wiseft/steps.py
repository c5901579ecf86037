"""Accuracy as an exact function of alpha, where logits are linear in alpha.

They are for a linear classifier, whose weights and whose outputs interpolate alike, and for the
output-space ensemble of any two models (Wortsman et al., CVPR 2022, section 3). The true class
y of an image then beats another class c on a half-line of alpha, and so wins on an interval, the
intersection of its half-lines. The share of images whose interval holds alpha is the accuracy: a
step function, known exactly with all of its jumps, no grid and no further evaluation needed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from wiseft.errors import Incompatible

BLOCK = 2**20
"""Logits in memory at a time."""


@dataclass(frozen=True, eq=False)
class WinningIntervals:
    """For each of N images, the alphas at which its true class has the highest logit.

    Attributes:
        low, high: ends of the intervals [N]; low > high where the true class never wins. Infinite
            where nothing bounds them.
        low_open, high_open: whether the end itself is left out [N]: there the true class ties with
            a class of a lower id, which a tie goes to.
    """

    low: NDArray[np.float64]
    high: NDArray[np.float64]
    low_open: NDArray[np.bool_]
    high_open: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.low)

    def contain(self, alpha: float) -> NDArray[np.bool_]:
        """Whether each image is predicted correctly at `alpha` [N]."""
        above = np.where(self.low_open, alpha > self.low, alpha >= self.low)
        below = np.where(self.high_open, alpha < self.high, alpha <= self.high)
        return above & below

    def between(self, low: float = 0.0, high: float = 1.0) -> WinningIntervals:
        """The same for alphas in [low, high] alone: what ends beyond them has no end, and of what
        lies beyond them nothing is left. This is smaller to keep.
        """
        outside = (self.low > high) | (self.high < low) | (self.low > self.high)
        begins, ends = self.low >= low, self.high <= high
        return WinningIntervals(
            low=np.where(outside, np.inf, np.where(begins, self.low, -np.inf)),
            high=np.where(outside, -np.inf, np.where(ends, self.high, np.inf)),
            low_open=self.low_open & begins & ~outside,
            high_open=self.high_open & ends & ~outside,
        )


def winning_intervals(
    zeroshot: ArrayLike, finetuned: ArrayLike, labels: ArrayLike
) -> WinningIntervals:
    """Where the true class wins when logits go linearly from `zeroshot` to `finetuned`.

    Args:
        zeroshot, finetuned: finite logits [N, C] at alpha 0 and 1.
        labels: true class ids [N].

    Raises:
        Incompatible: where the shapes do not fit.
    """
    start, end = np.asarray(zeroshot), np.asarray(finetuned)
    truth = np.asarray(labels, dtype=np.int64)
    if start.shape != end.shape or start.shape[0] != len(truth):
        raise Incompatible(
            f"Logits {start.shape} and {end.shape} and {len(truth)} labels are not of the same "
            "images and classes."
        )
    step = max(1, BLOCK // max(start.shape[1], 1))
    parts = [
        _intervals(start[i : i + step], end[i : i + step], truth[i : i + step])
        for i in range(0, max(len(truth), 1), step)
    ]
    return WinningIntervals(*(np.concatenate(each) for each in zip(*parts, strict=True)))


def _intervals(
    start: NDArray[np.floating], end: NDArray[np.floating], labels: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_]]:
    rows = np.arange(len(labels))
    offset = start[rows, labels, None].astype(np.float64) - start
    slope = (end[rows, labels, None].astype(np.float64) - end) - offset
    wins_ties = np.arange(start.shape[1]) > labels[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        root = -offset / slope
    rises, falls = slope > 0, slope < 0
    low = np.where(rises, root, -np.inf).max(axis=1, initial=-np.inf)
    high = np.where(falls, root, np.inf).min(axis=1, initial=np.inf)
    low_open = (rises & (root == low[:, None]) & ~wins_ties).any(axis=1)
    high_open = (falls & (root == high[:, None]) & ~wins_ties).any(axis=1)
    others = np.arange(start.shape[1]) != labels[:, None]
    beaten = (slope == 0) & others & ((offset < 0) | ((offset == 0) & ~wins_ties))
    never = beaten.any(axis=1) | ((low == high) & (low_open | high_open))
    return np.where(never, np.inf, low), np.where(never, -np.inf, high), low_open, high_open


class Best(NamedTuple):
    """The highest accuracy along alpha, not on a grid.

    Attributes:
        accuracy: a fraction.
        low, high: ends of the stretch of alphas that has it; all between them have that accuracy,
            the ends themselves may not where images enter or leave there.
    """

    accuracy: float
    low: float
    high: float


class StepFunction:
    """The exact accuracy along alpha, for all alphas at once.

    Args:
        intervals: where each image is predicted correctly.
    """

    def __init__(self, intervals: WinningIntervals) -> None:
        some = intervals.low <= intervals.high
        self.count = len(intervals)
        self._enter = (
            np.sort(intervals.low[some & ~intervals.low_open]),
            np.sort(intervals.low[some & intervals.low_open]),
        )
        self._leave = (
            np.sort(intervals.high[some & ~intervals.high_open]),
            np.sort(intervals.high[some & intervals.high_open]),
        )

    @property
    def jumps(self) -> NDArray[np.float64]:
        """The alphas at which the accuracy may change, ascending, each once."""
        ends = np.unique(np.concatenate([*self._enter, *self._leave]))
        return ends[np.isfinite(ends)]

    def __call__(self, alpha: ArrayLike) -> NDArray[np.float64]:
        """Accuracy at `alpha` [...], a fraction; NaN where there are no images."""
        at = np.asarray(alpha, dtype=np.float64)
        entered = self._enter[0].searchsorted(at, "right") + self._enter[1].searchsorted(at, "left")
        left = self._leave[0].searchsorted(at, "left") + self._leave[1].searchsorted(at, "right")
        return (entered - left) / self.count if self.count else np.full(at.shape, np.nan)

    def best(self, low: float = 0.0, high: float = 1.0) -> Best:
        """The highest accuracy on [low, high], and the first stretch of alphas that has it."""
        jumps = self.jumps
        edges = np.concatenate([[low], jumps[(jumps > low) & (jumps < high)], [high]])
        points = np.empty(2 * len(edges) - 1)
        points[::2], points[1::2] = edges, (edges[:-1] + edges[1:]) / 2
        values = self(points)
        first = int(values.argmax())
        last = first
        while last + 1 < len(values) and values[last + 1] == values[first]:
            last += 1
        # Odd positions lie between two edges: the stretch reaches to both of them.
        return Best(float(values[first]), float(edges[first // 2]), float(edges[(last + 1) // 2]))
