from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import softmax

from wiseft.alpha_path import GRID
from wiseft.interpolation import interpolated, spline_weights
from wiseft.predictions import Predictions

NODES = (0.0, 0.25, 0.5, 0.75, 1.0)


def smooth(classes: int, images: int = 40, seed: int = 0):
    """Logits that are smooth functions of alpha, and labels."""
    random = np.random.default_rng(seed)
    start, end, bend = random.normal(scale=3, size=(3, images, classes))
    labels = random.integers(0, classes, images)

    def logits(alpha: float) -> np.ndarray:
        curved = bend * np.sin(np.pi * alpha) / 2
        return ((1 - alpha) * start + alpha * end + curved).astype(np.float32)

    return logits, labels


@given(st.lists(st.integers(0, 100), min_size=2, max_size=9, unique=True))
def test_weights_reproduce_nodes_and_straight_lines(percents: list[int]):
    nodes = np.sort(percents) / 100
    weights = spline_weights(nodes.tolist(), nodes)
    assert np.array_equal(weights, np.eye(len(nodes)))
    between = spline_weights(nodes.tolist(), np.linspace(nodes[0], nodes[-1], 17))
    np.testing.assert_allclose(between.sum(axis=1), 1, atol=1e-9)
    np.testing.assert_allclose(between @ nodes, np.linspace(nodes[0], nodes[-1], 17), atol=1e-9)


def test_three_nodes_by_hand():
    # Through (0, 0), (1, 1), (2, 0) goes the parabola x (2 - x).
    weights = spline_weights([0, 1, 2], [0.5])
    assert (weights @ [0, 1, 0])[0] == pytest.approx(0.5 * 1.5)


def test_four_nodes_give_the_cubic_through_them():
    nodes = [0.0, 0.3, 0.6, 1.0]
    at = np.linspace(0, 1, 11)

    def cubic(x):
        return 2 * x**3 - x**2 + 0.5 * x - 1

    expected = cubic(at)
    np.testing.assert_allclose(spline_weights(nodes, at) @ cubic(np.array(nodes)), expected)


@pytest.mark.parametrize("classes", [3, 24, 300])
def test_nodes_are_exact_and_the_rest_is_close(classes: int):
    logits, labels = smooth(classes)
    path = interpolated(NODES, [logits(node) for node in NODES], labels, GRID)
    assert path.alphas[path.exact].tolist() == list(NODES)
    for index, alpha in enumerate(GRID):
        truth = Predictions.from_logits(logits(alpha), labels)
        found = path.at(index)
        if path.exact[index]:
            assert np.array_equal(found.predicted, truth.predicted)
            np.testing.assert_allclose(found.confidence, truth.confidence, atol=2e-3)
        assert np.mean(found.predicted != truth.predicted) <= 0.08
        np.testing.assert_allclose(found.true_probability, truth.true_probability, atol=0.05)


def test_probabilities_count_the_classes_that_are_not_followed():
    logits, labels = smooth(500)
    at_nodes = [logits(node) for node in NODES]
    path = interpolated(NODES, at_nodes, labels, GRID)
    for index, tolerance in ((50, 1e-3), (37, 5e-3)):
        mixed = np.tensordot(spline_weights(NODES, GRID[index]), np.stack(at_nodes), axes=1)
        expected = softmax(mixed.astype(np.float64), axis=1)
        at = path.at(index)
        np.testing.assert_allclose(at.confidence, expected.max(axis=1), atol=tolerance)
        np.testing.assert_allclose(at.true_probability, expected[range(40), labels], atol=tolerance)


@pytest.mark.parametrize("classes", [24, 300])
def test_two_nodes_are_the_output_space_ensemble_exactly(classes: int):
    logits, labels = smooth(classes)
    ends = [logits(0.0), logits(1.0)]
    path = interpolated((0.0, 1.0), ends, labels, GRID)
    for index, alpha in enumerate(GRID):
        mixed = (1 - np.float32(alpha)) * ends[0] + np.float32(alpha) * ends[1]
        assert np.array_equal(path.predicted[index], mixed.argmax(axis=1))


def test_one_alpha_is_the_same_alone_and_among_others():
    logits, labels = smooth(300)
    at_nodes = [logits(node) for node in NODES]
    alone = interpolated(NODES, at_nodes, labels, GRID[[37]]).at(0)
    among = interpolated(NODES, at_nodes, labels, GRID).at(37)
    assert np.array_equal(alone.predicted, among.predicted)
    np.testing.assert_allclose(alone.confidence, among.confidence, atol=5e-3)


def test_a_class_that_wins_only_between_the_nodes_is_found():
    # A hundred classes come near at either end and fall far behind at the other; the last is
    # behind all of them at both ends, and wins in the middle.
    near, far = -np.arange(100) / 100, np.full(100, -50.0)
    ends = [np.concatenate([near, far, [-5]]), np.concatenate([far, near, [-5]])]
    logits = [each[None].astype(np.float32) for each in ends]
    path = interpolated((0.0, 1.0), logits, np.array([200]), GRID)
    wins = (GRID > 0.1) & (GRID < 0.9)
    assert (path.predicted[:, 0] == np.where(wins, 200, np.where(GRID < 0.5, 0, 100))).all()
    assert path.true_probability[50, 0] == pytest.approx(1)


@pytest.mark.parametrize("others", [0, 200])
def test_large_logits_have_finite_probabilities(others: int):
    low = np.full((1, others), -3000, np.float32)
    ends = [np.array([row], np.float32) for row in ((0, -2000, 900), (3000, -2000, -900))]
    logits = [np.concatenate([end, low], axis=1) for end in ends]
    path = interpolated((0.0, 1.0), logits, np.array([1]), GRID)
    for index, alpha in enumerate(GRID):
        truth = Predictions.from_logits((1 - alpha) * logits[0] + alpha * logits[1], [1])
        assert path.at(index).confidence == pytest.approx(truth.confidence, abs=1e-3)
        assert path.at(index).true_probability == 0


def test_a_subset_of_the_classes_is_that_of_the_predictions():
    logits, labels = smooth(24)
    classes = (1, 5, 6, 20)
    path = interpolated(NODES, [logits(n) for n in NODES], labels, GRID, classes)
    truth = Predictions.from_logits(logits(0.5), labels, classes)
    assert np.array_equal(path.at(50).predicted, truth.predicted)
    assert np.array_equal(path.labels, truth.labels)
