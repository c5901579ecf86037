"""Commands that hand work to the workers, and the one that is a worker."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any

from wiseft.backends import BACKENDS, chosen_backend
from wiseft.cli.command import Command, Result, positive
from wiseft.cli.show import Console, percent, table
from wiseft.cli.submissions import SUBMISSIONS
from wiseft.errors import Invalid, WiseftError
from wiseft.jobs import Job, Ledger, read_only
from wiseft.jobs.devices import visible_devices
from wiseft.jobs.permission import refuse_read_only
from wiseft.jobs.worker import IDLE_SECONDS, Worker
from wiseft.workspace import Workspace

log = logging.getLogger(__name__)


def _submit_arguments(parser: argparse.ArgumentParser) -> None:
    tasks = parser.add_subparsers(dest="task", required=True, metavar="TASK")
    for name in SUBMISSIONS:
        submission = SUBMISSIONS[name]
        task = tasks.add_parser(name, help=submission.summary, description=submission.summary)
        submission.add_arguments(task)
        task.add_argument(
            "--wait", action="store_true", help="show its progress until it has ended"
        )
        task.add_argument(
            "--backend",
            choices=tuple(BACKENDS),
            help="where it runs (default: the one that WISEFT_BACKEND names, else local)",
        )
        # Where not given here, what was given before the task counts.
        task.add_argument("--json", action="store_true", default=argparse.SUPPRESS)


def _submit(options: argparse.Namespace, console: Console) -> Result:
    workspace = Workspace()
    backend = chosen_backend(workspace, options.backend)
    requests = SUBMISSIONS[options.task].requests(options)
    jobs = [backend.submit(request) for request in requests]
    if options.wait:
        for job in jobs:
            _follow(job, backend.ensure_running, console)
    records = [_record(job) for job in jobs]
    watch = [] if options.wait else [f"Follow it with: python -m wiseft jobs {jobs[0].id}"]
    return {"jobs": records}, [*(line for job in jobs for line in _lines(job)), *watch]


def _follow(job: Job, ensure_running: Callable[[], None], console: Console) -> None:
    """Show the progress of a job until it has ended. Raises `WiseftError` where it has failed."""
    try:
        state = job.wait(console.report, look=ensure_running)
    except KeyboardInterrupt:
        console.close()
        print(f"Job {job.id} goes on; stop it with: wiseft cancel {job.id}", file=sys.stderr)
        raise
    if state.status != "done":
        raise WiseftError(f"Job {job.id} is {state.status}. {state.message or ''}".strip())


SUBMIT = Command(
    name="submit",
    summary="hand a computation to the workers, and go on",
    description="Put a job into the queue of the workspace and see that it is run: it goes on when "
    "the terminal is closed. A list of values, as in --epochs 5,10, makes a job of each. On a Ray "
    "cluster: python -m wiseft submit sweep zeroshot.safetensors finetuned.safetensors photos/ "
    "--backend ray",
    example="python -m wiseft submit finetune zeroshot.safetensors photos/ --method linear --wait",
    add_arguments=_submit_arguments,
    run=_submit,
    writes=True,
)


def _jobs_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("job", nargs="?", help="id: show this one, with its log")
    parser.add_argument(
        "--follow", action="store_true", help="show the progress of that one until it has ended"
    )


def _jobs(options: argparse.Namespace, console: Console) -> Result:
    ledger = Ledger(Workspace().jobs)
    if options.job:
        job = ledger.job(options.job)
        if options.follow:
            _follow(job, _looker(job), console)
        record = {**_record(job), "history": job.history(), "log": job.log()}
        return record, [*_lines(job), *job.log().splitlines()]
    if options.follow:
        raise Invalid("Name the job to follow: python -m wiseft jobs ID --follow.")
    jobs = ledger.jobs()
    records = [_record(job) for job in jobs]
    rows = [
        [each["job"], each["status"], _percent_done(each), _who(each["by"]), each["title"]]
        for each in records
    ]
    lines = table(["job", "status", "%", "by", "title"], rows)
    return {"jobs": records}, lines if jobs else ["No jobs yet; start one with `submit`."]


def _who(by: str) -> str:
    """Where a job was asked for; a browser goes by its number, which is nobody's to read."""
    return by if by in ("cli", "notebook") else "browser"


def _looker(job: Job) -> Callable[[], None]:
    """What sees that the job is run while it is followed; nothing in read-only mode."""
    if read_only():
        return lambda: None
    return BACKENDS[job.request.backend](Workspace()).ensure_running


def _record(job: Job) -> dict[str, Any]:
    """All there is to know of a job but its history and log."""
    request, state = job.request, job.state
    progress = state.progress
    return {
        "job": job.id,
        "task": request.task,
        "title": request.title,
        "by": request.by,
        "arguments": dict(request.arguments),
        "submitted": request.submitted,
        "status": state.status,
        "progress": None
        if progress is None
        else {
            "stage": progress.stage,
            "done": progress.done,
            "total": progress.total,
            "values": dict(progress.values),
        },
        "started": state.started,
        "ended": state.ended,
        "device": state.device,
        "message": state.message,
        "notes": list(state.notes),
        "result": dict(state.result),
        "attempt": state.attempt,
    }


def _lines(job: Job) -> list[str]:
    """The same for people."""
    request, state = job.request, job.state
    submitted = datetime.fromtimestamp(request.submitted).strftime("%Y-%m-%d %H:%M")
    lines = [f"Job {job.id}: {request.title}, {state.status}, submitted {submitted}."]
    if state.progress is not None and not state.has_ended:
        lines.append(f"{state.progress.stage}: {state.progress.done} of {state.progress.total}.")
    lines += [state.message] if state.message else []
    lines += state.notes
    return lines + [f"{name}: {value}" for name, value in state.result.items()]


def _percent_done(record: dict[str, Any]) -> str:
    progress = record["progress"]
    if record["status"] == "done" or not progress or not progress["total"]:
        return ""
    return percent(progress["done"] / progress["total"])


JOBS = Command(
    name="jobs",
    summary="list the jobs, or show one",
    description="List the jobs of the workspace, newest first; or show one with its log.",
    example="python -m wiseft jobs",
    add_arguments=_jobs_arguments,
    run=_jobs,
)


def _job_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("job", help="id of a job; `jobs` lists them")


def _cancel(options: argparse.Namespace, console: Console) -> Result:
    job = Ledger(Workspace().jobs).job(options.job)
    job.cancel()
    stops = "stops within a step" if job.cancelling else "is cancelled"
    return _record(job), [f"Job {job.id} {stops}; what it has finished is kept."]


CANCEL = Command(
    name="cancel",
    summary="stop a job",
    description="Take a job out of the queue, or stop it within a step; it can be resumed.",
    example="python -m wiseft cancel 20260131-120000-000-1a2b",
    add_arguments=_job_argument,
    run=_cancel,
    writes=True,
)


def _resume_arguments(parser: argparse.ArgumentParser) -> None:
    _job_argument(parser)
    parser.add_argument(
        "--devices", type=positive, help="of a cluster, for a training (default: as before)"
    )


def _resume(options: argparse.Namespace, console: Console) -> Result:
    workspace = Workspace()
    job = Ledger(workspace.jobs).job(options.job)
    job.resume(options.devices)
    BACKENDS[job.request.backend](workspace).ensure_running()
    return _record(job), [f"Job {job.id} is in the queue again."]


RESUME = Command(
    name="resume",
    summary="take up a job that was stopped",
    description="Put a job that failed, was cancelled or interrupted back into the queue; it goes "
    "on from its last checkpoint.",
    example="python -m wiseft resume 20260131-120000-000-1a2b",
    add_arguments=_resume_arguments,
    run=_resume,
    writes=True,
)


def _work_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--device", help="cpu, cuda:1, mps (default: the first that has no worker)")
    parser.add_argument(
        "--idle",
        type=float,
        default=IDLE_SECONDS,
        metavar="SECONDS",
        help=f"leave after so long without a job (default: {IDLE_SECONDS:g})",
    )


def _work(options: argparse.Namespace, console: Console) -> Result:
    refuse_read_only()
    from wiseft.tasks import TASKS

    devices = (options.device,) if options.device else visible_devices()
    prepare = _as_asked if options.device else _as_torch_sees_it
    worker = Worker(Workspace(), TASKS, devices, prepare=prepare, idle_seconds=options.idle)
    served = worker.run()
    ended = f"No more jobs for {served}." if served else "Every device has its worker already."
    return {"device": served}, [ended]


def _as_asked(device: str) -> str:
    from wiseft.device import checked_device

    return checked_device(device)


def _as_torch_sees_it(device: str) -> str:
    """The device that is meant by one that was found without torch."""
    from wiseft.device import checked_device, default_device

    if device == "cpu":
        return default_device()
    try:
        return checked_device(device)
    except Invalid as error:
        log.warning("%s The jobs run on the CPU.", error)
        return "cpu"


WORK = Command(
    name="work",
    summary="run the jobs of the queue on one device",
    description="Run the jobs that wait, on one device, and leave when there are none. Submitting "
    "a job starts workers by itself; this is for doing it by hand.",
    example="python -m wiseft work --device cpu",
    add_arguments=_work_arguments,
    run=_work,
    writes=True,
)
