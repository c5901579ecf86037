"""Alphas evaluated on request: short jobs that go before all others; the page stays in use."""

from __future__ import annotations

import streamlit as st

from wiseft.app.following import follow, kept_job
from wiseft.app.parts import problem
from wiseft.app.submitting import submit
from wiseft.runs import Run
from wiseft.text import coefficient
from wiseft.workspace import Workspace

_MEMORY = "evaluating"


def evaluate_exactly(run: Run, alpha: float) -> None:
    """Ask for the evaluation of every set of a run at one alpha.

    Raises:
        WiseftError: where that cannot be done; the message says why.
    """
    title = f"{run.record.title} at alpha {coefficient(alpha)}"
    arguments = {"run": run.name, "alpha": alpha}
    job = submit(Workspace(), "evaluate", arguments, title, interactive=True)
    _asked(run).append(job.id)


def evaluations_asked(run: Run) -> None:
    """What was asked for in this session and is not done yet; the page runs again where it is."""
    workspace = Workspace()
    for id in list(_asked(run)):
        job = kept_job(workspace, id)
        if job is not None and not follow(workspace, job):
            continue
        if job is None or (message := job.state.message) is None:
            _asked(run).remove(id)
        else:
            alpha = job.request.arguments["alpha"]
            problem(f"Alpha {alpha:g} was not evaluated: {message}")
            st.button("Dismiss", key=f"dismiss-{id}", on_click=_asked(run).remove, args=(id,))


def _asked(run: Run) -> list[str]:
    """Ids of the jobs that this session waits for."""
    return st.session_state.setdefault(_MEMORY, {}).setdefault(run.name, [])
