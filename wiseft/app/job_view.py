"""One job as it goes: its state, its curves and its log, refreshed by themselves."""

from __future__ import annotations

import time
from html import escape

import streamlit as st

from wiseft.app.following import bar
from wiseft.app.job_data import history, learning_figures
from wiseft.app.job_words import ACTIVE, ago, headline, seconds_left, share_done, stage, who
from wiseft.app.page import errors_as_sentences
from wiseft.app.parts import lead, note, problem
from wiseft.app.submitting import keep_running, this_browser
from wiseft.app.theme import is_dark
from wiseft.charts.template import CONFIG
from wiseft.jobs import Job, Ledger, State, Status
from wiseft.workspace import Workspace

LOOK_SECONDS = 1.0
"""Between two looks at the state of a job that has not ended."""

DRAW_SECONDS = 2.0
"""Between two drawings of its curves."""

LOG_LINES = 400
"""Newest lines of the log that are shown."""


def state_part(workspace: Workspace, job: Job) -> None:
    """What the job is doing. When it begins or ends, the whole page runs again."""
    status = job.status
    every = LOOK_SECONDS if status in ACTIVE else None
    with st.container(key="job-state", gap=None):
        st.fragment(_state, run_every=every)(workspace, job, status)


def curves_part(job: Job) -> None:
    """Loss, learning rate and accuracy of a fine-tuning."""
    with st.container(key="job-curves"):
        st.fragment(_curves, run_every=_drawn_every(job))(job)


def log_part(job: Job) -> None:
    """What the job has logged, where someone wants to see it."""
    st.fragment(_log, run_every=_drawn_every(job))(job)


def _drawn_every(job: Job) -> float | None:
    return DRAW_SECONDS if job.status == "running" else None


def _state(workspace: Workspace, job: Job, status: Status) -> None:
    with errors_as_sentences():
        state = job.state
        if state.status != status:
            st.rerun()
        left = seconds_left(state, history(job))
        before = _jobs_before(workspace, job) if status == "queued" else 0
        lead(headline(job.request, state, left, before, job.cancelling))
        if state.message:
            problem(state.message)
        st.html(bar(share_done(state)))
        st.html(_facts(job, state))
        note(*state.notes)


def _jobs_before(workspace: Workspace, job: Job) -> int:
    """How many jobs run before one that waits; sees that they do."""
    keep_running(workspace)
    waiting = [each.id for each in Ledger(workspace.jobs).queue()]
    return waiting.index(job.id) if job.id in waiting else 0


def _facts(job: Job, state: State) -> str:
    """What is known of a job, in a line."""
    request = job.request
    asked = f"asked for {ago(time.time() - request.submitted)} by {who(request, this_browser())}"
    facts = [asked]
    if state.device:
        facts.append(f"on <b>{escape(state.device)}</b>")
    if state.attempt > 1:
        facts.append(f"attempt <b>{state.attempt}</b>")
    if state.progress is not None and state.status != "done":
        facts.append(escape(stage(state.progress)))
        facts += [
            words.format(state.progress.values[name])
            for name, words in _VALUES.items()
            if name in state.progress.values
        ]
    return f'<ul class="facts">{"".join(f"<li>{each}</li>" for each in facts)}</ul>'


_VALUES = {
    "loss": "loss <b>{:.3g}</b>",
    "lr": "learning rate <b>{:.3g}</b>",
    "images_per_second": "<b>{:,.0f}</b> images/s",
}


def _curves(job: Job) -> None:
    with errors_as_sentences(), st.container(key="beside"):
        loss, epochs = learning_figures(job, is_dark())
        left, right = st.columns(2, gap="large")
        left.plotly_chart(
            loss, theme=None, config=CONFIG, key="loss", alt="Loss and learning rate of every step"
        )
        right.plotly_chart(
            epochs, theme=None, config=CONFIG, key="epochs", alt="Accuracy after every epoch"
        )


def _log(job: Job) -> None:
    log = st.expander("Log", key="log", on_change="rerun", type="compact")
    if log.open:
        lines = job.log().splitlines()
        left_out = f"… {len(lines) - LOG_LINES:,} earlier lines\n" if len(lines) > LOG_LINES else ""
        text = left_out + "\n".join(lines[-LOG_LINES:])
        log.code(text or "Nothing has been logged yet.", language=None, height=360)
