"""One job from its beginning to its end, in the process of a worker."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from wiseft.errors import StorageError, WiseftError
from wiseft.jobs.claim import Claim
from wiseft.jobs.context import Cancelled, Context, OutOfMemory, Task, Warm
from wiseft.jobs.job import HEARTBEAT_SECONDS, Job
from wiseft.progress import Progress
from wiseft.registry import Registry
from wiseft.workspace import Workspace

log = logging.getLogger(__name__)
log.setLevel(logging.INFO)

LOOK_SECONDS = 0.05
"""Between two looks at whether the job is to be cancelled, at most as many."""

_FORMAT = "%(asctime)s %(levelname)s %(message)s"


def nothing() -> None:
    """What is done between two steps where nothing is to be done."""


def unchanged(context: Context) -> Context:
    """The context of jobs where a worker has nothing to add."""
    return context


def run_claim(
    claim: Claim,
    tasks: Registry[Task],
    workspace: Workspace,
    warm: Warm,
    *,
    between: Callable[[], None] = nothing,
    equip: Callable[[Context], Context] = unchanged,
    later: bool = False,
) -> None:
    """Run a job to its end, and write how it ended: whatever happens, only this job is harmed.

    Args:
        claim: the job; it is let go of in the end.
        tasks: by name.
        workspace: of the job.
        warm: what this worker keeps in memory.
        between: called between two steps, `LOOK_SECONDS` apart or more.
        equip: adds to the context of the job what this worker has to offer.
        later: put the job back into the queue where there is no memory for it now.
    """
    job = claim.job
    try:
        with logged(job), _heartbeat(claim), _end_is_written(job):
            log.info("Job %s begins on %s.", job.id, claim.state.device)
            try:
                result = _perform(claim, tasks, workspace, warm, between, equip)
            except Cancelled:
                claim.end("cancelled")
            except WiseftError as error:
                if later and isinstance(error, OutOfMemory):
                    claim.end("queued")
                else:
                    claim.end("failed", message=str(error))
            except Exception as error:
                log.exception("The program failed:")
                words = " ".join(str(error).split())[:200] or "without a word"
                claim.end(
                    "failed",
                    message=f"The program failed ({type(error).__name__}: {words}); "
                    "the log of the job says where. Resume it, or start it with other settings.",
                )
            else:
                claim.end("done", result=result)
            log.info("Job %s is %s. %s", job.id, claim.state.status, claim.state.message or "")
    finally:
        claim.lock.release()


def _perform(
    claim: Claim,
    tasks: Registry[Task],
    workspace: Workspace,
    warm: Warm,
    between: Callable[[], None],
    equip: Callable[[Context], Context],
) -> dict[str, Any]:
    """Call the task, with a report that cancels it and lets others in between its steps."""
    job, looked = claim.job, 0.0

    def report(progress: Progress) -> None:
        nonlocal looked
        claim.tell(progress)
        if time.monotonic() - looked < LOOK_SECONDS:
            return
        if job.cancel_file.exists():
            raise Cancelled
        between()
        looked = time.monotonic()

    request = job.request
    job.work.mkdir(exist_ok=True)
    context = Context(
        workspace=workspace,
        device=claim.state.device or "cpu",
        job=job.id,
        folder=job.work,
        report=report,
        note=claim.note,
        warm=warm,
    )
    return dict(tasks[request.task](request.arguments, equip(context)))


@contextmanager
def logged(job: Job) -> Iterator[None]:
    """In this block everything that is logged stands in the log of the job too."""
    handler = logging.FileHandler(job.log_file, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter(_FORMAT))
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        yield
    finally:
        root.removeHandler(handler)
        handler.close()


@contextmanager
def _heartbeat(claim: Claim) -> Iterator[None]:
    """In this block the job shows a sign of life every `HEARTBEAT_SECONDS`."""
    stop = threading.Event()

    def beat() -> None:
        while not stop.wait(HEARTBEAT_SECONDS):
            with suppress(OSError):
                claim.beat()

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


@contextmanager
def _end_is_written(job: Job) -> Iterator[None]:
    """Where not even the end of a job can be written, it shows as interrupted, which it was."""
    try:
        yield
    except StorageError as error:
        log.error("Job %s: %s", job.id, error)
