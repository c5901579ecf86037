"""Which modules are blocks, and what stays frozen before them."""

import pytest
import torch
from torch import nn

from tests import models
from wiseft.clip import build_classifier
from wiseft.methods.parts import blocks, freeze_before
from wiseft.specs import ModelSpec


def encoder(architecture: str) -> nn.Module:
    spec = ModelSpec(architecture, models.tiny_classifier().spec.transform, ("a", "b"), ("{}",))
    return build_classifier(spec).encoder


@pytest.mark.parametrize(
    ("architecture", "count"),
    [("tiny-vit", 2), ("wiseft-signs", 4), ("tiny-resnet", 4), ("RN50", 16)],
)
def test_blocks_are_counted_as_the_architecture_says(architecture: str, count: int):
    assert len(blocks(encoder(architecture))) == count


def test_a_transformer_keeps_its_last_block_and_what_follows_it():
    vit = encoder("tiny-vit")
    last = blocks(vit)[-1]
    freeze_before(vit, last)
    trained = {name for name, each in vit.named_parameters() if each.requires_grad}
    of_last = {f"transformer.resblocks.1.{name}" for name, _ in last.named_parameters()}
    assert trained == {*of_last, "ln_post.weight", "ln_post.bias", "proj"}


def test_a_resnet_keeps_its_last_blocks_and_its_projection():
    resnet = encoder("wiseft-signs")
    frozen = freeze_before(resnet, blocks(resnet)[-2])
    trained = {name.split(".")[1] for name, each in resnet.named_parameters() if each.requires_grad}
    assert trained == {"layer3", "layer4", "proj"}
    assert not any(each.requires_grad for module in frozen for each in module.parameters(False))


def test_all_blocks_leave_the_stem_frozen():
    resnet = encoder("wiseft-signs")
    freeze_before(resnet, blocks(resnet)[0])
    frozen = {name for name, each in resnet.named_parameters() if not each.requires_grad}
    assert frozen == {"trunk.conv1.weight", "trunk.bn1.weight", "trunk.bn1.bias"}
    assert all(isinstance(each, torch.nn.Parameter) for each in resnet.parameters())
