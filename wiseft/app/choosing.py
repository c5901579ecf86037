"""Choosing alpha: what every rule chooses on a run, at what accuracy, and on which images."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np
import streamlit as st

from wiseft.app import address
from wiseft.app.parts import note, section
from wiseft.app.rule_settings import AskedSettings, pick_settings
from wiseft.app.rulings import Ruling
from wiseft.frontier import MEAN, Frontier
from wiseft.rules import Choice
from wiseft.text import bare_percent, coefficient, interval


def choosing_section(
    rulings: Sequence[Ruling], settings: AskedSettings, frontier: Frontier, alpha: float
) -> None:
    """The settings of the rules, and a line for each rule.

    Args:
        rulings: what the rules say under these settings.
        settings: from the URL.
        frontier: accuracies along alpha.
        alpha: where the slider stands.
    """
    section(
        "Choosing alpha",
        "What each rule chooses, with accuracy there in per cent and its 95 % interval. A hollow "
        "pennant: chosen on test images, which flatters the accuracy on them.",
    )
    pick_settings(settings.value, frontier)
    note(*settings.notes)
    names = _measured_on(frontier)
    with st.container(key="rules", gap=None):
        st.html(_head(names, frontier))
        for ruling in rulings:
            if ruling.choice is not None:
                _line(ruling, ruling.choice, names, frontier, alpha)
    if unusable := [ruling for ruling in rulings if ruling.choice is None]:
        st.html(_unusable(unusable))


def _line(
    ruling: Ruling, choice: Choice, names: Sequence[str], frontier: Frontier, alpha: float
) -> None:
    """One rule: its alpha with a way there, what it does, and the accuracies."""
    with st.container(key=f"rule-{ruling.rule}", horizontal=True, wrap=False, gap=None):
        with st.container(width=118, gap=None):
            st.html(f'<p class="chosen">{coefficient(choice.alpha)}</p>')
            here = choice.alpha == alpha
            st.button(
                "you are here" if here else "go there",
                key=f"go-{ruling.rule}",
                type="tertiary",
                disabled=here,
                on_click=address.publish,
                kwargs={"alpha": f"{choice.alpha:g}"},
            )
        st.html(_told(ruling, choice, names, frontier))


def _told(ruling: Ruling, choice: Choice, names: Sequence[str], frontier: Frontier) -> str:
    at = frontier.index(choice.alpha)
    kind = "pennant tested" if ruling.tested else "pennant"
    return (
        f'<div class="rule"><div><h3><i class="{kind}"></i>{escape(_capital(ruling.name))} '
        f"<small>{escape(ruling.words)}</small></h3><p>{escape(choice.sentence)}</p></div>"
        + "".join(_accuracy(name, frontier, at) for name in names)
        + "</div>"
    )


def _accuracy(name: str, frontier: Frontier, index: int) -> str:
    """A large number with its interval below; the name of the set is for screen readers."""
    value = float(frontier.curve(name)[index])
    low, high = frontier.bounds(name)[index]
    between = "" if np.isnan(value) else f"<small>{interval(low, high)}</small>"
    return (
        f'<p class="figure"><span class="unseen">{escape(_title(name, frontier))}: </span>'
        f"{bare_percent(value)}{between}</p>"
    )


def _head(names: Sequence[str], frontier: Frontier) -> str:
    """The names of the columns of accuracies."""
    titles = "".join(f"<span>{escape(_title(name, frontier))}</span>" for name in names)
    return f'<div class="rule heads" aria-hidden="true"><span></span>{titles}</div>'


def _title(name: str, frontier: Frontier) -> str:
    return "In distribution" if name == frontier.reference else frontier.title(name)


def _unusable(rulings: Sequence[Ruling]) -> str:
    lines = "".join(
        f"<li><b>{escape(_capital(each.name))}</b>: {escape(each.words)}</li>" for each in rulings
    )
    return f'<div class="unusable"><p>Not to be used on this run:</p><ul>{lines}</ul></div>'


def _measured_on(frontier: Frontier) -> list[str]:
    """The reference, and the mean of the shifts or the only one."""
    several = len(frontier.shifts) > 1
    return [frontier.reference, *((MEAN,) if several else frontier.shifts)]


def _capital(words: str) -> str:
    return words[0].upper() + words[1:]
