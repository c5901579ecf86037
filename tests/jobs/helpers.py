"""What the tests of jobs share."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.jobs.tasks import CHECKS, TASKS
from wiseft.jobs import Job, Ledger, Request
from wiseft.jobs.worker import Worker
from wiseft.workspace import Workspace

SECONDS = 60.0
"""Longest wait for another process; it only ends a test that has failed."""


def program(idle: float = 1.0, *further: str) -> tuple[str, ...]:
    """The command line of a worker with the tasks of the tests."""
    return (sys.executable, "-m", "tests.jobs.work", str(idle), *further)


def ledger_of(workspace: Workspace) -> Ledger:
    return Ledger(workspace.jobs, CHECKS)


def worker_here(workspace: Workspace) -> Worker:
    """A worker in this process; with `run` it does all there is to do."""
    return Worker(workspace, TASKS, ("cpu",), idle_seconds=0.0)


def until(condition: Callable[[], object]) -> None:
    """Wait until `condition` holds; fail where it never does."""
    end = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def count(name: str, by: str = "someone", submitted: float | None = None, **further) -> Request:
    """A request to count."""
    arguments = {"name": name, **further}
    when = time.time() if submitted is None else submitted
    return Request("count", arguments, name, by, submitted=when)


def worker_of(job: Job) -> int:
    """The process that runs a job that counts, once it has begun."""
    file = job.work / "pid"
    until(lambda: file.exists() and file.read_text())
    return int(file.read_text())


def finished(workspace: Workspace) -> list[str]:
    """The names of the jobs that have counted to the end, in that order."""
    file: Path = workspace.root / "finished"
    return file.read_text().split() if file.exists() else []
