import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.special import softmax

from wiseft.predictions import Predictions

LOGITS = hnp.arrays(np.float32, (6, 4), elements=st.floats(-1e4, 1e4, width=32))
LABELS = [0, 1, 2, 3, 0, 1]


def test_by_hand():
    found = Predictions.from_logits([[0.0, np.log(3.0)], [0.0, 0.0]], [1, 1])
    assert found.predicted.tolist() == [1, 0]
    assert found.confidence.tolist() == [0.75, 0.5]
    assert found.true_probability.tolist() == [0.75, 0.5]
    assert found.correct.tolist() == [True, False]
    assert len(found) == 2


@given(LOGITS)
def test_probabilities_are_those_of_an_independent_softmax(logits: np.ndarray):
    found = Predictions.from_logits(logits, LABELS)
    expected = softmax(logits.astype(np.float64), axis=1)
    assert np.array_equal(found.predicted, logits.argmax(axis=1))
    np.testing.assert_allclose(found.confidence, expected.max(axis=1), atol=1e-3)
    np.testing.assert_allclose(found.true_probability, expected[range(6), LABELS], atol=1e-3)


@given(LOGITS)
def test_a_subset_leaves_the_other_classes_and_their_images_out(logits: np.ndarray):
    found = Predictions.from_logits(logits, LABELS, classes=(1, 3))
    assert found.labels.tolist() == [1, 3, 1]
    expected = np.array([1, 3])[logits[[1, 3, 5]][:, [1, 3]].argmax(axis=1)]
    assert np.array_equal(found.predicted, expected)


def test_no_images_are_no_predictions():
    assert len(Predictions.from_logits(np.zeros((0, 3)), [])) == 0
