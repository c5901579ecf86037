"""What a command prints: a progress bar on standard error, its result on standard output."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from wiseft.progress import Bar


class Console(Bar):
    """Shows progress while a command runs, and its result in the end.

    Args:
        as_json: print the result as one JSON object rather than lines.
    """

    def __init__(self, *, as_json: bool) -> None:
        super().__init__()
        self._as_json = as_json

    def result(self, record: dict[str, Any], lines: Sequence[str]) -> None:
        """Print what was found."""
        self.close()
        if self._as_json:
            print(json.dumps(record, ensure_ascii=False))
        else:
            print(*lines, sep="\n")
        sys.stdout.flush()


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Lines of a table: the first column left-aligned, the others right-aligned."""
    cells = [header, *rows]
    widths = [max(len(row[i]) for row in cells) for i in range(len(header))]
    return [
        "  ".join(
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in cells
    ]


def percent(fraction: float) -> str:
    """A fraction as per cent with one decimal, the unit left out."""
    return f"{100 * fraction:.1f}"
