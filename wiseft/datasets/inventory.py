"""What a benchmark holds: its sets, their images by class, and what is odd about them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from wiseft.datasets.base import Benchmark, ImageSet
from wiseft.errors import UnreadableImage
from wiseft.progress import Progress, Report, silent
from wiseft.text import number_of

Role = Literal["train", "validation", "reference", "shift"]

BATCH = 64
"""Images that are read between two reports."""

NAMED = 3
"""Classes or images that a sentence names before it counts the rest."""


@dataclass(frozen=True)
class SetInventory:
    """One image set of a benchmark.

    Attributes:
        name, title: of the set.
        role: what it is for.
        folder: where its images are; None where they are drawn.
        counts: images of each class [C].
    """

    name: str
    title: str
    role: Role
    folder: Path | None
    counts: tuple[int, ...]

    @property
    def images(self) -> int:
        """How many images there are, of all classes."""
        return sum(self.counts)

    @property
    def classes(self) -> int:
        """How many classes have an image."""
        return sum(count > 0 for count in self.counts)


@dataclass(frozen=True)
class Inventory:
    """All image sets of a benchmark: training, reference, shifts, and validation.

    Attributes:
        title: of the benchmark.
        class_names: [C].
        sets: in the order in which they are shown.
    """

    title: str
    class_names: tuple[str, ...]
    sets: tuple[SetInventory, ...]

    def of(self, role: Role) -> tuple[SetInventory, ...]:
        """The sets of one role."""
        return tuple(each for each in self.sets if each.role == role)

    def to_frame(self) -> pd.DataFrame:
        """A row a class: its name, and its number of images in each set, by the set's name."""
        counts = {each.name: each.counts for each in self.sets}
        return pd.DataFrame({"class": self.class_names, **counts})


def take_inventory(benchmark: Benchmark) -> Inventory:
    """Count the images of a benchmark; none is read."""
    return Inventory(
        benchmark.title,
        benchmark.class_names,
        tuple(_counted(benchmark, each, role) for each, role in _sets(benchmark)),
    )


def remarks(inventory: Inventory) -> list[str]:
    """What to know of the sets before one trains on them or believes a frontier, in sentences."""
    found = [_missing_classes(each, inventory.class_names) for each in inventory.sets]
    sentences = [sentence for sentence in found if sentence]
    if not inventory.of("shift"):
        sentences.append(
            "There is no set under distribution shift, so that there is no frontier to look at; "
            "each further folder beside train and test is one."
        )
    if not inventory.of("validation"):
        sentences.append(
            "There is no validation set, so that an alpha can only be chosen on the test images "
            "themselves; a folder named validation is one."
        )
    return sentences


def unreadable(
    benchmark: Benchmark, limit: int | None = None, report: Report = silent
) -> list[tuple[str, str]]:
    """The images that cannot be decoded, each with where it is and why.

    Args:
        benchmark: whose images are read, in full.
        limit: read this many at most, spread evenly over all sets; all of them where None.
        report: told how many have been read.
    """
    sets = [each for each, _ in _sets(benchmark)]
    total = sum(map(len, sets))
    wanted = total if limit is None else min(limit, total)
    chosen = _places(sets, np.linspace(0, total, wanted, endpoint=False).astype(int).tolist())
    found: list[tuple[str, str]] = []
    done = 0
    with ThreadPoolExecutor() as pool:
        while batch := list(islice(chosen, BATCH)):
            found += [each for each in pool.map(_reason, batch) if each is not None]
            done += len(batch)
            report(Progress("reading images", done, wanted))
    return found


def unreadable_sentence(found: Sequence[tuple[str, str]], read: int) -> str | None:
    """What `unreadable` found among `read` images; None where it found nothing."""
    if not found:
        return None
    images = "; ".join(f"{source} ({reason})" for source, reason in found[:NAMED])
    more = f"; and {len(found) - NAMED:,} more" if len(found) > NAMED else ""
    return (
        f"{len(found):,} of {number_of(read, 'image')} cannot be read and will be skipped: "
        f"{images}{more}."
    )


def _sets(benchmark: Benchmark) -> list[tuple[ImageSet, Role]]:
    """Every image set with its role."""
    sets: list[tuple[ImageSet, Role]] = [
        (benchmark.train, "train"),
        (benchmark.reference, "reference"),
        *((each, "shift") for each in benchmark.shifts),
    ]
    if benchmark.validation is not None:
        sets.append((benchmark.validation, "validation"))
    return sets


def _counted(benchmark: Benchmark, images: ImageSet, role: Role) -> SetInventory:
    counts = np.bincount(images.labels, minlength=len(benchmark.class_names))
    folder = None if benchmark.folder is None else benchmark.folder / images.name
    return SetInventory(images.name, images.title, role, folder, tuple(counts.tolist()))


def _missing_classes(images: SetInventory, class_names: Sequence[str]) -> str | None:
    """Which classes a set has no images of; None where it has some of all."""
    pairs = zip(class_names, images.counts, strict=True)
    missing = [f"“{name}”" for name, count in pairs if count == 0]
    if not missing:
        return None
    named = ", ".join(missing[:NAMED])
    more = f" and {len(missing) - NAMED:,} more" if len(missing) > NAMED else ""
    return (
        f"{images.title} has no images of {len(missing):,} of {len(class_names):,} classes "
        f"({named}{more}): models choose among the others there, and are held against the "
        "reference images of the same classes."
    )


def _places(sets: Sequence[ImageSet], places: Sequence[int]) -> Iterator[tuple[ImageSet, int]]:
    """The images at `places`, ascending, where all sets are numbered one after the other."""
    start, remaining = 0, iter(places)
    place = next(remaining, None)
    for images in sets:
        while place is not None and place < start + len(images):
            yield images, place - start
            place = next(remaining, None)
        start += len(images)


def _reason(image: tuple[ImageSet, int]) -> tuple[str, str] | None:
    """Where an image is and why it cannot be read; None where it can."""
    images, index = image
    try:
        images.read(index)
    except UnreadableImage as error:
        return images.source(index), str(error)
    return None
