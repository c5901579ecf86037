from __future__ import annotations

import logging
import multiprocessing
import signal
import time
from dataclasses import replace
from multiprocessing.synchronize import Event
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.models import tiny_classifier
from tests.trainings import (
    LINEAR,
    SPEC,
    Interruption,
    both_methods,
    same,
    shades,
    stop_in,
)
from wiseft import checkpoint
from wiseft.epochs import STATE
from wiseft.errors import Incompatible
from wiseft.finetune import finetune
from wiseft.progress import Progress
from wiseft.specs import FinetuneSpec


@both_methods
@pytest.mark.parametrize("epoch", [1, 2, 3])
def test_training_that_was_interrupted_gives_the_same_weights(
    tmp_path: Path, spec: FinetuneSpec, epoch: int
):
    spec = replace(spec, crop_scale=0.5)
    whole = finetune(tiny_classifier(0), shades(), spec, tmp_path / "whole")
    with pytest.raises(Interruption):
        finetune(tiny_classifier(0), shades(), spec, tmp_path / "cut", report=stop_in(epoch))
    torch.manual_seed(epoch)  # the random state of another process
    seen: list[Progress] = []
    resumed = finetune(tiny_classifier(0), shades(), spec, tmp_path / "cut", report=seen.append)
    assert same(whole, resumed)
    # Epoch k reports at its first step, before it is kept: it runs again, the ones before do not.
    first = next(each for each in seen if each.stage.startswith("epoch"))
    assert first.stage == f"epoch {epoch} of 3"


def test_an_epoch_that_has_reported_its_end_is_kept(tmp_path: Path):
    at_the_end = stop_in(2, lambda progress: "loss" not in progress.values)
    with pytest.raises(Interruption):
        finetune(tiny_classifier(0), shades(), SPEC, tmp_path, report=at_the_end)
    seen: list[Progress] = []
    finetune(tiny_classifier(0), shades(), SPEC, tmp_path, report=seen.append)
    assert seen[0].stage == "epoch 3 of 3"


EVERY_METHOD = {
    "end-to-end": replace(SPEC, crop_scale=0.5),
    "averaged": replace(SPEC, ema_decay=0.7, l2_pull=0.1, ema_debiased=False),
    "probe": replace(SPEC, head="probe", last_blocks=1),
    "distilled": replace(SPEC, distillation=0.5, head="random", shots=4),
    "linear": replace(LINEAR, ema_decay=0.5, distillation=0.3),
    "lbfgs": replace(LINEAR, optimizer="lbfgs", weight_decay=1e-3, epochs=9),
}
"""A training for each kind of state that there is."""


@pytest.mark.parametrize("spec", EVERY_METHOD.values(), ids=list(EVERY_METHOD))
def test_training_that_is_stopped_again_and_again_gives_the_same_weights(
    tmp_path: Path, spec: FinetuneSpec, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("wiseft.finetune.SAVE_SHARE", 1.0)
    whole = finetune(tiny_classifier(0), shades(), spec, tmp_path / "whole")
    random = np.random.default_rng(0)
    stops, tuned = 0, None
    while tuned is None:
        left = int(random.integers(9, 14))  # the longest preparations report 6 times

        def stop(progress: Progress) -> None:
            nonlocal left
            left -= 1
            if left == 0:
                raise Interruption

        try:
            tuned = finetune(
                tiny_classifier(0),
                shades(),
                spec,
                tmp_path / "cut",
                monitor=shades(6, seed=1),
                report=stop,
                save_every=0.0,
            )
        except Interruption:
            stops += 1
            torch.manual_seed(stops)  # the random state of another process
            assert stops < 100
    assert stops > 0
    assert same(whole, tuned)
    last = checkpoint.load(tmp_path / "cut" / f"epoch_{spec.epochs}.safetensors").classifier
    assert same(whole, last)


def test_a_state_is_saved_between_epochs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("wiseft.finetune.SAVE_SHARE", 1e9)
    in_the_middle = stop_in(2, lambda progress: progress.done == 9)
    with pytest.raises(Interruption):
        finetune(tiny_classifier(0), shades(), SPEC, tmp_path, report=in_the_middle, save_every=0.0)
    seen: list[Progress] = []
    finetune(tiny_classifier(0), shades(), SPEC, tmp_path, report=seen.append)
    # The report of step 9 comes before its state is saved.
    assert seen[0].done == 9
    assert not any(path.suffix == ".tmp" for path in tmp_path.iterdir())


def test_a_training_that_stopped_in_its_first_epoch_is_not_lost_to_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("wiseft.finetune.SAVE_SHARE", 1e9)
    stop = stop_in(1, lambda progress: progress.done == 3)
    with pytest.raises(Interruption):
        finetune(tiny_classifier(0), shades(), SPEC, tmp_path, report=stop, save_every=0.0)
    with pytest.raises(Incompatible, match="another training"):
        finetune(tiny_classifier(0), shades(), replace(SPEC, seed=1), tmp_path)


def training_in_a_process(folder: Path, running: Event) -> None:
    def report(progress: Progress) -> None:
        running.set()

    torch.set_num_threads(1)  # the model is too small for more
    spec = replace(SPEC, epochs=12, crop_scale=0.5, ema_decay=0.9)
    finetune(tiny_classifier(0), shades(90), spec, folder, report=report, save_every=0.0)


@pytest.mark.slow
def test_training_that_is_killed_at_any_moment_gives_the_same_weights(tmp_path: Path):
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload([__name__])

    def trained(folder: Path, seconds: float | None) -> int | None:
        """Train in another process, killed so many seconds after its first step; its exit code."""
        running = processes.Event()
        process = processes.Process(target=training_in_a_process, args=(folder, running))
        process.start()
        assert running.wait(120)
        process.join(seconds)
        process.kill()
        process.join()
        return process.exitcode

    started = time.perf_counter()
    assert trained(tmp_path / "whole", None) == 0
    needed = time.perf_counter() - started
    random = np.random.default_rng(0)
    for _ in range(20):
        # On average a process lives long enough for a fortieth of the work.
        assert trained(tmp_path / "cut", random.uniform(0, needed / 20)) == -signal.SIGKILL
    assert (tmp_path / "cut" / STATE).exists()
    assert trained(tmp_path / "cut", None) == 0
    whole, cut = (
        checkpoint.load(tmp_path / each / "epoch_12.safetensors").classifier
        for each in ("whole", "cut")
    )
    assert same(whole, cut)


@both_methods
def test_finished_training_is_not_done_again(tmp_path: Path, spec: FinetuneSpec):
    first = finetune(tiny_classifier(0), shades(), spec, tmp_path)
    seen: list[Progress] = []
    again = finetune(tiny_classifier(0), shades(), spec, tmp_path, report=seen.append)
    assert same(first, again)
    assert not seen


@pytest.mark.parametrize(
    ("start", "images", "spec"),
    [
        (0, 0, replace(SPEC, learning_rate=2e-3)),
        (0, 0, replace(SPEC, seed=1)),
        (0, 2, SPEC),
        (1, 0, SPEC),
    ],
    ids=["rate", "seed", "images", "start"],
)
def test_the_epochs_of_another_training_are_neither_used_nor_lost(
    tmp_path: Path, start: int, images: int, spec: FinetuneSpec
):
    finetune(tiny_classifier(0), shades(), replace(SPEC, epochs=1), tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(Incompatible, match="another training"):
        finetune(tiny_classifier(start), shades(seed=images), replace(spec, epochs=1), tmp_path)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.slow
def test_a_damaged_state_is_reported_and_training_starts_anew(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    whole = finetune(tiny_classifier(0), shades(), SPEC, tmp_path)
    content = bytearray((tmp_path / STATE).read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / STATE).write_bytes(content)
    with caplog.at_level(logging.WARNING):
        again = finetune(tiny_classifier(0), shades(), SPEC, tmp_path)
    assert "starts from the beginning" in caplog.text
    assert same(whole, again)
