"""Submitting from a notebook: the same queue, without knowing of backends."""

from __future__ import annotations

from pathlib import Path

import pytest

import wiseft
from wiseft.backends import LocalBackend
from wiseft.errors import UnknownName, WiseftError
from wiseft.jobs import Ledger
from wiseft.workspace import Workspace


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The workspaces for which workers would have been started, without starting any."""
    found: list[Path] = []
    monkeypatch.setattr(
        LocalBackend, "ensure_running", lambda backend: found.append(backend.workspace.root)
    )
    return found


def test_a_job_goes_into_the_queue_and_workers_are_started(started: list[Path]):
    job = wiseft.submit("zeroshot", benchmark="signs", name="from-a-notebook")
    [queued] = Ledger(Workspace().jobs).queue()
    assert (queued.id, queued.request.by) == (job.id, "notebook")
    assert queued.request.arguments["name"] == "from-a-notebook"
    assert started == [Workspace().root]


def test_it_can_go_to_another_workspace(started: list[Path], tmp_path: Path):
    elsewhere = Workspace(tmp_path / "elsewhere")
    wiseft.submit("zeroshot", workspace=elsewhere, benchmark="signs")
    assert len(Ledger(elsewhere.jobs).queue()) == 1
    assert started == [elsewhere.root]


def test_paths_may_be_paths(started: list[Path], tmp_path: Path):
    with pytest.raises(WiseftError, match=r"missing\.safetensors"):
        wiseft.submit("finetune", zeroshot=tmp_path / "missing.safetensors", benchmark="signs")


@pytest.mark.parametrize(
    ("task", "arguments"), [("bake", {}), ("zeroshot", {"benchmark": "signs", "oven": 1})]
)
def test_an_unknown_name_is_refused(started: list[Path], task: str, arguments: dict):
    with pytest.raises(UnknownName):
        wiseft.submit(task, **arguments)
    assert not started
