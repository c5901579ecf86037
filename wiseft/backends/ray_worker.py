"""What runs in an actor of the cluster: a worker as on one machine."""

from __future__ import annotations

import os
import pkgutil
import threading
from dataclasses import replace
from functools import partial
from pathlib import Path

from wiseft.backends.ray_helpers import own_device, ray_helpers
from wiseft.jobs.context import Context
from wiseft.jobs.worker import Worker
from wiseft.workspace import Workspace


class RayWorker:
    """A worker for the jobs of the backend "ray", in a thread, so that the actor still answers.

    The process ends when there have been no jobs for a while.

    Args:
        root: of the workspace.
        name: of this worker; no other that is alive has it.
        tasks: "module:name" of the registry of tasks.
        idle_seconds: how long it waits for another job.
    """

    def __init__(self, root: str, name: str, tasks: str, idle_seconds: float) -> None:
        lock = Path(root) / "jobs" / ".devices" / f"{name}.lock"
        self._worker = Worker(
            Workspace(Path(root)),
            pkgutil.resolve_name(tasks),
            (own_device(),),
            backend="ray",
            lock_of=lambda jobs, device: lock,
            idle_seconds=idle_seconds,
            equip=self._equip,
        )
        self._tasks = tasks
        self._mutex = threading.Lock()
        self._woken = self._ended = False
        threading.Thread(target=self._run, daemon=True).start()

    def wake(self) -> bool:
        """See that the queue is looked at from now on; False where it is too late for that."""
        with self._mutex:
            self._woken = True
            return not self._ended

    def _equip(self, context: Context) -> Context:
        """The context of a job, whose parts other devices of the cluster may do."""
        return replace(context, helpers=partial(ray_helpers, context, self._tasks))

    def _run(self) -> None:
        try:
            while not self._ended:
                self._woken = False
                self._worker.run()
                with self._mutex:
                    self._ended = not self._woken
        finally:
            # Ray has no other way to leave an actor from one of its threads.
            os._exit(0)
