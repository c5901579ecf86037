"""The classifier: an image encoder, features of length one, a linear head."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from wiseft.specs import ModelSpec, Transform


class ImageClassifier(nn.Module):
    """Images to logits: head(encoder(x) / |encoder(x)|).

    The features are normalised in zero-shot use and all through fine-tuning, and no temperature is
    left beside the head, which starts with exp(logit scale) in its rows.
    Source: Wortsman et al., CVPR 2022, section 2.

    Args:
        encoder: pixels [B, 3, S, S] to embeddings [B, D].
        head: embeddings [B, D] to logits [B, C], with a bias.
        spec: what the weights are weights of.
    """

    def __init__(self, encoder: nn.Module, head: nn.Linear, spec: ModelSpec) -> None:
        super().__init__()
        self.encoder = encoder
        self.head = head
        self.spec = spec

    def features(self, pixels: Tensor) -> Tensor:
        """Image features of length one [B, D] of normalised `pixels` [B, 3, S, S]."""
        return F.normalize(self.encoder(pixels), dim=-1)

    def forward(self, pixels: Tensor) -> Tensor:
        """Logits [B, C], float32, of normalised `pixels` [B, 3, S, S].

        The head computes in float32 under autocast too: logits of about 30 have steps of 0.125 in
        bfloat16, coarser than the margin between many first and second classes.
        """
        features = self.features(pixels)
        with torch.autocast(pixels.device.type, enabled=False):
            return self.head(features.float())


def normalize_pixels(pixels: Tensor, transform: Transform) -> Tensor:
    """What an encoder expects, from decoded images: float32 [B, 3, S, S], scaled and normalised.

    The numbers are bit for bit those of torchvision's ToTensor and Normalize.

    Args:
        pixels: uint8 [B, S, S, 3] or [B, 3, S, S], on any device, which is that of the result.
            From the first layout the result is a channels-last tensor, the faster one for
            convolutions.
        transform: its mean and standard deviation are taken.
    """
    if pixels.shape[-1] == 3:
        pixels = pixels.permute(0, 3, 1, 2)
    mean = torch.tensor(transform.mean, device=pixels.device).view(3, 1, 1)
    std = torch.tensor(transform.std, device=pixels.device).view(3, 1, 1)
    return pixels.float().div_(255).sub_(mean).div_(std)
