"""The slider of the mixing coefficient: its track is the ramp, cut where it was evaluated."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from wiseft.app.pickers import show, widget_key, write
from wiseft.app.theme import alpha_colour
from wiseft.text import coefficient

_KEY = "alpha"


def alpha_slider(alphas: Sequence[float], exact: Sequence[bool], alpha: float) -> float:
    """Choose one of `alphas`; the choice goes to the URL.

    Args:
        alphas: the stops of the slider, ascending; there is no slider where there is only one.
        exact: which of them were evaluated rather than interpolated.
        alpha: the stop at which it stands.
    """
    if len(alphas) == 1:
        return alpha
    show(_KEY, alpha)
    with st.container(key="alpha-slider", gap=None):
        st.html(_style(alphas, exact, alpha))
        chosen = st.select_slider(
            "Mixing coefficient alpha",
            list(alphas),
            key=widget_key(_KEY),
            format_func=lambda each: f"α {coefficient(each)}",
            on_change=write,
            args=(_KEY,),
            label_visibility="collapsed",
        )
        st.html(_scale(alphas, chosen))
    return chosen


def _style(alphas: Sequence[float], exact: Sequence[bool], alpha: float) -> str:
    """The track, in the ramp with cuts of paper; circles, hollow where alpha is interpolated."""
    last = len(alphas) - 1
    ramp = ", ".join(f"{alpha_colour(each)} {i / last:.2%}" for i, each in enumerate(alphas))
    cuts = ", ".join(
        f"transparent calc({i / last:.2%} - 1px), var(--paper) calc({i / last:.2%} - 1px) "
        f"calc({i / last:.2%} + 1px), transparent calc({i / last:.2%} + 1px)"
        for i in range(1, last)
        if exact[i]
    )
    cut = f"linear-gradient(to right, {cuts}), " if cuts else ""
    circle = "--current" if exact[alphas.index(alpha)] else "--paper"
    return (
        f"<style>:root {{ --track: {cut}linear-gradient(to right, {ramp}); "
        f"--circle: var({circle}); }}</style>"
    )


def _scale(alphas: Sequence[float], alpha: float) -> str:
    """Labels under the track: the ends by name, and tenths; not where the thumb has its own."""
    last = len(alphas) - 1
    thumb = alphas.index(alpha) / last
    labels = []
    for i, each in enumerate(alphas):
        at = i / last
        edge, tenth = at in (0, 1), round(10 * each, 6) % 1 == 0
        if (edge and abs(at - thumb) > 0.12) or (tenth and not edge and abs(at - thumb) > 0.04):
            labels.append(_label(each, at))
    return f'<div class="alpha-scale" aria-hidden="true">{"".join(labels)}</div>'


def _label(alpha: float, at: float) -> str:
    """One label at a share 0..1 of the track; those near its ends give way on narrow pages."""
    end, words = {0.0: ("zeroshot", "0 zero-shot"), 1.0: ("finetuned", "fine-tuned 1")}.get(
        alpha, ("", f"{alpha:g}")
    )
    side = {0.0: "first", 1.0: "last"}.get(at, "near" if min(at, 1 - at) < 0.15 else "")
    return f'<span class="{end} {side}" style="left: {at:.2%}">{words}</span>'
