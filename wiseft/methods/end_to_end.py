"""Training encoder and head on images: all of the encoder, or its last blocks."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy

import torch
from torch import Tensor

from wiseft.classifier import ImageClassifier
from wiseft.device import autocast
from wiseft.errors import Invalid
from wiseft.images import Images
from wiseft.methods.batches import Batches
from wiseft.methods.losses import class_loss
from wiseft.methods.objective import Objective, accumulate
from wiseft.methods.parts import blocks, freeze_before
from wiseft.parallel import Group
from wiseft.specs import FinetuneSpec


class EndToEnd(Objective):
    """Cross entropy of the images of a batch.

    Sources: Wortsman et al., CVPR 2022, section 2; the last blocks alone, Yosinski et al.,
    NeurIPS 2014.

    Args:
        model: the zero-shot classifier, on the device; it is trained in place.
        train: the training images.
        spec: how to train.
        device: where to compute.
        group: with whom each batch is shared.
    """

    def __init__(
        self,
        model: ImageClassifier,
        train: Images,
        spec: FinetuneSpec,
        device: str,
        group: Group,
    ) -> None:
        self.model = self.trained = model
        self._spec, self._device = spec, device
        self._labels = torch.from_numpy(train.labels).to(device)
        self._batches = Batches(train, model.spec.transform, spec.crop_scale, device, group)
        self._teacher = deepcopy(model).eval() if spec.distillation else None
        self._frozen = []
        if spec.last_blocks is not None:
            first = blocks(model.encoder)[-spec.last_blocks]
            self._frozen = freeze_before(model.encoder, first)
        self._forward = compiled(model) if spec.compile else model

    def backward(self, places: Tensor, micro_batch: int) -> Tensor:
        """Sum the gradients of the parts, each weighted by its share of the batch."""
        return accumulate(
            self._loss(part, pixels) * (len(part) / len(places))
            for part, pixels in self._batches.parts(places, micro_batch)
        )

    def _loss(self, part: Tensor, pixels: Tensor) -> Tensor:
        with autocast(self._device, self._spec.precision):
            logits = self._forward(pixels)
            with torch.no_grad():
                teacher = self._teacher(pixels) if self._teacher else None
        spec, labels = self._spec, self._labels[part]
        return class_loss(logits, labels, spec.label_smoothing, teacher, spec.distillation)

    def train(self) -> None:
        """Training mode, but for the frozen modules: BatchNorm would collect statistics there."""
        self.trained.train()
        for module in self._frozen:
            module.training = False


def compiled(model: ImageClassifier) -> Callable[[Tensor], Tensor]:
    """The forward pass of `model`, compiled at its first use.

    The result raises `Invalid` where torch.compile does not work on this machine.
    """
    from torch._dynamo.exc import TorchDynamoException  # takes seconds to import

    fast = torch.compile(model)

    def forward(pixels: Tensor) -> Tensor:
        try:
            return fast(pixels)
        except TorchDynamoException as error:
            reason = str(error).strip().split("\n")[0].rstrip(".")
            raise Invalid(
                f"torch.compile does not work on this machine ({reason}); train without it."
            ) from error

    return forward
