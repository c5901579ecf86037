from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from wiseft import weight_headers
from wiseft.errors import Invalid, Missing
from wiseft.weight_headers import read_pieces, tensor_forms

DTYPES = [torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.int64, torch.bool]


@pytest.mark.parametrize("dtype", DTYPES)
def test_values_are_those_that_torch_wrote(tmp_path: Path, dtype: torch.dtype):
    path = tmp_path / "weights.safetensors"
    written = (torch.arange(-5, 7).reshape(3, 4) / 3).to(dtype)
    save_file({"a": torch.ones(3), "b": written}, path)
    form = tensor_forms(path)["b"]
    assert form.shape == (3, 4)
    assert form.size == 12
    assert form.floating == dtype.is_floating_point
    values = np.concatenate(list(read_pieces(path, form)))
    np.testing.assert_array_equal(values, written.double().numpy().ravel())


def test_a_large_tensor_comes_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(weight_headers, "PIECE", 4)
    path = tmp_path / "weights.safetensors"
    save_file({"a": torch.arange(10.0)}, path)
    pieces = list(read_pieces(path, tensor_forms(path)["a"]))
    assert [len(each) for each in pieces] == [4, 4, 2]
    np.testing.assert_array_equal(np.concatenate(pieces), np.arange(10))


def test_single_numbers_and_empty_tensors(tmp_path: Path):
    path = tmp_path / "weights.safetensors"
    save_file({"one": torch.tensor(7.0), "none": torch.ones(0, 3)}, path)
    forms = tensor_forms(path)
    assert np.concatenate(list(read_pieces(path, forms["one"]))).tolist() == [7]
    assert list(read_pieces(path, forms["none"])) == []


def test_a_truncated_file_is_refused(tmp_path: Path):
    path = tmp_path / "weights.safetensors"
    save_file({"a": torch.ones(100)}, path)
    form = tensor_forms(path)["a"]
    path.write_bytes(path.read_bytes()[:-4])
    with pytest.raises(Invalid, match="truncated"):
        list(read_pieces(path, form))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff" * 8,
        (2).to_bytes(8, "little") + b"[]",
        (3).to_bytes(8, "little") + b"{x}",
        (10).to_bytes(8, "little") + b'{"a": {}}  ',
        (62).to_bytes(8, "little")
        + b'{"a": {"dtype": "F4", "shape": [2], "data_offsets": [0, 1]}}  ',
    ],
)
def test_a_damaged_header_is_refused(tmp_path: Path, content: bytes):
    path = tmp_path / "weights.safetensors"
    path.write_bytes(content)
    with pytest.raises(Invalid, match="damaged safetensors file"):
        tensor_forms(path)


def test_a_file_that_is_not_there_is_missing(tmp_path: Path):
    with pytest.raises(Missing):
        tensor_forms(tmp_path / "absent")
