"""The run as its pages count it: with the images that people marked, or without them."""

from __future__ import annotations

import streamlit as st

from wiseft.app.images.marking import marks_of
from wiseft.app.leaving_out import leaving_out
from wiseft.app.results import identity
from wiseft.app.thumbnails import pictures
from wiseft.marks import state_of_marks
from wiseft.runs import Run
from wiseft.text import number_of
from wiseft.unmarked import unmarked_images
from wiseft.workspace import Workspace


def counted_run(run: Run) -> Run:
    """`run`, without its marked images where they are left out on all pages."""
    if not leaving_out():
        return run
    return _without_marked(*identity(run), state_of_marks(Workspace(), run.name), run)


def left_out(counted: Run, name: str) -> int:
    """How many images of a set do not count."""
    kept = counted.counted.get(name)
    return 0 if kept is None else int((~kept).sum())


def left_out_note(counted: Run, name: str, title: str) -> str | None:
    """How many images are left out, of a set and of all; None where the switch counts them."""
    if not leaving_out():
        return None
    here, every = left_out(counted, name), sum(left_out(counted, each) for each in counted.counted)
    images = number_of(len(counted.whole.path(name)), "image")
    if not every:
        return "No image is marked as wrongly labelled or unusable, so that all of them count."
    return f"Marked images are left out: {here:,} of {images} of {title}, {every:,} in all sets."


def part_of_name(counted: Run) -> str:
    """What the files of numbers are called more where images are left out."""
    return "-without-marked" if counted.counted else ""


@st.cache_resource(max_entries=8, show_spinner=False)
def _without_marked(folder: str, state: str, marks: str, _run: Run) -> Run:
    found = unmarked_images(_run.record, marks_of(_run), lambda name: pictures(_run, name).sources)
    return _run.counting(found)
