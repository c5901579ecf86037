"""Training the head alone, on features that are computed once."""

from __future__ import annotations

from functools import cache

import numpy as np
import torch
from torch import Tensor

from wiseft.classifier import ImageClassifier, normalize_pixels
from wiseft.images import Images
from wiseft.methods.losses import class_loss
from wiseft.methods.objective import Objective, accumulate
from wiseft.predictions import Predictions
from wiseft.progress import Progress, Report
from wiseft.specs import FinetuneSpec

FEATURE_BATCH = 64
"""Images a forward pass when the features of a frozen encoder are computed."""


class Linear(Objective):
    """Cross entropy of a linear classifier on frozen features.

    The features are computed in float32, as in evaluation, and without crops.
    Source: Wortsman et al., CVPR 2022, section 2.

    Args:
        model: the zero-shot classifier, on the device; its head is trained in place.
        train: the training images.
        spec: how to train.
        device: where to compute.
        report: told how many features have been computed.
    """

    def __init__(
        self,
        model: ImageClassifier,
        train: Images,
        spec: FinetuneSpec,
        device: str,
        report: Report,
    ) -> None:
        self.model, self.trained = model, model.head
        self._spec = spec
        self._train = train
        self._labels = torch.from_numpy(train.labels).to(device)
        self._zeroshot = model.head.weight.detach().clone(), model.head.bias.detach().clone()
        self._features = cache(lambda images: features(model, images, device, report))

    def backward(self, places: Tensor, micro_batch: int) -> Tensor:
        """Sum the gradients of the parts, each weighted by its share of the batch."""
        return accumulate(
            self._loss(part) * (len(part) / len(places)) for part in places.split(micro_batch)
        )

    def _loss(self, part: Tensor) -> Tensor:
        spec, labels = self._spec, self._labels[part]
        inputs, teacher = self._features(self._train)[part], None
        if spec.distillation:
            weight, bias = self._zeroshot
            teacher = inputs @ weight.T + bias
        logits = self.model.head(inputs)
        return class_loss(logits, labels, spec.label_smoothing, teacher, spec.distillation)

    def train(self) -> None:
        """Compute the features of the training images, where that has not been done."""
        self._features(self._train)

    @torch.no_grad()
    def predict(self, images: Images, device: str, report: Report) -> Predictions:
        """What the head says of the features of a set, which are computed once."""
        logits = self.model.head(self._features(images))
        return Predictions.from_logits(logits.cpu().numpy(), images.labels)


@torch.no_grad()
def features(model: ImageClassifier, images: Images, device: str, report: Report) -> Tensor:
    """Features of an encoder in eval mode [N, D], of length one, on the device."""
    model.eval()
    found = []
    for start in range(0, len(images), FEATURE_BATCH):
        batch = torch.from_numpy(np.array(images.pixels[start : start + FEATURE_BATCH]))
        found.append(model.features(normalize_pixels(batch.to(device), model.spec.transform)))
        report(Progress(f"features of {images.name}", start + len(batch), len(images)))
    return torch.cat(found)
