"""Folders of small images, laid out as benchmarks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from PIL import Image

SETS: dict[str, Mapping[str, int]] = {
    "train": {"cat": 3, "dog": 2},
    "test": {"cat": 2, "dog": 2},
    "night": {"dog": 1},
}
"""Images of each class in each set."""

_COLOURS: Sequence[str] = ("red", "green", "blue", "orange")


def write_images(root: Path, sets: Mapping[str, Mapping[str, int]] = SETS) -> Path:
    """Write one-coloured images to `root`, which is returned; a class of no images is a folder."""
    for set_name, classes in sets.items():
        for number, (class_name, count) in enumerate(classes.items()):
            folder = root / set_name / class_name
            folder.mkdir(parents=True)
            for index in range(count):
                colour = _COLOURS[number % len(_COLOURS)]
                Image.new("RGB", (12, 8), colour).save(folder / f"{index}.png")
    return root
