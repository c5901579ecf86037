"""What can be done with a job: cancel, resume, delete, and again with other settings."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from wiseft.app.page import errors_as_sentences
from wiseft.app.submitting import resume, this_browser
from wiseft.jobs import Job, Status, read_only
from wiseft.workspace import Workspace

CANCELLED_FROM: tuple[Status, ...] = ("queued", "running", "interrupted")
RESUMED_FROM: tuple[Status, ...] = ("failed", "cancelled", "interrupted")


def actions_part(workspace: Workspace, job: Job) -> None:
    """Buttons for what this job can go through next; none in read-only mode."""
    if read_only():
        return
    status, own = job.status, job.request.by == this_browser()

    with errors_as_sentences():
        if status in CANCELLED_FROM and not job.cancelling:
            why = "Whoever asked for it is somewhere else, and may be waiting for it."
            _action("Cancel", job.cancel, None if own else why)
        if status in RESUMED_FROM:
            _action("Resume", partial(resume, workspace, job))
        if status != "running":
            _action("Delete", job.delete, "Its log and its epochs go; runs and checkpoints stay.")
        if job.request.task == "finetune":
            st.page_link("run/finetune.py", label="Again with …", query_params={"again": job.id})


def _action(label: str, do: Callable[[], None], confirm: str | None = None) -> None:
    """A button; where something has to be confirmed, it asks first.

    Args:
        label: of the button.
        do: what it does; may raise `WiseftError`.
        confirm: what to say before; None to do it at once.
    """
    if confirm is None:
        asked = st.button(label, key=f"job-{label}")
    else:
        with st.popover(label, key=f"ask-{label}"):
            st.html(f'<p class="note">{confirm}</p>')
            asked = st.button(f"{label} it", key=f"job-{label}")
    if asked:
        do()
        st.rerun()
