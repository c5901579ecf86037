"""A drawing in its place on a page."""

from __future__ import annotations

from pathlib import Path

from streamlit.components.v2 import component

from wiseft.app.components import FIGURE, scripts
from wiseft.app.pickers import widget_key

_FOLDER = Path(__file__).parent

_SHARED = ("format", "dom", "mount", "marks", "labels", "tip", "pictures", "axes")

_mount = component(
    "wiseft_drawing",
    css=FIGURE + (_FOLDER / "drawing.css").read_text("utf-8"),
    js=scripts(_FOLDER, "along", "squares", "rows", "drawing", shared=_SHARED),
)


def draw(description: str, key: str, *, alpha: float, versus: float | None = None) -> None:
    """Draw what is described, or write its sentence where there is nothing to draw.

    Args:
        description: of `along`, `squares` or `rows`, or a `message`.
        key: of the drawing, one of its own on the page.
        alpha: the mixing coefficient in hand, which the drawing points out.
        versus: the one that it is compared with; None where that is not shown.
    """
    _mount(
        key=widget_key(key),
        data={"figure": description, "alpha": alpha, "versus": versus},
    )
