"""A small benchmark, two checkpoints for its classes, and jobs that are run in this process."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.shapes import write_ends, write_shapes
from wiseft.jobs import Job, Ledger, Request
from wiseft.jobs.worker import Worker
from wiseft.tasks import TASKS
from wiseft.workspace import Workspace


@pytest.fixture
def workspace(state_folder: Path) -> Workspace:
    return Workspace(state_folder)


@pytest.fixture
def shapes(tmp_path: Path) -> Path:
    return write_shapes(tmp_path / "shapes")


@pytest.fixture
def ends(tmp_path: Path) -> tuple[Path, Path]:
    return write_ends(tmp_path)


@pytest.fixture
def ledger(workspace: Workspace) -> Ledger:
    return Ledger(workspace.jobs)


@pytest.fixture
def work(workspace: Workspace) -> Callable[[], None]:
    """Run all that waits, on the CPU of this process."""
    return lambda: (Worker(workspace, TASKS, ("cpu",), idle_seconds=0.0).run(), None)[1]


@pytest.fixture
def done(ledger: Ledger, work: Callable[[], None]) -> Callable[..., Job]:
    """Submit a job and run it to its end."""

    def submit(task: str, arguments: Mapping[str, Any], files: dict | None = None) -> Job:
        job = ledger.submit(Request(task, arguments), files)
        work()
        return job

    return submit
