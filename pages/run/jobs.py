"""Jobs: the queue and the history, and one job as it goes."""

from __future__ import annotations

import streamlit as st

from wiseft.app.job_actions import actions_part
from wiseft.app.job_results import (
    epochs_section,
    grid_of,
    grid_section,
    result_links,
    settings_section,
)
from wiseft.app.job_table import job_line, job_table
from wiseft.app.job_view import curves_part, log_part, state_part
from wiseft.app.job_words import ACTIVE
from wiseft.app.page import errors_as_sentences, page
from wiseft.app.parts import lead, note
from wiseft.app.submitting import keep_running, this_browser
from wiseft.jobs import Job, Ledger, read_only
from wiseft.text import number_of
from wiseft.workspace import Workspace

MOST = 100
"""Jobs in the table, the newest."""

BUSY_SECONDS, IDLE_SECONDS = 2.0, 10.0
"""Between two looks at the queue: while something runs or waits, and while nothing does."""

_KEY = "job"


def view(workspace: Workspace) -> None:
    """The page, from its URL."""
    wanted = st.query_params.get(_KEY)
    jobs = Ledger(workspace.jobs).jobs()
    chosen = next((job for job in jobs if job.id == wanted), None)
    if chosen is not None:
        one_job(workspace, chosen)
        return
    if wanted is not None:
        note(f"The link asks for the job “{wanted}”, which is not there.")
    if jobs:
        busy = any(job.status in ACTIVE for job in jobs)
        every = BUSY_SECONDS if busy else IDLE_SECONDS
        st.fragment(queue, run_every=every, key="queue")(workspace, busy)
    else:
        lead("There are no jobs yet")
        note(
            "Fine-tuning, sweeps and exact evaluations run in the background, and are listed here "
            "with their progress; the command line and notebooks use the same queue."
        )
        if not read_only():
            with st.container(key="job-actions"):
                st.page_link("run/finetune.py", label="Fine-tune a model")


def queue(workspace: Workspace, busy: bool) -> None:
    """All jobs in a table, refreshed by itself."""
    with errors_as_sentences():
        jobs = Ledger(workspace.jobs).jobs()
        statuses = [job.status for job in jobs]
        if any(status in ACTIVE for status in statuses) != busy:
            st.rerun()
        if "queued" in statuses:
            keep_running(workspace)
        lead(queue_sentence(statuses.count("running"), statuses.count("queued"), len(jobs)))
        if len(jobs) > MOST:
            note(f"The newest {MOST} are listed.")
        opened = job_table([job_line(job, this_browser()) for job in jobs[:MOST]])
        if opened is not None:
            st.query_params[_KEY] = opened
            st.rerun()


def queue_sentence(running: int, waiting: int, total: int) -> str:
    """What is going on."""
    if not running and not waiting:
        return f"Nothing is running; {number_of(total, 'job')} ended"
    begin = f"{number_of(running, 'job')} running" if running else "No job is running yet"
    return f"{begin}, {waiting} waiting" if waiting else begin


def one_job(workspace: Workspace, job: Job) -> None:
    """What one job does and has done."""
    st.button("All jobs", type="tertiary", icon=":material/arrow_back:", on_click=close)
    state_part(workspace, job)
    grid = grid_of(workspace, job)
    with st.container(key="job-actions", horizontal=True, vertical_alignment="center"):
        result_links(workspace, grid, job)
        actions_part(workspace, job)
    if job.request.task == "finetune" and (job.status in ACTIVE or job.history()):
        curves_part(job)
    if len(grid) > 1:
        grid_section(grid)
    if not read_only():
        epochs_section(job)
    settings_section(job)
    log_part(job)


def close() -> None:
    """Back to all jobs."""
    st.query_params.pop(_KEY, None)


with page("jobs"):
    view(Workspace())
