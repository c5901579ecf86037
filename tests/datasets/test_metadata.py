"""Columns of metadata: what is read, and what is refused with a clear sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from wiseft.datasets import open_benchmark
from wiseft.datasets.metadata import read_metadata
from wiseft.errors import Invalid


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in ("train", "test", "night"):
        for class_name in ("cat", "dog"):
            (tmp_path / name / class_name).mkdir(parents=True)
            Image.new("RGB", (4, 4)).save(tmp_path / name / class_name / "1.png")
    return tmp_path


def read(root: Path, name: str = "test") -> dict[str, dict[str, str]]:
    benchmark = open_benchmark(root)
    return read_metadata(benchmark, benchmark.set_named(name))


def test_without_a_file_there_are_no_columns(root: Path):
    assert read(root) == {}


def test_a_file_in_the_root_divides_the_images_of_every_set(root: Path):
    (root / "metadata.csv").write_text(
        "region,path,number\nasia,test/cat/1.png,007\n"
        " =1+1 ,test/dog/1.png,\neu,night/cat/1.png,2\n"
    )
    assert read(root) == {
        "region": {"test/cat/1.png": "asia", "test/dog/1.png": "=1+1"},
        "number": {"test/cat/1.png": "007"},
    }
    assert read(root, "night") == {
        "region": {"night/cat/1.png": "eu"},
        "number": {"night/cat/1.png": "2"},
    }


def test_a_file_of_a_set_counts_before_that_of_the_root(root: Path):
    (root / "metadata.csv").write_text("path,region\ntest/cat/1.png,asia\n")
    (root / "test" / "metadata.csv").write_bytes(
        "\ufefffile_name,region\r\ncat\\1.png,\u00e9u\r\n".encode()
    )
    assert read(root) == {"region": {"test/cat/1.png": "\u00e9u"}}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"region\nasia\n", "one column of image paths"),
        (b"path,file_name\na,b\n", "one column of image paths"),
        (b"path,a,a\n", "a name of its own"),
        (b"path,a\ntest/cat/1.png\n", "Line 2 .* has 1 cells, not 2"),
        (b"path,a\ntest/cat/9.png,x\n", "Line 2 .* is no image there"),
        (b"path,a\ntest/cat/1.png,x\ntest/cat/1.png,y\n", "Line 3 .* a second time"),
        (b"path,a\n\xff\xfe,x\n", "cannot be read as CSV"),
        (b'path,a\n"test/cat/1.png,x\n', "cannot be read as CSV"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused(root: Path, content: bytes, words: str):
    (root / "metadata.csv").write_bytes(content)
    with pytest.raises(Invalid, match=words):
        read(root)
