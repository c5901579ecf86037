"""Which image belongs to which column of a path, also where files have gone or changed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.folders import write_images
from wiseft.datasets import open_benchmark
from wiseft.datasets.base import Benchmark
from wiseft.errors import UnknownName, UnreadableImage
from wiseft.pictures import GONE, Pictures, open_pictures
from wiseft.run_records import CheckpointRecord, RunRecord, SetRecord

SETS = {
    "train": {"cat": 2, "dog": 2, "elk": 2},
    "test": {"cat": 3, "dog": 3, "elk": 2},
    "night": {"cat": 2, "dog": 2, "elk": 1},
    "sketch": {"dog": 2, "elk": 1},
}


def record_of(benchmark: Benchmark, skipped: dict[str, list[str]] | None = None) -> RunRecord:
    """What a sweep writes; `skipped` are sources by set."""
    left_out = skipped or {}
    whole = [
        SetRecord(
            name=each.name,
            title=each.title,
            role="reference" if each is benchmark.reference else "shift",
            data=each.version(),
            classes=each.classes,
            count=len(each) - len(left_out.get(each.name, [])),
            skipped=tuple((source, "truncated") for source in left_out.get(each.name, [])),
        )
        for each in benchmark.evaluation_sets
    ]
    matched = [
        SetRecord(
            name=f"test@{each.name}",
            title=f"test, classes of {each.title}",
            role="matched",
            data=benchmark.reference.version(),
            classes=each.classes,
            count=int(np.isin(benchmark.reference.labels, each.classes).sum()),
            shift=each.name,
        )
        for each in benchmark.shifts
        if each.classes is not None
    ]
    return RunRecord(
        name="photos",
        title="Photos",
        benchmark=benchmark.name,
        class_names=benchmark.class_names,
        zeroshot=CheckpointRecord("zero", "0"),
        finetuned=CheckpointRecord("fine", "1"),
        sets=(*whole, *matched),
    )


def labels_of(benchmark: Benchmark, name: str, skipped: list[str] | None = None) -> np.ndarray:
    images = benchmark.set_named(name)
    kept = [i for i in range(len(images)) if images.source(i) not in (skipped or [])]
    return images.labels[kept]


def reason_of(pictures: Pictures, index: int) -> str:
    with pytest.raises(UnreadableImage) as caught:
        pictures.read(index)
    return str(caught.value)


@pytest.fixture
def benchmark(tmp_path: Path) -> Benchmark:
    return open_benchmark(write_images(tmp_path / "photos", SETS))


def test_every_column_has_its_image(benchmark: Benchmark):
    night = benchmark.set_named("night")
    found = open_pictures(record_of(benchmark), "night", night.labels)
    assert found.note is None
    assert len(found) == 5
    for column in range(5):
        assert found.source(column) == night.source(column)
        assert found.file(column) == benchmark.folder / night.source(column)
        assert np.array_equal(found.read(column), night.read(column))


def test_skipped_images_have_no_column(benchmark: Benchmark):
    skipped = ["night/cat/1.png", "night/dog/0.png"]
    labels = labels_of(benchmark, "night", skipped)
    found = open_pictures(record_of(benchmark, {"night": skipped}), "night", labels)
    assert list(found.sources) == ["night/cat/0.png", "night/dog/1.png", "night/elk/0.png"]


def test_a_matched_set_is_the_reference_of_its_classes(benchmark: Benchmark):
    skipped = ["test/dog/1.png"]
    record = record_of(benchmark, {"test": skipped})
    labels = labels_of(benchmark, "test", skipped)
    found = open_pictures(record, "test@sketch", labels[labels > 0])
    dogs_and_elks = ["test/dog/0.png", "test/dog/2.png", "test/elk/0.png", "test/elk/1.png"]
    assert list(found.sources) == dogs_and_elks


def test_without_what_they_were_called_changed_images_are_not_shown(benchmark: Benchmark):
    record, labels = record_of(benchmark), labels_of(benchmark, "night")
    (benchmark.folder / "night/cat/0.png").unlink()
    found = open_pictures(record, "night", labels)
    assert len(found) == 5
    assert "have changed since the run was swept" in (found.note or "")
    assert reason_of(found, 3) == "the images have changed"


def test_with_it_those_that_are_left_are_found_again(benchmark: Benchmark):
    record, labels = record_of(benchmark), labels_of(benchmark, "night")
    sources = open_pictures(record, "night", labels).sources
    (benchmark.folder / "night/cat/0.png").unlink()
    Image.new("RGB", (8, 8)).save(benchmark.folder / "night/cat/new.png")
    found = open_pictures(record, "night", labels, sources=sources)
    assert "1 of 5 are gone" in (found.note or "")
    assert found.places[0] == GONE
    assert reason_of(found, 0) == "no such file"
    assert found.source(0) == "night/cat/0.png"
    assert found.read(4).size == (12, 8)
    assert found.source(4) == "night/elk/0.png"


def test_another_content_under_the_same_name_is_noticed(benchmark: Benchmark):
    record, labels = record_of(benchmark), labels_of(benchmark, "night")
    Image.new("RGB", (9, 9)).save(benchmark.folder / "night/dog/0.png")
    found = open_pictures(record, "night", labels)
    assert reason_of(found, 2) == "the images have changed"


def test_a_file_that_cannot_be_read_any_more_has_a_reason(benchmark: Benchmark):
    record, labels = record_of(benchmark), labels_of(benchmark, "night")
    found = open_pictures(record, "night", labels)
    (benchmark.folder / "night/cat/0.png").write_bytes(b"no image")
    (benchmark.folder / "night/cat/1.png").unlink()
    assert "not an image" in reason_of(found, 0)
    assert reason_of(found, 1) == "no such file"
    assert found.read(2).size == (12, 8)


def test_a_folder_that_is_gone_is_no_error(benchmark: Benchmark, tmp_path: Path):
    record, labels = record_of(benchmark), labels_of(benchmark, "night")
    (tmp_path / "photos").rename(tmp_path / "elsewhere")
    found = open_pictures(record, "night", labels)
    assert len(found) == 5
    assert "not where they were" in (found.note or "")
    assert found.file(0) is None
    assert "not there any more" in reason_of(found, 0)


def test_a_set_that_the_run_does_not_have_is_an_error(benchmark: Benchmark):
    with pytest.raises(UnknownName, match="set named 'fog'"):
        open_pictures(record_of(benchmark), "fog", [])


def test_drawn_images_are_drawn():
    benchmark = open_benchmark("signs")
    night = benchmark.set_named("night")
    found = open_pictures(record_of(benchmark), "night", night.labels)
    assert found.note is None
    assert found.file(7) is None
    assert found.source(7) == "signs/night/7"
    assert np.array_equal(found.read(7), night.read(7))


def test_photographs_are_found(pacs: Path):
    benchmark = open_benchmark(pacs)
    shift = benchmark.shifts[0]
    found = open_pictures(record_of(benchmark), shift.name, shift.labels)
    assert found.note is None
    assert found.read(0).mode == "RGB"
    assert (found.file(0) or Path()).is_file()
