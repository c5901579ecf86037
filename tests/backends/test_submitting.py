"""Submitting from a notebook: the same queue, without knowing of backends."""

from __future__ import annotations

from pathlib import Path

import pytest

import wiseft
from wiseft.errors import UnknownName, WiseftError
from wiseft.jobs import Ledger
from wiseft.workspace import Workspace


def test_a_job_goes_into_the_queue_and_workers_are_started(no_workers: list[Path]):
    job = wiseft.submit("zeroshot", benchmark="signs", name="from-a-notebook")
    [queued] = Ledger(Workspace().jobs).queue()
    assert (queued.id, queued.request.by) == (job.id, "notebook")
    assert queued.request.arguments["name"] == "from-a-notebook"
    assert no_workers == [Workspace().root]


def test_it_can_go_to_another_workspace(no_workers: list[Path], tmp_path: Path):
    elsewhere = Workspace(tmp_path / "elsewhere")
    wiseft.submit("zeroshot", workspace=elsewhere, benchmark="signs")
    assert len(Ledger(elsewhere.jobs).queue()) == 1
    assert no_workers == [elsewhere.root]


def test_paths_may_be_paths(no_workers: list[Path], tmp_path: Path):
    with pytest.raises(WiseftError, match=r"missing\.safetensors"):
        wiseft.submit("finetune", zeroshot=tmp_path / "missing.safetensors", benchmark="signs")


@pytest.mark.parametrize(
    ("task", "arguments"), [("bake", {}), ("zeroshot", {"benchmark": "signs", "oven": 1})]
)
def test_an_unknown_name_is_refused(no_workers: list[Path], task: str, arguments: dict):
    with pytest.raises(UnknownName):
        wiseft.submit(task, **arguments)
    assert not no_workers
