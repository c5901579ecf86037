"""Where jobs run: each backend takes the same requests and leaves the same folders."""

from __future__ import annotations

import os
from collections.abc import Callable

from wiseft.backends.base import Backend
from wiseft.backends.local import LocalBackend
from wiseft.backends.ray import RayBackend
from wiseft.jobs import Ledger
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
]
