"""Small real models for the tests: a CLIP with a tiny ResNet, registered with open_clip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import open_clip
import torch
from torch import nn

from wiseft.classifier import ImageClassifier
from wiseft.clip import build_classifier
from wiseft.specs import ModelSpec, Transform

ARCHITECTURE = "tiny-resnet"
"""An image tower of 0.3 M parameters with BatchNorm (so with integer buffers), for any size."""

open_clip.add_model_config(Path(__file__).with_name("architectures"))


def tiny_classifier(
    seed: int = 0,
    class_names: Sequence[str] = ("circle", "square", "triangle"),
    size: int = 16,
) -> ImageClassifier:
    """A classifier with random weights that are a function of `seed`, in eval mode.

    The running statistics of its BatchNorm layers are random too. `checkpoint.load` can read what
    `checkpoint.save` made of it in any process that has imported this module.
    """
    spec = ModelSpec(
        architecture=ARCHITECTURE,
        transform=Transform(size=size, mean=(0.5, 0.4, 0.3), std=(0.2, 0.25, 0.3)),
        class_names=tuple(class_names),
        templates=("a photo of a {}.", "a drawing of a {}."),
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        classifier = build_classifier(spec)
        for module in classifier.modules():
            if isinstance(module, nn.BatchNorm2d):
                nn.init.normal_(module.weight, mean=1, std=0.1)
                nn.init.normal_(module.bias, std=0.1)
                module.running_mean = torch.randn(module.num_features) * 0.1
                module.running_var = torch.rand(module.num_features) + 0.5
                module.num_batches_tracked = torch.tensor(100 + seed)
        # The features of random networks are alike; a steep head tells their classes apart.
        nn.init.normal_(classifier.head.weight, std=20)
    return classifier


def tiny_vit(class_names: Sequence[str] = ("circle", "square", "triangle")) -> ImageClassifier:
    """A classifier without BatchNorm, whose gradient does not depend on what is in a batch."""
    spec = replace(tiny_classifier(class_names=class_names).spec, architecture="tiny-vit")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        classifier = build_classifier(spec)
        nn.init.normal_(classifier.head.weight, std=20)
    return classifier
