"""This machine: a worker process for each of its devices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from wiseft.errors import Invalid
from wiseft.jobs import Job, Ledger, Request, start_workers
from wiseft.jobs.records import LOCAL
from wiseft.jobs.starting import PROGRAM
from wiseft.workspace import Workspace


class LocalBackend:
    """Starts workers when there are jobs; it needs nothing installed.

    Args:
        workspace: whose jobs.
        ledger: of its jobs.
        program: the command line of a worker.
    """

    name = LOCAL

    def __init__(
        self,
        workspace: Workspace,
        ledger: Ledger | None = None,
        program: Sequence[str] = PROGRAM,
    ) -> None:
        self.workspace = workspace
        self.ledger = ledger or Ledger(workspace.jobs)
        self.program = program

    def submit(self, request: Request, files: Mapping[str, bytes] | None = None) -> Job:
        """Put a job into the queue and start workers for it.

        Raises `Invalid` where it asks for several devices, else as `Ledger.submit`.
        """
        if request.devices > 1:
            raise Invalid(
                f"A job of this machine runs on one device, not {request.devices}; ask for one, or "
                "hand it to a Ray cluster (--backend ray, or WISEFT_BACKEND=ray)."
            )
        job = self.ledger.submit(replace(request, backend=self.name), files)
        self.ensure_running()
        return job

    def ensure_running(self) -> None:
        """Start workers where jobs wait and devices are free."""
        start_workers(self.workspace, self.program)
