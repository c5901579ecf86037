"""Margins, against logits that are known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiseft.alpha_path import AlphaPath
from wiseft.leading import STEPS, Leading
from wiseft.margins import OPEN, followed, margins, margins_along
from wiseft.predictions import Predictions

ALPHAS = np.array([0.0, 1.0])


def known(logits: np.ndarray) -> Leading:
    """The four leading classes of logits [B, N, C] as they are kept, whatever the true class."""
    shares = np.exp(logits) / np.exp(logits).sum(axis=2, keepdims=True)
    chosen = np.argsort(-shares.max(axis=0), axis=1)[:, :4]
    kept = np.take_along_axis(shares, chosen[None], axis=2)
    return Leading(ALPHAS, chosen, np.round(kept * STEPS).astype(np.uint8))


def path_of(logits: np.ndarray, labels: np.ndarray) -> AlphaPath:
    return AlphaPath.of(
        {
            alpha: Predictions.from_logits(each, labels)
            for alpha, each in zip(ALPHAS.tolist(), logits, strict=True)
        }
    )


@given(seed=st.integers(0, 10_000), classes=st.integers(2, 30), spread=st.floats(0.2, 4))
def test_they_are_the_differences_of_the_two_largest_logits(seed, classes, spread):
    logits = spread * np.random.default_rng(seed).normal(size=(2, 20, classes))
    leading = known(logits)
    found, ranked = margins(leading), np.sort(logits, axis=2)
    expected = ranked[..., -1] - ranked[..., -2]
    steps = STEPS * np.exp(ranked[..., -2]) / np.exp(logits).sum(axis=2)
    roomy = steps > 2
    # Both probabilities are off by half a step at most.
    slack = np.log(steps[roomy] / (steps[roomy] - 0.5)) * 2 + 1e-5
    assert (found.value[roomy] >= expected[roomy] - slack).all()
    kept = np.array(
        [
            [np.isin(two, ids).all() for two, ids in zip(row, leading.classes, strict=True)]
            for row in np.argsort(logits, axis=2)[..., -2:]
        ]
    )
    both = roomy & kept
    assert (np.abs(found.value - expected)[both] <= slack[kept[roomy]]).all()
    assert (
        steps[found.sure] <= np.sort(leading.probability, axis=2)[..., -2][found.sure] + 4
    ).all()


def test_large_margins_are_open_ended():
    found = margins(known(np.array([[[9.0, 0, 0]], [[0.0, 20, 0]]])))
    assert found.value.tolist() == [[pytest.approx(OPEN)]] * 2
    assert found.sure.all()


def test_another_class_may_be_second_where_many_are_left_out():
    level = np.zeros((2, 1, 1000))
    level[:, 0, 0] = 1.0
    assert not margins(known(level)).sure.any()


def test_quartiles_are_those_of_the_correct_and_of_the_wrong_images():
    rng = np.random.default_rng(0)
    logits, labels = rng.normal(size=(2, 200, 4)), rng.integers(0, 4, 200)
    path = path_of(logits, labels)
    found, value = margins_along(path, known(logits)), margins(known(logits)).value
    for row in range(2):
        hit = logits[row].argmax(axis=1) == labels
        np.testing.assert_allclose(
            found.correct[row], np.quantile(value[row][hit], (0.25, 0.5, 0.75))
        )
        np.testing.assert_allclose(found.wrong[row, 1], np.median(value[row][~hit]))
    np.testing.assert_array_equal(found.ends, value)


def test_without_wrong_images_there_are_no_margins_of_them():
    logits = np.tile(3 * np.eye(3), (2, 1, 1))
    found = margins_along(path_of(logits, np.arange(3)), known(logits))
    assert np.isnan(found.wrong).all()
    assert (found.correct > 2.5).all()


def test_margins_of_both_ends_where_one_of_them_is_followed():
    logits = np.array([[[4.0, 0], [1, 0], [0, 1]], [[0.0, 1], [0, 3], [0, 1]]])
    path = path_of(logits, np.zeros(3, int))
    path = path.with_exact({0.5: Predictions.from_logits(logits.mean(axis=0), path.labels)})
    ends = margins(known(logits)).value
    as_first, as_last = followed(path, ends, 0, 2, 1)
    assert (as_first.count, as_last.count) == (1, 1)
    assert (as_first.first[1], as_first.last[1]) == pytest.approx((4, 1), abs=0.15)
    assert (as_last.first[1], as_last.last[1]) == pytest.approx((1, 3), abs=0.1)
