"""Whether weights lie between two models, told without them."""

from __future__ import annotations

from collections.abc import Mapping

from wiseft.specs import ModelSpec, Transform
from wiseft.weight_headers import TensorForm

QUICKGELU = "-quickgelu"
"""At the end of an architecture's name where it computes with QuickGELU."""


def spec_differences(zeroshot: ModelSpec, finetuned: ModelSpec) -> list[str]:
    """What sets two models apart before any weight is looked at; nothing where they fit.

    Templates may differ: their effect is in the weights.

    Returns:
        phrases for the middle of a sentence.
    """
    found = (
        _architectures(zeroshot.architecture, finetuned.architecture),
        _classes(zeroshot.class_names, finetuned.class_names),
        _transforms(zeroshot.transform, finetuned.transform),
    )
    return [phrase for phrase in found if phrase is not None]


def form_differences(
    zeroshot: Mapping[str, TensorForm], finetuned: Mapping[str, TensorForm]
) -> list[str]:
    """The first tensor that one of two files lacks or has in another shape; precision is free.

    Returns:
        a phrase, as those of `spec_differences`; nothing where the tensors fit.
    """
    for name in sorted(zeroshot.keys() | finetuned.keys()):
        if name not in zeroshot or name not in finetuned:
            return [f"only one of them has the tensor {name}"]
        ours, theirs = list(zeroshot[name].shape), list(finetuned[name].shape)
        if ours != theirs:
            return [f"the tensor {name} is {ours} in one and {theirs} in the other"]
    return []


def _architectures(ours: str, theirs: str) -> str | None:
    if ours == theirs:
        return None
    named = f"one is a {ours}, the other a {theirs}"
    if ours.removesuffix(QUICKGELU) == theirs.removesuffix(QUICKGELU):
        return f"{named}, which differ in their activation: QuickGELU in one, GELU in the other"
    return named


def _classes(ours: tuple[str, ...], theirs: tuple[str, ...]) -> str | None:
    if len(ours) != len(theirs):
        return f"one has {len(ours)} classes, the other {len(theirs)}"
    for number, (one, other) in enumerate(zip(ours, theirs, strict=True), start=1):
        if one != other:
            return f"class {number} is {one!r} in one and {other!r} in the other"
    return None


def _transforms(ours: Transform, theirs: Transform) -> str | None:
    if ours == theirs:
        return None
    return f"one was made for images preprocessed with {ours}, the other with {theirs}"
