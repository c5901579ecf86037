"""Which kind of file holds weights, told from its first bytes, without torch."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Literal

from wiseft.errors import Invalid, Missing

WeightFormat = Literal["safetensors", "torchscript", "pickle", "other"]
"""Of "pickle" are what `torch.save` writes (a zip with a pickle inside) and bare pickles."""


def weight_format(path: Path) -> WeightFormat:
    """The format of `path`, whatever its name ends in.

    Raises:
        Missing: where there is no such file.
        Invalid: where it is a folder, is empty or cannot be read.
    """
    if path.is_dir():
        raise Invalid(f"{path} is a folder; name a file with weights in it.")
    try:
        with path.open("rb") as stream:
            start = stream.read(9)
    except FileNotFoundError as error:
        raise Missing(f"There is no file {path}.") from error
    except OSError as error:
        raise Invalid(f"{path} cannot be read ({error.strerror}).") from error
    if not start:
        raise Invalid(f"{path} is empty; copy or make it again.")
    # A safetensors file opens with the length of its header (8 bytes) and the header's brace. This
    # is asked first: as a number, the length can look like the first bytes of a pickle.
    if start[8:] == b"{":
        return "safetensors"
    if start.startswith(b"PK\x03\x04"):
        return "torchscript" if _is_torchscript(path) else "pickle"
    return "pickle" if start.startswith(b"\x80") else "other"


def _is_torchscript(path: Path) -> bool:
    """Whether a zip file is an archive of `torch.jit.save`; False where its index is damaged."""
    try:
        with zipfile.ZipFile(path) as archive:
            return any(name.endswith("/constants.pkl") for name in archive.namelist())
    except Exception:  # zipfile raises errors of many kinds on damaged files
        return False
