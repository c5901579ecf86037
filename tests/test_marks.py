"""What people say of single images."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from wiseft.errors import Invalid, StorageError
from wiseft.marks import (
    LONGEST_NOTE,
    Mark,
    left_out,
    marks,
    marks_frame,
    put_mark,
    state_of_marks,
)
from wiseft.workspace import Workspace

WRONG = Mark("night", "night/stop/<b>1</b>.jpg", "wrong label", "is a =yield, “sure”")


def test_what_was_marked_is_found_again(tmp_path: Path):
    put_mark(Workspace(tmp_path), "a", WRONG)
    assert marks(Workspace(tmp_path), "a") == {(WRONG.set, WRONG.source): WRONG}
    assert marks(Workspace(tmp_path), "b") == {}


def test_a_later_mark_takes_the_place_of_an_earlier_one(tmp_path: Path):
    workspace = Workspace(tmp_path)
    put_mark(workspace, "a", WRONG)
    before = state_of_marks(workspace, "a")
    put_mark(workspace, "a", Mark(WRONG.set, WRONG.source, "unusable"))
    [mark] = marks(workspace, "a").values()
    assert (mark.verdict, mark.note) == ("unusable", "")
    assert state_of_marks(workspace, "a") != before


def test_a_mark_that_says_nothing_is_none(tmp_path: Path):
    workspace = Workspace(tmp_path)
    put_mark(workspace, "a", Mark("night", "1.jpg", None, "  "))
    put_mark(workspace, "a", WRONG)
    put_mark(workspace, "a", Mark(WRONG.set, WRONG.source))
    assert marks(workspace, "a") == {}


def test_a_note_alone_leaves_an_image_in(tmp_path: Path):
    workspace = Workspace(tmp_path)
    put_mark(workspace, "a", Mark("night", "1.jpg", None, "look again"))
    put_mark(workspace, "a", Mark("night", "2.jpg", "unusable"))
    put_mark(workspace, "a", Mark("fog", "3.jpg", "unusable"))
    assert left_out(marks(workspace, "a"), "night") == {"2.jpg"}


@pytest.mark.parametrize(
    "mark", [Mark("night", "1.jpg", "ugly"), Mark("night", "1.jpg", None, "x" * (LONGEST_NOTE + 1))]
)
def test_what_cannot_be_kept_is_refused(tmp_path: Path, mark: Mark):
    with pytest.raises(Invalid):
        put_mark(Workspace(tmp_path), "a", mark)


def test_a_folder_that_cannot_be_written_is_a_storage_error(tmp_path: Path):
    (tmp_path / "marks").write_text("a file in the way")
    with pytest.raises(StorageError):
        put_mark(Workspace(tmp_path), "a", WRONG)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"set": 1, "source": "a", "verdict": null}'])
def test_a_damaged_mark_is_reported_and_left_out(tmp_path: Path, content: str, caplog):
    workspace = Workspace(tmp_path)
    put_mark(workspace, "a", WRONG)
    (tmp_path / "marks" / "a" / "damaged.json").write_text(content)
    assert len(marks(workspace, "a")) == 1
    assert "damaged.json" in caplog.text


def test_they_become_a_table(tmp_path: Path):
    table = marks_frame([WRONG, Mark("fog", "2.jpg", None, "hm")])
    assert table.to_dict("list") == {
        "set": ["night", "fog"],
        "source": [WRONG.source, "2.jpg"],
        "mark": ["wrong label", ""],
        "note": [WRONG.note, "hm"],
    }
    assert list(marks_frame([]).columns) == ["set", "source", "mark", "note"]


WRITER = """
import sys
from pathlib import Path
from wiseft.marks import Mark, put_mark
from wiseft.workspace import Workspace
workspace, name = Workspace(Path(sys.argv[1])), sys.argv[2]
for image in range(40):
    put_mark(workspace, "a", Mark("night", f"{name}-{image}.jpg", "unusable"))
    put_mark(workspace, "a", Mark("night", "shared.jpg", None, name))
"""


def test_people_who_mark_at_the_same_time_lose_nothing(tmp_path: Path):
    people = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path), name]) for name in "xyz"
    ]
    assert [person.wait(120) for person in people] == [0, 0, 0]
    found = marks(Workspace(tmp_path), "a")
    assert len(left_out(found, "night")) == 3 * 40
    assert found["night", "shared.jpg"].note in "xyz"
    assert not list(tmp_path.rglob("*.tmp"))
