from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import linregress

from tests.charts.drawn import make
from wiseft.errors import Invalid
from wiseft.frontier import MEAN
from wiseft.robustness import (
    Barrier,
    Line,
    TwoLines,
    barrier,
    effective_robustness,
    fit_line,
    fit_two_lines,
    relative_robustness,
)
from wiseft.scales import SCALES, Axes

REFERENCE = np.array([0.55, 0.61, 0.7, 0.74, 0.78, 0.83, 0.88])
SCATTER = np.array([0.02, -0.03, 0.01, 0.0, 0.04, -0.02, 0.01])


@pytest.mark.parametrize("axes", SCALES)
@given(slope=st.floats(0.3, 1.5), intercept=st.floats(-0.3, 0.05))
def test_points_on_a_line_give_that_line(axes: Axes, slope: float, intercept: float):
    line = Line(slope, intercept, axes)
    shift = line(REFERENCE)
    assume(((shift > 0.001) & (shift < 0.999)).all())
    found = fit_line(REFERENCE, shift, axes)
    assert (found.slope, found.intercept) == pytest.approx((slope, intercept), abs=1e-6)
    np.testing.assert_allclose(effective_robustness(REFERENCE, shift, found), 0, atol=1e-9)


def test_a_line_on_logit_axes_is_read_from_odds():
    # Odds of 3 to 1 are squared, and halved: 9 to 2.
    line = Line(slope=2, intercept=-np.log(2))
    assert float(line(3 / 4)) == pytest.approx(9 / 11)


@pytest.mark.parametrize("axes", SCALES)
def test_the_fit_is_that_of_least_squares(axes: Axes):
    shift = REFERENCE - 0.2 + SCATTER
    forward = SCALES[axes].forward
    slope, intercept, *_ = linregress(forward(REFERENCE), forward(shift))
    found = fit_line(REFERENCE, shift, axes)
    assert (found.slope, found.intercept) == pytest.approx((slope, intercept))


def test_accuracies_without_a_place_on_the_axes_are_refused():
    with pytest.raises(Invalid, match="between 0 and 1; leave out others"):
        fit_line([0.5, 0.6, 0.7], [0.2, 0.0, 0.4])
    assert fit_line([0.5, 1.0], [0.0, 0.5], "linear").slope == pytest.approx(1)


@pytest.mark.parametrize("reference", [[], [0.5], [0.5, 0.5]])
def test_a_line_needs_two_different_models(reference: list[float]):
    with pytest.raises(Invalid, match="two models that differ"):
        fit_line(reference, reference)


def test_two_lines_part_at_the_pivot_which_is_below():
    below, above = Line(0.5, -3.0), Line(3.0, -6.0)
    pivot = float(REFERENCE[3])
    shift = np.where(pivot >= REFERENCE, below(REFERENCE), above(REFERENCE))
    found = fit_two_lines(REFERENCE, shift, pivot)
    assert isinstance(found, TwoLines)
    np.testing.assert_allclose(
        [found.below.slope, found.below.intercept, found.above.slope, found.above.intercept],
        [0.5, -3.0, 3.0, -6.0],
    )
    np.testing.assert_allclose(found(REFERENCE), shift)
    assert float(found(pivot)) == pytest.approx(float(below(pivot)))


def test_a_side_with_too_few_models_is_refused():
    with pytest.raises(Invalid, match="two models that differ"):
        fit_two_lines(REFERENCE, REFERENCE - 0.1, pivot=0.56)


def test_robustness_is_a_distance_upwards():
    baseline = Line(1.0, 0.0, "linear")
    np.testing.assert_allclose(
        effective_robustness([0.8, 0.7], [0.75, 0.72], baseline), [-0.05, 0.02]
    )
    np.testing.assert_allclose(relative_robustness([0.75, 0.6], 0.7), [0.05, -0.1])


def test_a_barrier_is_the_deepest_point_below_the_straight_line():
    path = make({"day": [60, 50, 78, 80], "fog": [40, 40, 30, 20]}, 100, [0, 0.25, 0.5, 1])
    # The straight line on "day" stands at 65 % at alpha 0.25; on "fog" the path is nowhere below.
    sunk = barrier(path, "day")
    assert (sunk.alpha, sunk.depth) == (0.25, pytest.approx(0.15))
    assert sunk.clear
    assert barrier(path, "fog").depth == pytest.approx(0)
    assert not barrier(path, "fog").clear
    assert barrier(path, MEAN).alpha == barrier(path, "fog").alpha


def test_a_barrier_within_half_an_interval_is_not_clear():
    path = make({"day": [60, 65, 80], "fog": [1, 1, 1]}, 100, [0, 0.5, 1])
    depth = barrier(path, "day").depth
    assert depth == pytest.approx(0.05)
    assert barrier(path, "day") == Barrier(0.5, depth, clear=False)
    finer = make({"day": [6000, 6500, 8000], "fog": [1, 1, 1]}, 10_000, [0, 0.5, 1])
    assert barrier(finer, "day") == Barrier(0.5, depth, clear=True)
