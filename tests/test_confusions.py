from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import confusion_matrix as plain_matrix

from tests.test_breakdown import NAMES, SAID, both, predictions
from wiseft.confusions import (
    clustered_order,
    confusion_matrix,
    confusion_pairs,
    moving_classes,
)
from wiseft.errors import Incompatible


@given(SAID)
def test_the_matrix_is_that_of_scikit_learn(said: list[tuple[int, int, int]]):
    now, _ = both(said)
    expected = plain_matrix(now.labels, now.predicted, labels=range(4))
    assert confusion_matrix(now, 4).tolist() == expected.tolist()


@given(SAID, st.sets(st.integers(0, 3), min_size=1))
def test_a_part_of_the_matrix_is_counted_alone(said: list[tuple[int, int, int]], chosen: set[int]):
    now, _ = both(said)
    some = np.array(sorted(chosen))
    expected = confusion_matrix(now, 4)[np.ix_(some, some)]
    assert confusion_matrix(now, 4, some).tolist() == expected.tolist()


@given(SAID)
def test_the_pairs_are_the_matrices_without_their_diagonals(said: list[tuple[int, int, int]]):
    now, then = both(said)
    pairs = confusion_pairs(now, then, NAMES)
    rebuilt = np.zeros((3, 4, 4), int)
    at = (pairs["true_id"], pairs["predicted_id"])
    for layer, column in enumerate(("count", "compared", "change")):
        rebuilt[layer][at] = pairs[column]
    one, other = confusion_matrix(now, 4), confusion_matrix(then, 4)
    for layer, expected in enumerate((one, other, one - other)):
        np.fill_diagonal(expected, 0)
        assert rebuilt[layer].tolist() == expected.tolist()
    assert (pairs["come"] - pairs["go"] == pairs["change"]).all()
    assert pairs["change"].abs().is_monotonic_decreasing
    assert ((pairs["p"] <= pairs["p_holm"]) & (pairs["p_holm"] <= 1)).all()


def test_by_hand():
    labels = [0] * 8 + [1] * 3
    now = predictions(labels, [0] * 8 + [2, 2, 1])
    then = predictions(labels, [1] * 8 + [2, 3, 1])
    pairs = confusion_pairs(now, then, NAMES)
    told = pairs[["true", "predicted", "count", "compared", "change"]].to_numpy().tolist()
    assert told == [["a", "b", 0, 8, -8], ["b", "c", 2, 1, 1], ["b", "d", 0, 1, -1]]
    # 8 of 8 images go: 2/256; three pairs move, so three times that.
    np.testing.assert_allclose(pairs["p"], [2 / 256, 1, 1])
    np.testing.assert_allclose(pairs["p_holm"], [6 / 256, 1, 1])
    assert pairs["clear"].tolist() == [True, False, False]
    assert moving_classes(pairs, 10).tolist() == [0, 1, 2, 3]
    assert moving_classes(pairs, 2).tolist() == [0, 1]


def test_predictions_of_other_images_are_refused():
    with pytest.raises(Incompatible, match="different images"):
        confusion_pairs(predictions([0], [0]), predictions([1], [0]), NAMES)


def test_confused_classes_stand_together():
    matrix = np.diag([10] * 6)
    for one, other in ((0, 3), (1, 5), (2, 4)):
        matrix[one, other] = 5
    order = clustered_order(matrix).tolist()
    for one, other in ((0, 3), (1, 5), (2, 4)):
        assert abs(order.index(one) - order.index(other)) == 1


@given(st.integers(0, 12), st.integers(0, 9))
def test_the_order_has_every_class_once(size: int, seed: int):
    matrix = np.random.default_rng(seed).integers(0, 4, (size, size))
    assert sorted(clustered_order(matrix).tolist()) == list(range(size))
