from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from wiseft.app.classes.lines import found, ordered, printed
from wiseft.app.classes.words import classes_note, classes_sentence, losers_sentence, pairs_note
from wiseft.app.sentences import plain
from wiseft.breakdown import lose_everywhere, per_class
from wiseft.confusions import confusion_pairs
from wiseft.predictions import Predictions

COUNT = 60
NAMES = [f"class {i}" for i in range(10)]


def model(*correct: int) -> Predictions:
    """Of `COUNT` images of each class the first are correct; the others are taken for class 9."""
    labels = np.repeat(np.arange(len(correct)), COUNT)
    hit = np.concatenate([np.arange(COUNT) < each for each in correct])
    return Predictions.from_logits(np.eye(10)[np.where(hit, labels, 9)], labels)


def table(now: tuple[int, ...], then: tuple[int, ...]) -> pd.DataFrame:
    return per_class(model(*now), model(*then), NAMES)


@pytest.mark.parametrize(
    ("now", "then", "expected"),
    [
        ((40, 30), (20, 30), "1 of 2 classes clearly gains and none clearly pays"),
        ((40, 30, 9), (20, 50, 30), "1 of 3 classes clearly gains and 2 clearly pay"),
        ((9,), (10,), "none of 1 class clearly gains and none clearly pays"),
    ],
)
def test_the_sentence_counts_what_is_more_than_noise(
    now: tuple[int, ...], then: tuple[int, ...], expected: str
):
    said = plain(classes_sentence(table(now, then), 0.7, 1.0, "Night"))
    assert said == f"On Night images, {expected} at alpha 0.70"


def test_no_clear_change_is_not_no_change():
    note = classes_note(table((40, 30), (20, 32)), 0.7, 1.0).replace("\u2009", " ")
    assert note == (
        "Accuracy 43.3 % → 58.3 %. α 0.70 fixes 20 of 120 images against α 1.00 and breaks 2; "
        "for 1 class the change of accuracy is within the noise of about 60 images a class."
    )


def test_the_confusions_that_go_and_come_are_counted():
    pairs = confusion_pairs(model(40, 30), model(20, 31), NAMES)
    assert "20 confused images disappear, 1 new one appears." in pairs_note(pairs)


def test_losing_everywhere_is_told_with_its_noise():
    tables = {"fog": table((10, 50), (40, 50)), "snow": table((5, 50), (30, 49))}
    said = losers_sentence(lose_everywhere(tables), 1.0, 0.0, 2)
    assert said.startswith(
        "1 class loses accuracy under every shift at α 1.00 against α 0.00; for 1"
    )
    none = losers_sentence(lose_everywhere(tables).iloc[:0], 1.0, 0.0, 2)
    assert none.startswith("No class loses accuracy under every one of 2 shifts")


def test_changes_are_printed_in_five_steps_each_way():
    change = np.array([0, 0.04, 0.06, 0.5, 0.9, -0.06, -0.9, np.nan])
    assert printed(change, 0.1) == "ffgkkea."


def test_orders_and_the_search():
    found_table = table((40, 9, 30), (20, 30, 30))
    assert ordered(found_table, "change", "accuracy")["class_id"].tolist() == [0, 2, 1]
    assert ordered(found_table, "movers", "accuracy")["class_id"].tolist() == [1, 0, 2]
    assert ordered(found_table, "value", "accuracy")["class_id"].tolist() == [0, 2, 1]
    assert found(found_table, "CLASS 2")["class_id"].tolist() == [2]
    assert len(found(found_table, "")) == 3
