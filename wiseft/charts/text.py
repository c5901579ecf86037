"""Names of the user's own as they are printed on charts."""

from __future__ import annotations

import html


def name(text: str, longest: int = 22) -> str:
    """A name as chart text: cut where it is too long, mark-up made harmless."""
    return html.escape(text if len(text) <= longest else text[: longest - 1] + "…", quote=False)
