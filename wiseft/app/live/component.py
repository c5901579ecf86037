"""The live part on a page: what is sent to the browser, and what comes back.

While alpha is dragged, nothing comes back. Where it comes to rest, the component reports what is
wished for; the page puts that in the URL, and the URL is the truth. The other way, the slider is
moved by a count and an alpha that change only where the URL and the browser disagree: the data
stays the same bytes while people drag, and so is not sent again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v2 import component

from wiseft.app.components import FIGURE, new_wish, scripts

_FOLDER = Path(__file__).parent

_SCRIPTS = (
    *("format", "dom", "mount", "marks", "labels", "tip"),
    *("sentence", "flags", "keys", "slider", "notes"),
    *("lines", "plan", "names", "plane", "pictures", "controls"),
    *("rows", "multiples", "axes", "along", "main"),
)
"""In one scope, in this order: what is used stands before what uses it."""

_mount = component(
    "wiseft_live",
    html=(_FOLDER / "live.html").read_text("utf-8"),
    css=FIGURE + (_FOLDER / "live.css").read_text("utf-8"),
    js=scripts(_FOLDER / "js", *_SCRIPTS, shared=()),
)


@dataclass(frozen=True)
class Wish:
    """What was chosen in the live part.

    Attributes:
        alpha: the mixing coefficient.
        y: what shall stand on the vertical axis.
        axes: how the axes shall spread accuracies.
    """

    alpha: float
    y: str
    axes: str


def wished(key: str = "live") -> Wish | None:
    """What was chosen in the browser since this was last asked; None where nothing was."""
    wish = new_wish(key)
    if wish is None:
        return None
    _memory(key)["shown"] = wish["alpha"]
    return Wish(float(wish["alpha"]), wish["y"], wish["axes"])


def live_frontier(view: Mapping[str, Any], alpha: float, key: str = "live") -> float | None:
    """Draw the live part.

    Args:
        view: from `live_data`.
        alpha: where the slider stands.
        key: of the component in the session.

    Returns:
        an alpha that shall be evaluated exactly, in the run after that was asked for; else None.
    """
    memory = _memory(key)
    if key not in st.session_state or memory.get("shown") != alpha:
        memory |= {"count": memory.get("count", 0) + 1, "alpha": alpha, "shown": alpha}
    move = {"count": memory["count"], "alpha": memory["alpha"]}
    result = _mount(
        key=key,
        data={"view": view, "move": move},
        on_wish_change=_nothing,
        on_exact_change=_nothing,
    )
    return result["exact"]


def _memory(key: str) -> dict[str, Any]:
    return st.session_state.setdefault(f"{key}-memory", {})


def _nothing() -> None:
    """Streamlit reports only what has a callback."""
