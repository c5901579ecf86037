"""Checkpoints for a page: chosen from those at hand or by path, opened and compared once."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import streamlit as st

from wiseft.app import address
from wiseft.app.pickers import show, widget_key, write
from wiseft.app.typed_paths import existing_path
from wiseft.charts.classes import WORDS, End
from wiseft.checkpoint_files import CheckpointFile, differences, open_checkpoint
from wiseft.distances import TensorDistance, tensor_distances
from wiseft.errors import UnknownName, WiseftError
from wiseft.jobs import read_only

SUFFIX = ".safetensors"


def opened(path: Path) -> CheckpointFile:
    """`open_checkpoint`. Raises what it raises."""
    return _opened(path, *_identity(path))


def distances(zeroshot: Path, finetuned: Path) -> list[TensorDistance]:
    """`tensor_distances`. Raises what it raises."""
    return _distances(zeroshot, finetuned, _identity(zeroshot), _identity(finetuned))


def default_pair(known: Mapping[str, Path]) -> dict[End, str]:
    """The first zero-shot checkpoint that another one can be merged with, and that other one.

    Where there is no such pair, the first of `known` stands at both ends.

    Args:
        known: files by name; there is one at least.
    """
    readable: dict[str, CheckpointFile] = {}
    for name, path in known.items():
        with suppress(WiseftError):
            readable[name] = opened(path)
    for start, file in readable.items():
        if file.info.provenance.get("made_by") == "zeroshot":
            for end, other in readable.items():
                if end != start and not differences(file, other):
                    return {"zeroshot": start, "finetuned": end}
    first = next(iter(known))
    return {"zeroshot": first, "finetuned": first}


def pick_checkpoint(end: End, known: Mapping[str, Path], default: str) -> str:
    """What the URL names for one end, with a control to change it: a known name, or a path.

    Args:
        end: which; also the key in the URL.
        known: files by name.
        default: the name of one of them.
    """
    wanted = address.asked(end) or default
    free = not read_only()
    shown = free or wanted in known
    address.publish(**{end: wanted})
    show(end, wanted if shown else None)
    st.selectbox(
        f"{WORDS[end].capitalize()}, alpha {0 if end == 'zeroshot' else 1}",
        list(known),
        index=0 if shown else None,
        key=widget_key(end),
        format_func=lambda name: name.removesuffix(SUFFIX),
        accept_new_options=free,
        on_change=write,
        args=(end,),
        placeholder="Choose a checkpoint, or type the path of a file",
        width=420,
    )
    return wanted


def checkpoint_path(wanted: str, known: Mapping[str, Path]) -> Path:
    """The file of a checkpoint.

    Args:
        wanted: a known name, or a path.
        known: files by name.

    Raises:
        WiseftError: where it is neither, or, in read-only mode, not a known name.
    """
    if wanted in known:
        return known[wanted]
    if read_only():
        raise UnknownName("checkpoint", wanted, known)
    return existing_path(wanted, "file")


@st.cache_data(max_entries=128, show_spinner=False)
def _opened(path: Path, modified: int, size: int) -> CheckpointFile:
    return open_checkpoint(path)


@st.cache_data(max_entries=32, show_spinner="Comparing the weights …")
def _distances(
    zeroshot: Path, finetuned: Path, ours: tuple[int, int], theirs: tuple[int, int]
) -> list[TensorDistance]:
    return tensor_distances(zeroshot, finetuned)


def _identity(path: Path) -> tuple[int, int]:
    """When a file was changed, and its size; zeros where it is not there."""
    try:
        status = path.stat()
    except OSError:
        return 0, 0
    return status.st_mtime_ns, status.st_size
