from __future__ import annotations

import pickle
import zipfile
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from wiseft.errors import Invalid, Missing
from wiseft.weight_files import weight_format


def test_formats_are_told_by_content_not_by_name(tmp_path: Path):
    path = tmp_path / "weights.bin"
    save_file({"a": torch.ones(2)}, path)
    assert weight_format(path) == "safetensors"
    torch.save({"a": torch.ones(2)}, path)
    assert weight_format(path) == "pickle"
    torch.save({"a": torch.ones(2)}, path, _use_new_zipfile_serialization=False)
    assert weight_format(path) == "pickle"
    path.write_bytes(pickle.dumps({"a": 1}))
    assert weight_format(path) == "pickle"
    path.write_text("a note")
    assert weight_format(path) == "other"
    path.write_text("a")
    assert weight_format(path) == "other"


def test_a_torchscript_archive_is_recognised(tmp_path: Path):
    path = tmp_path / "model.pt"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("model/data.pkl", b"")
        archive.writestr("model/constants.pkl", b"")
    assert weight_format(path) == "torchscript"


def test_a_zip_without_its_end_counts_as_a_pickle(tmp_path: Path):
    path = tmp_path / "weights.pt"
    torch.save({"a": torch.ones(1000)}, path)
    path.write_bytes(path.read_bytes()[:1000])
    assert weight_format(path) == "pickle"


def test_a_header_whose_length_begins_like_a_pickle_is_still_a_safetensors(tmp_path: Path):
    path = tmp_path / "weights.safetensors"
    header = b"{}".ljust(0x0280)  # as a little-endian number 80 02, like pickle's protocol 2
    path.write_bytes(len(header).to_bytes(8, "little") + header)
    assert load_file(path) == {}
    assert weight_format(path) == "safetensors"


def test_what_is_no_file_is_refused(tmp_path: Path):
    with pytest.raises(Missing, match="There is no file"):
        weight_format(tmp_path / "absent")
    with pytest.raises(Invalid, match="is a folder"):
        weight_format(tmp_path)
    (tmp_path / "empty").touch()
    with pytest.raises(Invalid, match="is empty"):
        weight_format(tmp_path / "empty")
