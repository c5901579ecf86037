"""What a folder benchmark knows of its images beside their classes: `metadata.csv`.

The file stands in the root of the benchmark, with paths below the root, or in the folder of a set,
with paths below that. One column, `path` or `file_name`, names the images; all others, such as
region or camera, divide them into slices. Values are texts as they stand.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

from wiseft.datasets.base import Benchmark, ImageSet
from wiseft.errors import Invalid

FILE = "metadata.csv"

PATHS = ("path", "file_name")
"""What the column of the images may be called."""

Table = dict[str, dict[str, str]]
"""By column, the values by image, its path below the root; images without a value are left out."""


def read_metadata(benchmark: Benchmark, images: ImageSet) -> Table:
    """The columns for the images of one set; where both files have a column, the set's own counts.

    Raises:
        Invalid: where a file cannot be read, names no column of paths, or an image twice or one
            that is not there.
    """
    if benchmark.folder is None:
        return {}
    root, own = benchmark.folder / FILE, benchmark.folder / images.name / FILE
    found: Table = {}
    if root.is_file():
        every = (*benchmark.evaluation_sets, benchmark.train)
        known = {each.source(i) for each in every for i in range(len(each))}
        found |= _read(root, "", known)
    if own.is_file():
        found |= _read(own, f"{images.name}/", {images.source(i) for i in range(len(images))})
    mine = {images.source(i) for i in range(len(images))}
    kept = {
        column: {source: value for source, value in values.items() if source in mine}
        for column, values in found.items()
    }
    return {column: values for column, values in kept.items() if values}


def _read(file: Path, below: str, known: Iterable[str]) -> Table:
    """The columns of one file, whose paths lie `below` a folder of the root."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            rows = list(csv.reader(opened, strict=True))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Invalid(f"{file} cannot be read as CSV in UTF-8: {error}.") from error
    if not rows:
        raise Invalid(f"{file} is empty; its first line must name the columns.")
    head = [each.strip() for each in rows[0]]
    column_of_paths = [head.index(each) for each in PATHS if each in head]
    if len(column_of_paths) != 1:
        raise Invalid(
            f"{file} must have one column of image paths, named 'path' or 'file_name'; its columns "
            f"are {', '.join(map(repr, head))}."
        )
    if len(set(head)) < len(head) or "" in head:
        raise Invalid(f"Every column of {file} must have a name of its own.")
    (at,) = column_of_paths
    table: Table = {each: {} for i, each in enumerate(head) if i != at}
    seen: set[str] = set()
    there = set(known)
    for number, row in enumerate(rows[1:], start=2):
        if not row:
            continue
        if len(row) != len(head):
            raise Invalid(f"Line {number} of {file} has {len(row)} cells, not {len(head)}.")
        source = below + row[at].strip().replace("\\", "/").removeprefix("./")
        if source not in there:
            raise Invalid(f"Line {number} of {file} names {row[at]!r}, which is no image there.")
        if source in seen:
            raise Invalid(f"Line {number} of {file} names {row[at]!r} a second time.")
        seen.add(source)
        for column, value in zip(head, row, strict=True):
            if column in table and value.strip():
                table[column][source] = value.strip()
    return table
