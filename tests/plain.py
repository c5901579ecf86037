"""WiSE-FT in a few plain lines, to hold the library against: what one would write by hand.

For every alpha it interpolates two state dicts, loads them into a model, opens, resizes and
normalises every image anew, and keeps the class with the highest logit.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from copy import deepcopy
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torchvision.transforms import v2

from wiseft.classifier import ImageClassifier
from wiseft.datasets.base import ImageSet
from wiseft.specs import Transform


def merged(zeroshot: ImageClassifier, finetuned: ImageClassifier, alpha: float) -> ImageClassifier:
    """A copy with every floating tensor interpolated, the others from the zero-shot model."""
    start, end = zeroshot.state_dict(), finetuned.state_dict()
    model = deepcopy(zeroshot)
    model.load_state_dict(
        {
            name: (1 - alpha) * start[name] + alpha * end[name]
            if start[name].is_floating_point()
            else start[name]
            for name in start
        }
    )
    return model.eval()


def preprocess(transform: Transform) -> v2.Compose:
    """Resize the shorter side, crop the centre, scale, normalise."""
    return v2.Compose(
        [
            v2.Resize(transform.size, v2.InterpolationMode(transform.interpolation)),
            v2.CenterCrop(transform.size),
            v2.ToImage(),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize(transform.mean, transform.std),
        ]
    )


def natural(path: Path) -> list[str | int]:
    """A key that sorts 2 before 10."""
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", path.name)]


def images_in(folder: Path) -> list[tuple[Path, int]]:
    """Every file of `<folder>/<class>/<file>` with its class id, in order."""
    classes = sorted(each.name for each in folder.iterdir())
    return [
        (path, i)
        for i, name in enumerate(classes)
        for path in sorted((folder / name).iterdir(), key=natural)
    ]


def opened(folder: Path) -> Iterator[Image.Image]:
    """The images of a folder, in order."""
    for path, _ in images_in(folder):
        yield Image.open(path).convert("RGB")


def drawn(image_set: ImageSet) -> Iterator[Image.Image]:
    """The images of a set that is drawn rather than read."""
    return map(image_set.read, range(len(image_set)))


def pixels(images: Iterable[Image.Image], transform: Transform) -> torch.Tensor:
    """Images as a model expects them [N, 3, S, S]."""
    prepare = preprocess(transform)
    return torch.stack([prepare(image) for image in images])


@torch.inference_mode()
def scores(model: ImageClassifier, batch: torch.Tensor, batch_size: int = 64) -> np.ndarray:
    """Logits [N, C] of prepared images."""
    return np.concatenate([model(part).numpy() for part in batch.split(batch_size)])


def logits(model: ImageClassifier, images: Iterable[Image.Image]) -> np.ndarray:
    """Logits [N, C] of images, in order."""
    return scores(model, pixels(images, model.spec.transform))
