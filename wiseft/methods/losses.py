"""Losses of a batch, and the penalty on the distance to given weights."""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor


def class_loss(
    logits: Tensor,
    labels: Tensor,
    smoothing: float = 0.0,
    teacher: Tensor | None = None,
    distillation: float = 0.0,
) -> Tensor:
    """Mean of (1 - a) * CE to the labels + a * CE to the teacher's probabilities, a scalar.

    Sources: label smoothing, Szegedy et al., CVPR 2016, section 7; distillation, Hinton et al.,
    2015, at temperature 1, as in Wortsman et al., CVPR 2022, appendix.

    Args:
        logits: of the model [B, C].
        labels: class ids [B].
        smoothing: share of a label's target that is spread evenly over all classes.
        teacher: logits of the zero-shot model [B, C]; not differentiated.
        distillation: the share a; 0 where there is no teacher.
    """
    to_labels = F.cross_entropy(logits, labels, label_smoothing=smoothing)
    if teacher is None:
        return to_labels
    to_teacher = F.cross_entropy(logits, teacher.softmax(dim=-1))
    return (1 - distillation) * to_labels + distillation * to_teacher


def contrastive_loss(images: Tensor, texts: Tensor, scale: Tensor) -> Tensor:
    """Mean cross-entropy of finding each image's text and each text's image in the batch.

    Source: Radford et al., ICML 2021, section 2.3.

    Args:
        images, texts: embeddings of length one [B, D]; those at the same place belong together.
        scale: what their similarities are multiplied by.
    """
    logits = scale * images.float() @ texts.float().T
    targets = torch.arange(len(logits), device=logits.device)
    return (F.cross_entropy(logits, targets) + F.cross_entropy(logits.T, targets)) / 2


@torch.no_grad()
def pull(parameters: Sequence[Tensor], anchors: Sequence[Tensor], strength: float) -> Tensor:
    """Add the gradient of strength / 2 * |parameters - anchors|^2; returns that penalty.

    Source: L2-SP, Li et al., ICML 2018, section 3; with anchors of zero it is weight decay.

    Args:
        parameters: with the gradient of the loss, or None for it.
        anchors: what they are pulled to, in the same order.
        strength: of the pull, 0 or more.
    """
    penalty = torch.zeros((), device=parameters[0].device)
    for parameter, anchor in zip(parameters, anchors, strict=True):
        distance = parameter - anchor
        penalty += strength / 2 * distance.square().sum()
        if parameter.grad is None:
            parameter.grad = strength * distance
        else:
            parameter.grad.add_(distance, alpha=strength)
    return penalty
