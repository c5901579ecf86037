from __future__ import annotations

import os
import time

import pytest

from tests.jobs.helpers import count, worker_here
from wiseft.errors import Invalid
from wiseft.jobs import Job, Ledger
from wiseft.jobs.claim import Claim
from wiseft.progress import Progress
from wiseft.workspace import Workspace


def begun(ledger: Ledger, job: Job) -> Claim:
    claim = ledger.claim("cpu", lambda each: each == job)
    assert claim is not None
    return claim


def test_a_waiting_job_is_cancelled_at_once_and_resumed(ledger: Ledger):
    job = ledger.submit(count("a"))
    job.cancel()
    assert job.status == "cancelled"
    assert job.state.ended is not None
    assert ledger.queue() == ()
    job.cancel()  # nothing is asked of a cancelled job
    job.resume()
    assert job.status == "queued"
    assert job.state.ended is None
    assert ledger.queue() == (job,)


def test_cancelling_a_running_job_is_asked_of_its_worker(ledger: Ledger):
    job = ledger.submit(count("a"))
    claim = begun(ledger, job)
    assert not job.cancelling
    job.cancel()
    assert job.status == "running"
    assert job.cancelling
    claim.end("cancelled")
    claim.lock.release()
    assert not job.cancelling
    job.resume()
    assert not job.cancel_file.exists()


def test_what_is_done_can_neither_be_cancelled_nor_resumed(workspace: Workspace, ledger: Ledger):
    job = ledger.submit(count("a"))
    worker_here(workspace).run()
    assert job.status == "done"
    for act in (job.cancel, job.resume):
        with pytest.raises(Invalid, match="is done"):
            act()


def test_a_waiting_job_cannot_be_resumed(ledger: Ledger):
    with pytest.raises(Invalid, match="is queued"):
        ledger.submit(count("a")).resume()


@pytest.mark.usefixtures("impatient")
def test_a_job_without_its_worker_is_interrupted(ledger: Ledger):
    job = ledger.submit(count("a"))
    claim = begun(ledger, job)
    assert job.status == "running"
    claim.lock.release()
    assert job.status == job.state.status == "interrupted"
    assert ledger.queue() == ()
    job.resume()
    assert job.status == "queued"
    assert begun(ledger, job).state.attempt == 2


@pytest.mark.usefixtures("impatient")
def test_an_interrupted_job_can_be_cancelled(ledger: Ledger):
    job = ledger.submit(count("a"))
    begun(ledger, job).lock.release()
    job.cancel()
    assert job.status == "cancelled"


def test_a_sign_of_life_from_elsewhere_keeps_a_job_running(ledger: Ledger):
    job = ledger.submit(count("a"))
    claim = begun(ledger, job)
    claim.lock.release()  # as of a worker on another machine, whose lock is not seen here
    assert job.status == "running"
    long_ago = time.time() - 60
    os.utime(job.folder / "state.json", (long_ago, long_ago))
    assert job.status == "interrupted"
    claim.beat()
    assert job.status == "running"


def test_a_job_is_deleted_unless_it_is_running(ledger: Ledger):
    job = ledger.submit(count("a"))
    claim = begun(ledger, job)
    with pytest.raises(Invalid, match="cancel it first"):
        job.delete()
    claim.end("done")
    claim.lock.release()
    job.delete()
    assert ledger.jobs() == ()
    assert not job.folder.exists()
    with pytest.raises(Invalid, match=r"job\.json cannot be read"):
        _ = job.request


def test_progress_is_written_now_and_then_and_in_the_end(ledger: Ledger):
    job = ledger.submit(count("a"))
    claim = begun(ledger, job)
    for step in (1, 2, 3):
        claim.tell(Progress("counting", step, 3))
    seen = job.state.progress
    assert seen == Progress("counting", 1, 3)  # all three came within the same half second
    claim.end("done", result={"run": "a"})
    claim.lock.release()
    assert job.state.progress == Progress("counting", 3, 3)
    assert job.state.result == {"run": "a"}


def test_notes_are_kept_once_in_their_order(ledger: Ledger):
    job = ledger.submit(count("a"))
    claim = begun(ledger, job)
    claim.note("first")
    claim.tell(Progress("counting", 1, 3, note="second"))
    claim.note("first")
    assert job.state.notes == ("first", "second")
    claim.lock.release()


def test_waiting_tells_the_progress_and_returns_the_end(workspace: Workspace, ledger: Ledger):
    job = ledger.submit(count("a", steps=3))
    seen: list[Progress] = []
    state = job.wait(seen.append, look=lambda: _work_once(workspace))
    assert state.status == "done"
    assert state.result == {"counted": 3, "from": 0}
    assert seen[-1].done == 3


def _work_once(workspace: Workspace) -> None:
    worker_here(workspace).run()


def test_waiting_shows_a_bar_and_ends_when_its_time_is_over(
    ledger: Ledger, capsys: pytest.CaptureFixture[str]
):
    job = ledger.submit(count("a"))
    assert job.wait(seconds=0.0).status == "queued"
    assert capsys.readouterr().err == ""
    claim = begun(ledger, job)
    claim.tell(Progress("counting", 1, 3))
    assert job.wait(seconds=0.0).status == "running"
    assert "counting" in capsys.readouterr().err
    claim.lock.release()
