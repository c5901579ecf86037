"""The published sweeps for a page: loaded once, chosen by the URL and by two lists."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from wiseft.app import address
from wiseft.app.address import Choice
from wiseft.app.pickers import show, widget_key
from wiseft.charts.published import shift_title
from wiseft.published import (
    FOLDER,
    Group,
    PublishedSweep,
    load_sweeps,
)
from wiseft.standard_models import StandardModels, load_standard_models

DEFAULT = (
    "paper-vitl14-336-e2e",
    "paper-vitb16-e2e",
    "vitb32-laion-400m-imagenet-e2e-lr0.0003",
)
"""A large model, a smaller one, and one fine-tuned at too high a learning rate."""

GROUPS: dict[Group, str] = {"paper": "The paper", "third-party": "Third party, unrefereed"}

_KEY = "sweeps"


def published() -> tuple[tuple[PublishedSweep, ...], StandardModels]:
    """Every sweep, and the standard models. Raises `Invalid` where a table is damaged."""
    stamps = tuple(path.stat().st_mtime_ns for path in sorted(FOLDER.glob("*.csv")))
    return _published(FOLDER, stamps)


@st.cache_resource(max_entries=2, show_spinner=False)
def _published(
    folder: Path, stamps: tuple[int, ...]
) -> tuple[tuple[PublishedSweep, ...], StandardModels]:
    return load_sweeps(folder), load_standard_models(folder)


def sweeps_among(
    text: str | None, sweeps: Sequence[PublishedSweep], shift: str
) -> Choice[tuple[PublishedSweep, ...]]:
    """The sweeps that `text` names and that were measured on `shift`.

    Args:
        text: ids from the URL, with commas between; none of them to draw nothing, None to choose
            for people.
        sweeps: all there are.
        shift: a shift, or `MEAN`.
    """
    measured = {each.id: each for each in sweeps if each.measures(shift)}
    default = tuple(measured[each] for each in DEFAULT if each in measured)
    default = default or tuple(measured.values())
    if text is None:
        return Choice(default, ",".join(each.id for each in default))
    asked = list(dict.fromkeys(filter(None, text.split(","))))
    titles = {each.id: each.title for each in sweeps}
    notes = [
        f"{titles[each]} was not measured on {shift_title(shift)}."
        if each in titles
        else f"The link asks for the sweep “{each}”, which is not there."
        for each in asked
        if each not in measured
    ]
    chosen = tuple(measured[each] for each in asked if each in measured)
    return Choice(chosen if chosen or not asked else default, text, " ".join(notes) or None)


def pick_sweeps(
    sweeps: Sequence[PublishedSweep], chosen: Sequence[PublishedSweep], shift: str
) -> None:
    """A list for each group of sweeps measured on `shift`; what is chosen goes to the URL."""
    for group, label in GROUPS.items():
        titles = {
            each.id: each.title for each in sweeps if each.group == group and each.measures(shift)
        }
        if titles:
            show(group, [each.id for each in chosen if each.group == group])
            st.multiselect(
                label,
                list(titles),
                key=widget_key(group),
                format_func=lambda name, titles=titles: titles[name],
                on_change=_write,
                placeholder="Choose sweeps",
            )


def _write() -> None:
    ids = [each for group in GROUPS for each in st.session_state.get(widget_key(group), [])]
    address.publish(**{_KEY: ",".join(ids)})
