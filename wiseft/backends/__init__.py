"""Where jobs run: each backend takes the same requests and leaves the same folders."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from wiseft.backends.base import Backend
from wiseft.backends.local import LocalBackend
from wiseft.backends.ray import RayBackend
from wiseft.jobs import Job, Ledger, Request
from wiseft.registry import Registry
from wiseft.workspace import Workspace

BACKENDS = Registry[Callable[[Workspace], Backend]](
    "backend", {LocalBackend.name: LocalBackend, RayBackend.name: RayBackend}
)

CHOSEN = "WISEFT_BACKEND"
"""The environment variable that names the backend of new jobs."""


def chosen_backend(workspace: Workspace, name: str | None = None) -> Backend:
    """The backend `name`, else the one that WISEFT_BACKEND names, else "local".

    Raises `UnknownName`.
    """
    return BACKENDS[name or os.environ.get(CHOSEN) or LocalBackend.name](workspace)


def submit(task: str, *, workspace: Workspace | None = None, **arguments: Any) -> Job:
    """Hand a computation to the workers, as the app and the command line do.

        job = submit("finetune", zeroshot="zeroshot.safetensors", benchmark="photos/")
        job.wait()  # a progress bar; the job goes on without it

    Args:
        task: such as "finetune", "sweep", "zeroshot" and "evaluate" (`jobs.arguments.CHECKS`).
        workspace: where the job goes; the one that WISEFT_DATA names where None.
        arguments: of the task; paths may be relative.

    Raises:
        WiseftError: where there is no such task, an argument cannot be used, in read-only mode,
            or where the backend cannot be reached.
    """
    return chosen_backend(workspace or Workspace()).submit(Request(task, arguments))


def ensure_running(workspace: Workspace) -> None:
    """See that jobs that wait are run, each by the backend that it was submitted to.

    Raises `WiseftError` in read-only mode, or where a backend cannot be reached.
    """
    waiting = {job.request.backend for job in Ledger(workspace.jobs).queue()}
    for name in sorted(waiting & set(BACKENDS)):
        BACKENDS[name](workspace).ensure_running()


__all__ = [
    "BACKENDS",
    "Backend",
    "LocalBackend",
    "RayBackend",
    "chosen_backend",
    "ensure_running",
    "submit",
]
