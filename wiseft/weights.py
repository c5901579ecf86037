"""Sets of named tensors: their dtype, and what is wrong with them, in words."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import torch
from torch import Tensor

SHOWN = 3
"""How many tensors a message names before it counts the rest."""


def as_float32(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The same tensors with floating ones as float32; those that are so already are not copied."""
    return {
        name: tensor.float() if tensor.is_floating_point() else tensor
        for name, tensor in tensors.items()
    }


def difference(expected: Mapping[str, Tensor], given: Mapping[str, Tensor]) -> str | None:
    """How `given` differs from `expected` in names, then in shapes and dtypes; None if it fits.

    Returns:
        Phrases for the middle of a sentence, as "lacks head.bias; has a.weight in excess", or
        "has head.weight [3, 16] instead of [4, 16]".
    """
    missing, excess = expected.keys() - given.keys(), given.keys() - expected.keys()
    phrases = []
    if missing:
        phrases.append(f"lacks {some(missing)}")
    if excess:
        phrases.append(f"has {some(excess)} in excess")
    if phrases:
        return "; ".join(phrases)
    unlike = [
        f"{name} {_form(given[name], tensor)} instead of {_form(tensor, given[name])}"
        for name, tensor in expected.items()
        if tensor.shape != given[name].shape or tensor.dtype != given[name].dtype
    ]
    return f"has {some(unlike)}" if unlike else None


def not_finite(tensors: Mapping[str, Tensor]) -> str | None:
    """The name of the first tensor that holds NaN or an infinity; None where all is finite."""
    for name, tensor in tensors.items():
        if tensor.is_floating_point() and not torch.isfinite(tensor).all():
            return name
    return None


def some(names: Collection[str]) -> str:
    """The first few of `names`, sorted, and how many more there are."""
    listed = sorted(names)
    more = f" and {len(listed) - SHOWN} more" if len(listed) > SHOWN else ""
    return ", ".join(listed[:SHOWN]) + more


def _form(tensor: Tensor, other: Tensor) -> str:
    """The shape of `tensor`, or its dtype where the shape is the same as that of `other`."""
    if tensor.shape != other.shape:
        return str(list(tensor.shape))
    return str(tensor.dtype).removeprefix("torch.")
