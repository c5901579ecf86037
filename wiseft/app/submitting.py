"""Work that a page hands to the queue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any
from uuid import uuid4

import streamlit as st

from wiseft.backends import chosen_backend, ensure_running
from wiseft.jobs import Job, Request, finetune_grid, read_only
from wiseft.workspace import Workspace

JOBS_PAGE = "run/jobs.py"

_SUBMITTER = "submitter"


def this_browser() -> str:
    """The opaque id of this browser session, under which its jobs are submitted."""
    return st.session_state.setdefault(_SUBMITTER, uuid4().hex)


def submit(
    workspace: Workspace,
    task: str,
    arguments: Mapping[str, Any],
    title: str = "",
    *,
    interactive: bool = False,
    files: Mapping[str, bytes] | None = None,
) -> Job:
    """Put a job into the queue in the name of this browser session, and see that it is run.

    The `files` are handed to it by their names.

    Raises:
        WiseftError: in read-only mode, or where an argument cannot be used.
    """
    request = Request(task, arguments, title, this_browser(), interactive)
    return chosen_backend(workspace).submit(request, files)


def submit_grid(
    workspace: Workspace,
    arguments: Mapping[str, Any],
    grid: Mapping[str, Sequence[Any]],
    title: str,
) -> list[Job]:
    """Put one fine-tuning for each combination of settings into the queue (`finetune_grid`).

    Raises:
        WiseftError: in read-only mode, or where an argument cannot be used.
    """
    request = Request("finetune", arguments, title, this_browser())
    backend = chosen_backend(workspace)
    return [backend.submit(each) for each in finetune_grid(request, grid)]


def resume(workspace: Workspace, job: Job) -> None:
    """Put a job back into the queue, and see that it is run. Raises what `Job.resume` raises."""
    job.resume()
    ensure_running(workspace)


def keep_running(workspace: Workspace) -> None:
    """See that jobs that wait are run, also where a worker has died; for those who watch them."""
    if not read_only():
        _keep_running(workspace.root)


@st.cache_data(ttl=5, show_spinner=False)
def _keep_running(root: Path) -> None:
    """Looked into now and then, however many are watching."""
    ensure_running(Workspace(root))


def where_to_watch(job: Job) -> None:
    """Say that a job was submitted, with a link to its page."""
    st.html(
        f'<p class="note" role="status">“{escape(job.request.title)}” is in the queue; '
        "this page can be left.</p>"
    )
    st.page_link(JOBS_PAGE, label="Watch it", query_params={"job": job.id})
