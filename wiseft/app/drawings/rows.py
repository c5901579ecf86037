"""A drawing of slices, a row each, at two alphas."""

from __future__ import annotations

from typing import Any

import pandas as pd

from wiseft.app.drawings.description import message, written
from wiseft.app.live.digits import tenths
from wiseft.text import coefficient, interval, number_of, percent, points


def rows(table: pd.DataFrame, *, alpha: float, versus: float, label: str, name: str) -> str:
    """Describe slices: a ring at `versus`, a circle at `alpha`, its interval, and the change.

    Args:
        table: from `slices.slice_table`, drawn in its order from top to bottom.
        alpha, versus: its alphas.
        label: what it shows, for those who cannot see it and above a saved picture.
        name: of a file with the picture.
    """
    if table.empty:
        return message("This set has no images to divide.")
    return written(
        "rows",
        alphas=[alpha, versus],
        rows=[_row(row, alpha, versus) for row in table.to_dict("records")],
        title="Accuracy",
        label=label,
        name=name,
    )


def _row(row: dict[Any, Any], alpha: float, versus: float) -> dict[str, Any]:
    clear = row["change_low"] > 0 or row["change_high"] < 0
    low, now, high, then = tenths(row[each] for each in ("low", "accuracy", "high", "versus"))
    return {
        "name": row["slice"],
        "now": [low, now, high],
        "versus": then,
        "change": points(row["change"]),
        "kind": ("gain" if row["change"] > 0 else "loss") if clear else "noise",
        "told": [
            [row["slice"], number_of(int(row["count"]), "image")],
            [
                f"α {coefficient(alpha)}",
                f"{percent(row['accuracy'])} ({interval(row['low'], row['high'])})",
            ],
            [
                f"α {coefficient(versus)}",
                f"{percent(row['versus'])} ({interval(row['versus_low'], row['versus_high'])})",
            ],
            [f"{row['fixed']:,} fixed", f"{row['broken']:,} broken"],
        ],
    }
