"""What the pages show of a job, read and drawn once for all sessions that watch it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from wiseft.app import benchmarks
from wiseft.charts.learning import Measured, epochs_figure, loss_figure
from wiseft.errors import WiseftError
from wiseft.jobs import Job
from wiseft.jobs.history import HISTORY

Rows = Sequence[Mapping[str, Any]]


def history(job: Job) -> Rows:
    """`Job.history`, not to be changed."""
    return _history(job.folder, _stamp(job), job)


def learning_figures(job: Job, dark: bool) -> tuple[go.Figure, go.Figure]:
    """Loss and learning rate at each step, and accuracy after each epoch, of a fine-tuning."""
    return _figures(job.folder, _stamp(job), dark, _measured_on(job), job)


def _measured_on(job: Job) -> Measured | None:
    """The set that accuracy is measured on; None where its images are not there any more."""
    try:
        inventory = benchmarks.inventory(job.request.arguments["benchmark"])
    except WiseftError:
        return None
    found = (inventory.of("validation") or inventory.of("reference"))[0]
    return Measured(found.title, found.images)


@st.cache_resource(max_entries=256, show_spinner=False)
def _history(folder: Path, stamp: tuple[int, int], _job: Job) -> Rows:
    return _job.history()


@st.cache_resource(max_entries=64, show_spinner=False)
def _figures(
    folder: Path, stamp: tuple[int, int], dark: bool, measured: Measured | None, _job: Job
) -> tuple[go.Figure, go.Figure]:
    rows = history(_job)
    return loss_figure(rows, dark=dark), epochs_figure(rows, measured, dark=dark)


def _stamp(job: Job) -> tuple[int, int]:
    """When measurements were last written, and how much."""
    try:
        found = (job.folder / HISTORY).stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_size
