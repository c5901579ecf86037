"""The layers of a classifier in order of depth, told from the names of its tensors.

Names are those of `ImageClassifier.state_dict()`: "encoder." before what open_clip, or timm under
"trunk.", calls the parts of an image tower, and "head." before the classifier's last layer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_STEM = re.compile(
    r"(conv\d|bn\d|stem|patch_embed|class_embedding|positional_embedding|cls_token|reg_token"
    r"|pos_embed|ln_pre|norm_pre)\b"
)
"""How the names of what lies before the first block begin."""

_BLOCK = re.compile(r"(?:.*\.)?(?P<container>resblocks|blocks|layers|stages|layer\d+)\.\d+(?=\.)")
"""A numbered part that is repeated, with the stage that it is in, where there is one."""


@dataclass(frozen=True, order=True)
class Layer:
    """A part of a model; layers sort by depth, from the pixels to the classes.

    Attributes:
        depth: 0 stem, 1 blocks, 2 what follows them, 3 head; then the numbers of a block.
        title: in words. Blocks are counted from 0, as in the names of their tensors.
    """

    depth: tuple[int, ...]
    title: str


STEM = Layer((0,), "stem")
OUTPUT = Layer((2,), "last norm and projection")
HEAD = Layer((3,), "head")


def layer_of(tensor: str) -> Layer:
    """The layer that a tensor of that name belongs to."""
    if tensor.startswith("head."):
        return HEAD
    name = tensor.removeprefix("encoder.").removeprefix("trunk.")
    if _STEM.match(name):
        return STEM
    block = _BLOCK.match(name)
    if block is None:
        return OUTPUT
    numbers = tuple(map(int, re.findall(r"\d+", block.group())))
    if len(numbers) == 1:
        kind = "stage" if block["container"] in ("layers", "stages") else "block"
        return Layer((1, *numbers), f"{kind} {numbers[0]}")
    stage, *inner = numbers
    return Layer((1, *numbers), f"stage {stage}, block {'.'.join(map(str, inner))}")
