"""The sets of street signs: names, sizes, seeds and versions.

Every image is a function of the world's version, the name of its set and its index, and of nothing
else: it can be drawn on its own, in any order, on any machine. Another version of Pillow or NumPy
may yet round a pixel differently, so a set's `version` also covers the pixels of some probe images
as they are drawn here; `draws_pinned_world` tells whether they are the ones that the shipped
models and evaluations belong to.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache

import numpy as np
from numpy.random import RandomState
from PIL import Image

from wiseft.datasets.base import Benchmark, ImageSet
from wiseft.datasets.signs.designs import CLASS_NAMES
from wiseft.datasets.signs.domains import DOMAINS, picture

WORLD = 1
"""Raise it with every change that moves a pixel or a caption."""

PROBES = len(CLASS_NAMES)
"""Images of each set whose pixels its version covers: one of every class."""

TEMPLATES = (
    "a photo of a {} sign",
    "a {} sign",
    "a road sign: {}",
    "a photo of a {} sign in daylight",
    "a photo of a {} sign at night",
    "a photo of a {} sign in fog",
    "a photo of a {} sign in snow",
    "a blurred photo of a {} sign",
    "a worn {} sign",
    "a {} sign as a sketch",
    "a {} sign from abroad",
    "a {} sign as clip art",
)


def stream(set_name: str, index: int) -> RandomState:
    """The random numbers of one image. NumPy has frozen this generator's stream (NEP 19)."""
    seed = hashlib.sha256(json.dumps([WORLD, set_name, index]).encode()).digest()
    return RandomState(np.frombuffer(seed, dtype="<u4"))


class SignSet(ImageSet):
    """Street signs of one domain; the classes take turns, so that all are equally frequent."""

    def __init__(self, name: str, title: str, domain: str, size: int) -> None:
        """A set called `name` of `size` images, drawn in a domain named in `DOMAINS`."""
        self.name = name
        self.title = title
        self.domain = domain
        self.labels = np.arange(size, dtype=np.int64) % len(CLASS_NAMES)

    def read(self, index: int) -> Image.Image:
        """Draw image `index`, 64 x 64 pixels."""
        class_id = int(self.labels[index])
        return picture(class_id, DOMAINS[self.domain], stream(self.name, index))

    def source(self, index: int) -> str:
        """The seed of image `index`."""
        return f"signs/{self.name}/{index}"

    def version(self) -> str:
        """SHA-256 (hex) of the set's definition and of its probe images as drawn here."""
        return _version(self)


def drawn_version(images: ImageSet, definition: object) -> str:
    """SHA-256 (hex) of a definition in JSON types, and of the probe images as drawn here.

    The probes are one image of each class, spread over the set.
    """
    sha = hashlib.sha256(json.dumps([WORLD, images.name, len(images), definition]).encode())
    spacing = len(images) // PROBES
    for class_id in range(PROBES):
        index = class_id * spacing
        index += (class_id - index) % PROBES
        sha.update(images.read(index).tobytes())
    return sha.hexdigest()


@cache
def _version(images: SignSet) -> str:
    return drawn_version(images, [images.domain, CLASS_NAMES])


TRAIN = SignSet("train", "Daylight, for training", "day", 8_000)
VALIDATION = SignSet("validation", "Daylight, for validation", "day", 2_016)
DAYLIGHT = SignSet("daylight", "Daylight", "day", 2_016)
SHIFTS = tuple(
    SignSet(name, DOMAINS[name].title, name, 1_512)
    for name in ("night", "fog", "snow", "blur", "worn", "sketch", "foreign")
)


def benchmark() -> Benchmark:
    """The street signs as a benchmark: clear daylight, and seven shifts of it."""
    return Benchmark(
        name="signs",
        title="Street signs",
        class_names=CLASS_NAMES,
        templates=TEMPLATES,
        train=TRAIN,
        validation=VALIDATION,
        reference=DAYLIGHT,
        shifts=SHIFTS,
    )


def fingerprint() -> str:
    """SHA-256 (hex) over the versions of all sets: what this machine draws."""
    sets = (TRAIN, *benchmark().evaluation_sets)
    return hashlib.sha256("".join(each.version() for each in sets).encode()).hexdigest()


PINNED_FINGERPRINT = "c7c001ec959b42eb06b280e443f510aea2a87c098e9fbb28e5cdde1d2db3d908"
"""The fingerprint of the world that the shipped models and evaluations were made in."""


def draws_pinned_world() -> bool:
    """Whether this machine draws the very pixels of the shipped models and evaluations."""
    return fingerprint() == PINNED_FINGERPRINT
