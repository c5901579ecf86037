"""What runs in an actor of the cluster: a worker as on one machine."""

from __future__ import annotations

import os
import pkgutil
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from wiseft.backends.ray_devices import Devices
from wiseft.backends.ray_helpers import own_device, ray_helpers
from wiseft.errors import portable
from wiseft.jobs.context import Context
from wiseft.jobs.worker import Worker
from wiseft.progress import Progress
from wiseft.specs import digest
from wiseft.workspace import Workspace

LEAVE_SECONDS = 5.0
"""How long Ray may take to end an actor that is to leave."""


def prefix_of(root: str) -> str:
    """What the names of all workers of a workspace begin with."""
    return f"wiseft-{digest(root)[:12]}"


class RayWorker:
    """A worker for the jobs of the backend "ray", in a thread, so that the actor still answers.

    The process ends when there have been no jobs for a while.

    Args:
        root: of the workspace.
        name: of this worker; no other that is alive has it.
        tasks: "module:name" of the registry of tasks.
        idle_seconds: how long it waits for another job.
        several: whether it runs the jobs that take several devices at once, and no others; it has
            no device of its own then.
    """

    def __init__(
        self, root: str, name: str, tasks: str, idle_seconds: float, several: bool = False
    ) -> None:
        import ray

        lock = Path(root) / "jobs" / ".devices" / f"{name}.lock"
        self._worker = Worker(
            Workspace(Path(root)),
            pkgutil.resolve_name(tasks),
            ("cluster" if several else own_device(),),
            backend="ray",
            lock_of=lambda jobs, device: lock,
            idle_seconds=idle_seconds,
            equip=self._equip,
            takes=lambda job: (job.request.devices > 1) == several,
        )
        self._several, self._prefix = several, prefix_of(root)
        self._actor = ray.get_runtime_context().current_actor
        self._context: Context | None = None
        self._tasks = tasks
        self._mutex = threading.Lock()
        self._woken = self._ended = False
        threading.Thread(target=self._run, daemon=True).start()

    def wake(self) -> bool:
        """See that the queue is looked at from now on; False where it is too late for that."""
        with self._mutex:
            self._woken = True
            return not self._ended

    def leave(self) -> None:
        """Go as soon as there are no jobs: the device is wanted."""
        self._worker.idle_seconds = 0.0

    def report(self, progress: Progress) -> BaseException | None:
        """Take the report of a process that does the job in hand; what it raises."""
        return self._tell(lambda context: context.report(progress))

    def note(self, text: str) -> BaseException | None:
        """Take a note of such a process; what it raises."""
        return self._tell(lambda context: context.note(text))

    def _tell(self, tell: Callable[[Context], None]) -> BaseException | None:
        assert self._context is not None, "there is a job in hand"
        try:
            tell(self._context)
        except Exception as error:
            return portable(error)
        return None

    def _equip(self, context: Context) -> Context:
        """The context of a job, with what other devices of the cluster may do for it."""
        self._context = context
        if self._several:
            devices = Devices(context, self._tasks, self._actor, self._prefix)
            return replace(context, on_devices=devices)
        return replace(context, helpers=partial(ray_helpers, context, self._tasks))

    def _run(self) -> None:
        try:
            while not self._ended:
                self._woken = False
                self._worker.run()
                with self._mutex:
                    self._ended = not self._woken
        finally:
            self._leave()

    def _leave(self) -> None:
        """End the actor: from one of its threads, Ray has no other way that it does not report."""
        import ray

        ray.kill(self._actor)
        time.sleep(LEAVE_SECONDS)
        os._exit(0)
