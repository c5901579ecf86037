from __future__ import annotations

import errno
import logging
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.jobs.helpers import count, finished, ledger_of, until, worker_here
from tests.jobs.tasks import TASKS
from wiseft.jobs import Job, Ledger, Request
from wiseft.jobs.context import Warm
from wiseft.jobs.devices import device_lock
from wiseft.jobs.locks import is_held, try_lock
from wiseft.jobs.worker import Worker
from wiseft.workspace import Workspace


@contextmanager
def working(workspace: Workspace) -> Iterator[threading.Thread]:
    """A worker in a thread, for as long as there are jobs; the block ends when it has gone."""
    thread = threading.Thread(target=worker_here(workspace).run)
    thread.start()
    try:
        yield thread
    finally:
        thread.join()


def failure(how: str, **further) -> Request:
    return Request("fail", {"how": how, **further}, how)


def test_jobs_are_done_in_turn_with_their_results(workspace: Workspace, ledger: Ledger):
    jobs = [ledger.submit(count(name, submitted=1e9 + i)) for i, name in enumerate("abc")]
    assert worker_here(workspace).run() == "cpu"
    assert finished(workspace) == ["a", "b", "c"]
    for job in jobs:
        state = job.state
        assert (state.status, state.device, state.attempt) == ("done", "cpu", 1)
        assert state.result == {"counted": 5, "from": 0}
        assert state.started is not None
        assert state.ended is not None
        assert state.started <= state.ended
        assert [row["done"] for row in job.history()] == [1, 2, 3, 4, 5]
        assert "begins on cpu" in job.log()
        assert not is_held(job.lock_file)


def test_a_refusal_fails_the_job_with_its_sentence_and_the_queue_goes_on(
    workspace: Workspace, ledger: Ledger
):
    bad, good = ledger.submit(failure("refusal")), ledger.submit(count("a"))
    worker_here(workspace).run()
    assert bad.status == "failed"
    assert bad.state.message == "This cannot be used; use something else."
    assert "Traceback" not in bad.log()
    assert good.status == "done"


def test_an_error_of_the_program_fails_the_job_with_its_traceback_in_the_log(
    workspace: Workspace, ledger: Ledger
):
    bad, good = ledger.submit(failure("array")), ledger.submit(count("a"))
    worker_here(workspace).run()
    message = bad.state.message
    assert message is not None
    assert "IndexError: index 7 is out of bounds" in message
    assert "log" in message
    assert "\n" not in message
    assert "Traceback" in bad.log()
    assert "Traceback" not in good.log()
    assert good.status == "done"


def test_a_folder_that_cannot_be_written_fails_the_job_with_a_sentence(
    workspace: Workspace, ledger: Ledger, tmp_path: Path
):
    blocked = tmp_path / "file"
    blocked.write_text("a file where a folder should be")
    bad, good = ledger.submit(failure("write", path=str(blocked / "x"))), ledger.submit(count("a"))
    worker_here(workspace).run()
    assert "was not written" in (bad.state.message or "")
    assert good.status == "done"


def test_a_task_that_is_not_known_here_fails_with_a_sentence(workspace: Workspace, ledger: Ledger):
    job = ledger.submit(count("a"))
    file = job.folder / "job.json"
    file.write_text(file.read_text().replace('"task": "count"', '"task": "later"'))
    worker_here(workspace).run()
    assert "no task named 'later'" in (job.state.message or "")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 256 KiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(folder)]
    try:
        subprocess.run(mount, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no file system can be mounted here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_fails_the_job_with_a_sentence_and_the_queue_goes_on(small_disk: Path):
    workspace = Workspace(small_disk / "data")
    ledger = ledger_of(workspace)
    path = str(small_disk / "large.json")
    bad, good = ledger.submit(failure("write", path=path, size=10**6)), ledger.submit(count("a"))
    worker_here(workspace).run()
    assert "The disk is full" in (bad.state.message or "")
    assert good.status == "done"


@pytest.mark.usefixtures("impatient")
def test_where_not_even_the_end_can_be_written_the_job_shows_as_interrupted(
    workspace: Workspace,
    ledger: Ledger,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
):
    first, second = (ledger.submit(count(each, submitted=1e9 + i)) for i, each in enumerate("ab"))
    whole = Path.write_text

    def full(path: Path, text: str, *further, **others) -> int:
        if path.parent == first.folder and '"attempt": 1' in text and '"running"' not in text:
            raise OSError(errno.ENOSPC, "No space left on device")
        return whole(path, text, *further, **others)

    monkeypatch.setattr(Path, "write_text", full)
    with caplog.at_level(logging.ERROR):
        worker_here(workspace).run()
    assert first.status == "interrupted"
    assert "The disk is full" in caplog.text
    assert second.status == "done"


def test_where_no_job_can_be_begun_the_worker_says_so_and_leaves(
    workspace: Workspace,
    ledger: Ledger,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
):
    job = ledger.submit(count("a"))

    def full(path: Path, *further, **others) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    worker = worker_here(workspace)
    with caplog.at_level(logging.ERROR):
        worker.run()
    assert "No job can be begun: The disk is full" in caplog.text
    monkeypatch.undo()
    assert job.status == "queued"
    assert not is_held(job.lock_file)


def test_a_running_job_is_cancelled_within_a_step_and_goes_on_when_resumed(
    workspace: Workspace, ledger: Ledger
):
    job = ledger.submit(count("a", steps=20, pause=0.1))
    with working(workspace):
        until(lambda: (job.work / "counted").exists())
        job.cancel()
        before = int((job.work / "counted").read_text())
        until(lambda: job.status == "cancelled")
        counted = int((job.work / "counted").read_text())
        assert counted - before <= 2  # the step in hand, and one that ended meanwhile
    job.resume()
    file = job.work / "counted"
    file.write_text("18")
    worker_here(workspace).run()
    assert job.state.result == {"counted": 20, "from": 18}
    assert job.state.attempt == 2
    done = [row["done"] for row in job.history()]
    assert done == sorted(set(done))
    assert done[-1] == 20


def test_an_interactive_job_runs_between_two_steps_of_another(workspace: Workspace, ledger: Ledger):
    long = ledger.submit(count("long", steps=30, pause=0.05))
    with working(workspace):
        until(lambda: long.history())
        quick = ledger.submit(Request("look", interactive=True))
        until(lambda: quick.status == "done")
        assert long.status == "running"
    assert long.status == "done"
    assert quick.state.result["running"] == sorted([long.id, quick.id])
    assert [row["done"] for row in long.history()] == list(range(1, 31))


def test_a_long_job_waits_for_its_turn_even_while_another_lets_jobs_in(
    workspace: Workspace, ledger: Ledger
):
    for name in "ab":
        ledger.submit(count(name, name, steps=4, pause=0.1))
    worker_here(workspace).run()
    assert finished(workspace) == ["a", "b"]


def test_an_interactive_job_without_memory_waits_for_the_other_to_end(
    workspace: Workspace, ledger: Ledger
):
    long = ledger.submit(count("long", steps=10, pause=0.1))
    with working(workspace):
        until(lambda: long.history())
        large = ledger.submit(Request("large", interactive=True))
        until(lambda: large.state.attempt == 1 and large.status == "queued")
        assert long.status == "running"
    assert (long.status, large.status) == ("done", "done")
    assert large.state.attempt == 2
    assert large.state.message is None


def test_an_interactive_job_that_fails_does_not_harm_the_one_that_let_it_in(
    workspace: Workspace, ledger: Ledger
):
    long = ledger.submit(count("long", steps=10, pause=0.1))
    with working(workspace):
        until(lambda: long.history())
        bad = ledger.submit(Request("fail", {"how": "array"}, interactive=True))
    assert (bad.status, long.status) == ("failed", "done")


def test_the_job_shows_signs_of_life_during_a_long_step(
    workspace: Workspace, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("wiseft.jobs.running.HEARTBEAT_SECONDS", 0.05)
    job = ledger.submit(count("a", steps=1, pause=1.0))
    with working(workspace):
        until(lambda: job.status == "running")
        before = job.state.heartbeat
        until(lambda: job.state.heartbeat != before)
        assert job.history() == []


def test_a_device_has_one_worker(workspace: Workspace, ledger: Ledger):
    ledger.submit(count("a"))
    lock = try_lock(device_lock(workspace.jobs, "cpu"))
    assert lock is not None
    assert worker_here(workspace).run() is None
    assert finished(workspace) == []
    lock.release()
    assert worker_here(workspace).run() == "cpu"


def test_a_worker_takes_the_first_free_device(workspace: Workspace, ledger: Ledger):
    job = ledger.submit(count("a"))
    lock = try_lock(device_lock(workspace.jobs, "cuda:0"))
    assert lock is not None
    prepared: list[str] = []

    def prepare(device: str) -> str:
        prepared.append(device)
        return "cpu"

    worker = Worker(workspace, TASKS, ("cuda:0", "cuda:1"), prepare=prepare, idle_seconds=0.0)
    assert worker.run() == "cpu"
    assert prepared == ["cuda:1"]
    assert job.state.device == "cpu"
    lock.release()


def test_a_job_submitted_while_the_worker_goes_idle_is_not_missed(
    workspace: Workspace, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
):
    """The submitter finds the device taken, and so starts no worker, just before it is free."""
    jobs: list[Job] = []
    whole = Worker._serve

    def serve(worker: Worker, device: str) -> None:
        whole(worker, device)
        if not jobs:
            jobs.append(ledger.submit(count("late")))
            assert is_held(device_lock(workspace.jobs, "cpu"))

    monkeypatch.setattr(Worker, "_serve", serve)
    worker_here(workspace).run()
    assert [job.status for job in jobs] == ["done"]


def test_jobs_submitted_at_any_moment_are_all_done(workspace: Workspace, ledger: Ledger):
    """Workers that leave at once, each started only where the device looks free."""
    threads: list[threading.Thread] = []
    jobs = []
    for number in range(25):
        jobs.append(ledger.submit(count(str(number), steps=1)))
        if not is_held(device_lock(workspace.jobs, "cpu")):
            worker = Worker(workspace, TASKS, ("cpu",), idle_seconds=0.0)
            threads.append(threading.Thread(target=worker.run))
            threads[-1].start()
        time.sleep(0.013 * (number % 5))
    for thread in threads:
        thread.join()
    assert {job.status for job in jobs} == {"done"}
    assert len(finished(workspace)) == 25


def test_jobs_of_another_backend_are_left_to_it(workspace: Workspace, ledger: Ledger):
    job = ledger.submit(Request("count", backend="elsewhere"))
    worker_here(workspace).run()
    assert job.status == "queued"


def test_what_was_made_is_kept_warm_until_something_else_is():
    warm, made = Warm(), []

    def make(name: str) -> str:
        made.append(name)
        return name

    assert warm.get("a", lambda: make("a")) == "a"
    assert warm.get("a", lambda: make("a")) == "a"
    assert warm.get("b", lambda: make("b")) == "b"
    assert warm.get("a", lambda: make("a")) == "a"
    warm.clear()
    assert warm.get("a", lambda: make("a")) == "a"
    assert made == ["a", "b", "a", "a"]


def test_whoever_submits_and_watches_never_loads_torch(workspace: Workspace):
    code = """
import sys
from wiseft.backends import BACKENDS
from wiseft.jobs import Ledger, Request, finetune_grid, start_workers
from wiseft.workspace import Workspace
workspace = Workspace()
ledger = Ledger(workspace.jobs)
job = ledger.submit(Request("evaluate", {"run": "signs-end-to-end", "alpha": 0.5}))
start_workers(workspace, (sys.executable, "-c", ""))
print(job.status, job.history(), job.log(), ledger.queue() == (job,))
job.cancel()
import wiseft.tasks, wiseft.jobs.worker
print(sorted({"torch", "torchvision", "open_clip", "streamlit"} & set(sys.modules)))
"""
    found = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.split("\n")[:2] == ["queued []  True", "[]"]
