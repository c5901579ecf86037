"""Controls that show what the URL asks for, and write to it when they are changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import streamlit as st

from wiseft.app import address, results
from wiseft.app.leaving_out import leave_out, leaving_out
from wiseft.app.overlays import MOST, Overlays, comparable, overlays
from wiseft.app.parts import lead, note
from wiseft.errors import UnknownName
from wiseft.runs import Run
from wiseft.workspace import Workspace

Name = TypeVar("Name", bound=str)

_PAGE = "page"


def pick_run() -> Run:
    """The run that the URL names, or the newest where it names none, with a control to change it.

    Where there are no runs, the page ends here with what to do next.

    Raises:
        UnknownName: where the URL names a run that is not there.
    """
    leave_out(leaving_out())  # Before the URL is that of a view: what is not in it then is off.
    runs = {run.name: run for run in Workspace().runs()}
    if not runs:
        lead("There are no runs yet")
        note(
            "A run joins a zero-shot and a fine-tuned checkpoint on one benchmark. Make one with "
            "this command, and it opens here:"
        )
        st.code(
            "python -m wiseft sweep zeroshot.safetensors finetuned.safetensors photos/",
            language=None,
        )
        st.stop()
    wanted = address.asked("run") or next(iter(runs))
    known = wanted in runs
    show("run", wanted if known else None)
    st.selectbox(
        "Run",
        list(runs),
        index=0 if known else None,
        key=widget_key("run"),
        format_func=lambda name: runs[name].record.title,
        on_change=_run_changed,
        label_visibility="collapsed",
        placeholder="Choose a run",
        width=360,
    )
    if not known:
        raise UnknownName("run", wanted, runs)
    return results.opened(runs[wanted])


def pick_overlays(run: Run) -> Overlays:
    """The runs that the URL puts over `run`, with a control to change them where there are any."""
    runs = {each.name: each for each in Workspace().runs()}
    text = address.asked("with", optional=True)
    found = overlays(text or "", run, runs)
    address.publish_or_drop(**{"with": text or None})
    if offered := comparable(run, runs.values()):
        show("with", [other.name for other in found.runs])
        with st.popover("Compare with other runs", type="tertiary", key="compare"):
            st.multiselect(
                "Runs measured on the same images",
                list(offered),
                key=widget_key("with"),
                format_func=lambda name: offered[name].record.title,
                max_selections=MOST,
                on_change=_overlays_changed,
                placeholder="Choose runs",
                width=360,
            )
    return found


def select(key: str, label: str, options: Mapping[Name, str], value: Name) -> None:
    """A list to choose from.

    Args:
        key: in the URL.
        label: for people.
        options: readable names by what stands in the URL.
        value: what is chosen now.
    """
    show(key, value)
    st.selectbox(
        label,
        list(options),
        key=widget_key(key),
        format_func=lambda name: options[name],
        on_change=write,
        args=(key,),
        width=280,
    )


def segments(key: str, label: str, options: Mapping[Name, str], value: Name) -> None:
    """A few options, all in sight; the arguments are those of `select`."""
    show(key, value)
    st.segmented_control(
        label,
        list(options),
        key=widget_key(key),
        format_func=lambda name: options[name],
        required=True,
        on_change=write,
        args=(key,),
    )


def number(
    key: str,
    label: str,
    value: float | None,
    *,
    low: float,
    high: float,
    step: float,
    empty: str | None = None,
) -> None:
    """A number to type, which the URL goes without where the field is empty.

    Args:
        key: in the URL.
        label: for people.
        value: what it is now; None for an empty field.
        low, high, step: what it can be.
        empty: what stands in the field where there is no number; None where there must be one.
    """
    show(key, value)
    st.number_input(
        label,
        min_value=low,
        max_value=high,
        value="min" if empty is None else None,
        step=step,
        format="%g",
        key=widget_key(key),
        on_change=_write_number,
        args=(key,),
        placeholder=empty,
        width=150,
    )


def open_page(name: str) -> None:
    """Set the widgets of this page apart: a widget loses its state when the page is left."""
    st.session_state[_PAGE] = name


def widget_key(key: str) -> str:
    """What Streamlit calls the widget of this page for `key` in the URL."""
    return f"{st.session_state[_PAGE]}-{key}"


def show(key: str, value: object) -> None:
    """Set the widget for `key`, unless it shows `value` already: setting it would end a drag."""
    if st.session_state.get(widget_key(key)) != value:
        st.session_state[widget_key(key)] = value


def write(key: str) -> None:
    """Put what the widget for `key` shows in the URL."""
    address.publish(**{key: str(st.session_state[widget_key(key)])})


def _write_number(key: str) -> None:
    chosen = st.session_state[widget_key(key)]
    address.publish_or_drop(**{key: None if chosen is None else f"{chosen:g}"})


def _run_changed() -> None:
    address.forget("set", "y", "with", "on", "weights")
    write("run")


def _overlays_changed() -> None:
    names = st.session_state[widget_key("with")]
    address.publish_or_drop(**{"with": ",".join(names) or None})
