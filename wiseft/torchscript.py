"""The weights in a TorchScript archive, read without running any of its code.

OpenAI published CLIP in this format. `torch.jit.load` is deprecated and compiles the program in
the archive; here only the pickled object tree is read, by an unpickler that knows nothing but
modules (as plain holders of attributes) and tensors.
"""

from __future__ import annotations

import pickle
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from wiseft.errors import Invalid

_DTYPES = {
    "HalfStorage": torch.float16,
    "BFloat16Storage": torch.bfloat16,
    "FloatStorage": torch.float32,
    "DoubleStorage": torch.float64,
    "LongStorage": torch.int64,
    "IntStorage": torch.int32,
    "BoolStorage": torch.bool,
}


def read_torchscript(path: Path) -> dict[str, Tensor]:
    """The tensors of a TorchScript archive by dotted name, on the CPU.

    Raises:
        Invalid: where the archive is damaged or holds anything but modules, tensors and numbers.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            root = next(name for name in archive.namelist() if name.endswith("/data.pkl"))
            return dict(_tensors(_Unpickler(archive, root).load(), ""))
    except Exception as error:  # damaged pickles raise errors of any kind
        raise Invalid(
            f"{path} is a damaged TorchScript archive ({error}); copy or download it again."
        ) from error


class _Module:
    """A scripted module, as the attributes that were pickled of it."""


class _Unpickler(pickle.Unpickler):
    """Unpickles `data.pkl` of an archive; whatever is not in `_KNOWN` is refused."""

    def __init__(self, archive: zipfile.ZipFile, name: str) -> None:
        super().__init__(BytesIO(archive.read(name)))
        self._archive = archive
        self._folder = name.removesuffix("data.pkl") + "data/"

    def find_class(self, module: str, name: str) -> Any:
        if module.split(".")[0] == "__torch__":
            return _Module
        if (module, name) not in _KNOWN:
            raise pickle.UnpicklingError(f"it holds a {module}.{name}")
        return _KNOWN[module, name]

    def persistent_load(self, pid: Any) -> Tensor:
        _, dtype, key, _, _ = pid
        return torch.frombuffer(bytearray(self._archive.read(self._folder + key)), dtype=dtype)


def _tensor(
    storage: Tensor, offset: int, size: tuple[int, ...], stride: tuple[int, ...], *_: Any
) -> Tensor:
    """The tensor that a storage and a layout describe."""
    return storage.as_strided(size, stride, offset)


_KNOWN: dict[tuple[str, str], Any] = {
    ("torch._utils", "_rebuild_tensor_v2"): _tensor,
    ("collections", "OrderedDict"): dict,
    **{("torch", name): dtype for name, dtype in _DTYPES.items()},
}


def _tensors(module: _Module, prefix: str) -> Iterator[tuple[str, Tensor]]:
    """The tensors of a module and of the modules in it, by dotted name."""
    for name, value in vars(module).items():
        if isinstance(value, Tensor):
            yield prefix + name, value
        elif isinstance(value, _Module):
            yield from _tensors(value, f"{prefix}{name}.")
