"""What the rules choose, in words for people."""

from __future__ import annotations

import pytest

from tests.evidence import make, nested
from wiseft.app.flags import flags
from wiseft.app.rulings import DEFAULTS, RuleSettings, Ruling, all_rulings, rule_names
from wiseft.evidence import Evidence
from wiseft.rules import RULES
from wiseft.text import THIN

SETS = {
    "day": nested([160, 180, 190, 192, 192], 200),
    "held": nested([80, 90, 96, 97, 97], 100),
    "fog": nested([40, 43, 43, 42, 38], 50),
    "snow": nested([30, 29, 28, 27, 26], 40),
}


def evidence_of(*names: str) -> Evidence:
    return make({name: SETS[name] for name in names}, alphas=(0.0, 0.25, 0.5, 0.75, 1.0))


@pytest.fixture
def signs() -> Evidence:
    return evidence_of(*SETS)


def by_rule(rulings: list[Ruling]) -> dict[str, Ruling]:
    return {each.rule: each for each in rulings}


def test_every_rule_has_a_name_in_words(signs: Evidence):
    assert list(rule_names(DEFAULTS, signs.frontier)) == list(RULES)


def test_the_names_tell_the_settings(signs: Evidence):
    settings = RuleSettings(loss=0.025, shift="fog", weights={"fog": 1})
    assert list(rule_names(settings, signs.frontier).values()) == [
        "half-way",
        "best in distribution",
        f"within 2.5{THIN}pp of fine-tuned",
        f"largest gain within 2.5{THIN}pp",
        "best on Fog",
        "best weighted mean",
    ]


def test_each_rule_is_given_its_own_settings(signs: Evidence):
    """Within 7 points of 97 held-out images is 90 and more; fog peaks at 0.25, snow at 0."""
    settings = RuleSettings(loss=0.07, shift="snow", weights={"snow": 1, "day": 0})
    found = by_rule(all_rulings(signs, settings))
    chosen = {rule: each.choice.alpha for rule, each in found.items() if each.choice}
    assert chosen == {
        "half": 0.5,
        "best_in_distribution": 0.75,
        "within_loss": 0.25,
        "largest_gain": 0.25,
        "best_on_shift": 0.0,
        "weighted_mean": 0.0,
    }


def test_it_says_on_which_images_an_alpha_was_chosen(signs: Evidence):
    found = by_rule(all_rulings(signs, RuleSettings(shift="fog")))
    assert found["half"].words == "chosen on no image"
    assert found["within_loss"].words == "chosen on held-out images"
    assert found["best_on_shift"].words.startswith("chosen on that test set: optimistic by ")
    assert found["weighted_mean"].words.startswith("chosen on those test sets: optimistic by ")
    assert {rule for rule, each in found.items() if each.tested} == {
        "largest_gain",
        "best_on_shift",
        "weighted_mean",
    }


def test_a_mean_of_held_out_images_alone_uses_no_test_image(signs: Evidence):
    found = by_rule(all_rulings(signs, RuleSettings(weights={"held": 1})))["weighted_mean"]
    assert (found.tested, found.words) == (False, "chosen on held-out images")


def test_too_few_images_cannot_say_how_optimistic():
    one = make({"day": nested([0, 1, 1], 1), "fog": nested([0, 1, 0], 1)})
    words = by_rule(all_rulings(one))["best_on_shift"].words
    assert words == (
        "chosen on that test set: optimistic; there are too few images to say by how much"
    )


def test_a_rule_that_cannot_be_used_says_why_and_has_no_flag():
    rulings = all_rulings(evidence_of("day", "fog"))
    unusable = {each.rule: each.words for each in rulings if each.choice is None}
    assert unusable.keys() == {"best_in_distribution", "within_loss"}
    assert all("has no validation images" in words for words in unusable.values())
    assert len(flags(rulings)) == len(RULES) - 2


def test_the_flags_follow_the_settings(signs: Evidence):
    [flag] = [
        each
        for each in flags(all_rulings(signs, RuleSettings(loss=0.5)))
        if each.name == f"within 50{THIN}pp of fine-tuned"
    ]
    assert (flag.alpha, flag.tested) == (0.0, False)
