import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from wiseft.errors import Incompatible
from wiseft.steps import StepFunction, winning_intervals

# Small whole logits: every crossing is at a fraction of small numbers, and ties are frequent.
LOGITS = hnp.arrays(np.int64, (5, 4), elements=st.integers(-6, 6))
LABELS = hnp.arrays(np.int64, 5, elements=st.integers(0, 3))
WHOLE = 840  # divisible by every slope up to 8, so that the grid meets most of the crossings


@given(LOGITS, LOGITS, LABELS)
def test_intervals_and_accuracy_are_those_of_brute_force_in_whole_numbers(start, end, labels):
    intervals = winning_intervals(start.astype(np.float32), end.astype(np.float32), labels)
    steps = StepFunction(intervals)
    inside = []
    for share in range(-200, WHOLE + 201, 4):
        exact = start * (WHOLE - share) + end * share
        correct = exact.argmax(axis=1) == labels
        assert np.array_equal(intervals.contain(share / WHOLE), correct)
        assert steps(share / WHOLE) == correct.mean()
        if 0 <= share <= WHOLE:
            inside.append(correct.mean())
    best, low, high = steps.best()
    assert best >= max(inside)
    assert 0 <= low <= high <= 1
    assert steps((low + high) / 2) == best


@given(LOGITS, LOGITS, LABELS)
def test_between_two_jumps_the_accuracy_is_constant(start, end, labels):
    steps = StepFunction(winning_intervals(start, end, labels))
    jumps = steps.jumps
    for left, right in itertools.pairwise(jumps):
        inner = np.linspace(left, right, 7)[1:-1]
        if left < inner[0] and inner[-1] < right:
            assert len(set(steps(inner).tolist())) == 1


@given(LOGITS, LOGITS, LABELS)
def test_between_the_ends_nothing_is_lost(start, end, labels):
    intervals = winning_intervals(start, end, labels)
    kept = intervals.between(0, 1)
    for alpha in np.linspace(0, 1, 2 * WHOLE // 8 + 1):
        assert np.array_equal(kept.contain(alpha), intervals.contain(alpha))
    finite = np.concatenate([kept.low, kept.high])
    finite = finite[np.isfinite(finite)]
    assert ((finite >= 0) & (finite <= 1)).all()
    assert StepFunction(kept).best() == StepFunction(intervals).best()


def test_by_hand():
    # Class 0 leads by 1 at alpha 0 and trails by 3 at alpha 1: the lines cross at 1/4, where the
    # tie goes to the lower class id.
    start, end = [[1.0, 0.0]] * 2, [[0.0, 3.0]] * 2
    found = winning_intervals(start, end, [0, 1])
    assert (found.high[0], found.high_open[0]) == (0.25, False)
    assert (found.low[1], found.low_open[1]) == (0.25, True)
    assert StepFunction(found)([0, 0.25, 0.3, 1]).tolist() == [0.5, 0.5, 0.5, 0.5]


def test_extreme_logits_stay_finite_and_equal_ones_go_to_the_first_class():
    huge = np.array([[3e38, -3e38], [0, 0]], np.float32)
    found = StepFunction(winning_intervals(huge, huge[:, ::-1], [0, 0]))
    assert found([0, 0.5, 1]).tolist() == [1.0, 1.0, 0.5]


def test_no_images_have_no_accuracy():
    steps = StepFunction(winning_intervals(np.zeros((0, 3)), np.zeros((0, 3)), []))
    assert np.isnan(steps(0.5))


def test_logits_that_do_not_fit_are_refused():
    with pytest.raises(Incompatible, match="same images and classes"):
        winning_intervals(np.zeros((2, 3)), np.zeros((2, 4)), [0, 0])
