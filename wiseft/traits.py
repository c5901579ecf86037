"""What can be told of an image without a model: how bright, contrasty, sharp and large it is.

Computed once for each version of an image set and kept, `<folder>/traits/<version>.npz`, so that
pages show accuracies by trait without reading an image.
"""

from __future__ import annotations

import logging
import zlib
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image

from wiseft.datasets.base import ImageSet
from wiseft.errors import UnreadableImage, WiseftError
from wiseft.files import written_aside
from wiseft.progress import Progress, Report, silent

log = logging.getLogger(__name__)

TRAITS = {
    "brightness": "Brightness",
    "contrast": "Contrast",
    "sharpness": "Sharpness",
    "width": "Width",
    "height": "Height",
}
"""Names of the traits with their titles."""

LONGEST = 224
"""Pixels of the longer side at which brightness, contrast and sharpness are measured: larger
images are scaled down to it, so that sharpness does not measure the size of a file."""

BATCH = 64
"""Images that are read between two reports."""

_SCHEMA = 1

_DAMAGE = (OSError, ValueError, KeyError, TypeError, EOFError, BadZipFile, zlib.error)
"""What reading a damaged file raises."""


@dataclass(frozen=True, eq=False)
class Traits:
    """The traits of every image of a set.

    Attributes:
        labels: true class ids [N], by which a path finds its images among them.
        values: by name, float32 [N]; NaN where the image cannot be read.
    """

    labels: NDArray[np.int64]
    values: dict[str, NDArray[np.float32]]

    def of(
        self, labels: ArrayLike, classes: Sequence[int] | None = None
    ) -> dict[str, NDArray[np.float32]] | None:
        """The traits of the images of a path, by name [M]; None where they are of other images.

        Args:
            labels: of the path [M].
            classes: of an evaluation set with some of the classes only.
        """
        kept = np.isfinite(self.values["brightness"])
        if classes is not None:
            kept &= np.isin(self.labels, classes)
        if not np.array_equal(self.labels[kept], labels):
            return None
        return {name: each[kept] for name, each in self.values.items()}


def traits_of(image: Image.Image) -> tuple[float, float, float, int, int]:
    """The traits of an RGB image, in the order of `TRAITS`.

    Brightness and contrast are mean and standard deviation of the luma (ITU-R BT.601), 0..255.
    Sharpness is the variance of its Laplacian (Pech-Pacheco et al., ICPR 2000). Width and height
    are those of the full image, in pixels.
    """
    grey = image.convert("L")
    if max(grey.size) > LONGEST:
        grey.thumbnail((LONGEST, LONGEST), Image.Resampling.BOX)
    luma = np.pad(np.asarray(grey, dtype=np.float32), 1, mode="edge")
    centre = luma[1:-1, 1:-1]
    around = luma[:-2, 1:-1] + luma[2:, 1:-1] + luma[1:-1, :-2] + luma[1:-1, 2:]
    return (
        float(centre.mean()),
        float(centre.std()),
        float((around - 4 * centre).var()),
        image.width,
        image.height,
    )


def measure_traits(images: ImageSet, report: Report = silent) -> Traits:
    """Read every image of a set once; those that cannot be read have NaN."""
    rows = np.full((len(images), len(TRAITS)), np.nan, np.float32)
    with ThreadPoolExecutor() as pool:
        for start in range(0, len(images), BATCH):
            end = min(start + BATCH, len(images))
            rows[start:end] = list(pool.map(lambda at: _row(images, at), range(start, end)))
            report(Progress(f"measuring {images.name}", end, len(images)))
    return Traits(
        np.asarray(images.labels, np.int64),
        {name: rows[:, column] for column, name in enumerate(TRAITS)},
    )


def read_traits(folders: Iterable[Path], version: str) -> Traits | None:
    """The traits of the images of that version; None where they are not known.

    A damaged file is reported in the log and treated as absent, so that a sweep makes it anew.
    """
    for folder in folders:
        path = traits_file(folder, version)
        if not path.exists():
            continue
        try:
            with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
                if int(file["schema"]) != _SCHEMA:
                    raise ValueError(f"schema {file['schema']}, expected {_SCHEMA}")
                found = {name: file[name].astype(np.float32) for name in TRAITS}
                labels = file["labels"].astype(np.int64)
            if any(each.shape != labels.shape for each in found.values()):
                raise ValueError("its columns have different lengths")
            return Traits(labels, found)
        except (
            OSError,
            ValueError,
            KeyError,
            TypeError,
            EOFError,
            BadZipFile,
            zlib.error,
        ) as error:
            log.warning("%s is damaged (%s); sweep the run again to replace it.", path, error)
    return None


def add_traits(
    sets: Iterable[tuple[ImageSet, str]], folders: Sequence[Path], report: Report = silent
) -> None:
    """Measure and keep the traits of the sets of which they are not known.

    What goes wrong is reported in the log: traits are worth less than what was just evaluated.

    Args:
        sets: image sets with their versions.
        folders: where traits may be already; new ones are kept in the first.
        report: told how many images have been measured.
    """
    for images, version in sets:
        if read_traits(folders, version) is not None:
            continue
        try:
            keep_traits(folders[0], version, measure_traits(images, report))
        except (WiseftError, OSError) as error:
            log.warning("The images of %r could not be measured: %s", images.name, error)


def keep_traits(folder: Path, version: str, found: Traits) -> None:
    """Keep traits for the images of a version. Raises `StorageError` where this cannot be done."""
    ids = np.min_scalar_type(int(found.labels.max(initial=0)))
    with written_aside(traits_file(folder, version)) as temporary, temporary.open("wb") as file:
        arrays = {"schema": np.array(_SCHEMA), "labels": found.labels.astype(ids), **found.values}
        np.savez_compressed(file, **arrays)


def _row(images: ImageSet, index: int) -> tuple[float, ...]:
    try:
        return traits_of(images.read(index))
    except UnreadableImage:
        return (np.nan,) * len(TRAITS)


def traits_file(folder: Path, version: str) -> Path:
    """Where the traits of the images of a version are kept in a folder."""
    return folder / "traits" / f"{version}.npz"
