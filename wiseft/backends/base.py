"""What a backend is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from wiseft.jobs import Job, Request


class Backend(Protocol):
    """Runs the jobs of one workspace that were submitted to it.

    All that it has to say of a job it writes into the folder of the job, so that watching,
    cancelling and resuming are the same for all backends (`jobs.Job`).
    """

    @property
    def name(self) -> str:
        """What `Request.backend` says of its jobs."""
        ...

    def submit(self, request: Request, files: Mapping[str, bytes] | None = None) -> Job:
        """Put a job into the queue and see that it is run; returns at once.

        Args:
            request: what is asked; it becomes one of this backend.
            files: as of `Ledger.submit`.

        Raises:
            WiseftError: as `Ledger.submit` does, or where the backend cannot be reached.
        """
        ...

    def ensure_running(self) -> None:
        """See that jobs that wait are run: after resuming one, and while waiting for one.

        It costs little where there is nothing to do. Raises `WiseftError` in read-only mode, or
        where the backend cannot be reached.
        """
        ...
