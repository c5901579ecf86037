"""What the components have in common: scripts in one scope, and wishes that are told once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import streamlit as st

SHARED = Path(__file__).parent / "live" / "js"

DRAWING = ("format", "dom", "mount", "marks", "tip", "pictures")
"""Scripts that drawings share; what is used stands before what uses it."""


FIGURE = (SHARED.parent / "figure.css").read_text("utf-8")
"""The style that figures share."""


def scripts(folder: Path, *own: str, shared: Sequence[str] = DRAWING) -> str:
    """The `shared` scripts and those of `folder`, in this order and in one scope."""
    files = [*(SHARED / f"{name}.js" for name in shared), *(folder / f"{name}.js" for name in own)]
    return "\n".join(file.read_text("utf-8") for file in files)


def new_wish(key: str) -> dict[str, Any] | None:
    """What was wished for in the component `key` since this was last asked; None where nothing was.

    A component keeps its last `wish`, with the time of it as its `stamp`.
    """
    wish, stamp = st.session_state.get(key, {}).get("wish"), f"{key}-stamp"
    if wish is None or wish["stamp"] == st.session_state.get(stamp):
        return None
    st.session_state[stamp] = wish["stamp"]
    return wish
