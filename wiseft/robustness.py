"""How robust a model is beyond what its accuracy in distribution predicts.

Models trained in the standard way lie close to a line: their accuracy under a shift follows from
their accuracy on the reference set. Effective robustness is the distance above that line, relative
robustness the gain over one given model (Taori et al., "Measuring robustness to natural
distribution shifts in image classification", NeurIPS 2020). The line is fitted on logit axes, as
in Wortsman et al., CVPR 2022, or on those of another scale.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from wiseft.errors import Invalid
from wiseft.frontier import Frontier
from wiseft.scales import SCALES, Axes


@dataclass(frozen=True)
class Line:
    """A straight line on `axes`: there, shift = slope * reference + intercept."""

    slope: float
    intercept: float
    axes: Axes = "logit"

    def __call__(self, reference: ArrayLike) -> NDArray[np.float64]:
        """The accuracy under shift that goes with accuracies on the reference set; fractions."""
        scale = SCALES[self.axes]
        return scale.inverse(self.slope * scale.forward(reference) + self.intercept)


@dataclass(frozen=True)
class TwoLines:
    """One line up to the reference accuracy `pivot`, included, and another above; they may jump."""

    pivot: float
    below: Line
    above: Line

    def __call__(self, reference: ArrayLike) -> NDArray[np.float64]:
        """The accuracy under shift that goes with accuracies on the reference set; fractions."""
        values = np.asarray(reference, float)
        return np.where(values <= self.pivot, self.below(values), self.above(values))


Baseline = Line | TwoLines
"""What accuracy under shift is to be expected of standard models."""


def fit_line(reference: ArrayLike, shift: ArrayLike, axes: Axes = "logit") -> Line:
    """The line of least squares through models, on `axes`.

    Args:
        reference: accuracies [M] on the reference set, fractions.
        shift: accuracies [M] of the same models under shift.
        axes: where the line is straight; distances are measured upwards on them.

    Raises:
        Invalid: where an accuracy has no place on the axes (0 and 1 have none on logit and probit
            axes), or fewer than two models differ in reference accuracy.
    """
    scale = SCALES[axes]
    x, y = scale.forward(reference), scale.forward(shift)
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise Invalid(f"A line on {axes} axes needs accuracies between 0 and 1; leave out others.")
    if len(np.unique(x)) < 2:
        raise Invalid("A line needs two models that differ in accuracy on the reference set.")
    slope, intercept = np.polyfit(x, y, 1)
    return Line(float(slope), float(intercept), axes)


def fit_two_lines(
    reference: ArrayLike, shift: ArrayLike, pivot: float, axes: Axes = "logit"
) -> TwoLines:
    """A line of least squares each for the models up to and above a reference accuracy.

    For sets that were filtered by the errors of one model, such as ImageNet-A: up to the accuracy
    of that model, hardly anything is correct.

    Args:
        reference, shift, axes: as for `fit_line`.
        pivot: reference accuracy of the model that the set was filtered by, a fraction.

    Raises:
        Invalid: as `fit_line`, for either side.
    """
    x, y = np.asarray(reference, float), np.asarray(shift, float)
    low = x <= pivot
    return TwoLines(pivot, fit_line(x[low], y[low], axes), fit_line(x[~low], y[~low], axes))


def effective_robustness(
    reference: ArrayLike, shift: ArrayLike, baseline: Baseline
) -> NDArray[np.float64]:
    """Accuracy under shift beyond what `baseline` expects of the reference accuracy; fractions."""
    return np.asarray(shift, float) - baseline(reference)


def relative_robustness(shift: ArrayLike, base: ArrayLike) -> NDArray[np.float64]:
    """Accuracy under shift beyond that of the model one started from; fractions."""
    return np.asarray(shift, float) - np.asarray(base, float)


@dataclass(frozen=True)
class Barrier:
    """How far a path sinks below the straight line between its ends.

    Attributes:
        alpha: where it is deepest.
        depth: accuracy below the line there, a fraction; 0 where the path nowhere sinks.
        clear: whether that is more than half the width of the 95 % interval there.
    """

    alpha: float
    depth: float
    clear: bool


def barrier(frontier: Frontier, name: str) -> Barrier:
    """The error barrier of a set (or `MEAN`) along a path from alpha 0 to alpha 1.

    Linear mode connectivity (Frankle et al., "Linear mode connectivity and the lottery ticket
    hypothesis", ICML 2020): weights can be interpolated where there is none. Wortsman et al., CVPR
    2022, observe that fine-tuning from zero-shot leaves none.
    """
    curve = frontier.curve(name)
    chord = (1 - frontier.alphas) * curve[0] + frontier.alphas * curve[-1]
    at = int((curve - chord).argmin())
    depth = max(float(chord[at] - curve[at]), 0.0)
    low, high = frontier.bounds(name)[at]
    return Barrier(float(frontier.alphas[at]), depth, bool(depth > (high - low) / 2))
