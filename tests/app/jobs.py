"""Job folders as workers leave them, without any worker."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from wiseft.jobs import Job, Request, State
from wiseft.jobs.records import STATE
from wiseft.progress import Progress
from wiseft.specs import FinetuneSpec

SPEC = {name: value for name, value in asdict(FinetuneSpec()).items() if name != "precision"}

AT_STEP_30 = Progress(
    "epoch 2 of 4", 30, 80, {"loss": 1.25, "lr": 0.002, "images_per_second": 640.0}
)


def write_job(
    root: Path,
    state: State,
    *,
    task: str = "finetune",
    title: str = "Zoo, end-to-end",
    by: str = "someone",
    submitted: float | None = None,
    arguments: Mapping[str, Any] | None = None,
    history: Sequence[Mapping[str, Any]] = (),
    log: str = "",
    silent_for: float = 0.0,
) -> Job:
    """A job in the workspace `root` whose worker last gave a sign of life `silent_for` s ago."""
    when = time.time() - 300 if submitted is None else submitted
    if arguments is None:
        arguments = {"zeroshot": "/zoo/zeroshot.safetensors", "benchmark": "/zoo", "spec": SPEC}
    number = len(list((root / "jobs").glob("2*")))
    job = Job(root / "jobs" / f"20260101-000000-{number:03d}-aaaa")
    Request(task, arguments, title, by, submitted=when).write(job.folder)
    state.write(job.folder)
    (job.folder / "progress.jsonl").write_text("".join(json.dumps(row) + "\n" for row in history))
    job.log_file.write_text(log)
    beat = time.time() - silent_for
    os.utime(job.folder / STATE, (beat, beat))
    return job


def running(progress: Progress | None = AT_STEP_30, **further: Any) -> State:
    """The state of a job that was begun a minute ago."""
    return State("running", progress, started=time.time() - 60, device="cpu", attempt=1, **further)


def ended(status: Any, **further: Any) -> State:
    """The state of a job that took 100 seconds."""
    now = time.time()
    return State(status, started=now - 200, ended=now - 100, device="cpu", attempt=1, **further)


def steps(losses: Sequence[float], total: int, since: float) -> list[dict[str, Any]]:
    """A step a second."""
    return [
        {"stage": "epoch 1 of 4", "done": step, "total": total, "time": since + step, "loss": loss}
        | {"lr": 0.002, "images_per_second": 640.0}
        for step, loss in enumerate(losses, 1)
    ]
