from __future__ import annotations

import random
import re
from dataclasses import replace

import pytest
import torch

from tests.checkpoints import SPEC
from wiseft.clip import build_classifier
from wiseft.layers import HEAD, OUTPUT, STEM, layer_of


@pytest.mark.parametrize(
    ("tensor", "title"),
    [
        ("encoder.conv1.weight", "stem"),
        ("encoder.class_embedding", "stem"),
        ("encoder.trunk.patch_embed.backbone.stages.0.0.conv.weight", "stem"),
        ("encoder.transformer.resblocks.11.mlp.c_fc.bias", "block 11"),
        ("encoder.trunk.blocks.3.norm1.weight", "block 3"),
        ("encoder.layer1.0.conv1.weight", "stage 1, block 0"),
        ("encoder.trunk.layer4.2.downsample.0.weight", "stage 4, block 2"),
        ("encoder.trunk.stages.2.blocks.26.mlp.fc1.weight", "stage 2, block 26"),
        ("encoder.trunk.stages.2.downsample.1.weight", "stage 2"),
        ("encoder.ln_post.weight", "last norm and projection"),
        ("encoder.proj", "last norm and projection"),
        ("encoder.attnpool.positional_embedding", "last norm and projection"),
        ("encoder.head.proj.weight", "last norm and projection"),
        ("encoder.trunk.norm.weight", "last norm and projection"),
        ("head.bias", "head"),
    ],
)
def test_the_name_of_a_tensor_tells_its_layer(tensor: str, title: str):
    assert layer_of(tensor).title == title


def test_layers_sort_by_depth_and_not_as_text():
    names = [f"encoder.transformer.resblocks.{i}.attn.weight" for i in range(12)]
    ordered = [STEM, *map(layer_of, names), OUTPUT, HEAD]
    shuffled = random.Random(0).sample(ordered, len(ordered))
    assert sorted(shuffled) == ordered
    downsampling, block = (
        layer_of(f"encoder.trunk.stages.1.{part}.0.weight") for part in ("downsample", "blocks")
    )
    assert downsampling < block < layer_of("encoder.trunk.stages.2.blocks.0.weight")


@pytest.mark.parametrize(
    ("architecture", "blocks"),
    [("ViT-B-32-quickgelu", 12), ("RN50", 3 + 4 + 6 + 3), ("ViT-B-16-SigLIP", 12)],
)
def test_every_block_of_an_architecture_is_found(architecture: str, blocks: int):
    with torch.device("meta"):
        classifier = build_classifier(replace(SPEC, architecture=architecture))
    found = {layer_of(name) for name in classifier.state_dict()}
    assert len([layer for layer in found if re.search(r"block \d+$", layer.title)]) == blocks
    assert {STEM, OUTPUT, HEAD} <= found
    assert len(found) == blocks + 3
