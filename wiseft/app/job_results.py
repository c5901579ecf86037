"""What a job has made, and where to look at it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import streamlit as st

from wiseft.app.earlier import of_job
from wiseft.app.html import column_heads, html_table, number_cells
from wiseft.app.job_data import history
from wiseft.app.job_words import STATUSES
from wiseft.app.overlays import MOST
from wiseft.app.parts import section
from wiseft.app.training_fields import settings_in_words
from wiseft.checkpoint_files import EPOCHS, epoch_checkpoints
from wiseft.errors import WiseftError
from wiseft.jobs import Job, Ledger
from wiseft.text import NOTHING, bare_percent, percent
from wiseft.workspace import Workspace

FRONTIER_PAGE = "explore/frontier.py"
CHECKPOINTS_PAGE = "run/checkpoints.py"

FEW = 8
"""Settings that stand in one column; more stand in two."""

TRAININGS = ("finetune", "rehearse")
"""Tasks that have the settings of a training among their arguments."""


def grid_of(workspace: Workspace, job: Job) -> list[Job]:
    """The jobs that were asked for in one go with this one, itself among them."""
    asked = job.request
    return [
        each
        for each in reversed(Ledger(workspace.jobs).jobs())
        if (other := each.request).task == asked.task == "finetune"
        and (other.by, other.submitted) == (asked.by, asked.submitted)
    ]


def result_links(workspace: Workspace, grid: Sequence[Job], job: Job) -> None:
    """Links to the run of a job, and to all runs of its grid, as far as they are there."""
    there = {run.name for run in workspace.runs()}
    own = _run(job)
    if own in there:
        _link("Open its frontier", {"run": own})
    runs = [name for each in grid if (name := _run(each)) in there]
    if len(runs) > 1:
        first, *others = sorted(runs, key=lambda name: name != own)
        shown = others[:MOST]
        label = f"Compare {len(shown) + 1} runs of the grid"
        _link(label, {"run": first, "with": ",".join(shown)})


def grid_section(grid: Sequence[Job]) -> None:
    """How far every training of a grid is, and how accurate."""
    section(
        "The grid",
        "Trainings that were asked for together; accuracy in distribution in per cent.",
    )
    rows = []
    for each in grid:
        found = [row["accuracy"] for row in history(each) if "accuracy" in row]
        last, best = (found[-1], max(found)) if found else (None, None)
        rows.append(
            f'<tr><th scope="row">{escape(each.request.title)}</th>'
            f"<td>{STATUSES[each.status]}</td>"
            + number_cells(*(NOTHING if v is None else bare_percent(v) for v in (last, best)))
            + "</tr>"
        )
    heads = [
        '<th scope="col">Training</th>',
        '<th scope="col">State</th>',
        *column_heads("", "After the last epoch", "Best epoch")[1:],
    ]
    st.html(html_table("numbers", "The trainings of the grid", heads, "".join(rows)))


def epochs_section(job: Job) -> None:
    """Links to the checkpoint of every epoch, where it can be compared and swept."""
    files = epoch_checkpoints(job.work / EPOCHS)
    if not files:
        return
    section(
        "Every epoch",
        "Each left a checkpoint; opened beside the zero-shot one, it can be swept like the last.",
    )
    accuracies = [row["accuracy"] for row in history(job) if "accuracy" in row]
    with st.container(key="epoch-links", horizontal=True):
        for number, file in enumerate(files, start=1):
            reached = accuracies[number - 1 : number]
            label = ", ".join([f"Epoch {number}", *(percent(each) for each in reached)])
            ends = {"zeroshot": job.request.arguments["zeroshot"], "finetuned": str(file)}
            st.page_link(CHECKPOINTS_PAGE, label=label, query_params=ends)


def settings_section(job: Job) -> None:
    """What was asked for."""
    section("What was asked for", "The settings that the job has had from its beginning.")
    arguments = job.request.arguments
    words: dict[str, Any] = {
        _ARGUMENTS.get(name, name.capitalize()): value
        for name, value in arguments.items()
        if name != "spec"
    }
    if job.request.task in TRAININGS:
        like = of_job(job)
        words |= settings_in_words(like.spec, like.precision)
    lines = [
        f'<tr><th scope="row">{escape(str(name))}</th><td>{escape(str(value))}</td></tr>'
        for name, value in words.items()
    ]
    half = -(-len(lines) // 2) if len(lines) > FEW else len(lines)
    with st.container(key="beside-asked"):
        for column, part in zip(
            st.columns(2, gap="large"), (lines[:half], lines[half:]), strict=True
        ):
            if part:
                column.html(html_table("numbers asked", "What was asked for", (), "".join(part)))


_ARGUMENTS = {
    "zeroshot": "Zero-shot checkpoint",
    "finetuned": "Fine-tuned checkpoint",
    "pretrained": "Weights",
    "dtype": "Precision of the file",
}


def _run(job: Job) -> str | None:
    try:
        return job.state.result.get("run")
    except WiseftError:
        return None


def _link(label: str, query: Mapping[str, str]) -> None:
    st.page_link(FRONTIER_PAGE, label=label, query_params=dict(query))
