"""Tables as files: CSV that a spreadsheet opens without running what stands in it, and Parquet."""

from __future__ import annotations

import io
from collections.abc import Callable

import pandas as pd
import streamlit as st

from wiseft.spreadsheets import to_csv


def download_table(label: str, name: str, table: Callable[[], pd.DataFrame]) -> None:
    """Links that make `table` when they are clicked: `<name>.csv`, and `<name>.parquet`.

    `name` must be unique on its page.
    """
    with st.container(key=f"download-{name}", horizontal=True, vertical_alignment="center"):
        download(f"{label} (CSV)", name, table)
        st.download_button(
            "Parquet",
            lambda: to_parquet(table()),
            file_name=f"{name}.parquet",
            mime="application/vnd.apache.parquet",
            key=f"parquet-{name}",
            help=f"{label} (Parquet)",
            on_click="ignore",
            type="tertiary",
        )


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


def to_parquet(table: pd.DataFrame) -> bytes:
    """`table` as Parquet, with every column in its type and its texts as they are.

    Nothing runs what stands in a Parquet file, so that nothing needs to be neutralised.
    """
    file = io.BytesIO()
    table.to_parquet(file, engine="pyarrow", index=False)
    return file.getvalue()
