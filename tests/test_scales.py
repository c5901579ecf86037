from __future__ import annotations

from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiseft.scales import SCALES, Axes, position, ticks

kinds = st.sampled_from(list(SCALES))
curved = st.sampled_from(["logit", "probit"])


def percentages(low: float, high: float, axes: Axes, most: int) -> list[float]:
    start, end = position([low, high], 1_000_000, axes)
    return [round(100 * tick, 6) for tick in ticks(start, end, axes, most)]


def test_known_positions():
    assert position(0.5, 10, "logit") == position(0.5, 10, "probit") == 0
    assert position(0.8, 10, "logit") == pytest.approx(log(4))
    assert position(0.975, 1000, "probit") == pytest.approx(1.959964)
    np.testing.assert_array_equal(position([0, 0.3, 1], 10, "linear"), [0, 0.3, 1])


def test_the_ends_stand_half_an_image_inside():
    np.testing.assert_allclose(position([0, 1], 9, "logit"), [-log(19), log(19)])
    assert position(1, 0, "logit") == 0


@given(st.integers(1, 100_000), kinds, st.data())
def test_positions_are_finite_and_keep_the_order_of_different_counts(
    count: int, axes: Axes, data: st.DataObject
):
    first = data.draw(st.integers(0, count - 1))
    second = data.draw(st.integers(first + 1, count))
    low, high = position(np.array([first, second]) / count, count, axes)
    assert np.isfinite([low, high]).all()
    assert low < high


@given(st.integers(1, 1000), curved, st.data())
def test_what_lies_between_the_ends_is_not_moved(count: int, axes: Axes, data: st.DataObject):
    if count > 1:
        share = data.draw(st.integers(1, count - 1)) / count
        assert position(share, count, axes) == SCALES[axes].forward(share)


@given(kinds, st.floats(0.001, 0.999))
def test_every_scale_has_an_inverse_and_is_symmetric(axes: Axes, share: float):
    scale = SCALES[axes]
    assert scale.inverse(scale.forward(share)) == pytest.approx(share)
    middle = 2 * scale.forward(0.5)
    assert scale.forward(1 - share) == pytest.approx(middle - scale.forward(share))


@pytest.mark.parametrize(
    ("low", "high", "axes", "most", "expected"),
    [
        (0, 1, "linear", 7, [0, 20, 40, 60, 80, 100]),
        (0.67, 0.785, "linear", 7, [68, 70, 72, 74, 76, 78]),
        (0.835, 0.977, "logit", 11, [85, 90, 92, 94, 96, 97]),
        (0.0001, 0.9999, "logit", 10, [0.01, 0.1, 1, 10, 50, 90, 99, 99.9, 99.99]),
        (0.02, 0.2, "probit", 7, [2, 5, 10, 20]),
    ],
)
def test_ticks_are_round_and_closer_towards_the_ends(
    low: float, high: float, axes: Axes, most: int, expected: list[float]
):
    assert percentages(low, high, axes, most) == expected


def test_ticks_on_both_sides_of_one_half_mirror_each_other():
    found = percentages(0.05, 0.95, "logit", 9)
    assert found == [round(100 - tick, 6) for tick in reversed(found)]


@given(kinds, st.integers(2, 14), st.data())
def test_ticks_fit_any_axis(axes: Axes, most: int, data: st.DataObject):
    reach = (-0.2, 1.2) if axes == "linear" else (-12.0, 12.0)
    low = data.draw(st.floats(*reach))
    high = low + data.draw(st.floats(0.01, 20))
    found = ticks(low, high, axes, most)
    at = SCALES[axes].forward(np.array(found))
    assert len(found) <= most
    assert all(0 <= tick <= 1 for tick in found)
    assert np.isfinite(at).all()
    assert ((at >= low - 1e-3) & (at <= high + 1e-3)).all()
    assert (np.diff(at) >= (high - low) / (most - 1) - 1e-3).all()


@given(curved, st.floats(-4, 4), st.floats(0.2, 4))
def test_an_axis_of_ordinary_accuracies_has_ticks_to_read_it_by(
    axes: Axes, middle: float, length: float
):
    assert len(ticks(middle - length / 2, middle + length / 2, axes, most=8)) >= 2
