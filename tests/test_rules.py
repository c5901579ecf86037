from __future__ import annotations

import inspect
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tests.evidence import make, nested
from wiseft import rules
from wiseft.errors import Invalid, Missing, UnknownName
from wiseft.evidence import Evidence
from wiseft.frontier import MEAN
from wiseft.metrics import clopper_pearson, mean_interval, paired_interval
from wiseft.optimism import optimism
from wiseft.rules import (
    RULES,
    Choice,
    arguments_of,
    best_in_distribution,
    best_on_shift,
    half,
    largest_gain,
    weighted_mean,
    within_loss,
)

ALPHAS = (0.0, 0.25, 0.5, 0.75, 1.0)

SIGNS = {
    "day": nested([160, 180, 190, 192, 192], 200),
    "held": nested([80, 90, 96, 97, 97], 100),
    "fog": nested([40, 43, 43, 42, 38], 50),
    "snow": nested([30, 29, 28, 27, 26], 40),
}
"""Fog peaks at 0.25, snow at 0; their mean is 77.5, 79.25, 78, 75.75 and 70.5 %."""


@pytest.fixture
def signs() -> Evidence:
    return make(SIGNS, alphas=ALPHAS)


def without(*names: str) -> Evidence:
    return make({name: rows for name, rows in SIGNS.items() if name not in names}, alphas=ALPHAS)


def test_what_rules_take_is_known_by_name():
    assert {rule: arguments_of(rule) for rule in RULES if arguments_of(rule)} == {
        "within_loss": ("loss",),
        "largest_gain": ("loss",),
        "best_on_shift": ("shift",),
        "weighted_mean": ("weights",),
    }
    with pytest.raises(UnknownName, match="haf"):
        arguments_of("haf")


# What the rules choose, by hand.


def test_half_is_half(signs: Evidence):
    choice = half(signs)
    assert (choice.alpha, choice.chosen_on, choice.uses_shifted_test_data) == (0.5, (), False)
    assert choice.optimism is None
    assert choice.sentence == (
        "Alpha 0.50 is half-way between the two models, the paper's recommendation where nothing "
        "else is known. No image was used to choose it."
    )


def test_the_best_in_distribution_is_the_smallest_of_the_best_on_validation(signs: Evidence):
    choice = best_in_distribution(signs)
    assert (choice.alpha, choice.chosen_on) == (0.75, ("held",))
    assert not choice.uses_shifted_test_data
    low, high = 100 * clopper_pearson(97, 100)
    assert choice.sentence == (
        "Alpha 0.75 is the best in distribution on 100 held-out images: 97.0\u2009% "
        f"({low:.1f} to {high:.1f}). No test image was used to choose it."
    )


@pytest.mark.parametrize(("loss", "alpha"), [(0.0, 0.75), (0.01, 0.5), (0.07, 0.25), (0.5, 0.0)])
def test_within_loss_is_the_smallest_that_loses_no_more(signs: Evidence, loss: float, alpha: float):
    choice = within_loss(signs, loss=loss)
    assert (choice.alpha, choice.chosen_on) == (alpha, ("held",))
    assert not choice.uses_shifted_test_data
    assert choice.optimism is None


def test_within_loss_tells_the_loss_with_its_paired_interval(signs: Evidence):
    low, high = 100 * paired_interval(gained=0, lost=1, both=96, count=100)
    assert within_loss(signs).sentence == (
        "Alpha 0.50 is the smallest that loses at most 1.0\u2009pp against fine-tuned on 100 "
        f"held-out images: the change is \u22121.0\u2009pp (\u2212{-low:.1f} to +{high:.1f}). "
        "No test image was used to choose it."
    )


@pytest.mark.parametrize(("loss", "alpha"), [(0.0, 0.75), (0.01, 0.5), (0.07, 0.25), (0.5, 0.25)])
def test_the_largest_gain_is_the_best_mean_of_the_shifts_within_the_loss(
    signs: Evidence, loss: float, alpha: float
):
    choice = largest_gain(signs, loss=loss)
    assert choice.alpha == alpha
    assert set(choice.chosen_on) == {"held", "fog", "snow"}
    assert choice.uses_shifted_test_data


def test_the_largest_gain_says_that_test_images_chose_it(signs: Evidence):
    choice = largest_gain(signs)
    assert choice.sentence.startswith(
        "Alpha 0.50 is the best of those that lose at most 1.0\u2009pp against fine-tuned on 100 "
        "held-out images, measured on the mean of 2 shifts with 90 images: 78.0\u2009% ("
    )
    assert "chosen on these very test images" in choice.sentence


def test_the_limit_takes_no_part_in_the_optimism():
    random = np.random.default_rng(0)
    answers = {"day": SIGNS["day"], "fog": random.random((5, 300)) < 0.5}
    free = best_on_shift(make(answers, alphas=ALPHAS))
    limited = largest_gain(make({**answers, "held": SIGNS["held"]}, alphas=ALPHAS), loss=0.5)
    assert limited.optimism == free.optimism
    assert free.optimism is not None
    assert free.optimism.value > 0


def test_without_validation_the_loss_is_that_on_the_reference_and_it_is_said():
    choice = largest_gain(without("held"), loss=0.01)
    assert choice.alpha == 0.5
    assert set(choice.chosen_on) == {"day", "fog", "snow"}
    assert "fine-tuned on 200 in-distribution test images" in choice.sentence


@pytest.mark.parametrize(("shift", "alpha"), [("fog", 0.25), ("snow", 0.0), (MEAN, 0.25)])
def test_the_best_on_a_shift(signs: Evidence, shift: str, alpha: float):
    choice = best_on_shift(signs, shift=shift)
    assert choice.alpha == alpha
    assert choice.chosen_on == (("fog", "snow") if shift == MEAN else (shift,))
    assert choice.uses_shifted_test_data


def test_the_best_on_a_shift_says_by_how_much_it_flatters():
    random = np.random.default_rng(1)
    evidence = make({"day": SIGNS["day"], "fog": random.random((5, 400)) < 0.8}, alphas=ALPHAS)
    choice = best_on_shift(evidence, "fog")
    luck = optimism(
        {"fog": evidence.correct("fog")}, {"fog": 1.0}, lambda at: int(at["fog"].argmax())
    )
    assert luck is not None
    assert luck.value > 0
    assert choice.optimism == luck
    assert f"makes the accuracy optimistic by +{100 * luck.value:.1f}\u2009pp" in choice.sentence


@pytest.mark.parametrize(
    ("weights", "alpha"),
    [
        (None, 0.5),
        ({"day": 1, MEAN: 1}, 0.5),
        ({"day": 2, "fog": 1, "snow": 1}, 0.5),
        ({"day": 1, "snow": 1}, 0.5),
        ({"day": 99, "snow": 1}, 0.75),
        ({"fog": 3, "day": 0}, 0.25),
        ({"held": 1}, 0.75),
    ],
)
def test_the_weighted_mean(signs: Evidence, weights: dict[str, float] | None, alpha: float):
    assert weighted_mean(signs, weights=weights).alpha == alpha


def test_the_weighted_mean_counts_the_sets_that_weigh(signs: Evidence):
    choice = weighted_mean(signs, {"day": 2, "snow": 2, "fog": 0})
    assert choice.chosen_on == ("day", "snow")
    assert choice.uses_shifted_test_data
    low, high = 100 * mean_interval(
        [0.95, 0.7], [clopper_pearson(190, 200), clopper_pearson(28, 40)]
    )
    assert (
        "on the weighted mean of 200 Day images (50.0\u2009%) and 40 Snow images (50.0\u2009%): "
        f"82.5\u2009% ({low:.1f} to {high:.1f}). It was chosen on these very test images"
    ) in choice.sentence
    assert not weighted_mean(signs, {"day": 1}).uses_shifted_test_data
    assert weighted_mean(signs, {"held": 1}).sentence.endswith(
        "No test image was used to choose it."
    )


def test_an_interpolated_alpha_is_to_be_evaluated():
    evidence = make(SIGNS, alphas=ALPHAS, exact=[True, False, True, False, True])
    advice = " It is interpolated; evaluate it exactly to be sure."
    assert best_in_distribution(evidence).sentence.endswith(advice)
    assert best_on_shift(evidence, "fog").sentence.endswith(advice)
    assert "interpolated" not in half(evidence).sentence
    assert "interpolated" not in within_loss(evidence).sentence


# What the rules refuse.


@pytest.mark.parametrize("rule", [best_in_distribution, within_loss])
def test_test_images_never_take_the_place_of_validation_images(rule: rules.Rule):
    for evidence in (without("held"), make({**SIGNS, "held": np.ones((5, 0))}, alphas=ALPHAS)):
        with pytest.raises(Missing, match="has no validation images"):
            rule(evidence)


@pytest.mark.parametrize("rule", [largest_gain, best_on_shift, weighted_mean])
def test_without_shifts_or_their_images_nothing_is_chosen_on_them(rule: rules.Rule):
    with pytest.raises(Missing, match="Run 'made-up' has no shifts"):
        rule(without("fog", "snow"))
    with pytest.raises(Missing, match="'Fog' has no images to choose an alpha on"):
        rule(make({**SIGNS, "fog": np.ones((5, 0))}, alphas=ALPHAS))


def test_an_unknown_shift_or_set_is_answered_with_those_that_exist(signs: Evidence):
    with pytest.raises(UnknownName, match=r"no shift named 'fgo'\. Did you mean 'fog'\?"):
        best_on_shift(signs, "fgo")
    with pytest.raises(UnknownName, match="no shift named 'day'"):
        best_on_shift(signs, "day")
    with pytest.raises(UnknownName, match="no set named 'dey'"):
        weighted_mean(signs, {"dey": 1})


@pytest.mark.parametrize(
    "weights",
    [{}, {"day": 0}, {"day": 2, "fog": -1}, {"day": float("nan")}, {"day": float("inf")}],
)
def test_weights_that_are_none_are_refused(signs: Evidence, weights: dict[str, float]):
    with pytest.raises(Invalid, match="Weights must be 0 or more, and one of them above 0"):
        weighted_mean(signs, weights)


@pytest.mark.parametrize("rule", [within_loss, largest_gain])
@pytest.mark.parametrize("loss", [-0.01, 1.0, 50.0, float("nan")])
def test_a_loss_that_is_no_fraction_is_refused(signs: Evidence, rule: rules.Rule, loss: float):
    with pytest.raises(Invalid, match="A loss is a fraction"):
        rule(signs, loss=loss)


@pytest.mark.parametrize("rule", [within_loss, largest_gain])
def test_without_fine_tuned_there_is_no_loss(rule: rules.Rule):
    rows = {name: rows[:3] for name, rows in SIGNS.items()}
    with pytest.raises(Invalid, match="Alpha 1 of run 'made-up'"):
        rule(make(rows, alphas=ALPHAS[:3]))


def test_half_that_is_not_there_is_refused():
    rows = {name: rows[:2] for name, rows in SIGNS.items()}
    with pytest.raises(Invalid, match=r"Alpha 0\.5 of run 'made-up'"):
        half(make(rows, alphas=(0, 1)))


# What holds for all rules.


def test_every_rule_is_listed_under_its_name():
    written = {
        name: function
        for name, function in inspect.getmembers(rules, inspect.isfunction)
        if function.__module__ == rules.__name__
        and not name.startswith("_")
        and inspect.signature(function).return_annotation == "Choice"
    }
    assert {name: RULES[name] for name in RULES} == written
    with pytest.raises(UnknownName, match="no rule named 'best'"):
        _ = RULES["best"]


@pytest.mark.parametrize("name", RULES)
def test_every_rule_has_defaults_and_tells_its_name_and_alpha(signs: Evidence, name: str):
    choice: Choice = RULES[name](signs)
    assert choice.rule == name
    assert choice.sentence.startswith(f"Alpha {choice.alpha:.2f} is ")
    assert "  " not in choice.sentence
    assert set(choice.chosen_on) <= set(SIGNS)
    assert choice.uses_shifted_test_data == bool({"fog", "snow"} & set(choice.chosen_on))
    assert ("very test images" in choice.sentence) == bool(set(choice.chosen_on) - {"held"})


@pytest.mark.parametrize("name", [name for name in RULES if name != "half"])
def test_a_single_alpha_is_chosen_by_all(name: str):
    rows = {name: rows[-1:] for name, rows in SIGNS.items()}
    choice: Choice = RULES[name](make(rows, alphas=(1,)))
    assert choice.alpha == 1.0
    assert choice.optimism is None or choice.optimism.value == 0


def test_a_single_image_chooses_without_an_estimate_of_optimism():
    choice = best_on_shift(make({"day": nested([1, 1, 1], 2), "fog": nested([0, 1, 1], 1)}), "fog")
    assert choice.alpha == 0.5
    assert choice.optimism is None
    assert "too few to say by how much" in choice.sentence


@st.composite
def evidences(draw: st.DrawFn) -> Evidence:
    alphas = draw(st.integers(1, 5))
    names = ["day", "held", *draw(st.sampled_from([["fog"], ["fog", "snow"], ["a", "b", "c"]]))]
    return make(
        {name: draw(hnp.arrays(np.bool_, (alphas, draw(st.integers(1, 7))))) for name in names},
        alphas=np.linspace(1 if alphas == 1 else 0, 1, alphas).tolist(),
    )


def curve(evidence: Evidence, weights: dict[str, int]) -> list[Fraction]:
    """The weighted mean of accuracies along alpha, in whole numbers, up to a common factor."""
    return [
        sum(
            (
                weight * Fraction(int(evidence.correct(name)[at].sum()), len(evidence.paths[name]))
                for name, weight in weights.items()
            ),
            Fraction(0),
        )
        for at in range(len(evidence.frontier.alphas))
    ]


def smallest(evidence: Evidence, scores: list[Fraction], allowed: list[bool]) -> float:
    best = max(score for score, kept in zip(scores, allowed, strict=True) if kept)
    at = next(i for i, score in enumerate(scores) if allowed[i] and score == best)
    return float(evidence.frontier.alphas[at])


@given(evidences(), st.lists(st.integers(0, 5), min_size=5, max_size=5), st.integers(0, 99))
def test_all_choose_as_brute_force_with_exact_fractions_does(
    evidence: Evidence, drawn: list[int], per_cent: int
):
    shifts = dict.fromkeys(evidence.frontier.shifts, 1)
    free = [True] * len(evidence.frontier.alphas)
    held = curve(evidence, {"held": 1})
    allowed = [value >= held[-1] - Fraction(per_cent, 100) for value in held]
    loss = per_cent / 100

    assert best_in_distribution(evidence).alpha == smallest(evidence, held, free)
    assert within_loss(evidence, loss).alpha == evidence.frontier.alphas[allowed.index(True)]
    means = curve(evidence, shifts)
    assert best_on_shift(evidence).alpha == smallest(evidence, means, free)
    assert largest_gain(evidence, loss).alpha == smallest(evidence, means, allowed)
    for shift in shifts:
        found = best_on_shift(evidence, shift)
        assert found.alpha == smallest(evidence, curve(evidence, {shift: 1}), free)
        assert found.optimism is None or found.optimism.value >= 0
    weights = dict(zip(evidence.frontier.accuracy, drawn, strict=False))
    if any(weights.values()):
        expected = smallest(evidence, curve(evidence, weights), free)
        assert weighted_mean(evidence, weights).alpha == expected
