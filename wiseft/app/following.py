"""A job that a page asked for and waits for: its progress in a line, until it has ended."""

from __future__ import annotations

from html import escape

import streamlit as st

from wiseft.app.job_words import ACTIVE, share_done, stage
from wiseft.app.page import errors_as_sentences
from wiseft.app.submitting import keep_running
from wiseft.errors import WiseftError
from wiseft.jobs import Job, Ledger
from wiseft.workspace import Workspace

LOOK_SECONDS = 0.7
"""Between two looks at a job that someone is waiting for."""


def kept_job(workspace: Workspace, id: str | None) -> Job | None:
    """The job of that id; None where there is none any more."""
    try:
        return Ledger(workspace.jobs).job(id) if id else None
    except WiseftError:
        return None


def follow(workspace: Workspace, job: Job) -> bool:
    """Show how far a job is, with a way to cancel it, until it has ended; then rerun the page.

    Returns:
        whether it has ended: then nothing is shown.
    """
    if job.status not in ACTIVE:
        return True
    st.fragment(_line, run_every=LOOK_SECONDS, key=f"follow-{job.id}")(workspace, job)
    return False


def _line(workspace: Workspace, job: Job) -> None:
    with errors_as_sentences():
        state = job.state
        if state.status not in ACTIVE:
            st.rerun()
        keep_running(workspace)
        words = "waiting for the device" if state.status == "queued" else "getting ready"
        if state.progress is not None and state.status == "running":
            words = stage(state.progress)
        if job.cancelling:
            words = "being cancelled"
        with st.container(
            key=f"following-{job.id}", horizontal=True, vertical_alignment="center", gap="small"
        ):
            st.html(
                f'<p class="note" role="status"><b>{escape(job.request.title)}</b>: '
                f"{escape(words)}</p>{bar(share_done(state))}",
                width="content",
            )
            if st.button("Cancel", key=f"cancel-{job.id}", type="tertiary"):
                job.cancel()
                st.rerun()


def bar(share: float | None) -> str:
    """How much is done, 0..1, as HTML; an empty track where that is not known."""
    width = 0.0 if share is None else share
    known = "" if share is None else f' aria-valuenow="{100 * share:.0f}"'
    return (
        f'<div class="bar" role="progressbar" aria-label="done" aria-valuemin="0" '
        f'aria-valuemax="100"{known}><i style="width: {width:.1%}"></i></div>'
    )
