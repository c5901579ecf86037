"""How the tests come by each backend."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tests.jobs.helpers import ledger_of, program, until
from wiseft.backends import Backend, LocalBackend
from wiseft.jobs.devices import device_lock
from wiseft.jobs.locks import is_held
from wiseft.workspace import Workspace


def local(workspace: Workspace) -> Iterator[Backend]:
    yield LocalBackend(workspace, ledger_of(workspace), program(idle=0.2))
    until(lambda: not is_held(device_lock(workspace.jobs, "cpu")))


MAKERS: dict[str, Callable[[Workspace], Iterator[Backend]]] = {"local": local}
"""By name: yields a backend that has the tasks of the tests, then takes its processes away."""
