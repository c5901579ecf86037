"""The Data page, from its URL to what it shows, without a browser."""

from __future__ import annotations

import csv
import io
import re
import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.app.conftest import Open
from tests.app.pages import finding_of, html_of, shown, table_of
from tests.folders import SETS, write_images
from wiseft.app import benchmarks
from wiseft.app.downloads import to_csv
from wiseft.datasets import open_benchmark
from wiseft.datasets.inventory import take_inventory
from wiseft.known_benchmarks import add_benchmark, known_benchmarks
from wiseft.workspace import Workspace


@pytest.fixture
def zoo(tmp_path: Path, state_folder: Path) -> Path:
    """A folder of images that the workspace knows."""
    root = write_images(tmp_path / "zoo")
    add_benchmark(Workspace(), root)
    return root


def add(app: AppTest, text: str) -> AppTest:
    """Type a path and press the button."""
    app.text_input(key="folder").set_value(text)
    next(each for each in app.button if each.label == "Add").click()
    return app.run()


def test_an_empty_workspace_shows_the_signs(open_page: Open):
    app = open_page("data")
    assert finding_of(app) == (
        "Street signs: 24 classes, 8,000 images to train on, 2,016 to test on in distribution, "
        "and 10,584 under 7 shifts"
    )
    assert app.query_params["benchmark"] == "signs"
    assert table_of(app, "numbers sets")[2] == [
        "Night shift",
        "1,512",
        "24",
        "63",
        "drawn, no files",
    ]
    assert html_of(app).count("<img ") == 10 * 8
    assert "Nothing is odd about these images." in shown(app)
    assert not [each for each in app.button if each.label == "Remove from this list"]


def test_a_folder_is_shown_with_what_is_in_it(open_page: Open, zoo: Path):
    app = open_page("data")
    assert finding_of(app) == (
        "zoo: 2 classes, 5 images to train on, 4 to test on in distribution, and 1 under 1 shift"
    )
    assert table_of(app, "numbers sets") == [
        ["Train fine-tuned on", "5", "2", "2–3", f"{zoo}/train/"],
        ["Test in distribution", "4", "2", "2", f"{zoo}/test/"],
        ["Night shift", "1", "1", "1", f"{zoo}/night/"],
    ]
    assert table_of(app, "numbers counts") == [["cat", "3", "2", "0"], ["dog", "2", "2", "1"]]
    assert html_of(app).count("<img ") == 5
    assert "Night has no images of 1 of 2 classes (“cat”)" in shown(app)
    assert "Every image was read for this, 10 in all." in shown(app)


def test_unreadable_images_are_told_and_do_no_harm(open_page: Open, zoo: Path):
    (zoo / "train" / "cat" / "0.png").write_bytes(b"no image")
    (zoo / "train" / "cat" / "a.heic").write_bytes(b"")
    app = open_page("data")
    assert "1 of 10 images cannot be read and will be skipped: train/cat/0.png" in shown(app)
    assert "1 file in class folders is left out" in shown(app)
    assert re.search(r'<span title="train/cat/0.png: not an image[^>]*>unreadable', html_of(app))


def test_a_large_folder_is_read_in_full_when_asked(
    open_page: Open, zoo: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(benchmarks, "READ_AT_ONCE", 2)
    (zoo / "test" / "dog" / "1.png").write_bytes(b"no image")
    app = open_page("data")
    assert "2 of 10 images were read for this, spread over all sets." in shown(app)
    assert "cannot be read" not in shown(app)
    next(each for each in app.button if each.label == "Read every image").click()
    assert "1 of 10 images cannot be read" in shown(app.run())


def test_a_changed_folder_is_counted_anew(open_page: Open, zoo: Path):
    app = open_page("data")
    shutil.copy(zoo / "test" / "dog" / "0.png", zoo / "test" / "dog" / "9.png")
    assert "5 to test on" in finding_of(app.run())


def test_a_folder_is_added_by_its_path_and_removed(open_page: Open, tmp_path: Path):
    root = write_images(tmp_path / "zoo")
    app = add(open_page("data"), f'  "{root}" ')
    assert finding_of(app).startswith("zoo: 2 classes")
    assert app.query_params["benchmark"] == str(root)
    assert [each.name for each in known_benchmarks(Workspace()) if each.added] == [str(root)]
    next(each for each in app.button if each.label == "Remove from this list").click()
    assert finding_of(app.run()).startswith("Street signs")
    assert not any(each.added for each in known_benchmarks(Workspace()))
    assert root.is_dir()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Type the path of a folder."),
        ("/no/such/folder", "There is no folder “/no/such/folder” on the machine"),
        ("signs", "There is no folder “signs”"),
        ("~nobody-of-that-name/x", "is not the path of a folder"),
        ("a\0b", "is not the path of a folder"),
        ("x" * 5000, "is not the path of a folder"),
    ],
)
def test_what_is_no_folder_is_answered_in_a_sentence(open_page: Open, text: str, words: str):
    app = add(open_page("data"), text)
    assert words in shown(app)
    assert finding_of(app).startswith("Street signs")


def test_a_wrong_layout_is_told_set_by_set_and_not_added(open_page: Open, tmp_path: Path):
    root = write_images(tmp_path / "zoo", {**SETS, "fog": {"fox": 1}, "snow": {"cat": 0}})
    app = add(open_page("data"), str(root))
    assert "train/ does not have: fox" in shown(app)
    assert "cat holds no images" in shown(app)
    assert not any(each.added for each in known_benchmarks(Workspace()))


def test_a_folder_that_is_gone_says_so_and_can_be_removed(open_page: Open, zoo: Path):
    shutil.rmtree(zoo)
    app = open_page("data")
    assert finding_of(app) == "zoo cannot be opened"
    assert f"There is no folder {zoo}" in shown(app) or "neither a benchmark" in shown(app)
    next(each for each in app.button if each.label == "Remove from this list").click()
    assert finding_of(app.run()).startswith("Street signs")


def test_an_unknown_benchmark_in_a_link_is_noted_and_not_opened(open_page: Open, tmp_path: Path):
    secret = write_images(tmp_path / "secret")
    app = open_page("data", benchmark=str(secret))
    assert f"the benchmark “{secret}”, which is not there" in shown(app)
    assert finding_of(app).startswith("Street signs")


def test_names_are_never_taken_for_mark_up(open_page: Open, tmp_path: Path, state_folder: Path):
    odd = ("<b>cat<b>", "dog & 'co'", "*owl* $x$ :red[no]")
    counts = dict.fromkeys(odd, 1)
    root = write_images(
        tmp_path / "zoo", {"train": counts, "test": counts, "<i>night": {odd[0]: 1}}
    )
    (root / "benchmark.toml").write_text('title = "<u>zoo</u>"\n')
    add_benchmark(Workspace(), root)
    app = open_page("data")
    assert finding_of(app).startswith("<u>zoo</u>: 3 classes")
    assert {row[0] for row in table_of(app, "numbers counts")} == set(odd)
    for mark in ("<b>cat", "<u>zoo", "<i>night"):
        assert mark not in html_of(app)


def test_read_only_nothing_can_be_changed(
    open_page: Open, zoo: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("WISEFT_READ_ONLY", "1")
    app = open_page("data")
    assert finding_of(app).startswith("zoo")
    assert not app.button
    assert not app.text_input


def test_all_counts_are_downloaded(zoo: Path):
    rows = csv.reader(io.StringIO(to_csv(take_inventory(open_benchmark(zoo)).to_frame()).decode()))
    assert list(rows) == [
        ["class", "train", "test", "night"],
        ["cat", "3", "2", "0"],
        ["dog", "2", "2", "1"],
    ]
