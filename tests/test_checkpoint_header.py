from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file

from wiseft.checkpoint_header import KEY, describe
from wiseft.errors import Incompatible, Invalid, Missing
from wiseft.specs import SCHEMA, ModelSpec, Transform

SPEC = ModelSpec("RN50", Transform(8, (0.0, 0.1, 0.2), (1.0, 1.0, 1.0)), ("a", "b"), ("{}",))
RECORD: dict[str, Any] = {
    "schema": SCHEMA,
    "spec": SPEC.to_json(),
    "fingerprint": "f" * 64,
    "provenance": {"made_by": "a test"},
}


def write(path: Path, record: Any) -> Path:
    metadata = (
        None if record is None else {KEY: record if isinstance(record, str) else json.dumps(record)}
    )
    save_file({"head.weight": torch.ones(2, 3)}, path, metadata=metadata)
    return path


def test_a_header_is_read_as_it_was_written(tmp_path: Path):
    path = write(tmp_path / "model.safetensors", RECORD)
    info = describe(path)
    assert info.spec == SPEC
    assert info.fingerprint == "f" * 64
    assert info.provenance == {"made_by": "a test"}
    assert info.size == path.stat().st_size


def test_it_is_read_without_torch(tmp_path: Path):
    path = write(tmp_path / "model.safetensors", RECORD)
    code = (
        "import sys; from pathlib import Path; from wiseft.checkpoint_header import describe; "
        f"print(describe(Path({str(path)!r})).spec.architecture, 'torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["RN50", "False"]


def test_a_file_that_is_not_there_is_missing(tmp_path: Path):
    with pytest.raises(Missing, match="There is no file"):
        describe(tmp_path / "absent.safetensors")


def write_pickle(path: Path) -> None:
    torch.save({"a": torch.ones(2)}, path)


def write_truncated(path: Path) -> None:
    write(path, RECORD)
    path.write_bytes(path.read_bytes()[:-1])


def write_half_a_header(path: Path) -> None:
    write(path, RECORD)
    path.write_bytes(path.read_bytes()[:100])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda path: path.mkdir(), "is a folder"),
        (lambda path: path.touch(), "is empty"),
        (write_pickle, r"is a PyTorch file.*zeroshot --pretrained"),
        (lambda path: path.write_text("some notes"), "is no safetensors file"),
        (write_truncated, "truncated or damaged safetensors"),
        (write_half_a_header, "truncated or damaged safetensors"),
    ],
)
def test_what_is_no_checkpoint_is_refused(make, message: str, tmp_path: Path):
    make(tmp_path / "model.safetensors")
    with pytest.raises(Invalid, match=message):
        describe(tmp_path / "model.safetensors")


def test_the_weights_of_another_program_are_told_apart(tmp_path: Path):
    save_file({"a": torch.ones(1)}, tmp_path / "other.safetensors", metadata={"format": "pt"})
    with pytest.raises(Incompatible, match="of another program"):
        describe(tmp_path / "other.safetensors")
    with pytest.raises(Incompatible, match="of another program"):
        describe(write(tmp_path / "bare.safetensors", None))


def test_a_schema_of_the_future_asks_for_an_upgrade(tmp_path: Path):
    path = write(tmp_path / "new.safetensors", {"schema": SCHEMA + 1, "model": {}})
    with pytest.raises(Incompatible, match=rf"schema {SCHEMA + 1}.*upgrade"):
        describe(path)


@pytest.mark.parametrize(
    "record",
    [
        "{",
        "[]",
        "3",
        {name: value for name, value in RECORD.items() if name != "schema"},
        {name: value for name, value in RECORD.items() if name != "fingerprint"},
        {**RECORD, "schema": "new"},
        {**RECORD, "spec": {"architecture": "RN50"}},
        {**RECORD, "spec": {**SPEC.to_json(), "transform": {"size": 8}}},
        {**RECORD, "spec": {**SPEC.to_json(), "class_names": None}},
    ],
)
def test_a_damaged_description_is_refused(record: Any, tmp_path: Path):
    with pytest.raises(Invalid, match=r"description in .* is damaged"):
        describe(write(tmp_path / "model.safetensors", record))
