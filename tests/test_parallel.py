"""One training in two processes: the weights of one, resumed as on one, or refused."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from tests.groups import DIED, in_group
from tests.models import tiny_classifier, tiny_vit
from tests.test_training import close, with_memory_for
from tests.trainings import LINEAR, same, shades
from wiseft import checkpoint, parallel
from wiseft.epochs import STATE
from wiseft.errors import Invalid, StorageError, UnknownName, WiseftError
from wiseft.finetune import finetune
from wiseft.methods.checks import refuse_unusable
from wiseft.parallel import Group
from wiseft.progress import Progress, silent
from wiseft.specs import FinetuneSpec
from wiseft.training import Training

SPEC = FinetuneSpec(
    epochs=2,
    batch_size=9,  # 5 images and 4
    learning_rate=1e-3,
    crop_scale=0.5,
    label_smoothing=0.1,
    distillation=0.3,
    l2_pull=0.1,
    ema_decay=0.9,
    clip_norm=0.5,
)
STEPS = 4


def train(
    group: Group,
    folder: Path,
    spec: FinetuneSpec = SPEC,
    *,
    stop_after: int = STEPS + 1,
    killed: int | None = None,
    memory: int = 100,
) -> tuple[list[Progress], dict[str, NDArray]]:
    """What a training reports, and its weights.

    Args:
        stop_after: the report of this step raises an error.
        killed: the rank of a process that is killed in the middle of step 3.
        memory: images that fit into the memory of the second process.
    """
    seen: list[Progress] = []

    def report(progress: Progress) -> None:
        seen.append(progress)
        if progress.stage.startswith("epoch") and progress.done == stop_after:
            raise StorageError("The disk is full.")

    start = with_memory_for(memory, tiny_vit()) if group.rank == 1 else tiny_vit()
    if group.rank == killed:
        start.encoder.register_forward_pre_hook(_kill_at(3))
    images, monitor = shades(18), shades(6, seed=1)
    tuned = finetune(
        start, images, spec, folder, monitor=monitor, report=report, save_every=0.0, group=group
    )
    return seen, {name: each.numpy() for name, each in tuned.state_dict().items()}


def _kill_at(step: int):
    taken = 0

    def hook(*_: Any) -> None:
        nonlocal taken
        taken += torch.is_grad_enabled()
        if taken == step:
            os.kill(os.getpid(), signal.SIGKILL)

    return hook


def last(folder: Path):
    return checkpoint.load(folder / f"epoch_{SPEC.epochs}.safetensors").classifier


def losses(seen: list[Progress]) -> list[float]:
    return [each.values["loss"] for each in seen if "loss" in each.values]


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Progress]]:
    """The training on one device: its folder, and what it reported."""
    folder = tmp_path_factory.mktemp("alone")
    return folder, train(Group(), folder)[0]


@pytest.fixture(scope="module")
def together(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Any]]:
    """The same on two: its folder, and what came of both."""
    folder = tmp_path_factory.mktemp("together")
    return folder, in_group(folder / "store", 2, train, folder / "epochs")


@pytest.fixture(autouse=True)
def _saved_after_every_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wiseft.finetune.SAVE_SHARE", 1e9)


def test_two_processes_train_the_weights_of_one(alone, together):
    folder, seen = alone
    shared, (first, second) = together
    close(last(folder), last(shared / "epochs"))
    assert losses(first[0]) == pytest.approx(losses(seen), rel=1e-4)
    assert len(losses(seen)) == STEPS
    # Both have the same weights, bit for bit; the first alone has reported, and measured.
    assert all(map(np.array_equal, first[1].values(), second[1].values()))
    assert second[0] == []
    measured = [each.values["accuracy"] for each in first[0] if "accuracy" in each.values]
    assert len(measured) == SPEC.epochs


def test_what_is_left_does_not_tell_how_many_trained(alone, together):
    folder, _ = alone
    shared, _ = together
    assert {each.name for each in folder.iterdir()} == {
        each.name for each in (shared / "epochs").iterdir()
    }
    one, two = (
        checkpoint.describe(each / "epoch_1.safetensors").provenance
        for each in (folder, shared / "epochs")
    )
    assert one["training"] == two["training"]


@pytest.mark.parametrize("step", [1, 3])
def test_an_error_of_the_first_ends_both_and_they_go_on_bit_for_bit(
    tmp_path: Path, together, step: int
):
    folder = tmp_path / "cut"
    stopped = in_group(tmp_path / "a", 2, _stopped, folder, step)
    for error in stopped:
        assert isinstance(error, StorageError)
        assert str(error) == "The disk is full."
    resumed, _ = in_group(tmp_path / "b", 2, train, folder)
    # The report of a step comes before its state is saved.
    assert next(each.done for each in resumed[0] if "loss" in each.values) == step
    assert same(last(together[0] / "epochs"), last(folder))


def _stopped(group: Group, folder: Path, step: int) -> None:
    train(group, folder, stop_after=step)


@pytest.mark.parametrize("rank", [0, 1])
def test_after_a_kill_they_go_on_bit_for_bit(tmp_path: Path, together, rank: int):
    folder = tmp_path / "cut"
    found = in_group(tmp_path / "a", 2, _killed, folder, rank)
    assert found[rank] == DIED
    assert isinstance(found[1 - rank], RuntimeError)
    assert (folder / STATE).exists()
    resumed, _ = in_group(tmp_path / "b", 2, train, folder)
    assert 1 < next(each.done for each in resumed[0] if "loss" in each.values) <= 3
    assert same(last(together[0] / "epochs"), last(folder))


def _killed(group: Group, folder: Path, rank: int) -> None:
    train(group, folder, killed=rank)


def test_a_loss_that_is_not_finite_is_noticed_by_both(tmp_path: Path):
    spec = replace(SPEC, learning_rate=1e30)
    for error in in_group(tmp_path / "store", 2, train, tmp_path / "epochs", spec):
        assert isinstance(error, Invalid)
        assert "no longer a finite number" in str(error)


def test_what_one_device_has_begun_two_finish_and_the_other_way_round(tmp_path: Path, alone):
    with pytest.raises(StorageError):
        train(Group(), tmp_path / "one", stop_after=3)
    resumed, _ = in_group(tmp_path / "a", 2, train, tmp_path / "one")
    assert [each.done for each in resumed[0] if "loss" in each.values] == [3, 4]
    close(last(alone[0]), last(tmp_path / "one"))

    in_group(tmp_path / "b", 2, _stopped, tmp_path / "two", 2)
    seen, _ = train(Group(), tmp_path / "two")
    assert [each.done for each in seen if "loss" in each.values] == [2, 3, 4]
    close(last(alone[0]), last(tmp_path / "two"))


def test_where_memory_runs_out_in_one_both_divide_their_share(tmp_path: Path, alone):
    folder = tmp_path / "epochs"
    (seen, _), _ = in_group(tmp_path / "store", 2, _with_little_memory, folder)
    notes = [each.note for each in seen if each.note]
    # The second has 4 of the 9 images, where 2 fit: 3 at a time do not, 2 do.
    assert len(notes) == 1
    assert "2 images at a time" in notes[0]
    close(last(alone[0]), last(folder))


def _with_little_memory(group: Group, folder: Path) -> tuple[list[Progress], dict]:
    return train(group, folder, memory=2)


def test_a_probe_and_its_head_are_the_same_in_both(tmp_path: Path):
    spec = replace(SPEC, head="probe", ema_decay=0.0)
    _, tuned = train(Group(), tmp_path / "one", spec)
    (_, first), (_, second) = in_group(tmp_path / "store", 2, train, tmp_path / "two", spec)
    assert all(map(np.array_equal, first.values(), second.values()))
    for name, tensor in tuned.items():
        np.testing.assert_allclose(first[name], tensor, atol=2e-4, rtol=1e-3)


@pytest.mark.parametrize(
    ("start", "spec", "words"),
    [
        (tiny_vit, LINEAR, "method linear .* choose 1 device"),
        (tiny_vit, replace(SPEC, loss="contrastive", distillation=0.0), "contrastive loss"),
        (lambda: tiny_classifier(0), SPEC, "tiny-resnet has BatchNorm layers"),
    ],
    ids=["linear", "contrastive", "BatchNorm"],
)
def test_what_looks_at_a_batch_as_a_whole_is_refused(start, spec: FinetuneSpec, words: str):
    spec = replace(spec, label_smoothing=0.0)
    refuse_unusable(spec, start(), shades())
    with pytest.raises(Invalid, match=words):
        refuse_unusable(spec, start(), shades(), devices=2)


def test_a_batch_that_not_all_have_a_share_of_is_refused():
    spec = replace(SPEC, batch_size=2)
    Training(tiny_vit(), shades(4), spec, "cpu", silent, group=Group(0, 2))
    with pytest.raises(Invalid, match="1 image cannot be shared by 2 devices"):
        Training(tiny_vit(), shades(3), spec, "cpu", silent, group=Group(0, 2))


def talk(group: Group) -> dict[str, Any]:
    """What three processes say to each other."""
    parallel.BUCKET = 4
    tensors = [torch.full((2, 3), 2.0**group.rank), torch.ones(()), torch.arange(3.0) * group.rank]
    group.sum_(tensors)
    same_ = torch.full((2,), group.rank)
    group.same_([same_])
    return {
        "sums": [each.tolist() for each in tensors],
        "same": same_.tolist(),
        "any": [group.any(group.rank == 2), group.any(False), group.any(True)],
        "one": group.one(lambda: f"made by {group.rank}"),
        "own": group.in_turn(lambda: group.rank),
        "share": group.share(torch.arange(8)).tolist(),
    }


def test_what_processes_say_to_each_other(tmp_path: Path):
    found = in_group(tmp_path / "store", 3, talk)
    for rank, each in enumerate(found):
        assert each["sums"] == [[[7.0] * 3] * 2, 3.0, [0.0, 3.0, 6.0]]
        assert each["same"] == [0, 0]
        assert each["any"] == [True, False, True]
        assert each["one"] == "made by 0"
        assert each["own"] == rank
    assert [each["share"] for each in found] == [[0, 1, 2], [3, 4, 5], [6, 7]]


def leave(group: Group, rank: int) -> None:
    if group.rank == rank:
        raise UnknownName("colour", "rde", ["red"])
    group.one(lambda: None)


@pytest.mark.parametrize("rank", [0, 1])
def test_an_error_of_any_process_is_that_of_all(tmp_path: Path, rank: int):
    found = in_group(tmp_path / "store", 2, leave, rank)
    assert all(isinstance(error, WiseftError) for error in found)
    assert all("Did you mean 'red'" in str(error) for error in found)


def test_alone_there_is_nobody_to_wait_for():
    group = Group.current()
    assert (group.rank, group.size, group.leads) == (0, 1, True)
    numbers = torch.arange(3.0)
    with group.together():
        group.sum_([numbers])
        group.same_([numbers])
        assert group.any(True)
        assert not group.any(False)
        assert group.one(lambda: 3) == 3
        assert group.in_turn(lambda: 4) == 4
    assert numbers.tolist() == [0, 1, 2]
    assert group.share(numbers).tolist() == [0, 1, 2]
