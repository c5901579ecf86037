"""What a data set is to the rest of the library: labelled images, in named sets, with roles."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from wiseft.errors import UnknownName


class ImageSet(ABC):
    """Labelled images that can be read one by one.

    Attributes:
        name: short name, unique in its benchmark; stands in keys, URLs and file names.
        title: the same in words, for people ("Night").
        labels: class ids [N], int64, indices into the benchmark's class names.
        classes: the class ids that occur in a set with a subset of the classes, ascending;
            None where all do. Logits are restricted to them before a prediction is made.
    """

    name: str
    title: str
    labels: NDArray[np.int64]
    classes: tuple[int, ...] | None = None

    def __len__(self) -> int:
        return len(self.labels)

    @abstractmethod
    def version(self) -> str:
        """SHA-256 (hex) of all that the pixels and labels of this set are a function of."""

    def bytes(self) -> int:
        """How many bytes of files `version` has to read; 0 where there are none."""
        return 0

    @abstractmethod
    def read(self, index: int) -> Image.Image:
        """Image `index` in mode RGB and full size. Raises `UnreadableImage` where it cannot."""

    @abstractmethod
    def source(self, index: int) -> str:
        """Where image `index` comes from, for people: a path below the root, or a seed."""


@dataclass(frozen=True)
class Benchmark:
    """One reference distribution, its training set and its shifts, with one list of class names.

    Attributes:
        name: what the command line calls it: a registered name, or a folder's path.
        title: the same in words, for people.
        class_names: readable names [C], in the order of the class ids.
        templates: prompt templates, each with one `{}` for the class name.
        train: images to fine-tune on.
        validation: images of the reference distribution, apart from its test set, on which
            alphas may be chosen; None where the benchmark has none.
        reference: the test set in distribution.
        shifts: test sets under distribution shift.
        folder: holds a folder of images for each set; None where the images are drawn.
    """

    name: str
    title: str
    class_names: tuple[str, ...]
    templates: tuple[str, ...]
    train: ImageSet
    validation: ImageSet | None
    reference: ImageSet
    shifts: tuple[ImageSet, ...]
    folder: Path | None = None

    @property
    def evaluation_sets(self) -> tuple[ImageSet, ...]:
        """The reference set, the shifts, and the validation set last where there is one."""
        held_out = () if self.validation is None else (self.validation,)
        return (self.reference, *self.shifts, *held_out)

    def set_named(self, name: str) -> ImageSet:
        """The set called `name`, of any role. Raises `UnknownName`."""
        sets = {each.name: each for each in (*self.evaluation_sets, self.train)}
        if name not in sets:
            raise UnknownName("image set", name, sets)
        return sets[name]
