import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import recall_score

from wiseft.breakdown import per_class
from wiseft.errors import Incompatible
from wiseft.metrics import paired_interval
from wiseft.predictions import Predictions

NAMES = ("a", "b", "c")


def predictions(labels: list[int], predicted: list[int]) -> Predictions:
    return Predictions.from_logits(np.eye(3)[predicted], labels)


def test_by_hand():
    labels = [0, 0, 2, 2]
    table = per_class(
        predictions(labels, [0, 1, 2, 2]),
        predictions(labels, [0, 0, 0, 0]),
        predictions(labels, [1, 1, 2, 0]),
        NAMES,
    )
    assert table["class"].tolist() == ["a", "c"]
    assert table["count"].tolist() == [2, 2]
    assert table["accuracy"].tolist() == [0.5, 1.0]
    assert table["from_zeroshot"].tolist() == [-0.5, 1.0]
    assert table["from_finetuned"].tolist() == [0.5, 0.5]


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=40))
def test_accuracy_of_a_class_is_its_recall(pairs: list[tuple[int, int]]):
    labels, predicted = map(list, zip(*pairs, strict=True))
    now = predictions(labels, predicted)
    table = per_class(now, now, now, NAMES)
    expected = recall_score(labels, predicted, labels=table["class_id"], average=None)
    np.testing.assert_allclose(table["accuracy"], expected)
    assert (table["low"] <= table["accuracy"]).all()
    assert (table["accuracy"] <= table["high"]).all()
    assert (table["from_zeroshot"] == 0).all()


def test_each_change_has_its_paired_interval():
    labels = [0] * 9 + [1] * 7
    current = predictions(labels, [0] * 9 + [1] * 3 + [2] * 4)
    zeroshot = predictions(labels, [0] * 3 + [2] * 6 + [1] * 7)
    table = per_class(current, zeroshot, current, NAMES)
    expected = paired_interval(gained=[6, 0], lost=[0, 4], both=[3, 3], count=[9, 7])
    np.testing.assert_allclose(table[["from_zeroshot_low", "from_zeroshot_high"]], expected)
    assert table["from_zeroshot_fixed"].tolist() == [6, 0]
    assert table["from_zeroshot_broken"].tolist() == [0, 4]
    assert np.all(table["from_finetuned"] == 0)
    assert np.all(table["from_finetuned_low"] < 0)


def test_predictions_of_other_images_are_refused():
    with pytest.raises(Incompatible, match="different images"):
        per_class(*[predictions([i], [0]) for i in range(3)], NAMES)
