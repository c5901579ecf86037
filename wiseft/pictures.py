"""The images behind the predictions of a run: which file or drawing belongs to which column.

A path has one column for every image that could be read when the run was swept. Since then files
may have gone or changed; what cannot be shown any more has a reason in its place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image

from wiseft.datasets import open_benchmark
from wiseft.datasets.base import Benchmark, ImageSet
from wiseft.errors import UnreadableImage, WiseftError
from wiseft.run_records import RunRecord, SetRecord

READ_TO_CHECK = 2**29
"""Bytes of images that are read to find out whether they are still those of the run."""

GONE = -1
"""In place of an index: the image is not in the set any more."""


@dataclass(frozen=True, eq=False)
class Pictures:
    """The images of one evaluation set, in the order of its path.

    Attributes:
        name: of the evaluation set.
        sources: where each image comes from, for people [N]; also what tells it from the others.
        places: the index of each in `images` [N]; `GONE` where it is not there.
        images: what they are read from; None where nothing can be read.
        folder: that the sources are paths in; None where the images are drawn or not known.
        reason: why images that are not there cannot be shown, in a few words.
        note: what has to be known of all of them, in a sentence; None where all is well.
    """

    name: str
    sources: tuple[str, ...]
    places: NDArray[np.int64]
    images: ImageSet | None
    folder: Path | None
    reason: str = "no such file"
    note: str | None = None

    def __len__(self) -> int:
        return len(self.sources)

    def source(self, index: int) -> str:
        """Where the image of column `index` comes from: a path below the root, or a seed."""
        return self.sources[index]

    def file(self, index: int) -> Path | None:
        """The file of that image, whether it is there or not; None where it is drawn."""
        return None if self.folder is None else self.folder / self.sources[index]

    def read(self, index: int) -> Image.Image:
        """The image of column `index` in mode RGB and full size.

        Raises:
            UnreadableImage: with the reason in a few words, where it cannot be shown.
        """
        if self.images is None or self.places[index] == GONE:
            raise UnreadableImage(self.reason)
        return self.images.read(int(self.places[index]))


def open_pictures(
    record: RunRecord,
    name: str,
    labels: ArrayLike,
    *,
    sources: Sequence[str] | None = None,
    benchmark: Benchmark | None = None,
) -> Pictures:
    """The images of the evaluation set `name` of a run.

    Args:
        record: of the run.
        name: of the set; a "matched" set is the reference restricted to its classes.
        labels: the true class ids of its path [N].
        sources: what the images were called when the run was swept [N], where that is known: with
            it, those that are left are found again when others have gone.
        benchmark: that of the run, where it has been opened already.

    Raises:
        UnknownName: where the run has no such set. Images that cannot be found are no error.
    """
    which = record.set_named(name)
    whole = _whole(record, which)
    truth = np.asarray(labels, dtype=np.int64)
    try:
        opened = benchmark or open_benchmark(record.benchmark)
        images = opened.set_named(whole.name)
    except WiseftError:
        return _nothing(
            which,
            truth,
            sources,
            "the images are not there any more",
            f"The images of {which.title} are not where they were when the run was swept.",
        )
    folder = None if opened.folder is None else opened.folder
    listed = _listed(images, whole, which)
    same = np.array_equal(images.labels[listed], truth)
    if same and (images.bytes() > READ_TO_CHECK or images.version() == whole.data):
        found = tuple(images.source(each) for each in listed.tolist())
        return Pictures(name, found, listed, images, folder)
    if sources is None or len(sources) != len(truth):
        return _nothing(
            which,
            truth,
            sources,
            "the images have changed",
            f"The images of {which.title} have changed since the run was swept; sweep it again.",
        )
    index_of = {images.source(each): each for each in range(len(images))}
    places = np.array([index_of.get(each, GONE) for each in sources], dtype=np.int64)
    gone = int((places == GONE).sum())
    note = (
        f"The images of {which.title} have changed since the run was swept: {gone:,} of "
        f"{len(places):,} are gone, the others are shown as they are now."
    )
    return Pictures(name, tuple(sources), places, images, folder, note=note)


def _whole(record: RunRecord, which: SetRecord) -> SetRecord:
    """The set whose images `which` takes: itself, or for a "matched" set the reference."""
    if which.role != "matched":
        return which
    return next(each for each in record.sets if each.role == "reference")


def _listed(images: ImageSet, whole: SetRecord, which: SetRecord) -> NDArray[np.int64]:
    """Indices of the images that were evaluated, in order."""
    skipped = {source for source, _ in whole.skipped}
    kept = np.arange(len(images))
    if skipped:
        kept = np.array([i for i in kept.tolist() if images.source(i) not in skipped], np.int64)
    if which.classes is not None:
        kept = kept[np.isin(images.labels[kept], which.classes)]
    return kept


def _nothing(
    which: SetRecord,
    labels: NDArray[np.int64],
    sources: Sequence[str] | None,
    reason: str,
    note: str,
) -> Pictures:
    """Places for images of which none can be shown."""
    if sources is None or len(sources) != len(labels):
        sources = [f"{which.name}, image {index}" for index in range(len(labels))]
    places = np.full(len(labels), GONE)
    return Pictures(which.name, tuple(sources), places, None, None, reason, note)
