"""Which weights of an image encoder are trained."""

from __future__ import annotations

from torch import nn


def blocks(encoder: nn.Module) -> list[nn.Module]:
    """The blocks of an image encoder, first to last.

    A block is an element of an outermost sequence of modules that has modules of its own: the
    residual blocks of a transformer or a ResNet, the stages of a ConvNeXt; not the layers of a
    stem, nor a projection.
    """
    found: list[nn.Module] = []
    for child in encoder.children():
        if isinstance(child, nn.Sequential | nn.ModuleList):
            found += [each for each in child if any(True for _ in each.children())]
        else:
            found += blocks(child)
    return found


def freeze_before(encoder: nn.Module, block: nn.Module) -> list[nn.Module]:
    """Freeze all that comes before `block`; the modules that are frozen.

    Modules come in the order of their registration. Of the parameters that stand in the encoder
    itself only `proj` comes after the blocks: open_clip's output projection.
    """
    frozen: list[nn.Module] = []
    for module in encoder.modules():
        if module is block:
            break
        frozen.append(module)
        for name, parameter in module.named_parameters(recurse=False):
            if name != "proj":
                parameter.requires_grad_(False)
    return frozen
