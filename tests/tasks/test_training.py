from __future__ import annotations

import multiprocessing
import random
import shutil
import signal
from collections.abc import Callable
from multiprocessing.synchronize import Semaphore
from pathlib import Path
from typing import Any

import pytest
import torch

from tests.jobs.helpers import SECONDS
from tests.models import tiny_classifier
from wiseft import checkpoint
from wiseft.errors import WiseftError
from wiseft.jobs import Job, Ledger, Request
from wiseft.jobs.claim import Claim
from wiseft.jobs.worker import Worker
from wiseft.progress import Progress
from wiseft.tasks import TASKS
from wiseft.workspace import Workspace

SPEC = {"epochs": 2, "batch_size": 4, "learning_rate": 0.01, "precision": "float32"}


@pytest.fixture
def arguments(shapes: Path, ends: tuple[Path, Path]) -> dict[str, Any]:
    return {"zeroshot": str(ends[0]), "benchmark": str(shapes), "spec": SPEC}


def weights(path: Path) -> dict[str, torch.Tensor]:
    return checkpoint.load(path).classifier.state_dict()


def same(a: Path, b: Path) -> bool:
    ours, theirs = weights(a), weights(b)
    return all(torch.equal(ours[name], theirs[name]) for name in ours)


def test_a_training_leaves_a_checkpoint_its_epochs_and_a_run(workspace, arguments, done):
    named = {"name": "mine", "title": "My shapes", "dtype": "float16"}
    job = done("finetune", {**arguments, **named})
    state = job.state
    assert (state.status, state.message) == ("done", None)
    assert state.result["run"] == "mine"
    out = workspace.root / state.result["checkpoint"]
    assert out == workspace.checkpoints / "mine.safetensors"
    provenance = checkpoint.describe(out).provenance
    assert provenance["job"] == job.id
    assert provenance["finetune"]["epochs"] == 2
    run = workspace.run("mine")
    assert run.record.title == "My shapes"
    assert run.finetuned == out
    assert set(run.frontier().accuracy) == {"test", "dark"}
    epochs = [workspace.root / path for path in state.result["epochs"]]
    assert [path.name for path in epochs] == ["epoch_1.safetensors", "epoch_2.safetensors"]
    measured = job.history()
    assert [row["done"] for row in measured if "loss" in row] == list(range(1, 9))
    assert [row["done"] for row in measured if "accuracy" in row] == [4, 8]


def test_the_checkpoint_of_an_epoch_can_be_swept(workspace, arguments, done):
    trained = done("finetune", {**arguments, "sweep": False})
    assert "run" not in trained.state.result
    first = workspace.root / trained.state.result["epochs"][0]
    ends = {"zeroshot": arguments["zeroshot"], "finetuned": str(first)}
    job = done("sweep", {**ends, "benchmark": arguments["benchmark"], "alphas": [0, 1]})
    assert job.state.message is None
    assert workspace.run(job.state.result["run"]).evaluated == (0, 1)


def test_what_is_not_set_is_chosen_when_the_job_is_submitted(ledger: Ledger, arguments):
    given = {**arguments, "method": "linear", "spec": {"epochs": 3}}
    spec = ledger.submit(Request("finetune", given)).request.arguments["spec"]
    assert (spec["method"], spec["epochs"], spec["batch_size"]) == ("linear", 3, 256)
    assert spec["weight_decay"] == 0.0
    assert "precision" not in spec  # for the device to choose


def test_paths_are_absolute_for_a_worker_that_runs_elsewhere(
    ledger: Ledger, arguments, monkeypatch: pytest.MonkeyPatch
):
    start, shapes = Path(arguments["zeroshot"]), Path(arguments["benchmark"])
    monkeypatch.chdir(start.parent)
    given = {**arguments, "zeroshot": start.name, "benchmark": shapes.name}
    found = ledger.submit(Request("finetune", given)).request.arguments
    assert found["zeroshot"] == str(start.resolve())
    assert found["benchmark"] == str(shapes.resolve())


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"zeroshot": "nowhere.safetensors"}, "nowhere.safetensors"),
        ({"zeroshot": None}, "needs the argument 'zeroshot'"),
        ({"zeroshot": 3}, "'zeroshot' cannot be 3"),
        ({"benchmark": "no-such-folder"}, "no-such-folder"),
        ({"benchmark": "signs"}, "other classes"),
        ({"method": "magic"}, "no method named 'magic'"),
        ({"spec": {"epoch": 3}}, "Did you mean 'epochs'"),
        ({"spec": {"epochs": "many"}}, "'epochs' of fine-tuning cannot be 'many'"),
        ({"spec": {"epochs": 1.5}}, "'epochs' of fine-tuning cannot be 1.5"),
        ({"spec": 3}, "'spec' cannot be 3"),
        ({"name": "../up"}, "cannot name a run"),
        ({"dtype": "float8"}, "float32, float16"),
        ({"sweep": "yes"}, "true or false"),
        ({"epochs": 3}, "argument of 'finetune'"),
    ],
)
def test_what_cannot_be_trained_is_refused_when_it_is_submitted(
    ledger: Ledger, arguments, change: dict, words: str
):
    with pytest.raises(WiseftError, match=words):
        ledger.submit(Request("finetune", {**arguments, **change}))
    assert ledger.jobs() == ()


def test_images_that_are_gone_fail_the_job_with_a_sentence(ledger, arguments, work):
    job = ledger.submit(Request("finetune", arguments))
    shutil.rmtree(arguments["benchmark"])
    work()
    assert job.status == "failed"
    assert "neither a benchmark nor a folder" in (job.state.message or "")


def test_the_checkpoint_of_another_is_not_written_over(workspace, arguments, done):
    taken = workspace.checkpoints / "mine.safetensors"
    checkpoint.save(taken, tiny_classifier(0), {})
    before = taken.read_bytes()
    job = done("finetune", {**arguments, "name": "mine"})
    assert "choose another name" in (job.state.message or "")
    assert taken.read_bytes() == before


@pytest.mark.slow
def test_two_trainings_without_names_get_names_of_their_own(arguments, done):
    results = [done("finetune", {**arguments, "sweep": False}).state.result for _ in range(2)]
    assert results[0]["checkpoint"] != results[1]["checkpoint"]


class Killed(BaseException):
    """Ends a worker at once, as a signal does."""


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("after", [1, 4, 7])
def test_a_training_that_was_interrupted_ends_with_the_same_weights(
    workspace: Workspace,
    ledger: Ledger,
    arguments,
    done,
    work: Callable[[], None],
    after: int,
    monkeypatch: pytest.MonkeyPatch,
):
    whole = done("finetune", {**arguments, "sweep": False})
    job = ledger.submit(Request("finetune", {**arguments, "name": "mine"}))
    _kill_after(after, monkeypatch)
    with pytest.raises(Killed):
        work()
    monkeypatch.undo()
    monkeypatch.setattr("wiseft.jobs.job.HEARTBEAT_LOST", 0.0)
    assert job.status == "interrupted"
    torch.manual_seed(after)  # the random state of another process
    job.resume()
    work()
    assert (job.status, job.state.message) == ("done", None)
    assert same(
        workspace.root / job.state.result["checkpoint"],
        workspace.root / whole.state.result["checkpoint"],
    )


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wiseft.jobs.job.HEARTBEAT_LOST", 0.0)


def _kill_after(steps: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """End the worker in the report of that step."""
    tell = Claim.tell

    def tell_and_die(claim: Claim, progress: Progress) -> None:
        tell(claim, progress)
        if "loss" in progress.values and progress.done == steps:
            raise Killed

    monkeypatch.setattr(Claim, "tell", tell_and_die)


def test_an_evaluation_between_two_steps_changes_no_weight(
    workspace: Workspace, ledger: Ledger, ends, arguments, done, work, monkeypatch
):
    quiet = done("finetune", {**arguments, "sweep": False})
    given = {"zeroshot": str(ends[0]), "finetuned": str(ends[1]), "alphas": [0, 1]}
    run = done("sweep", {**given, "benchmark": arguments["benchmark"]}).state.result["run"]
    monkeypatch.setattr("wiseft.jobs.running.LOOK_SECONDS", 0.0)
    busy = ledger.submit(Request("finetune", {**arguments, "sweep": False}))
    quick: list[Job] = []
    _at_every_report(
        lambda: quick.append(
            ledger.submit(
                Request("evaluate", {"run": run, "alpha": 0.1 + len(quick) / 50}, interactive=True)
            )
        ),
        monkeypatch,
    )
    work()
    assert len(quick) > 8
    assert {job.status for job in (*quick, busy)} == {"done"}
    assert same(
        workspace.root / busy.state.result["checkpoint"],
        workspace.root / quiet.state.result["checkpoint"],
    )


def _at_every_report(act: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> None:
    """Do something at every report of a training job."""
    tell = Claim.tell

    def tell_and_act(claim: Claim, progress: Progress) -> None:
        tell(claim, progress)
        if claim.job.request.task == "finetune":
            act()

    monkeypatch.setattr(Claim, "tell", tell_and_act)


def test_a_rehearsal_says_what_a_training_takes_and_keeps_nothing(workspace, arguments, done):
    spec = {**SPEC, "epochs": 50}
    job = done("rehearse", {**arguments, "spec": spec})
    estimate = job.state.result
    assert (job.status, job.state.message) == ("done", None)
    assert estimate["images_per_second"] > 0
    assert estimate["seconds"] > 0
    assert len(estimate["losses"]) == 10
    assert not workspace.checkpoints.exists()
    assert not list(job.work.rglob("*.safetensors"))


def work_in_a_process(root: str, steps: Semaphore) -> None:
    """A worker on its own, for as long as there are jobs; it counts the steps of trainings."""
    tell = Claim.tell

    def tell_and_count(claim: Claim, progress: Progress) -> None:
        tell(claim, progress)
        if "loss" in progress.values:
            steps.release()

    Claim.tell = tell_and_count
    torch.set_num_threads(1)  # the model is too small for more
    Worker(Workspace(Path(root)), TASKS, ("cpu",), idle_seconds=0.0).run()


@pytest.mark.slow
@pytest.mark.usefixtures("impatient")
def test_a_training_whose_worker_is_killed_at_random_moments_ends_with_the_same_weights(
    workspace: Workspace, ledger: Ledger, arguments
):
    # The fork server has loaded torch, so that most of the time is spent in training.
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload([__name__, "wiseft.sweeps"])

    def live(least: int | None, seconds: float = 0.0) -> int | None:
        """A worker, killed with SIGKILL so long after so many steps; its exit code."""
        steps = processes.Semaphore(0)
        worker = processes.Process(target=work_in_a_process, args=(str(workspace.root), steps))
        worker.start()
        for _ in range(least or 0):
            assert steps.acquire(timeout=SECONDS)
        worker.join(None if least is None else seconds)
        worker.kill()
        worker.join()
        return worker.exitcode

    # A worker lives for an epoch of four steps, on average: none comes to the end of 40.
    request = Request(
        "finetune",
        {**arguments, "spec": {**SPEC, "epochs": 40, "learning_rate": 0.001}, "sweep": False},
    )
    whole = ledger.submit(request)
    assert live(None) == 0
    killed = ledger.submit(request)
    randomly = random.Random(0)
    epochs = [0]
    for _ in range(20):
        assert live(randomly.randint(0, 6), randomly.uniform(0, 0.03)) == -signal.SIGKILL
        epochs.append(len(list(killed.work.glob("epochs/epoch_*.safetensors"))))
        if killed.status == "interrupted":
            killed.resume()
    assert epochs == sorted(epochs)  # no epoch that was finished is lost
    assert epochs[-1] > 0
    assert killed.state.attempt > 10
    assert live(None) == 0
    assert killed.status == whole.status == "done"
    assert same(*(workspace.root / job.state.result["checkpoint"] for job in (whole, killed)))
