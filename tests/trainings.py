"""What the tests of training share: easy images, a start without opinions, comparisons."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from tests.models import tiny_classifier
from wiseft.classifier import ImageClassifier
from wiseft.images import Images
from wiseft.progress import Progress
from wiseft.specs import FinetuneSpec


def shades(count: int = 18, seed: int = 0, noise: int = 40, size: int = 16) -> Images:
    """Images of three shades with noise: easy to tell apart."""
    random = np.random.default_rng(seed)
    labels = np.arange(count) % 3
    pixels = labels[:, None, None, None] * 100 + random.integers(0, noise, (count, size, size, 3))
    sources = tuple(map(str, range(count)))
    return Images("shades", f"v{seed}", pixels.astype(np.uint8), labels, sources, ())


def undecided() -> ImageClassifier:
    """A start that finds all classes equally likely, so that what is learnt does not hang on it."""
    classifier = tiny_classifier(0)
    nn.init.zeros_(classifier.head.weight)
    nn.init.zeros_(classifier.head.bias)
    return classifier


def weights(model: nn.Module) -> dict[str, torch.Tensor]:
    return {name: tensor.clone() for name, tensor in model.state_dict().items()}


def same(left: nn.Module, right: nn.Module) -> bool:
    a, b = left.state_dict(), right.state_dict()
    return a.keys() == b.keys() and all(torch.equal(a[name], b[name]) for name in a)


SPEC = FinetuneSpec(epochs=3, batch_size=4, learning_rate=1e-3, crop_scale=1.0)
LINEAR = replace(SPEC, method="linear", learning_rate=0.05)
both_methods = pytest.mark.parametrize("spec", [SPEC, LINEAR], ids=["end-to-end", "linear"])


class Interruption(Exception):
    pass


def stop_in(epoch: int, when: Callable[[Progress], bool] = lambda _: True):
    def report(progress: Progress) -> None:
        if progress.stage.startswith(f"epoch {epoch} ") and when(progress):
            raise Interruption

    return report
