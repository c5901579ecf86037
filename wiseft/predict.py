"""The most probable classes of one image."""

from __future__ import annotations

from pathlib import Path

import torch

from wiseft.classifier import ImageClassifier, normalize_pixels
from wiseft.datasets.decode import read_rgb
from wiseft.errors import Invalid, UnreadableImage
from wiseft.images import prepare


@torch.inference_mode()
def predict(
    classifier: ImageClassifier, path: Path, top: int = 3, device: str = "cpu"
) -> list[tuple[str, float]]:
    """The `top` classes of the image in `path` with their probabilities, the highest first.

    Args:
        classifier: on `device`, in eval mode.
        path: an image file.
        top: how many classes; all where there are fewer.
        device: where the classifier is.

    Raises:
        Invalid: where the image cannot be read.
    """
    transform = classifier.spec.transform
    try:
        pixels = prepare(read_rgb(path), transform)
    except UnreadableImage as error:
        raise Invalid(f"{path} cannot be read: {error}.") from error
    batch = normalize_pixels(torch.from_numpy(pixels.copy())[None].to(device), transform)
    probabilities = classifier(batch)[0].softmax(dim=0)
    best = probabilities.topk(min(top, len(probabilities)))
    return [
        (classifier.spec.class_names[i], p)
        for i, p in zip(best.indices.tolist(), best.values.tolist(), strict=True)
    ]
