"""What people say of single images: a wrong label, of no use, or a note; kept beside the run.

Every marked image has a small file of its own, `marks/<run>/<key>.json`, so that several people
can mark images of a run at the same time and none loses what another wrote; of two who mark the
same image, the later wins.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, get_args

import pandas as pd

from wiseft.errors import Invalid, WiseftError, storage_errors
from wiseft.files import read_json, write_json
from wiseft.specs import SCHEMA, digest
from wiseft.workspace import Workspace

log = logging.getLogger(__name__)

Verdict = Literal["wrong label", "unusable"]

VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
"""What is wrong with an image, so that it can be left out; a note alone leaves it in."""

LONGEST_NOTE = 1_000
"""Characters of a note."""


@dataclass(frozen=True)
class Mark:
    """What somebody said of one image.

    Attributes:
        set: name of the evaluation set.
        source: where the image comes from (`Pictures.source`), which tells it from the others.
        verdict: what is wrong with it; None for a note alone.
        note: in free words; may be empty.
    """

    set: str
    source: str
    verdict: Verdict | None = None
    note: str = ""


def marks(workspace: Workspace, run: str) -> dict[tuple[str, str], Mark]:
    """The marks of the run of that name, by set and source.

    A damaged file is reported in the log and left out.
    """
    found = {}
    for path in sorted(_folder(workspace, run).glob("*.json")):
        try:
            mark = _read(path)
        except WiseftError as error:
            log.warning("%s", error)
            continue
        found[mark.set, mark.source] = mark
    return found


def put_mark(workspace: Workspace, run: str, mark: Mark) -> None:
    """Keep a mark in place of what was said of the image before; one that says nothing is removed.

    Raises:
        Invalid: where the verdict is not known or the note is too long.
        StorageError: where the workspace cannot be written.
    """
    if mark.verdict is not None and mark.verdict not in VERDICTS:
        raise Invalid(f"{mark.verdict!r} is no mark; known: {', '.join(VERDICTS)}.")
    if len(mark.note) > LONGEST_NOTE:
        raise Invalid(f"A note can have {LONGEST_NOTE:,} characters, not {len(mark.note):,}.")
    path = _folder(workspace, run) / f"{digest([mark.set, mark.source])[:20]}.json"
    if mark.verdict is None and not mark.note.strip():
        with storage_errors(path):
            path.unlink(missing_ok=True)
        return
    write_json(path, {"schema": SCHEMA, **asdict(mark)})


def state_of_marks(workspace: Workspace, run: str) -> str:
    """What changes whenever a mark does."""
    files = _folder(workspace, run).glob("*.json")
    return digest(sorted((path.name, _changed(path)) for path in files))


def left_out(found: Mapping[tuple[str, str], Mark], name: str) -> frozenset[str]:
    """Sources of the images of a set whose mark speaks against counting them."""
    return frozenset(
        source for (of, source), mark in found.items() if of == name and mark.verdict is not None
    )


def marks_frame(found: Iterable[Mark]) -> pd.DataFrame:
    """Marks as a table: `set`, `source`, `mark` and `note`."""
    rows = [(each.set, each.source, each.verdict or "", each.note) for each in found]
    return pd.DataFrame(rows, columns=pd.Index(["set", "source", "mark", "note"]))


def _folder(workspace: Workspace, run: str) -> Path:
    return workspace.root / "marks" / run


def _changed(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:  # Removed since it was listed.
        return 0


def _read(path: Path) -> Mark:
    record = read_json(path)
    record.pop("schema", None)
    try:
        mark = Mark(**record)
    except TypeError as error:
        raise Invalid(f"{path} is no mark of an image; delete it to go on.") from error
    texts = (mark.set, mark.source, mark.note)
    if not all(isinstance(each, str) for each in texts) or mark.verdict not in (None, *VERDICTS):
        raise Invalid(f"{path} is no mark of an image; delete it to go on.")
    return mark
