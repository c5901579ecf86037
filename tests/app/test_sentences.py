from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from wiseft.app.sentences import (
    compared_end,
    frontier_sentence,
    plain,
    starting_alpha,
)
from wiseft.frontier import MEAN, Frontier
from wiseft.metrics import Difference, clopper_pearson

ALPHAS = np.array([0.0, 0.4, 0.7, 1.0])
CORRECT = {
    "day": [849, 932, 966, 973],
    "night": [784, 821, 814, 760],
    "sketch": [804, 778, 698, 542],
    "held": [850, 930, 964, 973],
    "day@sketch": [900, 950, 980, 990],
}

LOSS = Difference(-0.007, -0.012, -0.002, 1000)
NOISE = Difference(-0.007, -0.015, 0.001, 1000)
GAIN = Difference(0.064, 0.05, 0.08, 2000)
NONE = Difference(0.0, -0.002, 0.002, 1000)


def frontier(alphas: list[float] | None = None) -> Frontier:
    kept = [i for i, alpha in enumerate(ALPHAS) if alphas is None or alpha in alphas]
    return Frontier(
        run="r",
        reference="day",
        shifts=("night", "sketch"),
        validation="held",
        matched={"sketch": "day@sketch"},
        titles={"day": "Daylight", "night": "Night", "sketch": "Sketch", "held": "Validation"},
        alphas=ALPHAS[kept],
        exact=np.ones(len(ALPHAS[kept]), dtype=bool),
        deviation={},
        accuracy={name: np.array(values)[kept] / 1000 for name, values in CORRECT.items()},
        interval={name: clopper_pearson(values, 1000)[kept] for name, values in CORRECT.items()},
        count=dict.fromkeys(CORRECT, 1000),
    )


def said(
    alpha: float, shift: str, one: Difference | None = None, two: Difference | None = None
) -> str:
    return plain(frontier_sentence(frontier(), alpha, shift, one, two)).replace("\u2009", " ")


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (
            said(0.7, MEAN, LOSS, GAIN),
            "At alpha 0.70 this model is correct on 96.6 % of Daylight images "
            "(0.7 pp less than fine-tuned) and on 75.6 % under shift (6.4 pp more).",
        ),
        (
            said(0.7, "night", NOISE, NONE),
            "At alpha 0.70 this model is correct on 96.6 % of Daylight images (0.7 pp less than "
            "fine-tuned, within noise) and on 81.4 % of Night images (the same).",
        ),
        (
            said(0.4, "sketch", NONE, GAIN),
            "At alpha 0.40 this model is correct on 95.0 % of Daylight images of the same classes "
            "(the same as fine-tuned) and on 77.8 % of Sketch images (6.4 pp more).",
        ),
        (
            said(1.0, MEAN, GAIN, LOSS),
            "At alpha 1.00, fine-tuned, this model is correct on 97.3 % of Daylight images "
            "(6.4 pp more than zero-shot) and on 65.1 % under shift (0.7 pp less).",
        ),
        (
            said(0.4, MEAN),
            "At alpha 0.40 this model is correct on 93.2 % of Daylight images "
            "and on 80.0 % under shift.",
        ),
    ],
)
def test_the_sentence_of_the_frontier(sentence: str, expected: str):
    assert sentence == expected


def test_a_difference_that_cannot_be_measured_is_left_out():
    nothing = Difference(float("nan"), -1, 1, 0)
    assert "(" not in said(0.7, MEAN, nothing, nothing)


def test_without_shifts_there_is_one_statement():
    alone = replace(frontier(), shifts=(), matched={})
    assert plain(frontier_sentence(alone, 0.7, MEAN, LOSS, None)).endswith("fine-tuned).")


def test_fine_tuned_is_told_against_zero_shot_and_all_else_against_fine_tuned():
    assert [compared_end(alpha) for alpha in (-1, 0, 0.5, 1, 2)] == [
        *["finetuned"] * 3,
        "zeroshot",
        "finetuned",
    ]


def test_the_starting_alpha_is_chosen_on_the_validation_set():
    alpha, reason = starting_alpha(frontier())
    assert alpha == 0.7
    assert "on 1,000 validation images" in reason
    assert "No test image" in reason


def test_no_test_accuracy_moves_the_starting_alpha():
    changed = frontier()
    accuracy = {name: curve[::-1] for name, curve in changed.accuracy.items() if name != "held"}
    changed = replace(changed, accuracy={**changed.accuracy, **accuracy})
    assert starting_alpha(changed) == starting_alpha(frontier())


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        (replace(frontier(), validation=None), "no validation set"),
        (replace(frontier(), count={**frontier().count, "held": 0}), "no validation set"),
        (frontier([0.0, 0.4]), "has not been evaluated"),
    ],
)
def test_else_it_is_half_way(changed: Frontier, reason: str):
    alpha, sentence = starting_alpha(changed)
    assert alpha == 0.4
    assert reason in sentence
