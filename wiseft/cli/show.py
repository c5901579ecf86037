"""What a command prints: a progress bar on standard error, its result on standard output."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from tqdm import tqdm

from wiseft.progress import Progress


class Console:
    """Shows progress while a command runs, and its result in the end.

    Args:
        as_json: print the result as one JSON object rather than lines.
    """

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json
        self._bar: tqdm[Any] | None = None

    def report(self, progress: Progress) -> None:
        """Move the bar: a `wiseft.progress.Report`."""
        if self._bar is None:
            self._bar = tqdm(file=sys.stderr, dynamic_ncols=True, leave=False)
        bar = self._bar
        if progress.total != bar.total or progress.done < bar.n:
            bar.reset(progress.total)
        bar.set_description_str(progress.stage, refresh=False)
        bar.set_postfix_str(
            ", ".join(f"{name} {value:.4g}" for name, value in progress.values.items()),
            refresh=False,
        )
        bar.update(progress.done - bar.n)

    def close(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None

    def result(self, record: dict[str, Any], lines: Sequence[str]) -> None:
        """Print what was found."""
        self.close()
        if self._as_json:
            print(json.dumps(record, ensure_ascii=False))
        else:
            print(*lines, sep="\n")


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
