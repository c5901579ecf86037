from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torchvision.transforms import Normalize, ToTensor

from tests.models import tiny_classifier
from wiseft.classifier import normalize_pixels
from wiseft.device import autocast
from wiseft.specs import Transform

CLIP_PIXELS = Transform(
    size=8,
    mean=(0.48145466, 0.4578275, 0.40821073),
    std=(0.26862954, 0.26130258, 0.27577711),
)


def random_pixels(count: int) -> torch.Tensor:
    return torch.randn(count, 3, 16, 16, generator=torch.Generator().manual_seed(0))


def test_features_have_length_one_and_logits_are_linear_in_them():
    model, pixels = tiny_classifier(), random_pixels(5)
    with torch.inference_mode():
        embeddings = model.encoder(pixels)
        lengths = embeddings.pow(2).sum(dim=1, keepdim=True).sqrt()
        expected = embeddings / lengths @ model.head.weight.T + model.head.bias
        torch.testing.assert_close(model.features(pixels), embeddings / lengths)
        torch.testing.assert_close(model(pixels), expected)


def test_the_scale_of_the_embeddings_does_not_matter():
    model, pixels = tiny_classifier(), random_pixels(2)
    scaled = tiny_classifier()
    scaled.encoder = nn.Sequential(scaled.encoder, Doubled())
    with torch.inference_mode():
        torch.testing.assert_close(scaled(pixels), model(pixels))


class Doubled(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return 2 * x


def test_the_head_computes_in_float32_under_autocast():
    model, pixels = tiny_classifier(), random_pixels(4)
    with torch.inference_mode(), autocast("cpu", "bfloat16"):
        features, logits = model.features(pixels), model(pixels)
    assert features.dtype == torch.bfloat16
    expected = features.float() @ model.head.weight.T + model.head.bias
    torch.testing.assert_close(logits, expected)


@given(st.integers(0, 2**31 - 1), st.sampled_from([1, 3, 8, 9]))
def test_normalized_pixels_are_bit_for_bit_those_of_torchvision(seed: int, size: int):
    generator = torch.Generator().manual_seed(seed)
    pixels = torch.randint(0, 256, (2, size, size, 3), dtype=torch.uint8, generator=generator)
    reference = Normalize(CLIP_PIXELS.mean, CLIP_PIXELS.std)
    expected = torch.stack([reference(ToTensor()(image.numpy())) for image in pixels])
    assert torch.equal(normalize_pixels(pixels, CLIP_PIXELS), expected)


def test_both_layouts_of_pixels_give_the_same_and_pixels_are_not_changed():
    pixels = torch.randint(0, 256, (2, 8, 8, 3), dtype=torch.uint8)
    before = pixels.clone()
    last = normalize_pixels(pixels, CLIP_PIXELS)
    first = normalize_pixels(pixels.permute(0, 3, 1, 2).contiguous(), CLIP_PIXELS)
    assert torch.equal(last, first)
    assert torch.equal(pixels, before)
    assert last.shape == (2, 3, 8, 8)
    assert last.is_contiguous(memory_format=torch.channels_last)


@pytest.mark.gpu
def test_pixels_are_normalized_where_they_are():
    pixels = torch.randint(0, 256, (2, 8, 8, 3), dtype=torch.uint8)
    on_gpu = normalize_pixels(pixels.cuda(), CLIP_PIXELS)
    assert on_gpu.is_cuda
    torch.testing.assert_close(on_gpu.cpu(), normalize_pixels(pixels, CLIP_PIXELS))
