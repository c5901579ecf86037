from __future__ import annotations

import pytest
import torch

from wiseft.weights import as_float32, difference, not_finite, some


def test_equal_forms_have_no_difference_whatever_the_values():
    assert difference({"a": torch.zeros(2)}, {"a": torch.ones(2)}) is None


def test_names_are_compared_before_shapes():
    expected = {"a": torch.zeros(2), "b": torch.zeros(3), "c": torch.zeros(1)}
    given = {"a": torch.zeros(9), "x": torch.zeros(3)}
    assert difference(expected, given) == "lacks b, c; has x in excess"


def test_shapes_and_dtypes_are_named():
    expected = {"a": torch.zeros(2, 3), "n": torch.tensor(1)}
    assert difference(expected, {**expected, "a": torch.zeros(3, 2)}) == (
        "has a [3, 2] instead of [2, 3]"
    )
    assert difference(expected, {**expected, "n": torch.tensor(1.0)}) == (
        "has n float32 instead of int64"
    )


def test_long_lists_are_cut():
    assert some({"d", "b", "a", "c", "e"}) == "a, b, c and 2 more"
    assert some(["b", "a"]) == "a, b"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_the_first_tensor_that_is_not_finite_is_named(value: float):
    tensors = {"n": torch.tensor(3), "a": torch.ones(2), "b": torch.tensor([1.0, value])}
    assert not_finite(tensors) == "b"
    assert not_finite({name: tensors[name] for name in "na"}) is None


def test_only_floating_tensors_become_float32():
    tensors = as_float32({"h": torch.ones(1, dtype=torch.float16), "n": torch.tensor(True)})
    assert (tensors["h"].dtype, tensors["n"].dtype) == (torch.float32, torch.bool)
