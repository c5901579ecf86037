from __future__ import annotations

import logging
import threading

import pytest

from tests.jobs.helpers import count, finished, ledger_of, worker_here
from wiseft.errors import Invalid, StorageError, UnknownName, WiseftError
from wiseft.jobs import Job, Ledger, Request, State
from wiseft.jobs.claim import Claim
from wiseft.jobs.locks import file_lock
from wiseft.jobs.records import STATE
from wiseft.workspace import Workspace


def test_a_submitted_job_is_found_again_as_it_was(ledger: Ledger):
    request = count("a", steps=3)
    job = ledger.submit(request)
    [found] = Ledger(ledger.folder).jobs()
    assert found == job == ledger.job(job.id)
    assert found.request == request
    assert found.state == State()
    assert found.history() == []
    assert found.log() == ""


def test_files_that_come_with_a_job_are_in_its_folder(ledger: Ledger):
    job = ledger.submit(count("a"), {"photo.jpg": b"abc", "../../up.jpg": b"def"})
    assert (job.work / "photo.jpg").read_bytes() == b"abc"
    assert (job.work / "up.jpg").read_bytes() == b"def"


def test_an_unknown_task_or_job_is_answered_with_those_that_exist(ledger: Ledger):
    with pytest.raises(UnknownName, match="count"):
        ledger.submit(Request("coumt"))
    assert ledger.jobs() == ()
    with pytest.raises(UnknownName, match="no job"):
        ledger.job("20260101-000000-000-abcd")


def test_jobs_are_listed_newest_first(ledger: Ledger):
    jobs = [ledger.submit(count(str(i), submitted=1e9 + i)) for i in range(3)]
    assert ledger.jobs() == tuple(reversed(jobs))


def test_submitters_take_turns(ledger: Ledger):
    for place, (name, by) in enumerate(
        [("a1", "a"), ("a2", "a"), ("a3", "a"), ("b1", "b"), ("c1", "c"), ("b2", "b")]
    ):
        ledger.submit(count(name, by, submitted=1e9 + place))
    order = [job.request.title for job in ledger.queue()]
    assert order == ["a1", "b1", "c1", "a2", "b2", "a3"]


def test_nobody_waits_for_all_jobs_of_another(workspace: Workspace, ledger: Ledger):
    """Turns are kept from one job to the next, not only among those that wait at one moment."""
    for place in range(4):
        ledger.submit(count(f"a{place}", "a", submitted=1e9 + place, steps=1))
    for place in range(2):
        ledger.submit(count(f"b{place}", "b", submitted=2e9 + place, steps=1))
    worker_here(workspace).run()
    assert finished(workspace) == ["a0", "b0", "a1", "b1", "a2", "a3"]


def test_a_submitter_who_was_served_lets_the_other_go_first(ledger: Ledger):
    ledger.submit(count("a1", "a", submitted=1e9))
    claim = ledger.claim("cpu")
    assert claim is not None
    ledger.submit(count("a2", "a", submitted=1e9 + 1))
    ledger.submit(count("b1", "b", submitted=1e9 + 2))
    assert [job.request.title for job in ledger.queue()] == ["b1", "a2"]
    claim.lock.release()


def test_interactive_jobs_come_first(ledger: Ledger):
    ledger.submit(count("slow", submitted=1e9))
    ledger.submit(Request("look", title="quick", interactive=True))
    assert [job.request.title for job in ledger.queue()] == ["quick", "slow"]


def test_a_job_is_claimed_once_whoever_tries(ledger: Ledger):
    for number in range(12):
        ledger.submit(count(str(number)))
    claimed: list[str] = []
    start = threading.Barrier(6)

    def claim_all() -> None:
        start.wait()
        own = ledger_of(Workspace(ledger.folder.parent))
        while claim := own.claim("cpu"):
            claimed.append(claim.job.id)
            claim.end("done")
            claim.lock.release()

    threads = [threading.Thread(target=claim_all) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(claimed) == sorted(job.id for job in ledger.jobs())
    assert len(claimed) == 12


def test_a_claim_says_where_and_when(ledger: Ledger):
    ledger.submit(count("a"))
    claim = ledger.claim("cuda:1")
    assert claim is not None
    state = claim.job.state
    assert (state.status, state.device, state.attempt) == ("running", "cuda:1", 1)
    assert state.started is not None
    assert state.heartbeat == pytest.approx(state.started, abs=5)
    claim.lock.release()


def test_only_an_accepted_job_is_claimed(ledger: Ledger):
    ledger.submit(count("a"))
    assert ledger.claim("cpu", lambda job: job.request.interactive) is None
    assert [job.status for job in ledger.jobs()] == ["queued"]


def damaged(ledger: Ledger, name: str, content: str) -> Job:
    job = ledger.submit(count("a"))
    (job.folder / name).write_text(content)
    return job


@pytest.mark.parametrize("name", ["job.json", "state.json"])
@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"schema": 1}', '{"schema": 99}'])
def test_a_damaged_job_is_reported_once_and_left_out(
    ledger: Ledger, name: str, content: str, caplog: pytest.LogCaptureFixture
):
    bad = damaged(ledger, name, content)
    good = ledger.submit(count("b"))
    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            assert ledger.jobs() == (good,)
            assert ledger.queue() == (good,)
    assert len([each for each in caplog.messages if bad.id in each]) == 1
    with pytest.raises(Invalid):
        _ = bad.state, bad.request


def test_an_empty_folder_and_a_stray_file_are_no_jobs(ledger: Ledger):
    (ledger.folder / "20260101-000000-000-abcd").mkdir(parents=True)
    (ledger.folder / "notes.txt").write_text("mine")
    assert ledger.jobs() == ()


def test_a_state_of_an_unknown_status_is_damaged(ledger: Ledger):
    job = ledger.submit(count("a"))
    text = (job.folder / STATE).read_text()
    (job.folder / STATE).write_text(text.replace('"queued"', '"lost"'))
    assert ledger.jobs() == ()


def test_a_folder_that_cannot_be_made_is_a_sentence(workspace: Workspace):
    workspace.root.parent.mkdir(parents=True, exist_ok=True)
    workspace.root.write_text("a file where the folder should be")
    with pytest.raises(StorageError, match="was not written"):
        ledger_of(workspace).submit(count("a"))


@pytest.mark.parametrize("value", ["1", "true", "YES"])
def test_read_only_mode_refuses_all_that_changes_anything(
    ledger: Ledger, value: str, monkeypatch: pytest.MonkeyPatch
):
    job = ledger.submit(count("a"))
    before = sorted(path.name for path in ledger.folder.iterdir())
    monkeypatch.setenv("WISEFT_READ_ONLY", value)
    for act in (lambda: ledger.submit(count("b")), job.cancel, job.resume, job.delete):
        with pytest.raises(WiseftError, match="read-only"):
            act()
    assert job.status == "queued"
    assert sorted(path.name for path in ledger.folder.iterdir()) == before


@pytest.mark.parametrize("value", ["", "0", "no", "false"])
def test_other_values_do_not_make_it_read_only(
    ledger: Ledger, value: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("WISEFT_READ_ONLY", value)
    assert ledger.submit(count("a")).status == "queued"


def test_the_bell_rings_at_every_job_that_comes_into_the_queue(ledger: Ledger):
    heard = [ledger.bell]
    job = ledger.submit(count("a"))
    heard.append(ledger.bell)
    job.cancel()
    job.resume()
    heard.append(ledger.bell)
    ledger.submit(count("b"))
    heard.append(ledger.bell)
    assert heard == sorted(set(heard))


def test_a_job_is_begun_once_where_locks_are_not_seen(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
):
    """Two workers on machines between which the file system passes no locks on."""
    job = ledger.submit(count("a"))
    queued = job.state
    first = ledger.claim("cpu")
    assert first is not None
    # The other one has looked at the queue before, and its lock is another.
    monkeypatch.setattr(State, "read", lambda folder: queued)
    elsewhere = file_lock(job.folder / "lock-elsewhere")
    elsewhere.acquire()
    assert Claim.begin(job, elsewhere, "cpu") is None
    assert not elsewhere.is_locked
    # It takes the next attempt where the first has come to nothing.
    monkeypatch.setattr("wiseft.jobs.claim.TAKEN_SECONDS", 0.0)
    elsewhere.acquire()
    second = Claim.begin(job, elsewhere, "cpu")
    assert second is not None
    assert second.state.attempt == 2
    for claim in (first, second):
        claim.lock.release()


def test_a_job_that_could_not_be_begun_can_be_begun_at_once(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
):
    ledger.submit(count("a"))

    def refuse(state: State, folder: object) -> None:
        raise StorageError("The disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(State, "write", refuse)
        with pytest.raises(StorageError):
            ledger.claim("cpu")
    claim = ledger.claim("cpu")
    assert claim is not None
    assert claim.state.attempt == 1
    claim.lock.release()
