"""Tables as HTML: every set at one alpha, and every class."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np

from wiseft.app.comparing import Comparison
from wiseft.app.html import column_heads, html_table, number_cells
from wiseft.app.rows import Row
from wiseft.charts.classes import WORDS
from wiseft.frontier import MEAN
from wiseft.metrics import Difference
from wiseft.steps import Best
from wiseft.text import NOTHING, bare_percent, coefficient, plus_minus, points


def sets_in_numbers(rows: Sequence[Row], alpha: float, comparison: Comparison | None = None) -> str:
    """Every set at one alpha: its accuracy, what changes, and its own best alpha.

    Args:
        rows: of the sets.
        alpha: that they are at.
        comparison: with another alpha, for a column of its own.
    """
    heads = column_heads(
        "Set",
        "Images",
        "Zero-shot",
        f"At α {coefficient(alpha)}",
        "Fine-tuned",
        *(f"Against {words}, pp" for words in _against(rows[0], comparison)),
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
        + "".join(_change(found, noise=True) for found in _against(row, comparison).values())
        + number_cells(bare_percent(row.best.accuracy), _stretch(row.best))
        + "</tr>"
        for row in rows
    )
    return html_table("numbers", f"Accuracies at alpha {coefficient(alpha)}", heads, body)


def _against(row: Row, comparison: Comparison | None) -> dict[str, Difference]:
    """What a set changes, by the words for what it is compared with."""
    found = {WORDS[end]: change for end, change in row.changes.items()}
    if comparison:
        found[f"alpha {coefficient(comparison.other)}"] = comparison.differences[row.name]
    return found


def _role(row: Row) -> str:
    return "mean" if row.name == MEAN else "set"


def _name(row: Row) -> str:
    note = f" <small>{escape(row.note)}</small>" if row.note else ""
    return f"{escape(row.title)}{note}"


def _stretch(best: Best) -> str:
    """Where a set is best: an alpha, or a stretch of them with three decimals."""
    if best.low == best.high:
        return coefficient(best.low)
    return f"{best.low:.3f}–{best.high:.3f}"


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
