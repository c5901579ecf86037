"""What holds of every backend: a job is submitted, watched, cancelled, killed, resumed, and fails.

A new backend is one more maker in `makers.MAKERS`.
"""

from __future__ import annotations

import os
import random
import signal
import time

import pytest

from tests.backends.makers import MAKERS
from tests.jobs.helpers import count, finished, ledger_of, until, worker_of
from wiseft.backends import BACKENDS, Backend
from wiseft.errors import UnknownName, WiseftError
from wiseft.jobs import Job, Request, State
from wiseft.workspace import Workspace


def ended(job: Job, backend: Backend) -> State:
    """The state of the job when it has come to an end."""
    return job.wait(lambda progress: None, look=backend.ensure_running)


def test_a_job_that_is_submitted_is_done(backend: Backend, workspace: Workspace):
    job = backend.submit(count("a", steps=3))
    state = ended(job, backend)
    assert state.status == "done"
    assert state.result == {"counted": 3, "from": 0}
    assert state.message is None
    assert state.device
    assert job.request.backend == backend.name
    assert finished(workspace) == ["a"]
    assert worker_of(job) != os.getpid()


def test_its_progress_can_be_watched(backend: Backend):
    job = backend.submit(count("a", steps=40, pause=0.05))
    seen = []
    state = job.wait(seen.append, look=backend.ensure_running)
    assert state.status == "done"
    places = [each.done for each in seen]
    assert places == sorted(places)
    assert places[-1] == 40
    assert len(places) > 2
    assert {each.stage for each in seen} == {"counting"}
    assert [row["loss"] for row in job.history()] == [1 / step for step in range(1, 41)]


def test_every_submitted_job_is_done_once(backend: Backend, workspace: Workspace):
    names = [str(number) for number in range(8)]
    jobs = [backend.submit(count(name, steps=2)) for name in names]
    assert {ended(job, backend).status for job in jobs} == {"done"}
    assert sorted(finished(workspace)) == names


def test_a_running_job_is_cancelled_and_resumed(backend: Backend):
    job = backend.submit(count("a", steps=40, pause=0.05))
    until(lambda: _counted(job))
    job.cancel()
    assert ended(job, backend).status == "cancelled"
    counted = _counted(job)
    assert 0 < counted < 40
    job.resume()
    backend.ensure_running()
    state = ended(job, backend)
    assert state.status == "done"
    assert state.result == {"counted": 40, "from": counted}
    assert state.attempt == 2


def test_a_waiting_job_is_cancelled_and_never_begun(backend: Backend, workspace: Workspace):
    first = backend.submit(count("first", steps=10, pause=0.05))
    until(lambda: first.status == "running")
    second = backend.submit(count("second"))
    second.cancel()
    assert ended(first, backend).status == "done"
    assert second.status == "cancelled"
    assert finished(workspace) == ["first"]


def test_a_killed_job_is_interrupted_and_goes_on_where_it_was(backend: Backend):
    job = backend.submit(count("a", steps=40, pause=0.05))
    worker = worker_of(job)
    until(lambda: _counted(job))
    os.kill(worker, signal.SIGKILL)
    until(lambda: job.status == "interrupted")
    counted = _counted(job)
    assert counted > 0
    job.resume()
    backend.ensure_running()
    state = ended(job, backend)
    assert state.result == {"counted": 40, "from": counted}
    assert state.attempt == 2
    assert [row["done"] for row in job.history()] == list(range(1, 41))


@pytest.mark.slow
def test_jobs_that_are_killed_at_any_moment_lose_nothing_that_is_finished(
    backend: Backend, workspace: Workspace
):
    randomly = random.Random(0)
    long = backend.submit(count("long", steps=400, pause=0.02))
    jobs = [long, *(backend.submit(count(str(number), "other", steps=1)) for number in range(3))]
    for _ in range(20):
        if long.state.has_ended:
            break
        before, worker = _counted(long), worker_of(long)
        time.sleep(randomly.uniform(0, 0.6))
        (long.work / "pid").unlink()
        os.kill(worker, signal.SIGKILL)
        until(lambda: "running" not in {job.status for job in jobs})
        assert _counted(long) >= before
        for job in jobs:
            if job.status == "interrupted":
                job.resume()
        backend.ensure_running()
    assert {ended(job, backend).status for job in jobs} == {"done"}
    assert sorted(finished(workspace)) == ["0", "1", "2", "long"]
    assert [row["done"] for row in long.history()] == list(range(1, 401))


def _counted(job: Job) -> int:
    file = job.work / "counted"
    return int(file.read_text()) if file.exists() else 0


def test_a_failing_job_says_why_and_the_others_are_done(backend: Backend):
    refused = backend.submit(Request("fail", {"how": "refusal"}))
    broken = backend.submit(Request("fail", {"how": "array"}))
    good = backend.submit(count("a"))
    assert ended(refused, backend).message == "This cannot be used; use something else."
    assert "IndexError" in (ended(broken, backend).message or "")
    assert "Traceback" in broken.log()
    assert ended(good, backend).status == "done"


def test_a_job_that_takes_its_process_down_is_interrupted_and_the_others_are_done(
    backend: Backend,
):
    fatal = backend.submit(Request("fail", {"how": "kill"}, submitted=1e9))
    good = backend.submit(count("a"))
    assert ended(fatal, backend).status == "interrupted"
    assert ended(good, backend).status == "done"


def test_an_interactive_job_does_not_wait_for_a_training(backend: Backend):
    long = backend.submit(count("long", steps=100, pause=0.05))
    until(long.history)
    quick = backend.submit(Request("look", interactive=True))
    assert ended(quick, backend).status == "done"
    assert long.status == "running"
    long.cancel()
    assert ended(long, backend).status == "cancelled"


def test_what_cannot_be_submitted_is_refused(
    backend: Backend, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
):
    with pytest.raises(UnknownName):
        backend.submit(Request("nothing"))
    monkeypatch.setenv("WISEFT_READ_ONLY", "1")
    with pytest.raises(WiseftError, match="read-only"):
        backend.submit(count("a"))
    with pytest.raises(WiseftError, match="read-only"):
        backend.ensure_running()
    assert ledger_of(workspace).jobs() == ()


@pytest.mark.parametrize("name", list(BACKENDS))
def test_every_backend_is_held_against_the_contract(name: str, workspace: Workspace):
    assert name in MAKERS
    assert BACKENDS[name](workspace).name == name
