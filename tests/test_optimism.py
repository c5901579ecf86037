from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from wiseft.metrics import paired_interval
from wiseft.optimism import Curves, optimism

ANSWERS = st.tuples(st.integers(1, 5), st.integers(2, 40)).flatmap(
    lambda shape: hnp.arrays(np.bool_, shape)
)


def highest(curves: Curves) -> int:
    return int(curves["fog"].argmax())


@given(ANSWERS.filter(lambda answers: answers.shape[1] <= 10))
def test_few_images_are_left_out_one_by_one(answers: np.ndarray):
    alphas, images = answers.shape
    table = answers.tolist()

    def best_without(left_out: int | None) -> int:
        scores = [sum(table[a][i] for i in range(images) if i != left_out) for a in range(alphas)]
        return scores.index(max(scores))

    apparent = table[best_without(None)]
    honest = [table[best_without(i)][i] for i in range(images)]
    found = optimism({"fog": answers}, {"fog": 1.0}, highest)
    assert found is not None
    assert found.value == pytest.approx((sum(apparent) - sum(honest)) / images)
    pairs = list(zip(apparent, honest, strict=True))
    bounds = paired_interval(
        pairs.count((True, False)), pairs.count((False, True)), pairs.count((True, True)), images
    )
    np.testing.assert_allclose((found.low, found.high), bounds)
    assert found.count == images


@given(ANSWERS)
def test_the_highest_accuracy_is_never_pessimistic(answers: np.ndarray):
    found = optimism({"fog": answers}, {"fog": 1.0}, highest)
    assert found is not None
    assert found.value >= 0
    assert found.low <= found.value <= found.high


def test_of_pure_noise_it_is_what_the_luckiest_alpha_has_too_much():
    random = np.random.default_rng(0)
    too_much, estimated = [], []
    for _ in range(150):
        answers = random.random((21, 200)) < 0.7
        found = optimism({"fog": answers}, {"fog": 1.0}, highest)
        assert found is not None
        too_much.append(answers.mean(axis=1).max() - 0.7)
        estimated.append(found.value)
    assert np.mean(too_much) > 0.05
    assert np.mean(estimated) == pytest.approx(np.mean(too_much), abs=0.01)


def test_where_one_alpha_is_clearly_best_it_is_nothing():
    random = np.random.default_rng(0)
    answers = random.random((3, 500)) < np.array([[0.6], [0.9], [0.7]])
    found = optimism({"fog": answers}, {"fog": 1.0}, highest)
    assert found is not None
    assert found.value == 0
    assert not found.clear


def test_sets_are_split_apart_and_their_optimism_is_averaged_by_weight():
    random = np.random.default_rng(0)
    noise = random.random((5, 400)) < 0.5
    certain = np.ones((5, 90), bool)
    both = optimism({"fog": noise, "snow": certain}, {"fog": 0.25, "snow": 0.75}, highest)
    alone = optimism({"fog": noise}, {"fog": 1.0}, highest)
    assert both is not None
    assert alone is not None
    assert both.value == pytest.approx(alone.value / 4)
    assert both.count == 490


def test_the_same_images_give_the_same_estimate():
    rows = np.random.default_rng(0).random((30, 300)) < 0.5
    assert optimism({"fog": rows}, {"fog": 1}, highest) == optimism(
        {"fog": rows}, {"fog": 1}, highest
    )


def test_a_single_image_says_nothing():
    assert optimism({"fog": np.ones((3, 1), bool)}, {"fog": 1.0}, highest) is None
