"""The image tower of the demo: a ResNet small enough to be pretrained on two CPU cores.

Importing this module makes the tower known to timm, and the CLIP model `wiseft-signs` that is
built on it to open_clip.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import open_clip
from timm.layers.norm import GroupNorm
from timm.models import build_model_with_cfg, generate_default_cfgs, register_model
from timm.models.resnet import BasicBlock, ResNet

ARCHITECTURE = "wiseft-signs"
"""open_clip's name of the demo's model."""

default_cfgs = generate_default_cfgs(
    {"wiseft_resnet": {"input_size": (3, 64, 64), "first_conv": "conv1", "classifier": "fc"}}
)
"""timm looks this table up by its name when it registers the models of a module."""


@register_model
def wiseft_resnet(pretrained: bool = False, **options: Any) -> ResNet:
    """A ResNet of four basic blocks, 32 to 256 channels wide, with group normalisation.

    Batch statistics do not survive the averaging of weights, so there is no batch normalisation.
    There are no `pretrained` weights: timm passes the argument to every model.
    """
    return build_model_with_cfg(
        ResNet,
        "wiseft_resnet",
        pretrained,
        block=BasicBlock,
        layers=(1, 1, 1, 1),
        channels=(32, 64, 128, 256),
        norm_layer=partial(GroupNorm, num_groups=8),
        **options,
    )


open_clip.add_model_config(Path(__file__).parent / "configs" / f"{ARCHITECTURE}.json")
