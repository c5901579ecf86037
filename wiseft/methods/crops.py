"""Random crops of a batch, each image with one of its own."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor
from torchvision.transforms import InterpolationMode, v2

TRIES = 10
"""Draws for a crop that fits into the image before it is left whole."""


def draw_boxes(count: int, size: int, smallest: float) -> Tensor:
    """Crops [count, 4] of square images: top, left, height and width in whole pixels.

    A crop has `smallest` of the area or more, evenly distributed, and an aspect ratio of 3/4 to
    4/3, evenly distributed in its logarithm, as in open_clip's training. Source: Szegedy et al.,
    CVPR 2015, section 6. The numbers come from torch's generator on the CPU.
    """
    area = size * size * torch.empty(count, TRIES).uniform_(smallest, 1)
    ratio = torch.empty(count, TRIES).uniform_(math.log(3 / 4), math.log(4 / 3)).exp()
    sides = torch.stack([(area / ratio).sqrt(), (area * ratio).sqrt()], dim=2).round().long()
    fits = (sides <= size).all(dim=2)
    first = fits.int().argmax(dim=1)
    drawn = sides[torch.arange(count), first]
    drawn = torch.where(fits.any(dim=1, keepdim=True), drawn, size)
    corners = (torch.rand(count, 2) * (size - drawn + 1)).long()
    return torch.cat([corners, drawn], dim=1)


def cropped(pixels: Tensor, boxes: Tensor) -> Tensor:
    """Every image [B, S, S, 3] cut to its box and resized, bicubic: uint8 [B, 3, S, S].

    Args:
        pixels: uint8, on any device.
        boxes: [B, 4], on the CPU, as `draw_boxes` returns them.
    """
    # On a CPU torchvision's uint8 kernels are ten times faster than sampling the whole batch; on
    # an accelerator one kernel for the batch is faster than hundreds of small ones.
    one_by_one = pixels.device.type == "cpu"
    return (_one_by_one if one_by_one else _at_once)(pixels.permute(0, 3, 1, 2), boxes)


def _one_by_one(images: Tensor, boxes: Tensor) -> Tensor:
    size = [images.shape[-1]] * 2
    filtering = InterpolationMode.BICUBIC
    return torch.stack(
        [
            v2.functional.resized_crop(image, *box, size=size, interpolation=filtering)
            for image, box in zip(images, boxes.tolist(), strict=True)
        ]
    )


def _at_once(images: Tensor, boxes: Tensor) -> Tensor:
    size = images.shape[-1]
    top, left, height, width = (boxes.to(images.device).float() / size).unbind(dim=1)
    # From the corners -1 and 1 of the result to those of the box.
    affine = images.new_zeros(len(images), 2, 3, dtype=torch.float32)
    affine[:, 0, 0], affine[:, 0, 2] = width, 2 * left + width - 1
    affine[:, 1, 1], affine[:, 1, 2] = height, 2 * top + height - 1
    grid = F.affine_grid(affine, list(images.shape), align_corners=False)
    sampled = F.grid_sample(
        images.float(), grid, mode="bicubic", padding_mode="border", align_corners=False
    )
    return sampled.round_().clamp_(0, 255).byte()
