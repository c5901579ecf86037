"""Where tensors live, and in which precision it pays to compute there."""

from __future__ import annotations

from pathlib import Path

import torch

from wiseft.errors import Invalid
from wiseft.specs import Precision

_CPU_FLAGS = Path("/proc/cpuinfo")
_BF16_FLAGS = {"avx512_bf16", "amx_bf16", "bf16"}
"""What Linux calls the bfloat16 instructions of x86 (two kinds) and ARM."""


def default_device() -> str:
    """The fastest device of this machine: "cuda", "mps" or "cpu"."""
    if torch.cuda.is_available():
        return "cuda"
    if torch.backends.mps.is_available():
        return "mps"
    return "cpu"


def checked_device(name: str) -> str:
    """`name` as it is, where a tensor can be put on that device.

    Args:
        name: of a device as torch spells it: "cpu", "mps", "cuda", "cuda:1".

    Raises:
        Invalid: where the name is no device or this machine does not have it.
    """
    try:
        torch.empty(0, device=name)
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        raise Invalid(
            f"The device {name!r} cannot be used here; this machine has {_available()}."
        ) from error
    return name


def autocast(device: str, precision: Precision) -> torch.autocast:
    """A context in which forward passes on `device` compute in `precision`; float32 is no change.

    Weights and inputs stay as they are.
    """
    dtype = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}
    enabled = precision != "float32"
    return torch.autocast(
        torch.device(device).type, dtype=dtype[precision] if enabled else None, enabled=enabled
    )


def fast_bf16(device: str) -> bool:
    """Whether bfloat16 is faster than float32 on `device`: whether it has instructions for it.

    Elsewhere torch accepts bfloat16 too and emulates it, slower than float32. On a CPU the
    kernel's list of its features is read, since torch's own test is true for every AVX-512;
    outside Linux the answer is False.
    """
    kind = torch.device(device).type
    if kind == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    if kind == "cpu" and _CPU_FLAGS.exists():
        return not _BF16_FLAGS.isdisjoint(_CPU_FLAGS.read_text("utf-8").split())
    return False


def _available() -> str:
    """The devices of this machine, in words."""
    names = ["cpu"]
    if torch.backends.mps.is_available():
        names.append("mps")
    names += [f"cuda:{index}" for index in range(torch.cuda.device_count())]
    return ", ".join(names)
