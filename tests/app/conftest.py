"""The app in this process, on a workspace of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

import wiseft.workspace
from tests.runs import write_run
from wiseft.runs import Run

ROOT = Path(wiseft.workspace.__file__).parents[1]

Open = Callable[..., AppTest]


@pytest.fixture
def open_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Opens a page by its file's stem and the values in its URL; the shipped runs are not there."""
    monkeypatch.setattr(wiseft.workspace, "DEMO", tmp_path / "nothing-shipped")
    monkeypatch.chdir(ROOT)
    st.cache_data.clear()

    def opened(page: str = "frontier", **query: str) -> AppTest:
        app = AppTest.from_file(str(ROOT / "pages" / "navigation.py"), default_timeout=60)
        for key, value in query.items():
            app.query_params[key] = value
        if page != "frontier":
            (file,) = (ROOT / "pages").glob(f"*/{page}.py")
            app.switch_page(file.relative_to(ROOT / "pages").as_posix())
        return app.run()

    return opened


@pytest.fixture
def run(state_folder: Path) -> Run:
    """A made-up run with a tenth of the images."""
    st.cache_resource.clear()
    return write_run(state_folder, scale=0.1)
