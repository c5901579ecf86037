"""What a job is asked to do and how far it has come, and the two files that keep this."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, get_args

from wiseft.errors import Invalid
from wiseft.files import read_json, write_json
from wiseft.progress import Progress
from wiseft.specs import SCHEMA

Status = Literal["queued", "running", "done", "failed", "cancelled", "interrupted"]
"""Of a job. "interrupted" is never written: it is "running" without a worker behind it."""

ENDED: tuple[Status, ...] = ("done", "failed", "cancelled")
"""What a job stays in until someone resumes it."""

LOCAL = "local"
"""The name of the backend that needs nothing but this machine."""

REQUEST, STATE = "job.json", "state.json"
"""The two files in the folder of a job."""

CACHED = 4096
"""Files of jobs whose content is kept in memory."""


@dataclass(frozen=True)
class Request:
    """What is to be computed, and for whom.

    Attributes:
        task: name of the task (`arguments.CHECKS` lists them).
        arguments: of the task, JSON types.
        title: the job in a few words, for people; made from the task where empty.
        by: who asks: an opaque id of a browser session, "cli" or "notebook". Submitters take
            turns.
        interactive: whether someone is waiting for a short computation. Such jobs come first, and
            run between two steps of a job that is not interactive.
        submitted: when, in seconds since 1970.
        backend: name of the backend that runs it.
    """

    task: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    title: str = ""
    by: str = "notebook"
    interactive: bool = False
    submitted: float = field(default_factory=time.time)
    backend: str = LOCAL

    @property
    def devices(self) -> int:
        """How many devices the job takes at once."""
        asked = self.arguments.get("devices")
        return asked if isinstance(asked, int) else 1

    def write(self, folder: Path) -> None:
        """Keep the request in the folder of its job. Raises `StorageError`."""
        write_json(folder / REQUEST, {"schema": SCHEMA, **asdict(self)})

    @classmethod
    def read(cls, folder: Path) -> Request:
        """The request in the folder of a job. Raises `Invalid` where it is missing or damaged."""
        return _read_request(folder, _identity(folder / REQUEST))


@dataclass(frozen=True)
class State:
    """How far a job has come.

    Attributes:
        status: as it was written; `Job.status` says where a running job was interrupted.
        progress: the newest report.
        heartbeat: when its worker last gave a sign of life, in seconds since 1970; None where no
            worker has begun.
        started, ended: of the newest attempt, in seconds since 1970.
        device: where it runs or ran.
        message: why it failed, in one sentence.
        notes: what is worth knowing about how it went, in the order of events.
        result: what it made, such as `run` and `checkpoint`.
        attempt: how often it has been started.
    """

    status: Status = "queued"
    progress: Progress | None = None
    heartbeat: float | None = None
    started: float | None = None
    ended: float | None = None
    device: str | None = None
    message: str | None = None
    notes: tuple[str, ...] = ()
    result: Mapping[str, Any] = field(default_factory=dict)
    attempt: int = 0

    @property
    def has_ended(self) -> bool:
        """Whether it is done, failed or cancelled."""
        return self.status in ENDED

    def write(self, folder: Path) -> None:
        """Keep the state in the folder of its job. Raises `StorageError`."""
        record = asdict(self)
        del record["heartbeat"]  # the time at which the file was touched
        write_json(folder / STATE, {"schema": SCHEMA, **record})

    @classmethod
    def read(cls, folder: Path) -> State:
        """The state in the folder of a job. Raises `Invalid` where it is missing or damaged."""
        return _read_state(folder, _identity(folder / STATE))


def touch_state(folder: Path) -> None:
    """Give a sign of life: it changes no content, and works on a full disk too."""
    os.utime(folder / STATE)


_Identity = tuple[int, int, int]
"""Inode, time of change and size of a file: another one wherever the content is another."""


def _identity(path: Path) -> _Identity:
    try:
        found = path.stat()
    except OSError as error:
        raise Invalid(f"{path} cannot be read ({error.strerror}).") from error
    return found.st_ino, found.st_mtime_ns, found.st_size


@lru_cache(CACHED)
def _read_request(folder: Path, identity: _Identity) -> Request:
    path = folder / REQUEST
    record = _record(path)
    try:
        return Request(**record)
    except TypeError as error:
        raise Invalid(f"{path} is not the record of a job ({error}).") from error


@lru_cache(CACHED)
def _read_state(folder: Path, identity: _Identity) -> State:
    path = folder / STATE
    record = _record(path)
    try:
        if record["status"] not in get_args(Status):
            raise ValueError(f"status {record['status']!r}")
        progress, attempt = record.pop("progress"), record.pop("attempt")
        return State(
            progress=None if progress is None else Progress(**progress),
            heartbeat=identity[1] / 1e9 if attempt else None,
            notes=tuple(record.pop("notes")),
            attempt=attempt,
            **record,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise Invalid(f"{path} is not the state of a job ({error}).") from error


def _record(path: Path) -> dict[str, Any]:
    record = read_json(path)
    if record.pop("schema", None) != SCHEMA:
        raise Invalid(f"{path} was written by another version of wiseft.")
    return record
