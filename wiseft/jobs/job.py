"""One job: a folder with what was asked, how far it is, its measurements and its log.

job.json        what is asked (`Request`); never changes
state.json      how far it is (`State`)
progress.jsonl  measurements along the way, thinned (`history.History`)
log.txt         what the task logged, with the traceback where it failed
cancel          is there while cancelling is asked for
attempt-<n>     made by the worker that begins attempt n, and by no other
lock            held by the worker that runs it
work/           files of the task, kept when it is resumed
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from wiseft.errors import Invalid, storage_errors
from wiseft.jobs.history import read_history
from wiseft.jobs.locks import held, is_held
from wiseft.jobs.permission import refuse_read_only
from wiseft.jobs.records import Request, State, Status
from wiseft.progress import Bar, Report
from wiseft.text import number_of

HEARTBEAT_SECONDS = 1.0
"""Between two signs of life of a worker."""

HEARTBEAT_LOST = 5.0
"""Seconds without a sign of life after which a job that nobody holds counts as interrupted. (A
worker on another machine may hold a lock that is not seen here.)"""

LEDGER_LOCK = ".lock"
"""The file beside the jobs whose lock is held while the status of one of them is changed."""

WAIT_SECONDS = 0.2
"""Between two looks at a job that is waited for."""


@dataclass(frozen=True)
class Job:
    """A job, looked at from any process; every property reads what is on disk at that moment.

    Attributes:
        folder: of the job; its name is the id.
    """

    folder: Path

    @property
    def id(self) -> str:
        """Unique in the workspace; ids sort by the time of submission."""
        return self.folder.name

    @property
    def request(self) -> Request:
        """What is asked. Raises `Invalid` where the folder is damaged or deleted."""
        return Request.read(self.folder)

    @property
    def state(self) -> State:
        """How far it is. Raises `Invalid` where the folder is damaged or deleted.

        `state.status` is "interrupted" for a job that was running when its worker died.
        """
        state = State.read(self.folder)
        return replace(state, status="interrupted") if self._is_abandoned(state) else state

    @property
    def status(self) -> Status:
        """`state.status`."""
        return self.state.status

    @property
    def work(self) -> Path:
        """The folder of files of the task; it need not exist yet."""
        return self.folder / "work"

    @property
    def cancelling(self) -> bool:
        """Whether cancelling is asked for and the worker has not seen it yet."""
        return self.cancel_file.exists() and self.status == "running"

    @property
    def cancel_file(self) -> Path:
        """Is there while cancelling is asked for."""
        return self.folder / "cancel"

    @property
    def lock_file(self) -> Path:
        """Held by the worker that runs the job."""
        return self.folder / "lock"

    @property
    def log_file(self) -> Path:
        """What the task logged."""
        return self.folder / "log.txt"

    def history(self) -> list[dict[str, Any]]:
        """The measurements so far, oldest first, thinned to a bounded number.

        Each has `stage`, `done`, `total`, `time` (seconds since 1970) and its values by name:
        `loss`, `lr` and `images_per_second` at a step, `accuracy` (a fraction) after an epoch.
        """
        return read_history(self.folder)

    def log(self) -> str:
        """What the task logged; empty where it has not begun."""
        try:
            return self.log_file.read_text("utf-8", errors="replace")
        except OSError:
            return ""

    def cancel(self) -> None:
        """Stop the job: at once where it waits, within a step where it runs.

        What it has finished is kept, and it can be resumed. Of a cancelled job nothing is asked.

        Raises:
            Invalid: where it has ended otherwise.
            WiseftError: in read-only mode.
        """
        refuse_read_only()
        with self.transitions():
            state = self.state
            if state.status == "running":
                with storage_errors(self.cancel_file):
                    self.cancel_file.touch()
            elif state.status in ("queued", "interrupted"):
                replace(state, status="cancelled", ended=time.time()).write(self.folder)
            elif state.status != "cancelled":
                raise Invalid(f"Job {self.id} is {state.status}; there is nothing to cancel.")

    def resume(self, devices: int | None = None) -> None:
        """Put a job that failed, was cancelled or interrupted back into the queue.

        It finds its folder `work` as it left it. Workers are not started (`start_workers`).

        Args:
            devices: on how many a training goes on together; as before where None.

        Raises:
            Invalid: where it is queued, running or done, or no training for so many devices.
            WiseftError: in read-only mode.
        """
        refuse_read_only()
        with self.transitions():
            state = self.state
            if state.status not in ("failed", "cancelled", "interrupted"):
                raise Invalid(
                    f"Job {self.id} is {state.status}; only a job that failed, was cancelled or "
                    "was interrupted can be resumed."
                )
            if devices is not None:
                self._ask_for(devices)
            self.cancel_file.unlink(missing_ok=True)
            replace(state, status="queued", ended=None, message=None).write(self.folder)
            ring(self.folder.parent)

    def _ask_for(self, devices: int) -> None:
        request = self.request
        if request.task != "finetune" or devices < 1:
            raise Invalid(
                f"Job {self.id} ({request.task}) cannot be resumed on "
                f"{number_of(devices, 'device')}; a training can, on 1 or more."
            )
        replace(request, arguments={**request.arguments, "devices": devices}).write(self.folder)

    def delete(self) -> None:
        """Remove the folder of the job; runs and checkpoints that it made stay.

        Raises:
            Invalid: where it is running.
            WiseftError: in read-only mode.
        """
        refuse_read_only()
        with self.transitions():
            if self.status == "running":
                raise Invalid(f"Job {self.id} is running; cancel it first.")
            # Renamed first, so that it is gone at once for everybody.
            hidden = self.folder.with_name(f".deleted-{self.id}")
            with storage_errors(self.folder):
                self.folder.rename(hidden)
        shutil.rmtree(hidden, ignore_errors=True)

    def wait(
        self,
        report: Report | None = None,
        *,
        seconds: float | None = None,
        look: Callable[[], None] = lambda: None,
    ) -> State:
        """Wait until the job is done, failed, cancelled or interrupted.

        Args:
            report: told the progress whenever it has changed; a bar is shown where None.
            seconds: to wait at most; without end where None.
            look: called before every look at the job.

        Returns:
            the state then.
        """
        bar = Bar() if report is None else None
        tell = bar.report if bar else report
        deadline = None if seconds is None else time.monotonic() + seconds
        seen = None
        try:
            while True:
                look()
                state = self.state
                if state.progress is not None and state.progress != seen and tell:
                    seen = state.progress
                    tell(seen)
                late = deadline is not None and time.monotonic() > deadline
                if state.status not in ("queued", "running") or late:
                    return state
                time.sleep(WAIT_SECONDS)
        finally:
            if bar:
                bar.close()

    def transitions(self) -> AbstractContextManager[None]:
        """A block in which no other job of this ledger changes its status."""
        return held(self.folder.parent / LEDGER_LOCK)

    def _is_abandoned(self, state: State) -> bool:
        """Whether a job that says it is running has no worker any more."""
        return (
            state.status == "running"
            and time.time() - (state.heartbeat or 0) > HEARTBEAT_LOST
            and not is_held(self.lock_file)
        )


def ring(folder: Path) -> None:
    """Tell the workers of the ledger in `folder` that there is something new in the queue."""
    bell = folder / ".bell"
    with storage_errors(bell):
        bell.touch()
        # Not the clock of the file system, whose ticks are so long that two rings may be one.
        now = time.time_ns()
        os.utime(bell, ns=(now, now))
