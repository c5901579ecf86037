"""Links between pages that keep the session, and what the browser has loaded."""

from __future__ import annotations

from pathlib import Path

from streamlit.components.v2 import component

_MOUNT = component("wiseft_links", js=Path(__file__).with_name("links.js").read_text("utf-8"))


def follow_links() -> None:
    """Open links to other pages as the navigation does, in the session that there is."""
    _MOUNT(key="links", height=1)
