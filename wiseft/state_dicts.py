"""Weights that other programs saved, read without running code from the file."""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from wiseft.errors import Invalid
from wiseft.torchscript import read_torchscript
from wiseft.weight_files import weight_format
from wiseft.weights import as_float32

_OPENAI_NUMBERS = {"input_resolution", "context_length", "vocab_size"}
"""Three numbers that OpenAI's models carry among their weights, and no others do."""


@dataclass(frozen=True)
class StateDict:
    """Named weights.

    Attributes:
        tensors: by name, on the CPU, floating ones as float32.
        openai: whether OpenAI's own code saved them, so that they are of a model with QuickGELU.
    """

    tensors: dict[str, Tensor]
    openai: bool


def read_state_dict(path: Path) -> StateDict:
    """The weights in a file: safetensors, a state dict of `torch.save`, or a TorchScript archive.

    A state dict may stand under the key "state_dict", as training programs save it, and its names
    may begin with "module.", as those of a model that was trained on several devices.

    Raises:
        Missing: where there is no such file.
        Invalid: where it is a folder, damaged, or holds something else than named tensors.
    """
    kind = weight_format(path)
    if kind == "other":
        raise Invalid(f"{path} is neither a safetensors nor a PyTorch file.")
    read = {"safetensors": _safetensors, "torchscript": read_torchscript, "pickle": _pickled}
    tensors = read[kind](path)
    if tensors and all(name.startswith("module.") for name in tensors):
        tensors = {name.removeprefix("module."): each for name, each in tensors.items()}
    openai = tensors.keys() >= _OPENAI_NUMBERS
    if openai:
        tensors = {name: each for name, each in tensors.items() if name not in _OPENAI_NUMBERS}
    return StateDict(as_float32(tensors), openai)


def _safetensors(path: Path) -> dict[str, Tensor]:
    try:
        return load_file(path)
    except SafetensorError as error:
        raise Invalid(
            f"{path} is a truncated or damaged safetensors file ({error}); copy it again."
        ) from error


def _pickled(path: Path) -> dict[str, Tensor]:
    try:
        content: Any = torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise Invalid(
            f"{path} holds more than weights (or is damaged), and reading the rest could run "
            "code; save the state dict of its model alone."
        ) from error
    except Exception as error:  # damaged files raise errors of any kind
        raise Invalid(f"{path} is a truncated or damaged PyTorch file; copy it again.") from error
    if isinstance(content, dict) and isinstance(content.get("state_dict"), dict):
        content = content["state_dict"]
    if not _is_state_dict(content):
        raise Invalid(f"{path} is a PyTorch file without a state dict; save that of the model.")
    return content


def _is_state_dict(content: Any) -> bool:
    """Whether `content` maps names to tensors, and one at least."""
    return (
        isinstance(content, dict)
        and len(content) > 0
        and all(isinstance(k, str) and isinstance(v, Tensor) for k, v in content.items())
    )
