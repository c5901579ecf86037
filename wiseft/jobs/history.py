"""The measurements of a job, a line each in `progress.jsonl`, thinned so that it stays small."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from wiseft.errors import storage_errors
from wiseft.files import written_aside
from wiseft.progress import Progress

HISTORY = "progress.jsonl"
"""The file in the folder of a job."""

KEPT = 1000
"""Most lines of one kind; when there are as many, every second one is left out."""

_PLACE = {"stage", "done", "total", "time"}
"""What every line has besides its values."""

_Row = dict[str, Any]


@dataclass
class _Curve:
    """The measurements of one kind.

    Attributes:
        rows: by `done`, ascending.
        spacing: steps between two rows, at least.
    """

    rows: list[_Row] = field(default_factory=list)
    spacing: int = 1

    def smallest_gap(self) -> int:
        """The steps between the two rows that are closest."""
        return min(after["done"] - before["done"] for before, after in pairwise(self.rows))


class History:
    """Writes the measurements of a job as they come.

    Reports with the same values (say, loss and learning rate at a step, or accuracy after an
    epoch) are one kind, and each kind is thinned alone: a few accuracies are not lost among a
    million losses. A job that is resumed goes back to its last checkpoint; what it measured
    beyond that is replaced by what it measures then.

    Args:
        folder: of the job; its earlier attempts are read.

    Raises:
        StorageError: where the folder cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / HISTORY
        self._curves: dict[tuple[int, frozenset[str]], _Curve] = {}
        for row in read_history(folder):
            self._curve(row["total"], row.keys() - _PLACE).rows.append(row)
        for curve in self._curves.values():
            # Fewer have never been thinned.
            if len(curve.rows) >= KEPT // 2:
                curve.spacing = curve.smallest_gap()
        if not _ends_with_a_line(self._path):
            self._rewrite()

    def add(self, progress: Progress) -> None:
        """Keep a report that has values, unless it is too close to the one before.

        Raises `StorageError` where it cannot be written.
        """
        if not progress.values:
            return
        curve = self._curve(progress.total, progress.values)
        last = curve.rows[-1]["done"] if curve.rows else 0
        if last < progress.done < last + curve.spacing:
            return
        row = {
            "stage": progress.stage,
            "done": progress.done,
            "total": progress.total,
            "time": time.time(),
            **progress.values,
        }
        if progress.done <= last:
            curve.rows = [*(each for each in curve.rows if each["done"] < progress.done), row]
            self._rewrite()
            return
        curve.rows.append(row)
        if len(curve.rows) < KEPT:
            self._append(row)
        else:
            curve.rows = curve.rows[::2]
            curve.spacing = curve.smallest_gap()
            self._rewrite()

    def _curve(self, total: int, names: Iterable[str]) -> _Curve:
        """What is thinned together: values of the same names on the way to one total."""
        return self._curves.setdefault((total, frozenset(names)), _Curve())

    def _append(self, row: _Row) -> None:
        with storage_errors(self._path), self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")

    def _rewrite(self) -> None:
        rows = sorted((row for each in self._curves.values() for row in each.rows), key=_time)
        with written_aside(self._path) as temporary:
            temporary.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


def read_history(folder: Path) -> list[_Row]:
    """The measurements of the job in `folder`, oldest first.

    A line that was cut off when its writer was killed is left out.
    """
    try:
        lines = (folder / HISTORY).read_text("utf-8", errors="replace").splitlines()
    except OSError:
        return []
    rows = []
    for line in lines:
        try:
            row = json.loads(line)
        except ValueError:
            continue
        if isinstance(row, dict) and row.keys() >= _PLACE:
            rows.append(row)
    return rows


def _ends_with_a_line(path: Path) -> bool:
    """Whether what is appended to the file stands on a line of its own."""
    try:
        return path.read_bytes()[-1:] in (b"", b"\n")
    except OSError:
        return True


def _time(row: _Row) -> float:
    return row["time"]
