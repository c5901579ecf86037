from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiseft.errors import Incompatible
from wiseft.metrics import Difference, mean_difference, paired_difference, paired_interval
from wiseft.predictions import Predictions

counts = st.tuples(*[st.integers(0, 60)] * 4).filter(lambda table: sum(table) > 0)


def predictions(correct: list[bool], labels: list[int] | None = None) -> Predictions:
    labels = labels or [0] * len(correct)
    return Predictions.from_logits(
        np.eye(3)[[y if ok else (y + 1) % 3 for y, ok in zip(labels, correct, strict=True)]], labels
    )


def test_a_published_example():
    """Fagerland, Lydersen and Laake, Statistics in Medicine 33 (2014): 1, 1, 7 and 12 pairs."""
    low, high = paired_interval(gained=1, lost=7, both=1, count=21)
    assert (round(low, 3), round(high, 3)) == (-0.507, -0.026)


@given(counts)
def test_an_independent_formula_gives_the_same(table: tuple[int, int, int, int]):
    both, gained, lost, neither = table
    n, z = sum(table), 1.959963984540054

    def wilson(k: int) -> tuple[float, float]:
        root = z * math.sqrt(z * z + 4 * k * (1 - k / n))
        return (2 * k + z * z - root) / (2 * (n + z * z)), (2 * k + z * z + root) / (
            2 * (n + z * z)
        )

    first, second = both + gained, both + lost
    (l1, u1), (l2, u2) = wilson(first), wilson(second)
    p1, p2 = first / n, second / n
    numerator = both * neither - gained * lost
    if numerator > 0:
        numerator = max(numerator - n / 2, 0)
    denominator = math.sqrt(first * (n - first) * second * (n - second))
    phi = numerator / denominator if denominator else 0.0
    below = (p1 - l1) ** 2 - 2 * phi * (p1 - l1) * (u2 - p2) + (u2 - p2) ** 2
    above = (u1 - p1) ** 2 - 2 * phi * (u1 - p1) * (p2 - l2) + (p2 - l2) ** 2
    expected = (p1 - p2 - math.sqrt(below), p1 - p2 + math.sqrt(above))
    np.testing.assert_allclose(paired_interval(gained, lost, both, n), expected, atol=1e-9)


@given(counts)
def test_the_interval_is_around_the_difference_and_mirrors_it(table: tuple[int, int, int, int]):
    both, gained, lost, neither = table
    n = both + gained + lost + neither
    low, high = paired_interval(gained, lost, both, n)
    assert -1 - 1e-9 <= low <= (gained - lost) / n <= high <= 1 + 1e-9
    assert low < high
    np.testing.assert_allclose(paired_interval(lost, gained, both, n), [-high, -low], atol=1e-12)


def test_pairing_makes_the_interval_narrower_than_that_of_two_samples():
    agreeing = np.diff(paired_interval(gained=10, lost=5, both=800, count=1000))
    disagreeing = np.diff(paired_interval(gained=165, lost=160, both=645, count=1000))
    assert agreeing < disagreeing / 3


def test_it_covers_the_truth_about_as_often_as_it_says():
    rng = np.random.default_rng(0)
    cells = rng.multinomial(60, [0.7, 0.12, 0.05, 0.13], size=4000)
    bounds = paired_interval(cells[:, 1], cells[:, 2], cells[:, 0], 60)
    covered = ((bounds[:, 0] <= 0.07) & (bounds[:, 1] >= 0.07)).mean()
    assert 0.94 < covered < 0.975


def test_the_difference_of_two_models_counts_the_images():
    current = predictions([True, True, True, False])
    other = predictions([True, False, False, False])
    found = paired_difference(current, other)
    assert (found.value, found.count) == (0.5, 4)
    assert (found.low, found.high) == tuple(paired_interval(2, 0, 1, 4))
    assert not found.clear


def test_a_difference_is_clear_once_its_interval_excludes_zero():
    better = paired_difference(predictions([True] * 40), predictions([True] * 30 + [False] * 10))
    assert better.clear
    assert better.low > 0
    assert not paired_difference(predictions([True] * 40), predictions([True] * 40)).clear


def test_no_images_say_nothing():
    found = paired_difference(predictions([]), predictions([]))
    assert math.isnan(found.value)
    assert (found.low, found.high, found.count) == (-1, 1, 0)
    assert not found.clear


def test_other_images_are_refused():
    with pytest.raises(Incompatible, match="different images"):
        paired_difference(predictions([True], [0]), predictions([True], [1]))


def test_the_mean_of_differences_is_narrower_than_its_parts():
    part = Difference(0.1, 0.05, 0.16, 100)
    mean = mean_difference([part, part])
    assert (mean.value, mean.count) == (pytest.approx(0.1), 200)
    assert mean.low == pytest.approx(0.1 - 0.05 / math.sqrt(2))
    assert mean.high == pytest.approx(0.1 + 0.06 / math.sqrt(2))
