"""What happens once, when the server starts."""

from __future__ import annotations

import importlib
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st

FIRST_PAGE = ("wiseft.app.results", "wiseft.app.live", "wiseft.app.tables")
"""Modules that the first page needs, with pandas, SciPy and Plotly behind them."""


@asynccontextmanager
async def lifespan(app: st.App) -> AsyncIterator[None]:
    """Load what the first visitor needs while their browser still loads the page."""
    threading.Thread(target=_load, name="startup", daemon=True).start()
    yield


def _load() -> None:
    for name in FIRST_PAGE:
        importlib.import_module(name)
