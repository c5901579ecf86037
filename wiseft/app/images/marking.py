"""Marks on images: read once, counted in and out by a switch, and given by a form."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from wiseft import unmarked
from wiseft.app.downloads import download_table
from wiseft.app.images.selection import Selection, set_names
from wiseft.app.leaving_out import leave_out, leaving_out
from wiseft.app.page import errors_as_sentences
from wiseft.app.pickers import show, widget_key
from wiseft.app.thumbnails import pictures
from wiseft.errors import Invalid
from wiseft.jobs import read_only
from wiseft.marks import (
    LONGEST_NOTE,
    VERDICTS,
    Mark,
    Verdict,
    marks,
    marks_frame,
    put_mark,
    state_of_marks,
)
from wiseft.metrics import clopper_pearson
from wiseft.runs import Run
from wiseft.text import coefficient, interval, number_of, percent
from wiseft.workspace import Workspace

_KEY = "marked"

Marks = Mapping[tuple[str, str], Mark]


def marks_of(run: Run) -> Marks:
    """The marks of a run, by set and source."""
    workspace = Workspace()
    state = state_of_marks(workspace, run.name)
    return _marks(str(workspace.root), run.name, state)


def marked(run: Run) -> int:
    """How many images of a run are marked as wrongly labelled or unusable.

    Images whose mark is a note alone are always counted.
    """
    return sum(mark.verdict is not None for mark in marks_of(run).values())


def leave_out_switch(run: Run) -> None:
    """The switch that counts marked images in or out, on all pages (`leaving_out`)."""
    show(_KEY, leaving_out())
    st.toggle(
        f"Leave marked images out ({marked(run):,})",
        key=widget_key(_KEY),
        on_change=_write,
        help="Images that were marked as wrongly labelled or unusable are left out of counts and "
        "accuracies.",
    )


def counted_images(run: Run, name: str) -> NDArray[np.bool_] | None:
    """Which images of a set, or of all shifts, count where marked ones are left out [N].

    None where all do.
    """
    return unmarked_images(run, name) if leaving_out() else None


def unmarked_images(run: Run, name: str) -> NDArray[np.bool_] | None:
    """Which images of a set, or of all shifts, have no mark against them [N]; None for all."""
    found = marks_of(run)
    if not found:
        return None
    kept = unmarked.unmarked_images(run.record, found, lambda each: pictures(run, each).sources)
    names = set_names(run, name)
    if not any(each in kept for each in names):
        return None
    every = (kept.get(each, np.ones(len(run.path(each)), dtype=bool)) for each in names)
    return np.concatenate([*every])


def accuracy_note(shown: Selection) -> str | None:
    """The accuracy with and without the marked images; None where none is marked."""
    unmarked = unmarked_images(shown.run, shown.name)
    if unmarked is None:
        return None
    correct = shown.gallery.correct[shown.at]
    return (
        f"Accuracy at α {coefficient(shown.alpha)}: {_accuracy(correct)} with the "
        f"{int((~unmarked).sum()):,} marked, {_accuracy(correct[unmarked])} without; marked images "
        f"are {'left out' if shown.kept is not None else 'counted'} here."
    )


def mark_form(shown: Selection, image: int) -> None:
    """A form to mark the opened image, or to take the mark back."""
    name = shown.set_name(image)
    source = pictures(shown.run, name).source(int(shown.gallery.column[image]))
    known = marks_of(shown.run).get((name, source), Mark(name, source))
    if read_only():
        return
    with st.form(f"mark-{shown.image_id(image)}", border=False):
        options = ["", *VERDICTS]
        verdict = st.segmented_control(
            "Mark this image",
            options,
            default=known.verdict or "",
            required=True,
            format_func=lambda each: each or "nothing wrong",
        )
        note = st.text_input("Note", known.note, max_chars=LONGEST_NOTE)
        if st.form_submit_button("Keep the mark"):
            with errors_as_sentences():
                if verdict not in options:
                    raise Invalid("Choose what is wrong with the image, or nothing.")
                chosen: Verdict | None = next((each for each in VERDICTS if each == verdict), None)
                put_mark(Workspace(), shown.run.name, Mark(name, source, chosen, note.strip()))
                st.rerun()


def download_marks(run: Run) -> None:
    """All marks of the run, to take away."""
    if found := marks_of(run):
        label = f"Download {number_of(len(found), 'mark')}"
        download_table(label, f"{run.name}-marks", lambda: marks_frame(found.values()))


def _accuracy(correct: NDArray[np.bool_]) -> str:
    """A share with its interval and its count."""
    count, total = int(correct.sum()), len(correct)
    low, high = clopper_pearson(count, total)
    share = count / total if total else float("nan")
    return f"{percent(share)} ({interval(low, high)}) of {number_of(total, 'image')}"


def _write() -> None:
    leave_out(st.session_state[widget_key(_KEY)])


@st.cache_data(max_entries=32, show_spinner=False)
def _marks(root: str, run: str, state: str) -> dict[tuple[str, str], Mark]:
    return marks(Workspace(), run)
