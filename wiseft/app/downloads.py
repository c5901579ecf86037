"""Tables as files that a spreadsheet opens without running what stands in them."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def download(label: str, name: str, table: Callable[[], pd.DataFrame]) -> None:
    """A link that makes `table` when it is clicked, and saves it as `<name>.csv`."""
    st.download_button(
        label,
        lambda: to_csv(table()),
        file_name=f"{name}.csv",
        mime="text/csv",
        on_click="ignore",
        type="tertiary",
        icon=":material/download:",
    )


def to_csv(table: pd.DataFrame) -> bytes:
    """`table` as CSV (RFC 4180) in UTF-8, all figures in full.

    Text that a spreadsheet would take for a formula, such as the name of a folder that begins
    with "=", is preceded by an apostrophe (OWASP, "CSV Injection").
    """
    safe = table.copy()
    for column in safe.select_dtypes(include=["object", "string", "str"]):
        safe[column] = [
            f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
            for cell in safe[column]
        ]
    return safe.to_csv(index=False, lineterminator="\r\n").encode("utf-8")
