"""All ways to divide the images of an evaluation set: traits, metadata and true class."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wiseft.datasets import open_benchmark
from wiseft.datasets.metadata import read_metadata
from wiseft.errors import Invalid, WiseftError
from wiseft.slices import Column, column_of_numbers, column_of_texts
from wiseft.traits import TRAITS, read_traits

CLASS = "class"
"""Name of the column of the true classes."""

CLASS_TITLE = "True class"


@dataclass(frozen=True)
class EvaluatedImages:
    """What is known of the images of an evaluation set.

    Attributes:
        benchmark: a registered name, or a folder's path.
        name: of the image set, in the benchmark.
        version: of the image set.
        skipped: sources of the images that could not be read.
        classes: of a set with some of the classes only; None for all.
    """

    benchmark: str
    name: str
    version: str
    skipped: Collection[str]
    classes: tuple[int, ...] | None


@dataclass(frozen=True, eq=False)
class SliceColumns:
    """Ways to divide the images of a set, and what kept others from being there, in sentences."""

    columns: tuple[Column, ...]
    notes: tuple[str, ...]

    def only(self, counted: NDArray[np.bool_]) -> SliceColumns:
        """Those of some of the images, `counted` [N]."""
        return replace(self, columns=tuple(each.of(counted) for each in self.columns))


def slice_columns(
    images: EvaluatedImages,
    labels: NDArray[np.int64],
    class_names: Sequence[str],
    folders: Sequence[Path],
) -> SliceColumns:
    """The columns of a set: its traits in quantiles, its metadata, its true class.

    Columns that all images are alike in are left out.

    Args:
        images: of the evaluation set.
        labels: true class ids of its path [N].
        class_names: readable names [C].
        folders: where traits are kept.
    """
    columns, notes = _traits(images, labels, folders)
    more, note = _metadata(images, labels)
    for column in more:
        taken = column.name in (*TRAITS, *TRAITS.values(), CLASS, CLASS_TITLE)
        name = f"{column.name} (metadata)" if taken else column.name
        columns.append(Column(name, name, column.slices, column.codes))
    ids, codes = np.unique(labels, return_inverse=True)
    names = tuple(str(class_names[each]) for each in ids.tolist())
    columns.append(Column(CLASS, CLASS_TITLE, names, codes.astype(np.int64)))
    useful = tuple(each for each in columns if len(each.slices) > 1)
    return SliceColumns(useful or tuple(columns[-1:]), (*notes, *([note] if note else [])))


def _traits(
    images: EvaluatedImages, labels: NDArray[np.int64], folders: Sequence[Path]
) -> tuple[list[Column], list[str]]:
    known = read_traits(folders, images.version)
    own = None if known is None else known.of(labels, images.classes)
    if own is None:
        return [], [
            "Brightness, contrast, sharpness and size of these images have not been measured; "
            "sweep the run again to measure them: what has been evaluated stays."
        ]
    return [column_of_numbers(name, TRAITS[name], each) for name, each in own.items()], []


def _metadata(
    images: EvaluatedImages, labels: NDArray[np.int64]
) -> tuple[list[Column], str | None]:
    try:
        benchmark = open_benchmark(images.benchmark)
        image_set = benchmark.set_named(images.name)
        table = read_metadata(benchmark, image_set)
    except Invalid as error:
        return [], str(error)
    except WiseftError:  # The images are not there any more, and neither is their metadata.
        return [], None
    if not table:
        return [], None
    kept = [
        index
        for index, label in enumerate(image_set.labels.tolist())
        if (images.classes is None or label in images.classes)
        and image_set.source(index) not in images.skipped
    ]
    if not np.array_equal(image_set.labels[kept], labels):
        return [], "The images have changed since the run was swept; sweep it again for metadata."
    sources = [image_set.source(index) for index in kept]
    return [
        column_of_texts(name, name, [values.get(each, "") for each in sources])
        for name, values in table.items()
    ], None
