"""What runs in an actor of the cluster: a worker as on one machine."""

from __future__ import annotations

import os
import pkgutil
import threading
from pathlib import Path

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
        import ray

        device = "cuda:0" if ray.get_gpu_ids() else "cpu"
        lock = Path(root) / "jobs" / ".devices" / f"{name}.lock"
        self._worker = Worker(
            Workspace(Path(root)),
            pkgutil.resolve_name(tasks),
            (device,),
            backend="ray",
            lock_of=lambda jobs, device: lock,
            idle_seconds=idle_seconds,
        )
        self._mutex = threading.Lock()
        self._woken = self._ended = False
        threading.Thread(target=self._run, daemon=True).start()

    def wake(self) -> bool:
        """See that the queue is looked at from now on; False where it is too late for that."""
        with self._mutex:
            self._woken = True
            return not self._ended

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
