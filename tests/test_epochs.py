from __future__ import annotations

import hashlib
import io
import logging
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from tests.models import tiny_classifier
from wiseft import checkpoint
from wiseft.epochs import STATE, Epochs
from wiseft.errors import Incompatible, StorageError


def some_state(seed: int) -> dict:
    """Tensors, numbers and texts, as a training has them."""
    generator = torch.Generator().manual_seed(seed)
    return {
        "step": seed,
        "trained": {"weight": torch.randn(3, 4, generator=generator)},
        "optimizer": {"state": {0: {"step": torch.tensor(7.0), "old": [torch.ones(2), None]}}},
        "average": None,
    }


def same(left: object, right: object) -> bool:
    """Whether two states are the same, bit for bit."""
    if isinstance(left, torch.Tensor) and isinstance(right, torch.Tensor):
        return torch.equal(left, right)
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    return left == right


def flip_a_bit(path: Path) -> None:
    damaged = bytearray(path.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    path.write_bytes(damaged)


def cut_in_half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def write_nonsense(path: Path) -> None:
    path.write_bytes(b"\x80\x02 nonsense")


def empty(path: Path) -> None:
    path.write_bytes(b"")


def test_an_empty_or_missing_folder_has_no_state(tmp_path: Path):
    for folder in (tmp_path, tmp_path / "missing"):
        assert Epochs(folder, "a").load_state() is None


def test_the_newest_state_comes_back_bit_for_bit(tmp_path: Path):
    epochs = Epochs(tmp_path, "a")
    for step in (1, 2):
        epochs.save_state(some_state(step))
    assert same(epochs.load_state(), some_state(2))
    assert not same(epochs.load_state(), some_state(1))
    assert [path.name for path in tmp_path.iterdir()] == [STATE]


def test_checkpoints_of_all_epochs_are_kept(tmp_path: Path):
    epochs = Epochs(tmp_path, "a")
    for epoch in (1, 2):
        epochs.keep(epoch, tiny_classifier(epoch), {"accuracy": epoch / 4})
    assert {path.name for path in tmp_path.iterdir()} == {
        "epoch_1.safetensors",
        "epoch_2.safetensors",
    }
    found = checkpoint.load(epochs.checkpoint(1))
    assert (found.provenance["epoch"], found.provenance["accuracy"]) == (1, 0.25)
    assert torch.equal(found.classifier.head.weight, tiny_classifier(1).head.weight)


@pytest.mark.parametrize("damage", [flip_a_bit, cut_in_half, write_nonsense, empty])
def test_a_damaged_state_is_reported(
    tmp_path: Path, damage: Callable[[Path], None], caplog: pytest.LogCaptureFixture
):
    epochs = Epochs(tmp_path, "a")
    epochs.save_state(some_state(1))
    damage(tmp_path / STATE)
    with caplog.at_level(logging.WARNING):
        assert epochs.load_state() is None
    assert STATE in caplog.text


def test_a_state_of_an_older_version_is_reported(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    content = io.BytesIO()
    torch.save({"training": "a", "epoch": 1, "optimizer": {}}, content)
    checksum = hashlib.sha256(content.getvalue()).digest()
    (tmp_path / STATE).write_bytes(checksum + content.getvalue())
    with caplog.at_level(logging.WARNING):
        assert Epochs(tmp_path, "a").load_state() is None
    assert "older version" in caplog.text


def test_a_damaged_checkpoint_does_not_hinder(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    epochs = Epochs(tmp_path, "a")
    epochs.keep(1, tiny_classifier(), {})
    epochs.save_state(some_state(1))
    cut_in_half(epochs.checkpoint(1))
    with caplog.at_level(logging.WARNING):
        assert same(epochs.load_state(), some_state(1))
    assert "epoch_1.safetensors" in caplog.text


def test_epochs_of_another_training_are_refused(tmp_path: Path):
    Epochs(tmp_path, "a").keep(1, tiny_classifier(), {})
    with pytest.raises(Incompatible, match="choose another folder"):
        Epochs(tmp_path, "b").load_state()


def test_the_state_of_another_training_is_neither_used_nor_lost(tmp_path: Path):
    Epochs(tmp_path, "b").save_state(some_state(1))
    with pytest.raises(Incompatible, match="choose another folder"):
        Epochs(tmp_path, "a").load_state()
    assert same(Epochs(tmp_path, "b").load_state(), some_state(1))


def test_a_folder_that_cannot_be_written_is_a_storage_error(tmp_path: Path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError, match="was not written"):
        Epochs(tmp_path / "file", "a").keep(1, tiny_classifier(), {})
    (tmp_path / STATE).mkdir()
    with pytest.raises(StorageError, match=STATE):
        Epochs(tmp_path, "a").save_state(some_state(1))
