"""Locks of the operating system: they are free again when their holder dies, however it dies."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from wiseft.errors import storage_errors

BRIEF = 5.0
"""Seconds to wait for a lock that others hold only while they look or write a few files."""


def file_lock(path: Path) -> FileLock:
    """The lock in the file `path`, not yet held; the folder is made.

    It may be released by another thread than the one that acquired it. Raises `StorageError`
    where the folder cannot be made.
    """
    with storage_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    # A workspace may be shared by several users.
    return FileLock(path, mode=0o666, thread_local=False)


def try_lock(path: Path, seconds: float = 0.0) -> FileLock | None:
    """The lock in `path`, held; None where another holds it for all of `seconds`."""
    lock = file_lock(path)
    with storage_errors(path):
        try:
            lock.acquire(timeout=seconds)
        except Timeout:
            return None
    return lock


@contextmanager
def held(path: Path) -> Iterator[None]:
    """A block in which this process holds the lock in `path`; it waits until it can.

    Raises `StorageError` where the folder cannot be written.
    """
    lock = file_lock(path)
    with storage_errors(path):
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def is_held(path: Path) -> bool:
    """Whether someone holds the lock in `path`. It is taken for a moment to find out."""
    if not path.exists():
        return False
    lock = try_lock(path)
    if lock is None:
        return True
    lock.release()
    return False
