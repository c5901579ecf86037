"""Jobs in words: how far they are, who asked for them, and how long they still take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from wiseft.jobs import Request, State, Status
from wiseft.progress import Progress
from wiseft.text import duration, number_of

ACTIVE: tuple[Status, ...] = ("queued", "running")
"""What a job is in while something is still going to happen to it."""

STATUSES: dict[Status, str] = {
    "queued": "waiting",
    "running": "running",
    "done": "done",
    "failed": "failed",
    "cancelled": "cancelled",
    "interrupted": "interrupted",
}

_OUTSIDE = {"cli": "the command line", "notebook": "a notebook"}


def who(request: Request, browser: str) -> str:
    """Who asked for a job, seen from the session `browser`."""
    if request.by == browser:
        return "this browser"
    return _OUTSIDE.get(request.by, "another browser")


def ago(seconds: float) -> str:
    """How long something has been past, as in "just now", "5 min ago" and "3 days ago"."""
    minutes = int(seconds // 60)
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return f"{minutes} min ago"
    hours = minutes // 60
    return f"{hours} h ago" if hours < 24 else f"{number_of(hours // 24, 'day')} ago"


def share_done(state: State) -> float | None:
    """How much of the stage in hand is done, 0..1; None where that is not known."""
    progress = state.progress
    if state.status == "done":
        return 1.0
    if progress is None or progress.total <= 0:
        return None
    return min(progress.done / progress.total, 1.0)


def seconds_left(state: State, history: Sequence[Mapping[str, Any]]) -> float | None:
    """Seconds until the stage in hand is done, at the pace so far; None where that is not known.

    Args:
        state: of a running job.
        history: its measurements (`Job.history`); those before this attempt do not count.
    """
    progress, started = state.progress, state.started
    if state.status != "running" or progress is None or started is None:
        return None
    times = [
        (row["done"], row["time"])
        for row in history
        if row["total"] == progress.total and row["time"] >= started
    ]
    if len(times) < 2:
        return None
    (done, since), (reached, until) = times[0], times[-1]
    if reached <= done or until <= since or progress.done >= progress.total:
        return None
    return max(0.0, (progress.total - progress.done) * (until - since) / (reached - done))


def stage(progress: Progress) -> str:
    """What is being done, as in "epoch 3 of 8, step 120 of 400"."""
    unit = "step " if progress.values.keys() & {"loss", "accuracy"} else ""
    return f"{progress.stage}, {unit}{progress.done:,} of {progress.total:,}"


def headline(
    request: Request, state: State, left: float | None, before: int, cancelling: bool
) -> str:
    """What a job is doing, in one line.

    Args:
        request, state: of the job.
        left: seconds until its stage is done, where that is known.
        before: jobs that run before it, where it waits.
        cancelling: whether it is about to stop.
    """
    title = request.title
    if state.status == "running" and cancelling:
        return f"{title} is being cancelled"
    if state.status == "running":
        doing = state.progress.stage if state.progress else "getting ready"
        rest = "" if left is None else f", {duration(left)} left"
        return f"{title}: {doing}{rest}"
    if state.status == "queued":
        return f"{title} waits for {number_of(before, 'job')}" if before else f"{title} is next"
    took = (
        f", in {duration(state.ended - state.started)}"
        if state.status == "done" and state.ended and state.started
        else ""
    )
    verb = "is done" if state.status == "done" else f"was {STATUSES[state.status]}"
    return f"{title} {'failed' if state.status == 'failed' else verb}{took}"
