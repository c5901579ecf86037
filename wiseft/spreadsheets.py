"""Tables as CSV that a spreadsheet opens without running what stands in them."""

from __future__ import annotations

from typing import Any

import pandas as pd

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""How a text begins that a spreadsheet takes for a formula."""


def to_csv(table: pd.DataFrame) -> bytes:
    """`table` as CSV (RFC 4180) in UTF-8, all figures in full.

    Text that a spreadsheet would take for a formula, such as the name of a folder that begins
    with "=", is preceded by an apostrophe (OWASP, "CSV Injection"); so is the name of a column.
    """
    safe = table.copy()
    for column in safe.select_dtypes(include=["object", "string", "str", "category"]):
        safe[column] = [_neutral(cell) for cell in safe[column]]
    safe.columns = [_neutral(name) for name in safe.columns]
    return safe.to_csv(index=False, lineterminator="\r\n").encode("utf-8")


def _neutral(cell: Any) -> Any:
    """`cell`, behind an apostrophe where it is text that begins like a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
