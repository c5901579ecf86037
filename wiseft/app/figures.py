"""Plotly figures on a page, and places for two of them."""

from __future__ import annotations

import plotly.graph_objects as go
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from wiseft.charts.template import CONFIG


def halves(key: str) -> tuple[DeltaGenerator, DeltaGenerator]:
    """Two columns, one below the other where the page is narrow; `key` begins with "beside"."""
    with st.container(key=key):
        left, right = st.columns(2, gap="large")
    return left, right


def plot(figure: go.Figure, key: str, alt: str) -> None:
    """A figure in the look of its template; `alt` says what it shows to who cannot see it."""
    st.plotly_chart(figure, theme=None, config=CONFIG, key=key, alt=alt)
