"""The settings of a fine-tuning, as the form has them."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from wiseft.app.training_fields import (
    FIXED,
    SETTINGS,
    asked_for,
    choices_of,
    kind_of,
    method_of,
    settings_in_words,
)
from wiseft.app.training_form import values_in
from wiseft.errors import Invalid
from wiseft.recipes import METHODS, default_spec
from wiseft.specs import FinetuneSpec


def test_every_field_is_asked_for_or_settled_by_the_method():
    assert {*SETTINGS, *FIXED} == {each.name for each in fields(FinetuneSpec)}


def test_each_field_is_explained_in_a_line():
    for setting in SETTINGS.values():
        assert setting.help.endswith(".")
        assert len(setting.help) <= 80


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("learning_rate", "list"),
        ("batch_size", "integer"),
        ("shots", "integer"),
        ("weight_decay", "number"),
        ("compile", "flag"),
        ("head", "choice"),
        ("text_tower", "text"),
    ],
)
def test_the_kind_of_a_field_is_that_of_its_type(name: str, kind: str):
    assert kind_of(name) == kind


def test_choices_are_those_of_the_type():
    assert choices_of("head") == ("zero-shot", "random", "probe")


def test_what_does_not_matter_to_a_method_is_not_asked_for():
    def asked(method: str) -> set[str]:
        return set(asked_for(default_spec("ViT-B-32", method)))

    assert "crop_scale" in asked("end-to-end") - asked("linear")
    assert "learning_rate" in asked("linear") - asked("linear-lbfgs")
    assert asked("flyp") - asked("end-to-end") == {"text_tower"}


@pytest.mark.parametrize("architecture", ["ViT-B-32", "wiseft-signs"])
def test_the_method_of_a_spec_is_found_again(architecture: str):
    for method in METHODS:
        assert method_of(default_spec(architecture, method)) == method


def test_the_method_is_the_closest_where_settings_were_changed():
    assert method_of(FinetuneSpec(method="linear", weight_decay=0.1)) == "linear"
    assert method_of(FinetuneSpec(weight_decay=0.0)) == "end-to-end"
    assert method_of(replace(default_spec("ViT-B-32", "ema"), epochs=3)) == "ema"


@pytest.mark.parametrize(
    ("name", "text", "values"),
    [
        ("learning_rate", "0.002", [0.002]),
        ("learning_rate", " 1e-5, 3e-5,1e-5 ,", [1e-5, 3e-5]),
        ("epochs", "1, 4", [1, 4]),
    ],
)
def test_lists_are_read(name: str, text: str, values: list[float]):
    assert values_in(name, text) == values


@pytest.mark.parametrize(
    ("name", "text"),
    [
        *(("learning_rate", text) for text in ("", "fast", "0", "-1", "nan", "inf", "0.1; 0.2")),
        *(("epochs", text) for text in ("0", "1.5", "-2", ",")),
    ],
)
def test_what_is_no_list_of_numbers_is_answered(name: str, text: str):
    with pytest.raises(Invalid, match=f"{SETTINGS[name].label} must be .*“{text}”"):
        values_in(name, text)


def test_settings_in_words():
    spec = replace(default_spec("ViT-B-32", "linear"), shots=10)
    words = settings_in_words(spec)
    assert words["Method"] == "Linear classifier"
    assert words["Learning rate"] == "0.001"
    assert words["Images of each class"] == "10"
    assert words["Precision"] == "what suits the device"
    assert "Smallest crop" not in words
    assert settings_in_words(FinetuneSpec(), "bfloat16")["Precision"] == "bfloat16"
