"""A workspace, and each of the backends in turn."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.backends.makers import MAKERS, MARKS, stop_ray
from wiseft.backends import Backend
from wiseft.workspace import Workspace


@pytest.fixture
def workspace(state_folder: Path) -> Workspace:
    return Workspace(state_folder)


@pytest.fixture(params=[pytest.param(name, marks=marks) for name, marks in MARKS.items()])
def backend(
    request: pytest.FixtureRequest, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Backend]:
    monkeypatch.setattr("wiseft.jobs.job.HEARTBEAT_LOST", 0.0)
    yield from MAKERS[request.param](workspace)


@pytest.fixture(scope="session", autouse=True)
def _end_of_the_cluster() -> Iterator[None]:
    yield
    stop_ray()
