"""The tensors in a safetensors file without torch: what they are, and their values in pieces.

The reader that comes with safetensors hands out NumPy arrays too, but whole, and none in bfloat16,
which NumPy does not know.

Format: https://huggingface.co/docs/safetensors, "Format".
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wiseft.errors import Invalid, Missing

PIECE = 1 << 20
"""Values that are read at a time."""

_LENGTH_BYTES = 8

_DTYPES = {
    "F64": "<f8",
    "F32": "<f4",
    "F16": "<f2",
    "BF16": "<u2",
    "I64": "<i8",
    "I32": "<i4",
    "I16": "<i2",
    "I8": "i1",
    "U8": "u1",
    "BOOL": "?",
}
"""NumPy's names of the values on disk. The upper half of a float32 is its bfloat16."""


@dataclass(frozen=True)
class TensorForm:
    """One tensor in a file.

    Attributes:
        dtype: as the format spells it: "F32", "F16", "BF16", "I64".
        shape: its sizes; none for a single number.
        start: where its values begin, in bytes from the start of the file.
    """

    dtype: str
    shape: tuple[int, ...]
    start: int

    @property
    def size(self) -> int:
        """Number of values."""
        return math.prod(self.shape)

    @property
    def floating(self) -> bool:
        """Whether its values are floating-point numbers, and not counters or switches."""
        return self.dtype in ("F64", "F32", "F16", "BF16")


def tensor_forms(path: Path) -> dict[str, TensorForm]:
    """The tensors in a safetensors file, by name, in the order in which they lie in it.

    Raises:
        Missing: where there is no such file.
        Invalid: where it is damaged, or holds values that NumPy cannot read.
    """
    try:
        with path.open("rb") as file:
            length = int.from_bytes(file.read(_LENGTH_BYTES), "little")
            if length > path.stat().st_size:
                raise ValueError("its header is longer than the file")
            header = json.loads(file.read(length))
        found = {
            name: _form(entry, _LENGTH_BYTES + length)
            for name, entry in header.items()
            if name != "__metadata__"
        }
    except FileNotFoundError as error:
        raise Missing(f"There is no file {path}.") from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Invalid(f"{path} is a damaged safetensors file ({error}); copy it again.") from error
    return dict(sorted(found.items(), key=lambda item: item[1].start))


def read_pieces(path: Path, form: TensorForm) -> Iterator[NDArray[np.float64]]:
    """The values of a tensor in row-major order, at most `PIECE` at a time.

    Raises:
        Invalid: where the file ends before they do.
    """
    stored = np.dtype(_DTYPES[form.dtype])
    with path.open("rb") as file:
        file.seek(form.start)
        for begin in range(0, form.size, PIECE):
            count = min(PIECE, form.size - begin)
            values = np.fromfile(file, stored, count)
            if len(values) < count:
                raise Invalid(f"{path} is truncated; copy or make it again.")
            if form.dtype == "BF16":
                values = (values.astype("<u4") << 16).view("<f4")
            yield values.astype(np.float64)


def _form(entry: dict[str, object], data: int) -> TensorForm:
    """The entry of one tensor in the header of a file whose values begin at byte `data`."""
    dtype, shape, offsets = entry["dtype"], entry["shape"], entry["data_offsets"]
    if not isinstance(dtype, str) or dtype not in _DTYPES:
        raise ValueError(f"values of the kind {dtype!r} cannot be read")
    if not isinstance(shape, list) or not isinstance(offsets, list):
        raise TypeError("a tensor without a shape or a place")
    return TensorForm(dtype, tuple(int(size) for size in shape), data + int(offsets[0]))
