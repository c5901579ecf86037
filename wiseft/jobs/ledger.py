"""All jobs of a workspace: one folder each, and the order in which they run."""

from __future__ import annotations

import logging
import shutil
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from uuid import uuid4

from wiseft.errors import Invalid, UnknownName, storage_errors
from wiseft.files import written_aside
from wiseft.jobs.arguments import CHECKS, Check
from wiseft.jobs.claim import Claim
from wiseft.jobs.job import LEDGER_LOCK, Job, ring
from wiseft.jobs.locks import BRIEF, held, try_lock
from wiseft.jobs.permission import refuse_read_only
from wiseft.jobs.records import Request, State
from wiseft.registry import Registry
from wiseft.workspace import Workspace

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Ledger:
    """The jobs below one folder (`Workspace.jobs`); any number of processes may use it at once.

    Attributes:
        folder: of the jobs; it need not exist yet.
        checks: of the arguments of each task, when a job is submitted.
    """

    folder: Path
    checks: Registry[Check] = CHECKS

    def submit(self, request: Request, files: Mapping[str, bytes] | None = None) -> Job:
        """Put a job into the queue. Workers are not started (`start_workers`).

        Args:
            request: what is asked; its arguments are checked, and paths made absolute.
            files: by name, to be put into the folder `work` of the job before it starts.

        Raises:
            WiseftError: in read-only mode, where the task or an argument cannot be used, or where
                the folder cannot be written.
        """
        refuse_read_only()
        workspace = Workspace(self.folder.parent)
        arguments = self.checks[request.task](request.arguments, workspace)
        request = replace(request, arguments=arguments, title=request.title or request.task)
        stamp = time.strftime("%Y%m%d-%H%M%S", time.localtime(request.submitted))
        thousandth = int(request.submitted * 1000) % 1000
        job = Job(self.folder / f"{stamp}-{thousandth:03d}-{uuid4().hex[:4]}")
        hidden = self.folder / f".new-{job.id}"
        try:
            request.write(hidden)
            State().write(hidden)
            for name, content in (files or {}).items():
                with written_aside(hidden / job.work.name / Path(name).name) as temporary:
                    temporary.write_bytes(content)
            with storage_errors(job.folder):
                hidden.rename(job.folder)
        except BaseException:
            shutil.rmtree(hidden, ignore_errors=True)
            raise
        ring(self.folder)
        return job

    def jobs(self) -> tuple[Job, ...]:
        """Every job, newest first; damaged folders are reported in the log and left out."""
        return tuple(job for job, _, _ in self._read())

    def job(self, id: str) -> Job:
        """The job of that id. Raises `UnknownName`."""
        jobs = {each.id: each for each in self.jobs()}
        if id not in jobs:
            raise UnknownName("job", id, jobs)
        return jobs[id]

    def queue(self) -> tuple[Job, ...]:
        """The jobs that wait, in the order in which they run.

        Interactive jobs come first. Submitters take turns: of each, the oldest job comes before
        the second of any other, and the one that has waited longest since a job of theirs was
        started goes first.
        """
        served: dict[tuple[str, bool], float] = defaultdict(float)
        waiting: list[tuple[Job, Request]] = []
        for job, request, state in reversed(self._read()):
            turn = (request.by, request.interactive)
            served[turn] = max(served[turn], state.started or 0.0)
            if state.status == "queued":
                waiting.append((job, request))
        before: dict[tuple[str, bool], int] = defaultdict(int)
        order = {}
        for job, request in sorted(waiting, key=lambda each: each[1].submitted):
            turn = (request.by, request.interactive)
            order[job] = (not request.interactive, before[turn], served[turn], request.submitted)
            before[turn] += 1
        return tuple(sorted(order, key=order.__getitem__))

    def claim(self, device: str, accept: Callable[[Job], bool] = lambda job: True) -> Claim | None:
        """The first job of the queue that is accepted, from now on running in this process.

        Args:
            device: where it is going to run.
            accept: whether this worker may run a job.

        Returns:
            None where there is no such job.

        Raises:
            StorageError: where the folder cannot be written.
        """
        if not self.queue():
            return None
        with held(self.folder / LEDGER_LOCK):
            for job in self.queue():
                if not accept(job):
                    continue
                # Readers hold this lock for a moment to see whether the job has a worker.
                lock = try_lock(job.lock_file, BRIEF)
                claim = Claim.begin(job, lock, device) if lock is not None else None
                if claim is not None:
                    return claim
        return None

    @property
    def bell(self) -> int:
        """A number that changes whenever a job comes into the queue."""
        try:
            return (self.folder / ".bell").stat().st_mtime_ns
        except OSError:
            return 0

    def _read(self) -> list[tuple[Job, Request, State]]:
        """Every job with its files as they are, newest first; those of damaged folders not."""
        found = []
        try:
            folders = sorted(self.folder.iterdir(), reverse=True)
        except OSError:
            return []
        for folder in folders:
            if folder.name.startswith(".") or not folder.is_dir():
                continue
            try:
                job = Job(folder)
                found.append((job, job.request, State.read(folder)))
            except Invalid as error:
                if folder.exists():
                    _report_damage(folder, str(error))
        return found


@cache
def _report_damage(folder: Path, problem: str) -> None:
    """Say once that a folder is no job."""
    log.warning("%s Delete %s to be rid of this job.", problem, folder)
