"""The queue and the history of all jobs, as a table whose lines open the jobs."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from streamlit.components.v2 import component

from wiseft.app.job_words import STATUSES, ago, seconds_left, share_done, stage, who
from wiseft.jobs import Job
from wiseft.text import NOTHING, duration

_FOLDER = Path(__file__).parent

_mount = component(
    "wiseft_jobs",
    css=(_FOLDER / "job_table.css").read_text("utf-8"),
    js=(_FOLDER / "job_table.js").read_text("utf-8"),
)


@dataclass(frozen=True)
class Line:
    """A job in the table.

    Attributes:
        id: of the job.
        title, who, state, device, left, submitted: as they are printed.
        about: what else is known of its state.
        status: decides how the state looks.
        share: how much of the stage in hand is done, 0..1; None where there is nothing to draw.
    """

    id: str
    title: str
    who: str
    state: str
    about: str
    status: str
    share: float | None
    device: str
    left: str
    submitted: str


def job_line(job: Job, browser: str) -> Line:
    """A job as the session `browser` sees it. Raises `Invalid` where it has been deleted."""
    request, state = job.request, job.state
    running = state.status == "running"
    left = seconds_left(state, job.history()) if running else None
    about = stage(state.progress) if running and state.progress else state.message or ""
    return Line(
        id=job.id,
        title=request.title,
        who=who(request, browser),
        state="being cancelled" if job.cancelling else STATUSES[state.status],
        about=about,
        status=state.status,
        share=share_done(state) if running else None,
        device=state.device or NOTHING,
        left=NOTHING if left is None else duration(left),
        submitted=ago(time.time() - request.submitted),
    )


def job_table(lines: Sequence[Line]) -> str | None:
    """Draw the table. Returns the id of a job that has just been clicked; else None."""
    result = _mount(
        key="jobs",
        data={"lines": [asdict(line) for line in lines]},
        on_open_change=_nothing,
    )
    return result["open"]


def _nothing() -> None:
    """Streamlit reports only what has a callback."""
