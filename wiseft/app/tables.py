"""Tables as HTML: every set at one alpha, drawn and in numbers, and every class."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from html import escape
from typing import Any

import numpy as np
import pandas as pd

from wiseft.app.html import column_heads, html_table, number_cells
from wiseft.app.rows import Row
from wiseft.app.sentences import ENDS
from wiseft.charts.classes import WORDS, End
from wiseft.frontier import MEAN
from wiseft.metrics import Difference
from wiseft.palette import GLYPHS
from wiseft.scales import ticks
from wiseft.text import NOTHING, bare_percent, coefficient, percent, plus_minus, points


def sets_drawn(rows: Sequence[Row], alpha: float) -> str:
    """A line a set: where it stands between its ends, how often it is correct, what changes.

    All lines share one axis; the grey bar spans the accuracies of all evaluated alphas.
    """
    axis = _Axis(rows)
    heads = [
        '<th scope="col"><span class="unseen">Set</span></th>',
        f'<th scope="col" class="axis">{axis.labels()}</th>',
        '<th scope="col" class="number">accuracy</th>',
        *(f'<th scope="col" class="number">{_against(end)}</th>' for end in _ends(rows)),
    ]
    body = "".join(
        f'<tr class="{_role(row)}"><th scope="row">{_name(row)}</th>'
        f'<td class="axis" aria-hidden="true">{axis.marks(row)}</td>'
        f'<td class="number">{_accuracy(row)}</td>'
        + "".join(_change(found) for found in row.changes.values())
        + "</tr>"
        for row in rows
    )
    caption = f"Every set at alpha {coefficient(alpha)}"
    return html_table("sets", caption, heads, body)


def sets_in_numbers(rows: Sequence[Row], alpha: float) -> str:
    """The same in numbers, with the best alpha of every set."""
    heads = column_heads(
        "Set",
        "Images",
        "Zero-shot",
        f"At α {coefficient(alpha)}",
        "Fine-tuned",
        *(f"Against {WORDS[end]}, pp" for end in _ends(rows)),
        "Best",
        "at α",
    )
    body = "".join(
        f'<tr class="{_role(row)}"><th scope="row">{_name(row)}</th>'
        + number_cells(
            f"{row.count:,}",
            bare_percent(row.ends.get("zeroshot", np.nan)),
            f"<b>{bare_percent(row.accuracy)}</b>",
            bare_percent(row.ends.get("finetuned", np.nan)),
        )
        + "".join(_change(found, noise=True) for found in row.changes.values())
        + number_cells(bare_percent(row.highest), coefficient(row.best))
        + "</tr>"
        for row in rows
    )
    return html_table("numbers", f"Accuracies at alpha {coefficient(alpha)}", heads, body)


def classes_in_numbers(table: pd.DataFrame, alpha: float) -> str:
    """A line a class, from `breakdown.per_class`, in the order of the table."""
    heads = column_heads(
        "Class",
        "Images",
        "Zero-shot",
        f"At α {coefficient(alpha)}",
        "Interval",
        "Fine-tuned",
        *(f"Against {WORDS[end]}, pp" for end in ENDS),
    )
    body = "".join(
        f'<tr><th scope="row">{escape(str(row["class"]))}</th>'
        + number_cells(
            f"{row['count']:,}",
            bare_percent(row["zeroshot"]),
            f"<b>{bare_percent(row['accuracy'])}</b>",
            f"<small>{bare_percent(row['low'])}–{bare_percent(row['high'])}</small>",
            bare_percent(row["finetuned"]),
        )
        + "".join(_change(_class_change(row, end)) for end in ENDS)
        + "</tr>"
        for row in table.to_dict("records")
    )
    return html_table("numbers", f"Every class at alpha {coefficient(alpha)}", heads, body)


def _ends(rows: Sequence[Row]) -> tuple[End, ...]:
    return tuple(rows[0].changes)


def _role(row: Row) -> str:
    return "mean" if row.name == MEAN else "set"


def _name(row: Row) -> str:
    note = f" <small>{escape(row.note)}</small>" if row.note else ""
    return f"{escape(row.title)}{note}"


def _class_change(row: Mapping[Hashable, Any], end: End) -> Difference:
    value, low, high = (row[f"from_{end}{part}"] for part in ("", "_low", "_high"))
    return Difference(value, low, high, row["count"])


def _against(end: End) -> str:
    return f'against <span class="{end} word">{GLYPHS[end]} {WORDS[end]}</span>'


def _accuracy(row: Row) -> str:
    if not row.count:
        return NOTHING
    interval = f"95 % interval {percent(row.low)} to {percent(row.high)}, {row.count:,} images"
    return (
        f'<b title="{escape(interval)}">{bare_percent(row.accuracy)}</b> '
        f"<small>{plus_minus(row.low, row.high)}</small>"
    )


def _change(found: Difference, noise: bool = False) -> str:
    """A cell with a change: grey where it is within noise, coloured and bold where it is not."""
    if np.isnan(found.value):
        return f'<td class="number">{NOTHING}</td>'
    clear = ("gain" if found.value > 0 else "loss") if found.clear else "unclear"
    interval = f"paired 95 % interval {points(found.low)} to {points(found.high)} pp"
    width = f" <small>{plus_minus(found.low, found.high)}</small>" if noise else ""
    return (
        f'<td class="number"><span class="{clear}" title="{escape(interval)}">'
        f"{points(found.value)}</span>{width}</td>"
    )


class _Axis:
    """One axis of accuracies for all lines of a table, in per cent."""

    def __init__(self, rows: Sequence[Row]) -> None:
        lowest = min((row.lowest for row in rows if row.count), default=0.0)
        highest = max((row.highest for row in rows if row.count), default=1.0)
        pad = max(0.04 * (highest - lowest), 0.005)
        self.low, self.high = lowest - pad, highest + pad
        self.ticks = ticks(self.low, self.high, "linear", most=7)

    def labels(self) -> str:
        """The ticks, in per cent."""
        return "".join(
            f'<span style="left: {self._at(tick)}">{100 * tick:g}</span>' for tick in self.ticks
        )

    def marks(self, row: Row) -> str:
        """The bar over all alphas, the marks of the ends, and that of this alpha on a pin."""
        if not row.count:
            return ""
        lines = "".join(
            f'<i class="tick" style="left: {self._at(tick)}"></i>' for tick in self.ticks
        )
        width = f"{(row.highest - row.lowest) / (self.high - self.low):.2%}"
        ends = "".join(
            f'<i class="mark {end}" style="left: {self._at(value)}"></i>'
            for end, value in row.ends.items()
        )
        return (
            f'{lines}<i class="range" style="left: {self._at(row.lowest)}; width: {width}"></i>'
            f'{ends}<i class="pin" style="left: {self._at(row.accuracy)}"></i>'
        )

    def _at(self, accuracy: float) -> str:
        return f"{(accuracy - self.low) / (self.high - self.low):.2%}"
