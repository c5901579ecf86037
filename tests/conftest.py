"""What all tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

from wiseft.backends import LocalBackend

# The models of the tests are small, and run beside each other: more threads wait for one another.
# torch reads it when it is loaded, here and in the processes that tests start.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# A time limit for an example would fail at random on a busy machine.
settings.register_profile("without-deadline", deadline=None)
settings.load_profile("without-deadline")

PACS = Path(__file__).parents[2] / "shared" / "images" / "pacs"


@pytest.fixture(autouse=True)
def state_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of state of its own for every test."""
    folder = tmp_path / "wiseft-data"
    monkeypatch.setenv("WISEFT_DATA", str(folder))
    return folder


@pytest.fixture
def pacs() -> Path:
    """Photographs, paintings, cartoons and sketches of seven classes (PACS)."""
    if not PACS.is_dir():
        pytest.skip("the PACS images are not on this machine")
    return PACS


@pytest.fixture
def no_workers(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Where workers would have been started, without starting any."""
    started: list[Path] = []
    monkeypatch.setattr(
        LocalBackend, "ensure_running", lambda backend: started.append(backend.workspace.root)
    )
    return started
