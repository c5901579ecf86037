"""Axes for accuracies: logit, probit or linear, with ticks at round percentages.

Accuracies in distribution and under shift lie close to a line on logit and probit axes (Miller et
al., "Accuracy on the line", ICML 2021), which also give the last points before 100 % the room they
deserve.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, inf
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, logit, ndtr, ndtri

Axes = Literal["logit", "probit", "linear"]
"""How an axis spreads accuracies."""

Transform = Callable[[ArrayLike], NDArray[np.float64]]


@dataclass(frozen=True)
class Scale:
    """A monotone map from fractions to positions on an axis, symmetric about 0.5; its inverse."""

    forward: Transform
    inverse: Transform


SCALES: dict[Axes, Scale] = {
    "logit": Scale(logit, expit),
    "probit": Scale(ndtri, ndtr),
    "linear": Scale(np.asarray, np.asarray),
}

_STEPS = (50.0, 20.0, 10.0, 5.0, 2.0, 1.0, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001)
"""Distances between ticks that count as round, in percentage points."""


def position(accuracy: ArrayLike, count: ArrayLike, axes: Axes) -> NDArray[np.float64]:
    """Where accuracies stand on an axis; always finite.

    Logit and probit are infinite at 0 and 1. On them, accuracies keep 0.5 / (count + 1) away from
    both ends, about half an image. That is less than the step from none to one correct image, so
    two different accuracies never fall together, and all but 0 and 1 stay exactly where they are.

    Args:
        accuracy: fractions 0..1 of any shape, measured on `count` images.
        count: at least 0; one for all, or of a shape that broadcasts to that of `accuracy`.
        axes: how the axis spreads them.
    """
    values = np.asarray(accuracy, float)
    if axes != "linear":
        margin = 0.5 / (np.asarray(count) + 1)
        values = np.clip(values, margin, 1 - margin)
    return SCALES[axes].forward(values)


def ticks(low: float, high: float, axes: Axes, most: int = 8) -> list[float]:
    """Round fractions for the ticks between two positions of an axis.

    Steps shrink from the middle of the scale towards its ends, where logit and probit axes are
    spread wider: 50, 60, 70, 80, 90, 95, 98, 99 %.

    Args:
        low, high: positions on the axis, low before high.
        axes: how the axis spreads accuracies.
        most: how many ticks there may be, at least 2.

    Returns:
        ascending fractions, at most `most`, at least 1 / (most - 1) of the axis apart.
    """
    scale = SCALES[axes]
    gap = (high - low) / (most - 1)
    bottom, top = 100 * float(scale.inverse(low)), 100 * float(scale.inverse(high))
    upper = _ascend(max(bottom, 50.0), min(top, 100.0), gap, scale)
    lower = _ascend(max(100 - top, 50.0), min(100 - bottom, 100.0), gap, scale)
    percentages = {*upper, *(100 - percent for percent in lower)}
    return sorted(round(percent / 100, 8) for percent in percentages)


def _ascend(start: float, stop: float, gap: float, scale: Scale) -> list[float]:
    """Round percentages from `start` (50 or more) to `stop`, at least `gap` apart on the axis."""

    def beyond(percent: float) -> float:
        return 100 * float(scale.inverse(scale.forward(percent / 100) + gap))

    def rounded_up(percent: float, step: float) -> float:
        return round(ceil(percent / step - 1e-6) * step, 6)

    def on_scale(percent: float) -> bool:
        return bool(np.isfinite(scale.forward(percent / 100)))

    found: list[float] = []
    at_least, stride = start, beyond(start) - start
    while True:
        # The smallest round step that spans a gap; a smaller one where that ends off the scale.
        step = min((each for each in _STEPS if each >= stride - 1e-6), default=_STEPS[0])
        candidates = (rounded_up(at_least, each) for each in _STEPS if each <= step)
        percent = next((each for each in candidates if on_scale(each)), inf)
        if percent > stop + 1e-6:
            return found
        found.append(percent)
        at_least = beyond(percent)
        stride = at_least - percent
