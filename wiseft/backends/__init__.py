"""Where jobs run: each backend takes the same requests and leaves the same folders."""

from collections.abc import Callable

from wiseft.backends.base import Backend
from wiseft.backends.local import LocalBackend
from wiseft.registry import Registry
from wiseft.workspace import Workspace

BACKENDS = Registry[Callable[[Workspace], Backend]]("backend", {LocalBackend.name: LocalBackend})

__all__ = ["BACKENDS", "Backend", "LocalBackend"]
