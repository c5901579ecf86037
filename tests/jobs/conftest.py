"""A workspace for jobs, and no patience with workers that are gone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.jobs.helpers import ledger_of
from wiseft.jobs import Ledger
from wiseft.workspace import Workspace


@pytest.fixture
def workspace(state_folder: Path) -> Workspace:
    return Workspace(state_folder)


@pytest.fixture
def ledger(workspace: Workspace) -> Ledger:
    return ledger_of(workspace)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker counts as gone as soon as its lock is free."""
    monkeypatch.setattr("wiseft.jobs.job.HEARTBEAT_LOST", 0.0)
