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
    weights = spline_weights(nodes, nodes)
    assert np.array_equal(weights, np.eye(len(nodes)))
    between = spline_weights(nodes, np.linspace(nodes[0], nodes[-1], 17))
    np.testing.assert_allclose(between.sum(axis=1), 1, atol=1e-9)
    np.testing.assert_allclose(between @ nodes, np.linspace(nodes[0], nodes[-1], 17), atol=1e-9)


def test_three_nodes_by_hand():
    # Through (0, 0), (1, 1), (2, 0) the natural spline is 1.5 x - 0.5 x^3 on the first half.
    weights = spline_weights([0, 1, 2], [0.5])
    assert (weights @ [0, 1, 0])[0] == pytest.approx(1.5 * 0.5 - 0.5 * 0.125)


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
        assert np.mean(found.predicted != truth.predicted) <= 0.05
        np.testing.assert_allclose(found.true_probability, truth.true_probability, atol=0.05)


def test_probabilities_count_the_classes_that_do_not_lead():
    logits, labels = smooth(500)
    path = interpolated(NODES, [logits(node) for node in NODES], labels, GRID)
    expected = softmax(logits(0.5).astype(np.float64), axis=1)
    at = path.at(50)
    np.testing.assert_allclose(at.confidence, expected.max(axis=1), atol=1e-3)
    np.testing.assert_allclose(at.true_probability, expected[range(40), labels], atol=1e-3)


def test_two_nodes_are_the_output_space_ensemble_exactly():
    logits, labels = smooth(24)
    ends = [logits(0.0), logits(1.0)]
    path = interpolated((0.0, 1.0), ends, labels, GRID)
    for index, alpha in enumerate(GRID):
        mixed = (1 - np.float32(alpha)) * ends[0] + np.float32(alpha) * ends[1]
        assert np.array_equal(path.predicted[index], mixed.argmax(axis=1))


def test_a_subset_of_the_classes_is_that_of_the_predictions():
    logits, labels = smooth(24)
    classes = (1, 5, 6, 20)
    path = interpolated(NODES, [logits(n) for n in NODES], labels, GRID, classes)
    truth = Predictions.from_logits(logits(0.5), labels, classes)
    assert np.array_equal(path.at(50).predicted, truth.predicted)
    assert np.array_equal(path.labels, truth.labels)
