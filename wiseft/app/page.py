"""The frame of every page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from wiseft.app.job_status import job_status
from wiseft.app.links import follow_links
from wiseft.app.parts import problem
from wiseft.app.pickers import open_page
from wiseft.app.theme import apply_style, follow_scheme
from wiseft.errors import WiseftError


@contextmanager
def page(name: str) -> Iterator[None]:
    """A page in the look of all others; `name` sets its widgets apart from theirs."""
    st.set_page_config(layout="wide")
    apply_style()
    open_page(name)
    if name != "jobs":
        job_status()
    with errors_as_sentences():
        yield
    follow_scheme()
    follow_links()


@contextmanager
def errors_as_sentences() -> Iterator[None]:
    """Show a `WiseftError` as its sentence, in place of what could not be shown.

    A fragment, which reruns without its page, needs this inside it.
    """
    try:
        yield
    except WiseftError as error:
        problem(str(error))
