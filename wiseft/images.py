"""Images decoded and resized once, and kept as uint8 on disk.

`<key>.u8` holds the pixels as they are, `<key>.json` everything else; the key covers the content
of the images and the geometry of the transform. The pixels are mapped into memory, so that sets
larger than it can be used, and processes share them.
"""

from __future__ import annotations

import logging
import math
import multiprocessing
import os
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch.utils.data import DataLoader, Dataset
from torchvision.transforms import InterpolationMode, v2

from wiseft.datasets.base import ImageSet
from wiseft.errors import Invalid, UnreadableImage
from wiseft.files import read_json, write_json, written_aside
from wiseft.progress import Progress, Report, silent
from wiseft.specs import SCHEMA, Transform, digest

log = logging.getLogger(__name__)

CHUNK = 64
"""Images that a worker decodes at a time."""


@dataclass(frozen=True)
class Skipped:
    """An image that could not be read.

    Attributes:
        source: where it comes from.
        reason: why, in a few words.
    """

    source: str
    reason: str


@dataclass(frozen=True, eq=False)
class Images:
    """An image set, decoded for one transform.

    Attributes:
        name: of the image set.
        version: of the image set.
        pixels: uint8 [N, S, S, 3], mapped from disk.
        labels: class ids [N].
        sources: where each image comes from [N].
        skipped: the images that could not be read, and are left out of the above.
    """

    name: str
    version: str
    pixels: NDArray[np.uint8]
    labels: NDArray[np.int64]
    sources: tuple[str, ...]
    skipped: tuple[Skipped, ...]

    def __len__(self) -> int:
        return len(self.labels)


def load_images(
    image_set: ImageSet,
    transform: Transform,
    folder: Path,
    report: Report = silent,
    workers: int | None = None,
) -> Images:
    """The images of a set, from `folder` where they have been decoded before.

    Args:
        image_set: what to read.
        transform: its geometry is applied; normalising is left to the model's device.
        folder: where decoded images are kept; it can be deleted at any time.
        report: told how many images have been read.
        workers: processes that decode, 0 for none but this one. Where None, as many as there are
            processors for a large set on Linux, and 0 elsewhere.

    Raises:
        Invalid: where not a single image can be read.
        StorageError: where `folder` cannot be written.
    """
    version = image_set.version()
    key = digest({"schema": SCHEMA, "version": version, **transform.geometry})
    record, pixels = folder / f"{key}.json", folder / f"{key}.u8"
    if record.exists():
        try:
            return _open(image_set.name, version, record, pixels, transform.size)
        except (Invalid, KeyError, TypeError, ValueError, OSError) as error:
            log.warning("%s is damaged (%s) and will be made again.", pixels, error)
    kept: list[int] = []
    skipped: list[Skipped] = []
    with written_aside(pixels) as temporary, temporary.open("wb") as file:
        for index, decoded in _decoded(image_set, transform, workers):
            if isinstance(decoded, str):
                skipped.append(Skipped(image_set.source(index), decoded))
            else:
                file.write(decoded.tobytes())
                kept.append(index)
            done = index + 1
            if done % CHUNK == 0 or done == len(image_set):
                report(Progress(f"reading {image_set.name}", done, len(image_set)))
        if not kept:
            first = f" ({skipped[0].source}: {skipped[0].reason})" if skipped else ""
            raise Invalid(f"None of the images of {image_set.name!r} can be read{first}.")
    write_json(
        record,
        {
            "labels": image_set.labels[kept].tolist(),
            "sources": [image_set.source(index) for index in kept],
            "skipped": [[each.source, each.reason] for each in skipped],
        },
    )
    return _open(image_set.name, version, record, pixels, transform.size)


def prepare(image: Image.Image, transform: Transform) -> NDArray[np.uint8]:
    """An RGB image resized and cropped as the model expects it: uint8 [S, S, 3].

    The pixels are those of open_clip's own preprocessing, before it normalises them.
    """
    size = transform.size
    if transform.resize_mode == "squash":
        target = [size, size]
    elif transform.resize_mode == "longest":
        ratio = max(image.size) / size
        target = [max(1, round(side / ratio)) for side in (image.height, image.width)]
    else:
        target = [size]
    resized = v2.Resize(target, InterpolationMode(transform.interpolation))(image)
    return np.asarray(v2.CenterCrop(size)(resized))


class _Reader(Dataset[NDArray[np.uint8] | str]):
    """Decodes and prepares; an image that cannot be read becomes the reason, in words."""

    def __init__(self, image_set: ImageSet, transform: Transform) -> None:
        self.image_set = image_set
        self.transform = transform

    def __len__(self) -> int:
        return len(self.image_set)

    def __getitem__(self, index: int) -> NDArray[np.uint8] | str:
        try:
            return prepare(self.image_set.read(index), self.transform)
        except UnreadableImage as error:
            return str(error)


def _decoded(
    image_set: ImageSet, transform: Transform, workers: int | None
) -> Iterator[tuple[int, NDArray[np.uint8] | str]]:
    """Every image in order, decoded in processes of their own where that pays."""
    if workers is None:
        forks = sys.platform == "linux" and len(image_set) > 2 * CHUNK
        workers = len(os.sched_getaffinity(0)) if forks else 0
    loader = DataLoader(
        _Reader(image_set, transform),
        batch_size=CHUNK,
        num_workers=workers,
        collate_fn=list,
        # Processes started in another way would run the caller's script again.
        multiprocessing_context="fork" if workers else None,
        worker_init_fn=_leave_with_parent,
        # Without one of its own it would draw from, and so move on, the global generator.
        generator=torch.Generator(),
    )
    index = 0
    for batch in loader:
        for decoded in batch:
            yield index, decoded
            index += 1


def _leave_with_parent(worker: int) -> None:
    """End this worker when the process it reads for is gone, killed without a chance to say so.

    The worker would otherwise wait for ever to hand over its images.
    """
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _open(name: str, version: str, record: Path, pixels: Path, size: int) -> Images:
    """Map what is on disk; raises where the two files do not fit together."""
    stored = read_json(record)
    labels = np.array(stored["labels"], dtype=np.int64)
    sources = tuple(stored["sources"])
    if len(sources) != len(labels):
        raise Invalid(f"{len(sources)} sources of {len(labels)} images")
    shape = (len(labels), size, size, 3)
    if pixels.stat().st_size != math.prod(shape):
        raise Invalid(f"{pixels.stat().st_size} bytes, expected {math.prod(shape)}")
    return Images(
        name=name,
        version=version,
        pixels=np.memmap(pixels, np.uint8, mode="r", shape=shape),
        labels=labels,
        sources=sources,
        skipped=tuple(Skipped(source, reason) for source, reason in stored["skipped"]),
    )
