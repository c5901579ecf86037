from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.folders import write_images
from wiseft.datasets import BENCHMARKS
from wiseft.errors import Missing, UnknownName
from wiseft.known_benchmarks import (
    KnownBenchmark,
    add_benchmark,
    known_benchmarks,
    labels,
    remove_benchmark,
)
from wiseft.workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "workspace")


def added(workspace: Workspace) -> list[str]:
    return [each.title for each in known_benchmarks(workspace) if each.added]


def test_an_empty_workspace_knows_the_registered_ones(workspace: Workspace):
    known = known_benchmarks(workspace)
    assert [each.name for each in known] == list(BENCHMARKS)
    assert not any(each.added for each in known)
    assert not workspace.root.exists()


def test_a_folder_is_added_once_and_removed_again(workspace: Workspace, tmp_path: Path):
    zoo, pets = (write_images(tmp_path / name) for name in ("zoo", "my_pets"))
    first = add_benchmark(workspace, zoo)
    assert first == KnownBenchmark(str(zoo), "zoo", added=True)
    assert add_benchmark(workspace, tmp_path / "my_pets" / ".." / "zoo") == first
    add_benchmark(workspace, pets)
    assert added(workspace) == ["my pets", "zoo"]
    remove_benchmark(workspace, str(zoo))
    assert added(workspace) == ["my pets"]
    assert zoo.is_dir()
    with pytest.raises(UnknownName, match="added benchmark"):
        remove_benchmark(workspace, str(zoo))


def test_a_folder_that_is_no_benchmark_is_not_added(workspace: Workspace, tmp_path: Path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(Missing, match="has no folder 'train'"):
        add_benchmark(workspace, tmp_path / "empty")
    assert added(workspace) == []


def test_a_folder_that_is_gone_is_still_known(workspace: Workspace, tmp_path: Path):
    add_benchmark(workspace, write_images(tmp_path / "zoo"))
    shutil.rmtree(tmp_path / "zoo")
    assert added(workspace) == ["zoo"]


@pytest.mark.parametrize("content", ["{", "[]", "{}", '{"folder": 3, "title": "x"}'])
def test_a_damaged_record_is_left_out(workspace: Workspace, tmp_path: Path, content: str):
    add_benchmark(workspace, write_images(tmp_path / "zoo"))
    (workspace.root / "benchmarks" / "damaged.json").write_text(content, "utf-8")
    assert added(workspace) == ["zoo"]


def test_two_of_the_same_title_are_told_apart(workspace: Workspace, tmp_path: Path):
    for parent in ("a", "b"):
        add_benchmark(workspace, write_images(tmp_path / parent / "zoo"))
    found = labels(known_benchmarks(workspace))
    assert found["signs"] == "Street signs"
    assert found[str(tmp_path / "a" / "zoo")] == f"zoo ({tmp_path / 'a' / 'zoo'})"
    assert len(set(found.values())) == len(found)
