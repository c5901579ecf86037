"""A benchmark of two shapes on plain grounds, and two checkpoints for its classes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from tests.models import tiny_classifier
from wiseft import checkpoint

CLASSES = ("circle", "square")


def write_shapes(root: Path) -> Path:
    """Light to train on and to test, dark as the shift; returns `root`."""
    random = np.random.default_rng(0)
    for folder, number, ground in (("train", 8, 200), ("test", 4, 200), ("dark", 4, 40)):
        for name in CLASSES:
            (root / folder / name).mkdir(parents=True)
            for i in range(number):
                pixels = random.integers(ground, ground + 20, (32, 32, 3), dtype=np.uint8)
                pixels[8:24, 8:24] = 120 if name == "square" else pixels[8:24, 8:24]
                Image.fromarray(pixels).save(root / folder / name / f"{i}.png")
    return root


def write_ends(folder: Path) -> tuple[Path, Path]:
    """A zero-shot and a fine-tuned checkpoint for these classes, of random weights."""
    paths = folder / "zeroshot.safetensors", folder / "finetuned.safetensors"
    for seed, path in enumerate(paths):
        checkpoint.save(path, tiny_classifier(seed, class_names=CLASSES), {})
    return paths
