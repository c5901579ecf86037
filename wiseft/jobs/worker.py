"""The process of one device: it runs the jobs in turn, and goes when there are none."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from filelock import FileLock

from wiseft.errors import StorageError
from wiseft.jobs.claim import Claim
from wiseft.jobs.context import Context, Task, Warm
from wiseft.jobs.devices import device_lock, start_mark
from wiseft.jobs.job import Job
from wiseft.jobs.ledger import Ledger
from wiseft.jobs.locks import try_lock
from wiseft.jobs.records import LOCAL
from wiseft.jobs.running import nothing, run_claim, unchanged
from wiseft.registry import Registry
from wiseft.workspace import Workspace

log = logging.getLogger(__name__)

IDLE_SECONDS = 60.0
"""How long a worker keeps models and images warm for the next job."""

POLL_SECONDS = 0.1
"""Between two looks at the queue's bell."""

SCAN_SECONDS = 2.0
"""Between two looks at the queue itself, should the bell not be seen on a network file system."""

TAKE_SECONDS = 0.5
"""To wait for the lock of a device, which others take for a moment to see whether it is free."""


class Worker:
    """Runs the jobs of a workspace on one device.

    Args:
        workspace: whose jobs.
        tasks: what it can do, by name.
        devices: it takes the first that has no worker.
        prepare: called once the device is taken, and before the first job, with its name; returns
            the one to compute on.
        idle_seconds: how long it waits for another job.
        backend: it runs the jobs of this one.
        lock_of: the file whose lock it holds for a device, from the folder of the jobs and the
            device.
        equip: adds to the context of each job what this worker has to offer.
        takes: whether a job of its backend is one for this worker.
    """

    def __init__(
        self,
        workspace: Workspace,
        tasks: Registry[Task],
        devices: Sequence[str],
        *,
        prepare: Callable[[str], str] = lambda device: device,
        idle_seconds: float = IDLE_SECONDS,
        backend: str = LOCAL,
        lock_of: Callable[[Path, str], Path] = device_lock,
        equip: Callable[[Context], Context] = unchanged,
        takes: Callable[[Job], bool] = lambda job: True,
    ) -> None:
        self.workspace = workspace
        self.ledger = Ledger(workspace.jobs)
        self.tasks = tasks
        self.devices = devices
        self.prepare = prepare
        self.idle_seconds = idle_seconds
        self.backend = backend
        self.lock_of = lock_of
        self.equip = equip
        self.takes = takes
        self.warm = Warm()
        self._postponed: set[str] = set()
        self._scanned = (0, 0.0)

    def run(self) -> str | None:
        """Run jobs until there has been none for `idle_seconds`.

        Returns:
            the device that was served; None where each has its worker already.
        """
        served = None
        while taken := self._take():
            device, lock = taken
            try:
                served = served or self.prepare(device)
                self._serve(served)
            finally:
                lock.release()
            # Whoever submits a job and finds the lock held starts no worker. Now that it is free,
            # nobody can find it held any more: the bell of what came before that is heard here.
            if self.ledger.bell == self._scanned[0]:
                break
        return served

    def _take(self) -> tuple[str, FileLock] | None:
        """The first device without a worker, and its lock, held."""
        for device in self.devices:
            file = self.lock_of(self.workspace.jobs, device)
            lock = try_lock(file, TAKE_SECONDS)
            start_mark(file).unlink(missing_ok=True)
            if lock is not None:
                return device, lock
        return None

    def _serve(self, device: str) -> None:
        """Run jobs on a device that is taken, until there are none for a while."""
        idle_since = time.monotonic()
        while True:
            claim = self._next(device, lambda job: True)
            if claim is None:
                if time.monotonic() - idle_since >= self.idle_seconds:
                    return
                time.sleep(POLL_SECONDS)
                continue
            interactive = claim.job.request.interactive
            self._postponed.clear()
            run_claim(
                claim,
                self.tasks,
                self.workspace,
                self.warm,
                between=nothing if interactive else lambda: self._let_in(device),
                equip=self.equip,
            )
            idle_since = time.monotonic()
            self._scanned = (0, 0.0)

    def _let_in(self, device: str) -> None:
        """Run the interactive jobs that wait, between two steps of the one that is running."""
        while claim := self._next(device, self._may_be_let_in):
            self._postponed.add(claim.job.id)
            run_claim(claim, self.tasks, self.workspace, self.warm, later=True)
            self._scanned = (0, 0.0)

    def _may_be_let_in(self, job: Job) -> bool:
        """Whether a job may run between the steps of another; a second time in vain it may not."""
        return job.request.interactive and job.id not in self._postponed

    def _next(self, device: str, accept: Callable[[Job], bool]) -> Claim | None:
        """The next job that is accepted; the queue is not looked at while nothing has changed."""
        bell, scanned = self.ledger.bell, time.monotonic()
        if self._scanned[0] == bell and scanned - self._scanned[1] < SCAN_SECONDS:
            return None
        try:
            claim = self.ledger.claim(
                device,
                lambda job: job.request.backend == self.backend and self.takes(job) and accept(job),
            )
        except StorageError as error:
            log.error("No job can be begun: %s", error)
            claim = None
        if claim is None:
            self._scanned = (bell, scanned)
        return claim
