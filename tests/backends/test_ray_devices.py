"""A training on both nodes of a cluster at once: the weights of one device, whatever happens."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import torch

from tests.backends.makers import on_cluster, ray_cluster
from tests.backends.tasks import TASKS
from tests.jobs.helpers import until
from tests.models import tiny_vit
from tests.shapes import CLASSES, write_shapes
from wiseft import checkpoint
from wiseft.backends import LocalBackend, RayBackend
from wiseft.backends.ray import NAMESPACE
from wiseft.backends.ray_worker import prefix_of
from wiseft.errors import Invalid
from wiseft.jobs import Job, Ledger, Request, State
from wiseft.jobs.worker import Worker
from wiseft.workspace import Workspace

SPEC = {
    "epochs": 60,
    "batch_size": 4,
    "learning_rate": 1e-4,
    "precision": "float32",
    "crop_scale": 0.5,
}


@pytest.fixture
def workspace(state_folder: Path) -> Workspace:
    return Workspace(state_folder)


@pytest.fixture
def arguments(tmp_path: Path) -> dict[str, Any]:
    """Of a training, on one device."""
    start = tmp_path / "zeroshot.safetensors"
    checkpoint.save(start, tiny_vit(CLASSES), {})
    shapes = write_shapes(tmp_path / "shapes")
    return {"zeroshot": str(start), "benchmark": str(shapes), "spec": SPEC}


@pytest.fixture
def backend(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> RayBackend:
    monkeypatch.setattr("wiseft.jobs.job.HEARTBEAT_LOST", 0.0)
    monkeypatch.setattr("tests.jobs.helpers.SECONDS", 180.0)  # processes that load torch and Ray
    tasks = "tests.backends.tasks:TASKS"
    return RayBackend(workspace, address=ray_cluster().address, tasks=tasks, idle_seconds=0.2)


def ended(job: Job, backend: RayBackend) -> State:
    return job.wait(lambda progress: None, look=backend.ensure_running)


def processes(job: Job) -> dict[int, int]:
    """The newest processes of a training by their ranks, as the log of the job tells."""
    found = re.findall(r"finetune, (\d) of 2: process (\d+)", job.log())
    return {int(rank) - 1: int(pid) for rank, pid in found}


def alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def steps(job: Job) -> list[int]:
    return [int(row["done"]) for row in job.history() if "loss" in row]


@contextmanager
def one_thread() -> Iterator[None]:
    """In this block torch computes in one thread; the model is too small for more."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def trains_again(job: Job, backend: RayBackend) -> None:
    """Resume a job, and wait until it has gone on for some steps."""
    taken, before = max(steps(job), default=0), processes(job)
    job.resume()

    def goes_on() -> bool:
        backend.ensure_running()
        return max(steps(job)) > taken + 4

    until(goes_on)
    assert not set(before.values()) & set(processes(job).values())


@on_cluster
def test_two_devices_train_the_weights_of_one_whatever_happens(
    workspace: Workspace, backend: RayBackend, arguments: dict[str, Any]
):
    job = backend.submit(Request("finetune", {**arguments, "devices": 2, "name": "two"}))
    until(lambda: len(steps(job)) > 4)
    assert sorted(processes(job)) == [0, 1]

    os.kill(processes(job)[1], signal.SIGKILL)
    assert ended(job, backend).status == "failed"
    assert "has ended before its time" in (job.state.message or "")

    trains_again(job, backend)
    import ray

    worker = f"{prefix_of(str(workspace.root.resolve()))}-several-0"
    ray.kill(ray.get_actor(worker, namespace=NAMESPACE))
    until(lambda: job.status == "interrupted")
    until(lambda: not any(map(alive, processes(job).values())))

    trains_again(job, backend)
    job.cancel()
    assert ended(job, backend).status == "cancelled"
    assert max(steps(job)) < 4 * SPEC["epochs"]

    job.resume()
    state = ended(job, backend)
    assert (state.status, state.message, state.attempt) == ("done", None, 4)
    assert sorted(set(steps(job))) == list(range(1, 4 * SPEC["epochs"] + 1))
    assert set(workspace.run("two").frontier().accuracy) == {"test", "dark"}
    assert not (job.work / "ray").exists()

    alone = Ledger(workspace.jobs).submit(
        Request("finetune", {**arguments, "name": "one", "sweep": False})
    )
    with one_thread():
        Worker(workspace, TASKS, ("cpu",), idle_seconds=0.0).run()
    assert alone.status == "done"
    start = tiny_vit(CLASSES).state_dict()
    one, two = (
        checkpoint.load(workspace.checkpoints / f"{name}.safetensors").classifier.state_dict()
        for name in ("one", "two")
    )
    moved = max((each - start[name]).abs().max() for name, each in one.items())
    # Rounding adds up over 240 steps of AdamW.
    assert max((each - two[name]).abs().max() for name, each in one.items()) < moved / 20


@on_cluster
def test_a_cluster_that_is_too_small_is_told_and_fewer_devices_do_it(
    backend: RayBackend, arguments: dict[str, Any]
):
    given = {**arguments, "spec": {**SPEC, "epochs": 2}, "sweep": False, "devices": 3}
    job = backend.submit(Request("finetune", given))
    state = ended(job, backend)
    assert state.status == "failed"
    assert "asks for 3 devices, and the cluster has 2" in (state.message or "")
    job.resume(devices=1)
    assert ended(job, backend).status == "done"
    assert job.state.device == "cpu"


def test_on_one_machine_several_devices_are_refused(workspace: Workspace, arguments):
    with pytest.raises(Invalid, match="hand it to a Ray cluster"):
        LocalBackend(workspace).submit(Request("finetune", {**arguments, "devices": 2}))
    assert Ledger(workspace.jobs).jobs() == ()
    # A job that was put into the queue all the same says it too.
    job = Ledger(workspace.jobs).submit(Request("finetune", {**arguments, "devices": 2}))
    Worker(workspace, TASKS, ("cpu",), idle_seconds=0.0).run()
    assert "runs on one device, not 2" in (job.state.message or "")


def test_what_trains_on_one_device_only_is_refused_when_it_is_submitted(
    workspace: Workspace, arguments: dict[str, Any]
):
    for change, words in (
        ({"spec": {**SPEC, "method": "linear"}}, "method linear"),
        ({"devices": 0}, "at least 1"),
        ({"devices": "2"}, "whole number"),
    ):
        with pytest.raises(Invalid, match=words):
            Ledger(workspace.jobs).submit(
                Request("finetune", {**arguments, "devices": 2, **change})
            )


def test_a_training_is_resumed_on_another_number_of_devices(
    workspace: Workspace, arguments: dict[str, Any]
):
    ledger = Ledger(workspace.jobs)
    job = ledger.submit(Request("finetune", {**arguments, "devices": 2}))
    before = job.request
    job.cancel()
    with pytest.raises(Invalid, match=r"\(finetune\) cannot be resumed on 0 devices"):
        job.resume(devices=0)
    assert job.status == "cancelled"
    job.resume(devices=1)
    assert (job.status, job.request.devices) == ("queued", 1)
    assert {**job.request.arguments, "devices": 2} == before.arguments
    other = ledger.submit(Request("rehearse", arguments))
    other.cancel()
    with pytest.raises(Invalid, match=r"\(rehearse\) cannot be resumed on 2 devices"):
        other.resume(devices=2)
