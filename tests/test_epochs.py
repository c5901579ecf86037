from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from tests.models import tiny_classifier
from wiseft import checkpoint
from wiseft.classifier import ImageClassifier
from wiseft.epochs import STATE, Epochs
from wiseft.errors import Incompatible, StorageError

Pair = tuple[ImageClassifier, torch.optim.Optimizer]


def trained(seed: int, steps: int) -> Pair:
    """A model and its optimiser after some steps on made-up gradients."""
    model = tiny_classifier(seed)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
    generator = torch.Generator().manual_seed(seed)
    for _ in range(steps):
        for parameter in model.parameters():
            parameter.grad = torch.randn(parameter.shape, generator=generator)
        optimizer.step()
    return model, optimizer


def content(pair: Pair) -> list[torch.Tensor]:
    """All weights, and the moments and step counts of the optimiser."""
    model, optimizer = pair
    moments = [each for slot in optimizer.state_dict()["state"].values() for each in slot.values()]
    return [*(each.clone() for each in model.state_dict().values()), *moments]


def same(left: list[torch.Tensor], right: list[torch.Tensor]) -> bool:
    return len(left) == len(right) and all(map(torch.equal, left, right))


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


def test_an_empty_or_missing_folder_has_no_epochs(tmp_path: Path):
    for folder in (tmp_path, tmp_path / "missing"):
        pair = trained(0, 0)
        before = content(pair)
        assert Epochs(folder, "a").resume(*pair) == 0
        assert same(before, content(pair))


def test_the_last_epoch_comes_back_bit_for_bit(tmp_path: Path):
    epochs = Epochs(tmp_path, "a")
    for epoch in (1, 2):
        kept = trained(0, epoch)
        epochs.keep(epoch, *kept, {"accuracy": 0.5})
    fresh = trained(0, 0)
    assert epochs.resume(*fresh) == 2
    assert same(content(kept), content(fresh))


def test_checkpoints_of_all_epochs_are_kept_and_one_state(tmp_path: Path):
    epochs = Epochs(tmp_path, "a")
    for epoch in (1, 2):
        epochs.keep(epoch, *trained(0, epoch), {"accuracy": epoch / 4})
    assert {path.name for path in tmp_path.iterdir()} == {
        "epoch_1.safetensors",
        "epoch_2.safetensors",
        STATE,
    }
    provenance = checkpoint.describe(epochs.checkpoint(1)).provenance
    assert (provenance["epoch"], provenance["accuracy"]) == (1, 0.25)


def test_a_process_killed_between_checkpoint_and_state_leaves_the_epoch_before(tmp_path: Path):
    epochs = Epochs(tmp_path, "a")
    first = trained(0, 1)
    epochs.keep(1, *first, {})
    state = (tmp_path / STATE).read_bytes()
    epochs.keep(2, *trained(0, 2), {})
    (tmp_path / STATE).write_bytes(state)
    fresh = trained(0, 0)
    assert epochs.resume(*fresh) == 1
    assert same(content(first), content(fresh))


@pytest.mark.parametrize("name", [STATE, "epoch_1.safetensors"])
@pytest.mark.parametrize("damage", [flip_a_bit, cut_in_half, write_nonsense, empty, Path.unlink])
def test_what_is_damaged_is_reported_and_changes_nothing(
    tmp_path: Path,
    name: str,
    damage: Callable[[Path], None],
    caplog: pytest.LogCaptureFixture,
):
    epochs = Epochs(tmp_path, "a")
    epochs.keep(1, *trained(0, 1), {})
    damage(tmp_path / name)
    fresh = trained(0, 0)
    before = content(fresh)
    with caplog.at_level(logging.WARNING):
        assert epochs.resume(*fresh) == 0
    assert same(before, content(fresh))
    assert (name in caplog.text) == (tmp_path / name).exists() or name != STATE


def test_a_damaged_older_epoch_does_not_hinder(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    epochs = Epochs(tmp_path, "a")
    for epoch in (1, 2):
        epochs.keep(epoch, *trained(0, epoch), {})
    cut_in_half(epochs.checkpoint(1))
    with caplog.at_level(logging.WARNING):
        assert epochs.resume(*trained(0, 0)) == 2
    assert "epoch_1.safetensors" in caplog.text


def test_epochs_of_another_training_are_refused(tmp_path: Path):
    Epochs(tmp_path, "a").keep(1, *trained(0, 1), {})
    for without_state in (False, True):
        if without_state:
            (tmp_path / STATE).unlink()
        with pytest.raises(Incompatible, match="choose another folder"):
            Epochs(tmp_path, "b").resume(*trained(0, 0))


def test_a_state_of_another_training_is_not_used(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    Epochs(tmp_path / "b", "b").keep(1, *trained(1, 1), {})
    Epochs(tmp_path / "a", "a").keep(1, *trained(0, 1), {})
    (tmp_path / "b" / STATE).replace(tmp_path / "a" / STATE)
    with caplog.at_level(logging.WARNING):
        assert Epochs(tmp_path / "a", "a").resume(*trained(0, 0)) == 0
    assert "of another training" in caplog.text


def test_a_folder_that_cannot_be_written_is_a_storage_error(tmp_path: Path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError, match="was not written"):
        Epochs(tmp_path / "file", "a").keep(1, *trained(0, 1), {})
    (tmp_path / STATE).mkdir()
    with pytest.raises(StorageError, match=STATE):
        Epochs(tmp_path, "a").keep(1, *trained(0, 1), {})
