"""Two alphas to compare: the one in hand, a filled circle, against another, a ring.

While they are dragged nothing is sent; where they come to rest they go to the URL, which is the
truth, as with the live part of the Frontier page.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st
from streamlit.components.v2 import component
from streamlit.delta_generator import DeltaGenerator

from wiseft.app import address
from wiseft.app.address import Choice
from wiseft.app.components import new_wish, scripts
from wiseft.app.pickers import widget_key
from wiseft.app.sentences import starting_alpha
from wiseft.frontier import Frontier

_FOLDER = Path(__file__).parent

_mount = component(
    "wiseft_alphas",
    html=(_FOLDER / "alpha_pair.html").read_text("utf-8"),
    css=(_FOLDER / "alpha_pair.css").read_text("utf-8"),
    js=scripts(_FOLDER, "alpha_pair", shared=("format", "dom", "mount", "marks", "keys")),
)


@dataclass(frozen=True)
class AlphaPair:
    """Two of the alphas of a run.

    Attributes:
        alpha: the one in hand.
        versus: the one that it is compared with.
        note: a sentence where the URL asked for something else; None where it did not.
    """

    alpha: float
    versus: float
    note: str | None = None


def headline() -> tuple[DeltaGenerator, DeltaGenerator]:
    """Places for the finding, and for the two alphas at its right, or below where it is narrow."""
    with st.container(key="headline"):
        return st.container(key="headline-words"), st.container(key="headline-alphas")


def pick_alphas(frontier: Frontier) -> AlphaPair:
    """The two alphas that the URL names, with a control to move them, which goes to the URL.

    Where the URL names none, alpha is the one that the run opens at, and it is compared with
    fine-tuned. There is no control where the run knows a single alpha.
    """
    key = widget_key("alphas")
    if wish := _wished(key):
        _publish(frontier, f"{wish['alpha']:g}", f"{wish['versus']:g}")
    alpha, versus = asked_alphas(frontier)
    _publish(frontier, alpha.text, versus.text)
    pair = AlphaPair(
        alpha.value,
        versus.value,
        " ".join(each for each in (alpha.note, versus.note) if each) or None,
    )
    if len(frontier.alphas) > 1:
        _draw(frontier, pair, key)
    return pair


def asked_alphas(frontier: Frontier) -> tuple[Choice[float], Choice[float]]:
    """What the URL asks for: the alpha in hand, and the one that it is compared with."""
    alphas = frontier.alphas.tolist()
    start, _ = starting_alpha(frontier)
    alpha = address.alpha_among(address.asked("alpha"), alphas, start)
    text = address.asked("versus", optional=True) or None
    return alpha, address.alpha_among(text, alphas, default_versus(frontier))


def default_versus(frontier: Frontier) -> float:
    """Fine-tuned, or the last alpha of a run that has not been evaluated there."""
    alphas = frontier.alphas.tolist()
    return 1.0 if 1.0 in alphas else alphas[-1]


def _publish(frontier: Frontier, alpha: str, versus: str) -> None:
    default = f"{default_versus(frontier):g}"
    address.publish(alpha=alpha)
    address.publish_or_drop(versus=None if versus == default else versus)


def _draw(frontier: Frontier, pair: AlphaPair, key: str) -> None:
    """Move the thumbs by a count that changes only where the URL and the browser disagree."""
    memory, shown = _memory(key), [pair.alpha, pair.versus]
    if key not in st.session_state or memory.get("shown") != shown:
        memory |= {"count": memory.get("count", 0) + 1, "sent": shown, "shown": shown}
    alpha, versus = memory["sent"]
    _mount(
        key=key,
        data={
            "alphas": frontier.alphas.tolist(),
            "exact": np.flatnonzero(frontier.exact).tolist(),
            "move": {"count": memory["count"], "alpha": alpha, "versus": versus},
        },
        on_wish_change=_nothing,
    )


def _wished(key: str) -> dict[str, Any] | None:
    """What was chosen in the browser since this was last asked; None where nothing was."""
    wish = new_wish(key)
    if wish is not None:
        _memory(key)["shown"] = [wish["alpha"], wish["versus"]]
    return wish


def _memory(key: str) -> dict[str, Any]:
    return st.session_state.setdefault(f"{key}-memory", {})


def _nothing() -> None:
    """Streamlit reports only what has a callback."""
