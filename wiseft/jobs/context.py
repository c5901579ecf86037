"""What a task is given besides its arguments, and the errors that only tasks raise."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from wiseft.errors import WiseftError
from wiseft.progress import Report
from wiseft.workspace import Workspace

T = TypeVar("T")


class Cancelled(Exception):
    """Raised by `Context.report` where cancelling is asked for; a task lets it pass."""


class OutOfMemory(WiseftError):
    """The device has no memory left; an interactive job may have it later."""


class Warm:
    """What a worker keeps in memory from one job to the next: the newest thing that was made."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, Any] = {}

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """What is kept under `key`, or else made now and kept in place of the thing before.

        Args:
            key: covers all that it depends on.
            make: makes it.
        """
        if key not in self._kept:
            # The memory of the old one is free before the new one is made.
            self._kept.clear()
            self._kept[key] = make()
        return self._kept[key]

    def clear(self) -> None:
        """Forget it."""
        self._kept.clear()


Part = Mapping[str, Any]
"""A part of a job that another device may do: the arguments of a task, JSON types."""

Turns = Callable[[Sequence[Part]], Iterable[Part | None]]
"""Gives each of some parts once, in any order, and None while there is nothing to do but wait. A
part comes when it has been done elsewhere or is to be done here; its results say which."""


@contextmanager
def no_helpers(task: str) -> Iterator[Turns]:
    """All parts are to be done here."""
    yield lambda parts: parts


OnDevices = Callable[[str, Mapping[str, Any], int], Mapping[str, Any]]
"""Runs the task of a name with these arguments on so many devices at once: in a process for each,
all of one process group of torch. The first reports; what it returns or raises is what counts."""


@dataclass(frozen=True)
class Context:
    """Where and for whom a task runs.

    Attributes:
        workspace: where its results belong.
        device: where it computes.
        job: id of the job.
        folder: for files of its own; they are there again when the job is resumed.
        report: to be told at every step; raises `Cancelled` where the job is to stop, which a task
            lets pass.
        note: keeps a sentence that is worth knowing about how the job went.
        warm: what is kept in memory between jobs.
        helpers: takes the name of the task that does parts of this job, and in its block has them
            done by other devices too, where any are free.
        on_devices: where the job has asked for several devices at once, and the backend has them.
    """

    workspace: Workspace
    device: str
    job: str
    folder: Path
    report: Report
    note: Callable[[str], None]
    warm: Warm
    helpers: Callable[[str], AbstractContextManager[Turns]] = no_helpers
    on_devices: OnDevices | None = None


Task = Callable[[Mapping[str, Any], Context], Mapping[str, Any]]
"""Takes the checked arguments, and returns the result of the job, JSON types. What it raises ends
the job: a `WiseftError` with its sentence, anything else as an error of the program."""
