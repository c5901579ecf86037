from __future__ import annotations

from pathlib import Path

import pandas as pd

from tests.folders import SETS, write_images
from wiseft.datasets import open_benchmark
from wiseft.datasets.inventory import remarks, take_inventory, unreadable, unreadable_sentence
from wiseft.progress import Progress

WHOLE = {**SETS, "night": SETS["test"], "validation": SETS["test"]}


def test_every_image_is_counted_under_its_set_and_class(tmp_path: Path):
    root = write_images(tmp_path / "zoo")
    found = take_inventory(open_benchmark(root))
    assert [(each.name, each.role, each.images, each.classes) for each in found.sets] == [
        ("train", "train", 5, 2),
        ("test", "reference", 4, 2),
        ("night", "shift", 1, 1),
    ]
    assert [each.folder for each in found.sets] == [root / name for name in SETS]
    expected = {"class": ["cat", "dog"], "train": [3, 2], "test": [2, 2], "night": [0, 1]}
    pd.testing.assert_frame_equal(found.to_frame(), pd.DataFrame(expected))


def test_drawn_images_are_counted_and_have_no_folder():
    found = take_inventory(open_benchmark("signs"))
    assert sum(each.images for each in found.sets) == 8_000 + 2 * 2_016 + 7 * 1_512
    assert {each.folder for each in found.sets} == {None}
    assert [each.name for each in found.of("validation")] == ["validation"]
    assert remarks(found) == []


def test_a_whole_benchmark_needs_no_remarks(tmp_path: Path):
    assert remarks(take_inventory(open_benchmark(write_images(tmp_path, WHOLE)))) == []


def test_what_is_missing_is_told(tmp_path: Path):
    sets = {"train": SETS["train"], "test": {"cat": 1}}
    first, second, third = remarks(take_inventory(open_benchmark(write_images(tmp_path, sets))))
    assert first.startswith("Test has no images of 1 of 2 classes (“dog”):")
    assert second.startswith("There is no set under distribution shift")
    assert third.startswith("There is no validation set")


def test_many_missing_classes_are_counted(tmp_path: Path):
    classes = {f"class {number}": 1 for number in range(9)}
    sets = {**WHOLE, "train": classes, "test": classes, "night": {"class 0": 1}}
    del sets["validation"]
    sentence, _ = remarks(take_inventory(open_benchmark(write_images(tmp_path, sets))))
    assert "8 of 9 classes (“class 1”, “class 2”, “class 3” and 5 more)" in sentence


def test_unreadable_images_are_found_wherever_they_are(tmp_path: Path):
    root = write_images(tmp_path / "zoo")
    (root / "train" / "cat" / "1.png").write_bytes(b"no image")
    (root / "night" / "dog" / "0.png").write_bytes(b"")
    told: list[Progress] = []
    found = unreadable(open_benchmark(root), report=told.append)
    assert [source for source, _ in found] == ["train/cat/1.png", "night/dog/0.png"]
    assert told[-1].done == told[-1].total == 10
    sentence = unreadable_sentence(found, 10)
    assert sentence is not None
    assert sentence.startswith("2 of 10 images cannot be read and will be skipped: train/cat/1.png")
    assert unreadable_sentence([], 10) is None
    assert "; and 2 more." in (unreadable_sentence([("a", "b")] * 5, 9) or "")


def test_where_not_all_are_read_those_are_spread_over_the_sets(tmp_path: Path):
    root = write_images(tmp_path / "zoo", {"train": {"a": 60, "b": 40}, "test": {"a": 50, "b": 50}})
    for path in root.rglob("*.png"):
        path.write_bytes(b"no image")
    benchmark = open_benchmark(root)
    sources = [source for source, _ in unreadable(benchmark, limit=20)]
    assert len(sources) == 20
    assert sum(source.startswith("train/") for source in sources) == 10
    assert sum("/a/" in source for source in sources) == 11
    assert len(unreadable(benchmark, limit=10_000)) == 200
