from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import precision_recall_fscore_support

from wiseft.alpha_path import AlphaPath
from wiseft.breakdown import best_alphas, class_counts, lose_everywhere, per_class
from wiseft.errors import Incompatible
from wiseft.metrics import clopper_pearson, paired_interval
from wiseft.predictions import Predictions

NAMES = ("a", "b", "c", "d")

CLASS = st.integers(0, 3)

SAID = st.lists(st.tuples(CLASS, CLASS, CLASS), min_size=1, max_size=60)
"""Images as (true class, what one model says, what the other says)."""


def predictions(labels: list[int], predicted: list[int]) -> Predictions:
    return Predictions.from_logits(np.eye(4)[predicted], labels)


def both(said: list[tuple[int, int, int]]) -> tuple[Predictions, Predictions]:
    labels, now, then = map(list, zip(*said, strict=True))
    return predictions(labels, now), predictions(labels, then)


def test_by_hand():
    labels = [0, 0, 2, 2, 2]
    table = per_class(
        predictions(labels, [0, 1, 2, 2, 0]), predictions(labels, [1, 1, 2, 0, 0]), NAMES
    )
    assert table["class"].tolist() == ["a", "c"]
    assert table["count"].tolist() == [2, 3]
    assert table["predicted"].tolist() == [2, 2]
    assert table["accuracy"].tolist() == [1 / 2, 2 / 3]
    assert table["precision"].tolist() == [1 / 2, 1.0]
    assert table["f1"].tolist() == [2 / 4, 4 / 5]
    assert table["compared_accuracy"].tolist() == [0, 1 / 3]
    assert table["compared_precision"].tolist() == [0, 1.0]
    assert table["fixed"].tolist() == [1, 1]
    assert table["broken"].tolist() == [0, 0]
    np.testing.assert_allclose(table["accuracy_change"], [1 / 2, 1 / 3])


@given(SAID)
def test_each_metric_is_that_of_scikit_learn(said: list[tuple[int, int, int]]):
    now, then = both(said)
    table = per_class(now, then, NAMES)
    for prefix, each in (("", now), ("compared_", then)):
        precision, recall, f1, count = precision_recall_fscore_support(
            each.labels, each.predicted, labels=table["class_id"], zero_division=np.nan
        )
        np.testing.assert_allclose(table[f"{prefix}precision"], precision)
        np.testing.assert_allclose(table[f"{prefix}accuracy"], recall)
        np.testing.assert_allclose(table[f"{prefix}f1"], f1)
        assert table["count"].tolist() == list(count)


@given(SAID)
def test_every_value_lies_in_its_interval(said: list[tuple[int, int, int]]):
    table = per_class(*both(said), NAMES)
    for column in ("accuracy", "precision", "f1", "compared_f1", "accuracy_change", "f1_change"):
        value, low, high = (table[f"{column}{part}"] for part in ("", "_low", "_high"))
        known = value.notna()
        assert (low[known] <= value[known] + 1e-12).all(), column
        assert (value[known] <= high[known] + 1e-12).all(), column


@given(SAID)
def test_turned_round_gains_are_losses(said: list[tuple[int, int, int]]):
    now, then = both(said)
    one, other = per_class(now, then, NAMES), per_class(then, now, NAMES)
    np.testing.assert_allclose(one["accuracy_change"], -other["accuracy_change"])
    np.testing.assert_allclose(one["accuracy_change_low"], -other["accuracy_change_high"])
    assert one["fixed"].tolist() == other["broken"].tolist()
    assert one["p"].tolist() == other["p"].tolist()
    for metric in ("accuracy", "precision", "f1"):
        assert one[f"{metric}_clear"].tolist() == other[f"{metric}_clear"].tolist()


def test_the_test_is_corrected_for_the_number_of_classes():
    labels = [0] * 6 + [1] * 5 + [2] * 9
    now = predictions(labels, [0] * 6 + [1] * 5 + [2] * 9)
    then = predictions(labels, [1] * 6 + [0] * 5 + [2] * 9)
    table = per_class(now, then, NAMES)
    # Two-sided binomial tests of 6 of 6 and of 5 of 5: 2/64 and 2/32; times 3, and times 2.
    np.testing.assert_allclose(table["p"], [1 / 32, 1 / 16, 1])
    np.testing.assert_allclose(table["p_holm"], [3 / 32, 2 / 16, 1])
    assert not table["accuracy_clear"].any()
    alone = per_class(predictions([0] * 6, [0] * 6), predictions([0] * 6, [1] * 6), NAMES)
    assert alone["accuracy_clear"].tolist() == [True]


def test_intervals_are_those_of_the_metrics():
    labels = [0] * 9 + [1] * 7
    now = predictions(labels, [0] * 9 + [1] * 3 + [2] * 4)
    then = predictions(labels, [0] * 3 + [2] * 6 + [1] * 7)
    table = per_class(now, then, NAMES)
    paired = paired_interval(gained=[6, 0], lost=[0, 4], both=[3, 3], count=[9, 7])
    np.testing.assert_allclose(table[["accuracy_change_low", "accuracy_change_high"]], paired)
    exact = clopper_pearson([9, 3], [9, 7])
    np.testing.assert_allclose(table[["accuracy_low", "accuracy_high"]], exact)
    # F1 = 2 J / (1 + J): of the second class J is 3 of 7.
    j = clopper_pearson(3, 7)
    np.testing.assert_allclose(table.loc[1, ["f1_low", "f1_high"]].astype(float), 2 * j / (1 + j))


def test_a_class_that_nothing_is_taken_for_has_no_precision():
    table = per_class(predictions([0, 1], [1, 1]), predictions([0, 1], [1, 1]), NAMES)
    assert table["precision"].isna().tolist() == [True, False]
    assert not table["precision_clear"].any()
    assert table["f1"].tolist() == [0, 2 / 3]


def test_no_images_make_no_classes():
    nothing = predictions([], [])
    assert per_class(nothing, nothing, NAMES).empty


def test_predictions_of_other_images_are_refused():
    with pytest.raises(Incompatible, match="different images"):
        per_class(predictions([0], [0]), predictions([1], [0]), NAMES)


def path_of(labels: list[int], *predicted: list[int]) -> AlphaPath:
    alphas = np.linspace(0, 1, len(predicted))
    said = (predictions(labels, each) for each in predicted)
    return AlphaPath.of(dict(zip(alphas.tolist(), said, strict=True)))


def test_counts_of_every_alpha_are_those_of_the_tables():
    labels = [0, 0, 1, 1, 3]
    path = path_of(labels, [0, 1, 1, 1, 3], [0, 0, 0, 1, 2], [1, 1, 0, 0, 2])
    counts = class_counts(path)
    for row in range(3):
        table = per_class(path.at(row), path.at(0), NAMES)
        assert counts.class_ids.tolist() == table["class_id"].tolist()
        assert counts.correct[row].tolist() == table["correct"].tolist()
        for metric in ("accuracy", "precision", "f1"):
            np.testing.assert_allclose(counts.values(metric)[row], table[metric])
    column, accuracy, bounds = counts.worst()
    assert column.tolist() == [0, 2, 0]
    assert accuracy.tolist() == [0.5, 0, 0]
    np.testing.assert_allclose(bounds[0], clopper_pearson(1, 2))


def test_the_best_alpha_is_told_only_where_it_is_clearly_better():
    labels = [0] * 12 + [1] * 12
    wrong = [1] * 12
    path = path_of(labels, [0] * 12 + [1] * 11 + [0], [0] * 12 + [1] * 12, [*wrong, *[1] * 11, 0])
    counts = class_counts(path)
    assert best_alphas(path, counts, versus=2).tolist() == [0, -1]
    assert best_alphas(path, counts, versus=1).tolist() == [-1, -1]


def test_a_best_alpha_is_corrected_for_the_alphas_and_the_classes_looked_at():
    labels = np.repeat([0, 1, 2, 3], 40)
    images = np.arange(160)

    def said(*hits: int) -> list[int]:
        """So many images of each class are predicted correctly."""
        return np.where(images % 40 < np.repeat(hits, 40), labels, (labels + 1) % 4).tolist()

    # Of class 1, p is 2 / 2^7, or 2 / 2^8, times 2 alphas, times the 3 classes left by then.
    for more, expected in ((7, -1), (8, 1)):
        assert (2 / 2**more * 2 * 3 < 0.05) == (expected == 1)
        path = path_of(labels.tolist(), said(0, 0, 0, 0), said(20, more, 3, 0), said(9, 2, 1, 0))
        assert best_alphas(path, class_counts(path), versus=0).tolist() == [1, expected, -1, -1]


def test_where_no_alpha_is_better_hardly_ever_does_a_class_have_a_best_one():
    rng = np.random.default_rng(0)
    labels = np.repeat([0, 1, 2, 3], 30)
    false = 0
    for _ in range(200):
        wrong = rng.random((6, 120)) < 0.4
        path = path_of(labels.tolist(), *np.where(wrong, (labels + 1) % 4, labels).tolist())
        false += (best_alphas(path, class_counts(path), versus=5) >= 0).any()
    assert false <= 0.05 * 200


def test_classes_that_lose_on_every_set():
    labels = [0] * 8 + [1] * 8 + [2] * 2
    good = predictions(labels, labels)
    tables = {
        "night": per_class(predictions(labels, [1] * 4 + [0] * 4 + [1] * 8 + [0] * 2), good, NAMES),
        "fog": per_class(
            predictions(labels[:16], [1] * 2 + [0] * 6 + [0] + [1] * 7),
            predictions(labels[:16], [0] * 8 + [0] + [1] * 7),
            NAMES,
        ),
    }
    found = lose_everywhere(tables)
    assert found["class"].tolist() == ["a"]
    assert found["change"].tolist() == [(-1 / 2 - 1 / 4) / 2]
    assert found["change night"].tolist() == [-1 / 2]
    assert (found["fixed"][0], found["broken"][0]) == (0, 6)
    np.testing.assert_allclose(found["p"], 2 / 64)
    assert isinstance(found, pd.DataFrame)
