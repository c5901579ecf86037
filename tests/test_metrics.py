import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, binomtest

from wiseft.metrics import accuracy, clopper_pearson, independent_interval, mean_interval
from wiseft.predictions import Predictions

COUNTS = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(COUNTS)
def test_clopper_pearson_equals_scipys_exact_interval(counts: tuple[int, int]):
    correct, count = counts
    expected = binomtest(correct, count).proportion_ci(0.95, "exact")
    np.testing.assert_allclose(clopper_pearson(correct, count), expected, atol=1e-9)


def test_clopper_pearson_bounds_are_where_the_tails_hold_a_fortieth():
    low, high = clopper_pearson(7, 20)
    assert binom.sf(6, 20, low) == pytest.approx(0.025)
    assert binom.cdf(7, 20, high) == pytest.approx(0.025)


def test_clopper_pearson_of_none_of_all_and_of_nothing():
    bounds = clopper_pearson([0, 10, 0], [10, 10, 0])
    # With none of ten correct, the upper bound solves (1 - p)^10 = 0.025.
    closed_form = 1 - 0.025**0.1
    np.testing.assert_allclose(bounds, [[0, closed_form], [1 - closed_form, 1], [0, 1]])


def test_accuracy_by_hand():
    found = accuracy(Predictions.from_logits(np.eye(4), [0, 1, 2, 0]))
    assert (found.value, found.count) == (0.75, 4)
    assert found.low < 0.75 < found.high


def test_accuracy_of_no_images_is_not_a_number():
    assert np.isnan(accuracy(Predictions.from_logits(np.zeros((0, 2)), [])).value)


def test_the_mean_of_one_proportion_has_its_own_interval():
    bounds = clopper_pearson([30], [40])
    np.testing.assert_allclose(mean_interval([0.75], bounds), bounds[0])


def test_the_mean_of_four_alike_has_half_the_interval():
    bounds = np.array([[0.4, 0.7]] * 4)
    np.testing.assert_allclose(mean_interval([0.5] * 4, bounds), [0.45, 0.6])


def test_weights_count_like_repetitions_of_the_value_but_not_of_its_noise():
    bounds = [[0.4, 0.6], [0.7, 0.9]]
    np.testing.assert_allclose(mean_interval([0.5, 0.8], bounds, [3, 0]), [0.4, 0.6])
    low, high = mean_interval([0.5, 0.8], bounds, [3, 1])
    assert (low + high) / 2 == pytest.approx((0.5 + 0.5 + 0.5 + 0.8) / 4)
    # Distances of 0.1, weighted 3/4 and 1/4 and added in quadrature.
    assert high - low == pytest.approx(2 * 0.1 * np.hypot(0.75, 0.25))


@given(st.lists(COUNTS, min_size=1, max_size=8))
def test_the_interval_of_a_mean_holds_it_and_stays_within_the_extremes(
    counts: list[tuple[int, int]],
):
    values = [k / n for k, n in counts]
    bounds = clopper_pearson(*zip(*counts, strict=True))
    low, high = mean_interval(values, bounds)
    assert bounds[:, 0].min() - 1e-9 <= low <= np.mean(values) <= high + 1e-9
    assert high <= bounds[:, 1].max() + 1e-9


def test_the_difference_of_two_samples_in_the_example_of_newcombe():
    samples = ((56, 70), (48, 80))
    values = [correct / count for correct, count in samples]
    wilson = [binomtest(*each).proportion_ci(method="wilson") for each in samples]
    found = independent_interval(values[0], wilson[0], values[1], wilson[1])
    assert found == pytest.approx([0.0524, 0.3339], abs=5e-5)


def test_the_difference_of_two_samples_mirrors_that_of_the_other_way_round():
    values, bounds = np.array([0.2, 0.9]), np.array([[0.1, 0.35], [0.8, 0.95]])
    there = independent_interval(values, bounds, 0.5, [0.4, 0.6])
    back = independent_interval(0.5, [0.4, 0.6], values, bounds)
    np.testing.assert_allclose(there, -back[:, ::-1])
