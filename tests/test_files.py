from pathlib import Path

import pytest

from wiseft.errors import Invalid, StorageError
from wiseft.files import read_json, write_json, written_aside


def test_what_is_written_is_read_back(tmp_path: Path):
    path = tmp_path / "deep" / "a.json"
    write_json(path, {"name": "é", "values": [1, 2]})
    assert read_json(path) == {"name": "é", "values": [1, 2]}


def test_a_writer_that_fails_leaves_the_old_file_and_no_other(tmp_path: Path):
    path = tmp_path / "a.json"
    write_json(path, {"version": 1})

    def write_half_and_fail() -> None:
        with written_aside(path) as temporary:
            temporary.write_text('{"versi')
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_half_and_fail()
    assert read_json(path) == {"version": 1}
    assert [each.name for each in tmp_path.iterdir()] == ["a.json"]


def test_files_can_be_read_by_whoever_can_read_their_folder(tmp_path: Path):
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared").chmod(0o755)
    with written_aside(tmp_path / "shared" / "a") as temporary:
        temporary.touch(0o600)
    assert (tmp_path / "shared" / "a").stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("text", ["", "{", "[1]", "\x00\x01", '"a"'])
def test_damaged_json_is_refused_in_a_sentence(tmp_path: Path, text: str):
    path = tmp_path / "a.json"
    path.write_text(text)
    with pytest.raises(Invalid, match="delete it to go on"):
        read_json(path)


def test_a_folder_that_cannot_be_made_is_a_storage_error(tmp_path: Path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError, match="was not written"):
        write_json(tmp_path / "file" / "a.json", {})
