from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.checkpoints import SPEC
from wiseft.compatibility import form_differences, spec_differences
from wiseft.weight_headers import TensorForm


@pytest.mark.parametrize(
    ("changes", "phrase"),
    [
        (
            {"architecture": "RN50"},
            "one is a ViT-B-32-quickgelu, the other a RN50",
        ),
        (
            {"architecture": "ViT-B-32"},
            "one is a ViT-B-32-quickgelu, the other a ViT-B-32, which differ in their activation: "
            "QuickGELU in one, GELU in the other",
        ),
        ({"class_names": ("cat",)}, "one has 2 classes, the other 1"),
        ({"class_names": ("cat", "fox")}, "class 2 is 'dog' in one and 'fox' in the other"),
        ({"class_names": ("dog", "cat")}, "class 1 is 'cat' in one and 'dog' in the other"),
    ],
)
def test_what_differs_is_named(changes: dict[str, Any], phrase: str):
    assert spec_differences(SPEC, replace(SPEC, **changes)) == [phrase]


def test_the_preprocessing_counts():
    other = replace(SPEC, transform=replace(SPEC.transform, size=16))
    (phrase,) = spec_differences(SPEC, other)
    assert "preprocessed with" in phrase
    assert "size=16" in phrase


def test_all_differences_are_listed_and_templates_are_none():
    assert spec_differences(SPEC, replace(SPEC, templates=("{}",))) == []
    other = replace(SPEC, architecture="RN50", class_names=("cat",))
    assert len(spec_differences(SPEC, other)) == 2


def test_tensors_have_to_fit_but_not_in_precision():
    ours = {"a": TensorForm("F32", (2, 3), 0), "b": TensorForm("F32", (1,), 24)}
    assert form_differences(ours, {**ours, "a": TensorForm("F16", (2, 3), 9)}) == []
    assert form_differences(ours, {"a": ours["a"]}) == ["only one of them has the tensor b"]
    assert form_differences({"a": ours["a"]}, ours) == ["only one of them has the tensor b"]
    assert form_differences(ours, {**ours, "a": TensorForm("F32", (3, 2), 0)}) == [
        "the tensor a is [2, 3] in one and [3, 2] in the other"
    ]
