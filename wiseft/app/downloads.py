"""Tables as files that a spreadsheet opens without running what stands in them."""

from __future__ import annotations

import pandas as pd

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def to_csv(table: pd.DataFrame) -> bytes:
    """`table` as CSV in UTF-8, all figures in full.

    Text that a spreadsheet would take for a formula, such as the name of a folder that begins
    with "=", is preceded by an apostrophe (OWASP, "CSV Injection").
    """
    safe = table.copy()
    for column in safe.select_dtypes(include=["object", "string", "str"]):
        safe[column] = [
            f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
            for cell in safe[column]
        ]
    return safe.to_csv(index=False).encode("utf-8")
