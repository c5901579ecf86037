"""The known benchmarks for a page: opened once, counted once, a few of their images made small.

Everything is a function of what is in the folders: the keys hold the times at which they and the
folders of their classes were changed.
"""

from __future__ import annotations

import base64
import io
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import streamlit as st
from PIL import Image, ImageOps

from wiseft.app.samples import Samples, Thumbnail, sample_classes
from wiseft.datasets import open_benchmark
from wiseft.datasets.base import Benchmark, ImageSet
from wiseft.datasets.folder import SETTINGS
from wiseft.datasets.folder_check import left_out
from wiseft.datasets.inventory import (
    Inventory,
    remarks,
    take_inventory,
    unreadable,
    unreadable_sentence,
)
from wiseft.errors import UnreadableImage
from wiseft.specs import digest

READ_AT_ONCE = 2_000
"""Images that a page reads by itself to find those that cannot be."""

MOST_SETS = 12
"""Sets of which a page shows images."""

_SIDE = 160
"""Of a thumbnail, in pixels: twice what it measures on the page."""


def benchmark(name: str) -> Benchmark:
    """`open_benchmark`. Raises what it raises where the folder is no benchmark any more."""
    return _benchmark(name, stamp(name))


def is_drawn(name: str) -> bool:
    """Whether its images are drawn and not read from files."""
    return benchmark(name).folder is None


def inventory(name: str) -> Inventory:
    """`take_inventory` of a benchmark by name."""
    return _inventory(name, stamp(name))


def samples(name: str) -> Samples:
    """One image of a few classes, of each of the first sets."""
    return _samples(name, stamp(name))


def what_to_know(name: str, everything: bool = False) -> list[str]:
    """What is odd about a benchmark, in sentences.

    Args:
        name: of the benchmark.
        everything: whether all of its images are read, and not `READ_AT_ONCE` of them at most.
    """
    return _what_to_know(name, stamp(name), None if everything else READ_AT_ONCE)


@st.cache_resource(max_entries=8, show_spinner=False)
def _benchmark(name: str, stamp: str) -> Benchmark:
    return open_benchmark(name)


@st.cache_data(max_entries=32, show_spinner=False)
def _inventory(name: str, stamp: str) -> Inventory:
    return take_inventory(_benchmark(name, stamp))


@st.cache_data(max_entries=8, show_spinner="Reading a few images …")
def _samples(name: str, stamp: str) -> Samples:
    opened = _benchmark(name, stamp)
    classes = sample_classes(len(opened.class_names))
    sets = (opened.train, *opened.evaluation_sets)[:MOST_SETS]
    return Samples(
        [opened.class_names[each] for each in classes],
        {each.title: [_first(each, class_id) for class_id in classes] for each in sets},
    )


@st.cache_data(max_entries=32, show_spinner="Reading the images …")
def _what_to_know(name: str, stamp: str, limit: int | None) -> list[str]:
    opened, counted = _benchmark(name, stamp), _inventory(name, stamp)
    sentences = remarks(counted)
    if opened.folder is not None:
        total = sum(each.images for each in counted.sets)
        read = total if limit is None else min(limit, total)
        broken = unreadable_sentence(unreadable(opened, limit), read)
        sentences = [*([broken] if broken else []), *left_out(opened.folder), *sentences]
    return sentences


def _first(images: ImageSet, class_id: int) -> Thumbnail | None:
    """The first image of a class; None where there is none."""
    places = np.flatnonzero(images.labels == class_id)
    if not len(places):
        return None
    index = int(places[0])
    try:
        return Thumbnail(_uri(images.read(index)), images.source(index))
    except UnreadableImage as error:
        return Thumbnail(None, f"{images.source(index)}: {error}")


def _uri(image: Image.Image) -> str:
    """The middle of an image, small, as a data URI."""
    side = min(_SIDE, *image.size)
    written = io.BytesIO()
    ImageOps.fit(image, (side, side)).save(written, "JPEG", quality=85)
    return f"data:image/jpeg;base64,{base64.b64encode(written.getvalue()).decode('ascii')}"


def stamp(name: str) -> str:
    """When the folders of a benchmark were last changed; empty for one that is no folder."""
    return digest(sorted(_times(name))) if Path(name).is_dir() else ""


def _times(folder: str, *, inside: bool = True) -> Iterator[tuple[str, int]]:
    """Folders of sets and, `inside` them, of classes, and the settings, each with its time of
    change: thousands of them in hundredths of a second.
    """
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir() or entry.name == SETTINGS:
                yield entry.path, entry.stat().st_mtime_ns
            if inside and entry.is_dir():
                yield from _times(entry.path, inside=False)
