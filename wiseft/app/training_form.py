"""The form of a fine-tuning, made from the fields of its spec."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from html import escape
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from wiseft.app.training_fields import SETTINGS, asked_for, choices_of, kind_of
from wiseft.errors import Invalid
from wiseft.specs import FinetuneSpec

DEVICE = "device"
"""Stands in the list of precisions for what suits the device."""

WIDTH = 280
"""Of a field, in pixels: four stand in a row of a wide page."""

LARGEST = 1e9
"""Below this is every number in a list."""

LARGEST_GRID = 64
"""Trainings that can be asked for at once."""


@dataclass(frozen=True)
class Asked:
    """What the form says.

    Attributes:
        settings: fields of the spec; those of the grid have their first values. The precision is
            left out where the device chooses.
        grid: all values of the fields of which there are several.
    """

    settings: Mapping[str, Any]
    grid: Mapping[str, Sequence[Any]]

    @property
    def trainings(self) -> int:
        """How many trainings that makes."""
        return math.prod(len(values) for values in self.grid.values())


def training_form(spec: FinetuneSpec, precision: str | None, key: str) -> Asked:
    """Ask for the settings of a training.

    Args:
        spec: what they are at first.
        precision: of the forward pass at first; None where the device chooses.
        key: sets the widgets apart; where it changes, all stand at first again.

    Raises:
        Invalid: where what was typed is no list of numbers, or asks for too much.
    """
    first = asdict(spec) | {"precision": precision}
    names = asked_for(spec)
    asked: dict[str, Any] = {}
    with _fields("settings"):
        for name in names:
            if not SETTINGS[name].advanced:
                asked[name] = _field(name, first[name], key)
    with st.expander("More settings", key="more-settings", type="compact"), _fields("more"):
        for name in names:
            if SETTINGS[name].advanced:
                asked[name] = _field(name, first[name], key)
    lists = {name: values_in(name, asked[name]) for name in names if kind_of(name) == "list"}
    settings = first | asked | {name: values[0] for name, values in lists.items()}
    if settings["precision"] is None:
        del settings["precision"]
    found = Asked(settings, {name: each for name, each in lists.items() if len(each) > 1})
    if found.trainings > LARGEST_GRID:
        raise Invalid(
            f"That is {found.trainings:,} trainings; ask for {LARGEST_GRID} at once at most."
        )
    return found


def values_in(name: str, text: str) -> list[Any]:
    """The values of the field `name` in a list with commas, each once. Raises `Invalid`."""
    setting, whole = SETTINGS[name], name == "epochs"
    parts = [part.strip() for part in text.split(",") if part.strip()]
    try:
        values = [int(part) if whole else float(part) for part in parts]
    except ValueError:
        values = []
    if not values or not all(0 < each < LARGEST for each in values):
        what = "whole numbers of 1 or more" if whole else "numbers above 0"
        raise Invalid(f"{setting.label} must be {what}, with commas between; not “{text}”.")
    return list(dict.fromkeys(values))


def _fields(key: str) -> DeltaGenerator:
    """Room for fields, as many in a row as the page is wide."""
    return st.container(key=f"fields-{key}", horizontal=True)


def _field(name: str, first: Any, key: str) -> Any:
    """A widget with what it asks for below."""
    setting = SETTINGS[name]
    several = " Several with commas between make one training each." if setting.grid else ""
    with st.container(width=WIDTH, gap=None):
        value = _widget(name, first, f"{name}-{key}")
        st.html(f'<p class="note">{escape(setting.help + several)}</p>')
    return value


def _widget(name: str, first: Any, key: str) -> Any:
    setting, kind = SETTINGS[name], kind_of(name)
    if kind == "list":
        return st.text_input(setting.label, f"{first:g}", key=key, width=WIDTH)
    if kind == "flag":
        return st.toggle(setting.label, first, key=key, width=WIDTH)
    if kind == "text":
        text = st.text_input(
            setting.label, first or "", key=key, placeholder=setting.none, width=WIDTH
        )
        return text.strip() or None
    if kind == "choice":
        options = [*([DEVICE] if setting.none else []), *choices_of(name)]
        chosen = st.selectbox(
            setting.label,
            options,
            options.index(first or DEVICE),
            key=key,
            format_func=lambda each: setting.none if each == DEVICE else each,
            width=WIDTH,
        )
        return None if chosen == DEVICE else chosen
    whole = kind == "integer"
    number = int if whole else float
    low, high = (None if each is None else number(each) for each in (setting.low, setting.high))
    return st.number_input(
        setting.label,
        min_value=low,
        max_value=high,
        value=first,
        step=1 if whole else None,
        format=None if whole else "%g",
        key=key,
        placeholder=setting.none or None,
        width=WIDTH,
    )
