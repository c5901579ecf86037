from __future__ import annotations

from pathlib import Path

import pytest

from tests.folders import SETS, write_images
from wiseft.datasets.folder import open_folder
from wiseft.datasets.folder_check import layout_problems, left_out
from wiseft.errors import WiseftError


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_images(tmp_path / "zoo")


def test_a_benchmark_has_no_problems_and_nothing_is_left_out(root: Path):
    assert layout_problems(root) == []
    assert left_out(root) == []


@pytest.mark.parametrize("sets", [{}, {"train": {"cat": 1}}, {"train": {}, "test": {"cat": 1}}])
def test_the_first_problem_is_the_one_that_opening_it_raises(tmp_path: Path, sets):
    root = write_images(tmp_path / "zoo", sets)
    with pytest.raises(WiseftError) as refused:
        open_folder(root)
    assert layout_problems(root) == [str(refused.value)]


def test_every_broken_set_is_told_at_once(tmp_path: Path):
    root = write_images(
        tmp_path / "zoo", {**SETS, "fog": {"fox": 1}, "snow": {"cat": 1, "dog": 0}, "rain": {}}
    )
    (root / "rain").mkdir()
    found = layout_problems(root)
    assert len(found) == 3
    assert sum("fox" in each for each in found) == 1
    assert sum("dog holds no images" in each for each in found) == 1
    assert sum("rain has no class folders" in each for each in found) == 1


def test_what_is_left_out_is_counted(root: Path):
    (root / "test" / "loose.png").write_bytes(b"")
    for name in ("a.heic", "b.HEIC", "notes"):
        (root / "train" / "cat" / name).write_bytes(b"")
    (root / "train" / "cat" / ".hidden").write_bytes(b"")
    (root / "readme.txt").write_text("text")
    assert left_out(root) == [
        "1 image in test/ is left out, since it stands in no class folder.",
        "3 files in class folders are left out, since their names are not of a known image format "
        "(.heic, no ending).",
    ]
