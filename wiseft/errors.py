"""Every error that this library raises on purpose.

    WiseftError
    ├── UnknownName      a name that is not registered; says which names are
    ├── Missing          a file, folder, run or optional package that is not there
    ├── Invalid          a value, file or image that cannot be used as it is
    │   └── UnreadableImage
    ├── Incompatible     two things that do not fit together
    └── StorageError     a disk that is full or a folder that cannot be written

Each message is one sentence (or two) that says what is wrong and what to do. The pages show it as
it is, the command line prints it and exits with code 2.
"""

from __future__ import annotations

import difflib
import errno
import pickle
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

LISTED = 12
"""Names that a message lists at most."""


class WiseftError(Exception):
    """Base class: whatever the person at the keyboard can put right."""


class UnknownName(WiseftError):
    """A name that is not among the known ones; the message lists them, or those that are close."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        names = sorted(known)
        close = difflib.get_close_matches(name, names, n=LISTED)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        listed = names if len(names) <= LISTED else close or names[:LISTED]
        more = f" and {len(names) - len(listed)} more" if len(names) > len(listed) else ""
        known_names = (", ".join(listed) or "none yet") + more
        super().__init__(f"There is no {kind} named {name!r}.{hint} Known: {known_names}.")


class Missing(WiseftError):
    """A file, folder, run or optional package that is needed and not there."""


class Invalid(WiseftError):
    """A value, file or image that is there and cannot be used as it is."""


class UnreadableImage(Invalid):
    """One image that cannot be decoded; the data sets skip it, list it and count it."""


class Incompatible(WiseftError):
    """Two things that do not fit together, with the difference named."""


class StorageError(WiseftError):
    """State could not be written: a full disk or a folder without write permission."""


@contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """Turn operating-system errors on writing `path` into a `StorageError` with the remedy."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            message = f"The disk is full: {path} was not written. Free some space and run again."
        elif error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            message = (
                f"{path} cannot be written (no permission). "
                "Set WISEFT_DATA to a folder that you can write to."
            )
        else:
            message = f"{path} was not written: {error.strerror or error}."
        raise StorageError(message) from error


def portable(error: BaseException) -> BaseException:
    """An error with the same words that another process can read."""
    try:
        return pickle.loads(pickle.dumps(error))
    except Exception:
        if isinstance(error, WiseftError):
            return WiseftError(str(error))
        return RuntimeError(f"{type(error).__name__}: {error}")
