"""Tests of differences, against SciPy and by their definitions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from wiseft.significance import holm, mcnemar

COUNTS = st.integers(0, 60)
P_VALUES = st.lists(st.floats(0, 1), max_size=12)


@given(COUNTS, COUNTS)
def test_a_p_value_is_that_of_a_binomial_test_on_the_discordant_images(fixed: int, broken: int):
    total = fixed + broken
    expected = binomtest(fixed, total).pvalue if total else 1.0
    assert mcnemar(fixed, broken) == pytest.approx(expected)


def test_p_values_come_in_the_shape_of_the_counts():
    fixed = np.array([[0, 9, 1], [5, 0, 3]])
    p = mcnemar(fixed, fixed[::-1])
    assert p.shape == (2, 3)
    assert p[0, 1] == pytest.approx(2 * 0.5**9)
    assert np.array_equal(p[0], p[1])


def test_thousands_of_discordant_images_do_not_overflow():
    assert mcnemar(50_000, 50_000) == pytest.approx(1.0)
    assert mcnemar(0, 50_000) == 0.0


@given(P_VALUES)
def test_holm_rejects_step_by_step(values: list[float]):
    """By the definition: the k-th smallest is held against 0.05 / (n - k) until one fails."""
    corrected = holm(values)
    rejected = set()
    for k, index in enumerate(np.argsort(values, kind="stable").tolist()):
        if values[index] * (len(values) - k) >= 0.05:
            break
        rejected.add(index)
    assert set(np.flatnonzero(corrected < 0.05).tolist()) == rejected


@given(P_VALUES)
def test_corrected_values_keep_their_order_and_grow(values: list[float]):
    corrected = holm(values)
    assert ((corrected >= np.asarray(values)) & (corrected <= 1)).all()
    order = np.argsort(values, kind="stable")
    assert (np.diff(corrected[order]) >= 0).all()
    assert len(values) != 1 or corrected[0] == values[0]


def test_the_example_worked_by_hand():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
