"""The settings of the rules: read from the URL, and changed by controls."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from wiseft.app import address
from wiseft.app.address import Choice
from wiseft.app.pickers import number, select, show, widget_key
from wiseft.app.rows import set_names, set_title
from wiseft.app.rulings import RuleSettings
from wiseft.errors import WiseftError
from wiseft.frontier import MEAN, WORST, Frontier
from wiseft.rules import ALLOWED_LOSS
from wiseft.weighting import Weights, check_weights, parse_weights, weights_text

MOST_LOSS = 10.0
"""The largest loss that can be allowed, in percentage points."""

_LOSS, _SHIFT, _WEIGHTS = "loss", "on", "weights"


@dataclass(frozen=True)
class AskedSettings:
    """The settings that the URL asks for.

    Attributes:
        value: the settings.
        notes: sentences for people where the URL asked for what cannot be.
    """

    value: RuleSettings
    notes: tuple[str | None, ...]


def asked_settings(frontier: Frontier) -> AskedSettings:
    """What the URL asks of the rules, which it then says: all but what is the default."""
    loss = address.number_between(
        address.asked(_LOSS, optional=True), 0, MOST_LOSS, 100 * ALLOWED_LOSS, "allowed loss"
    )
    shift = address.among(
        address.asked(_SHIFT, optional=True), (MEAN, *frontier.shifts), MEAN, "shift to be best on"
    )
    weights = _asked_weights(frontier)
    address.publish_or_drop(
        loss=None if loss.text == f"{100 * ALLOWED_LOSS:g}" else loss.text,
        on=None if shift.text == MEAN else shift.text,
        weights=weights.text or None,
    )
    return AskedSettings(
        RuleSettings(loss.value / 100, shift.value, weights.value),
        (loss.note, shift.note, weights.note),
    )


def pick_settings(settings: RuleSettings, frontier: Frontier) -> None:
    """Controls for the settings; what is chosen goes to the URL."""
    with st.container(key="controls", horizontal=True, vertical_alignment="bottom"):
        loss = 100 * settings.loss
        number(_LOSS, "Allowed loss, pp", loss, low=0.0, high=MOST_LOSS, step=0.1)
        if len(frontier.shifts) > 1:
            titles = {shift: frontier.title(shift) for shift in (MEAN, *frontier.shifts)}
            select(_SHIFT, "Best on", titles, settings.shift)
        if frontier.shifts:
            with st.popover("Weights of the mean", type="tertiary", key="weights"):
                _edit_weights(settings.weights or default_weights(frontier), frontier)


def default_weights(frontier: Frontier) -> Weights:
    """What the weighted mean weighs where nothing is asked for; there must be shifts."""
    only = len(frontier.shifts) == 1
    return {frontier.reference: 1.0, frontier.shifts[0] if only else MEAN: 1.0}


def _asked_weights(frontier: Frontier) -> Choice[Weights | None]:
    text = address.asked(_WEIGHTS, optional=True)
    if text is None:
        return Choice(None, "")
    try:
        weights = parse_weights(text)
        check_weights(frontier, weights)
    except WiseftError as error:
        return Choice(None, text, f"The weights “{text}” are left aside. {error}")
    return Choice(weights, text)


def _edit_weights(weights: Weights, frontier: Frontier) -> None:
    """A number a set, and a way back to the default."""
    st.caption("Only their ratios matter; a set of weight 0 does not count.")
    names = [name for name in set_names(frontier) if name != WORST]
    names += [name for name in weights if name not in names]
    with st.container(key="controls-weights", horizontal=True, width=350):
        for name in names:
            show(_key(name), weights.get(name, 0.0))
            st.number_input(
                set_title(name, frontier),
                min_value=0.0,
                step=1.0,
                format="%g",
                key=widget_key(_key(name)),
                on_change=_write_weights,
                args=(names,),
                width=160,
            )
    st.button("As in the paper", type="tertiary", on_click=address.forget, args=(_WEIGHTS,))


def _key(name: str) -> str:
    return f"weight of {name}"


def _write_weights(names: list[str]) -> None:
    weights = {name: st.session_state[widget_key(_key(name))] for name in names}
    counted = {name: weight for name, weight in weights.items() if weight > 0}
    address.publish(weights=weights_text(counted or weights))
