from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.jobs.helpers import count, finished, ledger_of, program, until, worker_of
from wiseft.errors import WiseftError
from wiseft.jobs import Ledger, Request, start_workers
from wiseft.jobs.devices import device_lock, start_mark
from wiseft.jobs.locks import is_held, try_lock
from wiseft.jobs.starting import NICENESS
from wiseft.workspace import Workspace

ROOT = Path(__file__).parents[2]


def note_start(workspace: Workspace) -> tuple[str, ...]:
    """A worker that does nothing but leave a line in `started`."""
    code = f"open({str(workspace.root / 'started')!r}, 'a').write('x')"
    return (sys.executable, "-c", code)


def started(workspace: Workspace) -> int:
    file = workspace.root / "started"
    return len(file.read_text()) if file.exists() else 0


def test_without_a_job_nothing_is_started(workspace: Workspace):
    assert start_workers(workspace, note_start(workspace)) == 0


def test_jobs_of_another_backend_need_no_worker(workspace: Workspace, ledger: Ledger):
    ledger.submit(Request("count", backend="elsewhere"))
    assert start_workers(workspace, note_start(workspace)) == 0


def test_as_many_are_started_as_there_are_jobs_and_free_devices(
    workspace: Workspace, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
):
    devices = ("cuda:0", "cuda:1", "cuda:2")
    monkeypatch.setattr("wiseft.jobs.starting.visible_devices", lambda: devices)
    lock = try_lock(device_lock(workspace.jobs, "cuda:0"))
    assert lock is not None
    ledger.submit(count("a"))
    assert start_workers(workspace, note_start(workspace)) == 1
    assert start_workers(workspace, note_start(workspace)) == 1  # the other free device
    assert start_workers(workspace, note_start(workspace)) == 0
    until(lambda: started(workspace) == 2)
    lock.release()
    assert start_workers(workspace, note_start(workspace)) == 1


def test_a_worker_that_is_starting_is_given_time_to_come(workspace: Workspace, ledger: Ledger):
    ledger.submit(count("a"))
    assert start_workers(workspace, note_start(workspace)) == 1
    assert start_workers(workspace, note_start(workspace)) == 0
    mark = start_mark(device_lock(workspace.jobs, "cpu"))
    long_ago = time.time() - 60
    os.utime(mark, (long_ago, long_ago))
    assert start_workers(workspace, note_start(workspace)) == 1


def test_read_only_mode_starts_nothing(
    workspace: Workspace, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
):
    ledger.submit(count("a"))
    monkeypatch.setenv("WISEFT_READ_ONLY", "1")
    with pytest.raises(WiseftError, match="read-only"):
        start_workers(workspace, note_start(workspace))


def test_two_workers_that_start_at_once_end_up_as_one(workspace: Workspace, ledger: Ledger):
    job = ledger.submit(count("a", steps=40, pause=0.05))
    processes = [subprocess.Popen(program(0.2), cwd=ROOT) for _ in range(2)]
    # The one that finds the device taken leaves while the other still works.
    until(lambda: any(each.poll() is not None for each in processes))
    assert job.status == "running"
    assert [each.wait() for each in processes] == [0, 0]
    assert (job.status, job.state.attempt) == ("done", 1)
    assert finished(workspace) == ["a"]


def submitting(workspace: Workspace, **arguments) -> subprocess.Popen[str]:
    """A process in a session of its own, as of a terminal: submits a job, and sleeps."""
    code = f"""
import signal
import time
from tests.jobs.helpers import count, ledger_of, program
from wiseft.jobs import start_workers
from wiseft.workspace import Workspace
workspace = Workspace()
print(ledger_of(workspace).submit(count("a", **{arguments!r})).id, flush=True)
start_workers(workspace, program())
for each in (signal.SIGINT, signal.SIGHUP):  # which are ignored where tests run under nohup
    signal.signal(each, signal.SIG_DFL)
print("started", flush=True)
time.sleep(100)
"""
    return subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGKILL, signal.SIGHUP])
def test_the_worker_outlives_whoever_started_it(workspace: Workspace, end: signal.Signals):
    """Ctrl-C, a kill, and a terminal that is closed reach all of the terminal's processes."""
    terminal = submitting(workspace, steps=20, pause=0.05)
    assert terminal.stdout is not None
    job = ledger_of(workspace).job(terminal.stdout.readline().strip())
    assert terminal.stdout.readline() == "started\n"
    worker = worker_of(job)
    assert os.getsid(worker) != os.getsid(terminal.pid)
    os.killpg(terminal.pid, end)
    terminal.wait()
    terminal.stdout.close()
    until(lambda: job.state.has_ended)
    assert job.status == "done"
    assert worker_of(job) == worker


@pytest.mark.usefixtures("impatient")
def test_whoever_watches_the_queue_replaces_a_worker_that_died(
    workspace: Workspace, ledger: Ledger
):
    first, second = ledger.submit(count("a", steps=200, pause=0.05)), ledger.submit(count("b"))
    start_workers(workspace, program())
    os.kill(worker_of(first), signal.SIGKILL)
    until(lambda: first.status == "interrupted")
    assert second.status == "queued"
    state = second.wait(lambda progress: None, look=lambda: start_workers(workspace, program()))
    assert state.status == "done"
    assert first.status == "interrupted"


def test_a_worker_that_is_done_is_gone_and_no_zombie(workspace: Workspace, ledger: Ledger):
    job = ledger.submit(count("a"))
    start_workers(workspace, program(idle=0.2))
    worker = worker_of(job)
    until(lambda: not Path(f"/proc/{worker}").exists() if sys.platform == "linux" else True)
    assert job.status == "done"
    assert not is_held(device_lock(workspace.jobs, "cpu"))


def test_what_a_worker_prints_is_kept(workspace: Workspace, ledger: Ledger):
    ledger.submit(count("a"))
    start_workers(workspace, (sys.executable, "-c", "print('hello'); import no_such_module"))
    log = workspace.jobs / "workers.log"
    until(lambda: "no_such_module" in log.read_text())
    assert "hello" in log.read_text()


def test_a_state_file_is_whole_at_any_moment(workspace: Workspace, ledger: Ledger):
    """Readers that look all the time never find half a file."""
    job = ledger.submit(count("a", steps=60, pause=0.01))
    start_workers(workspace, program())
    while not job.state.has_ended:
        record = json.loads((job.folder / "state.json").read_text())
        assert record["status"] in ("queued", "running", "done")


@pytest.mark.skipif(not hasattr(os, "getpriority"), reason="this system has no priorities")
def test_pages_go_first_where_cores_are_few(workspace: Workspace, ledger: Ledger):
    job = ledger.submit(count("a", steps=20, pause=0.05))
    start_workers(workspace, program(idle=0.2))
    assert os.getpriority(os.PRIO_PROCESS, worker_of(job)) >= NICENESS
    until(lambda: job.status == "done")
    until(lambda: not is_held(device_lock(workspace.jobs, "cpu")))
