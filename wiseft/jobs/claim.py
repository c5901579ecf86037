"""A job in the hands of its worker: the only one who writes what happens to it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from filelock import FileLock

from wiseft.errors import storage_errors
from wiseft.jobs.history import History
from wiseft.jobs.job import Job
from wiseft.jobs.records import State, Status, touch_state
from wiseft.progress import Progress

WRITE_SECONDS = 0.5
"""Between two writes of the progress, at least."""


TAKEN_SECONDS = 60.0
"""After which a worker that has taken an attempt, and not begun it, is taken for dead."""


@dataclass
class Claim:
    """A running job, held by this process until it is released.

    Attributes:
        job: which one.
        lock: its lock, held.
        state: as it is now; the file may be up to `WRITE_SECONDS` behind.
    """

    job: Job
    lock: FileLock
    state: State
    history: History
    _written: float = field(default=0.0, repr=False)

    @classmethod
    def begin(cls, job: Job, lock: FileLock, device: str) -> Claim | None:
        """Mark the job as running; None where a worker on another machine has just begun it.

        Raises `StorageError`, the lock being free again then, as it is for None.
        """
        attempt = None
        try:
            before = State.read(job.folder)
            attempt = _take_attempt(job, before.attempt + 1)
            if attempt is None:
                lock.release()
                return None
            job.cancel_file.unlink(missing_ok=True)
            state = replace(
                before,
                status="running",
                progress=None,
                started=time.time(),
                ended=None,
                device=device,
                message=None,
                attempt=attempt,
            )
            state.write(job.folder)
            return cls(job, lock, state, History(job.folder))
        except BaseException:
            if attempt is not None:
                with suppress(OSError):
                    _mark(job, attempt).unlink()
            lock.release()
            raise

    def tell(self, progress: Progress) -> None:
        """Keep a report; the file is written if it has not been for `WRITE_SECONDS`.

        Raises `StorageError`.
        """
        self.state = replace(self.state, progress=progress)
        self.history.add(progress)
        if progress.note:
            self.note(progress.note)
        if time.monotonic() - self._written >= WRITE_SECONDS:
            self._write()

    def note(self, text: str) -> None:
        """Keep a sentence that is worth knowing, once. Raises `StorageError`."""
        if text not in self.state.notes:
            self.state = replace(self.state, notes=(*self.state.notes, text))
            self._write()

    def beat(self) -> None:
        """Give a sign of life; callable from any thread."""
        touch_state(self.job.folder)

    def end(
        self,
        status: Status,
        *,
        message: str | None = None,
        result: Mapping[str, Any] | None = None,
    ) -> None:
        """Write how the job ended; the lock is still held.

        Where that cannot be written, the job shows as interrupted once the lock is free. Raises
        `StorageError` then.
        """
        ended = None if status == "queued" else time.time()
        self.state = replace(
            self.state, status=status, ended=ended, message=message, result=result or {}
        )
        self._write()

    def _write(self) -> None:
        self.state.write(self.job.folder)
        self._written = time.monotonic()


def _take_attempt(job: Job, attempt: int) -> int | None:
    """The number of an attempt that this worker alone has, from `attempt` on.

    A new file is made by one process only, on a network file system that does not pass locks on
    too. None where another worker is beginning the job.
    """
    while True:
        mark = _mark(job, attempt)
        with storage_errors(mark):
            try:
                mark.touch(exist_ok=False)
                return attempt
            except FileExistsError:
                if time.time() - mark.stat().st_mtime < TAKEN_SECONDS:
                    return None
        attempt += 1


def _mark(job: Job, attempt: int) -> Path:
    return job.folder / f"attempt-{attempt}"
