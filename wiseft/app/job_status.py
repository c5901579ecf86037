"""A word in the frame of every page while jobs run."""

from __future__ import annotations

import streamlit as st

from wiseft.app.submitting import JOBS_PAGE
from wiseft.jobs import Ledger
from wiseft.text import number_of
from wiseft.workspace import Workspace

LOOK_SECONDS = 5.0
"""Between two looks at the queue while there is something in it."""


def job_status() -> None:
    """A link to the queue beside the navigation; nothing where nothing runs or waits."""
    if _words():
        st.fragment(_link, run_every=LOOK_SECONDS)()


def _link() -> None:
    if words := _words():
        with st.container(key="job-status"):
            st.page_link(JOBS_PAGE, label=words)


def _words() -> str:
    statuses = [job.status for job in Ledger(Workspace().jobs).jobs()]
    running, waiting = statuses.count("running"), statuses.count("queued")
    if running:
        return f"{number_of(running, 'job')} running" + (f", {waiting} waiting" if waiting else "")
    return f"{number_of(waiting, 'job')} waiting" if waiting else ""
