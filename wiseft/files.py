"""Files that are whole or absent: written aside, then renamed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from wiseft.errors import Invalid, storage_errors


@contextmanager
def written_aside(path: Path) -> Iterator[Path]:
    """A temporary path beside `path`, renamed to `path` when the block ends without an error.

    Parent folders are made. Readers see the old file or the new one, never half of one; of two
    writers the later wins. Raises `StorageError` where the disk is full or not writable.
    """
    temporary = path.with_name(f".{path.name}.{uuid4().hex[:8]}.tmp")
    with storage_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            yield temporary
            # Some writers make files for their owner alone; a workspace may be shared.
            temporary.chmod(path.parent.stat().st_mode & 0o666)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)


def write_json(path: Path, record: Mapping[str, Any]) -> None:
    """Write `record` to `path` as readable JSON, whole or not at all."""
    with written_aside(path) as temporary:
        temporary.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", "utf-8")


def read_json(path: Path) -> dict[str, Any]:
    """The object in `path`. Raises `Invalid` where the file is damaged or holds no object."""
    try:
        record = json.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise Invalid(f"{path} cannot be read as JSON ({error}); delete it to go on.") from error
    if not isinstance(record, dict):
        raise Invalid(f"{path} does not hold a JSON object; delete it to go on.")
    return record
