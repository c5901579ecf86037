"""What the Slices page shows, computed once and shared by all sessions; its words and tables."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from wiseft.app.html import column_heads, html_table, number_cells
from wiseft.app.results import identity
from wiseft.app.sentences import Clause, Span
from wiseft.runs import Run
from wiseft.significance import SIGNIFICANT
from wiseft.slice_columns import SliceColumns
from wiseft.slices import SMALLEST, losing_slices, slice_hits, slice_table
from wiseft.text import bare_percent, coefficient, distance, number_of, points

MOST_LOSING = 15
"""Slices in the list of those that lose most."""

_FRESH = 60
"""Seconds after which metadata and traits are looked for again."""


@dataclass(frozen=True, eq=False)
class SlicesView:
    """One column of a set at two alphas.

    Attributes:
        table: from `slice_table`.
        losing: from `losing_slices`, of all columns.
        slices: names of the slices with enough images [S].
        shares: their accuracies along alpha [A, S].
    """

    table: pd.DataFrame
    losing: pd.DataFrame
    slices: tuple[str, ...]
    shares: NDArray[np.float64]


def columns(run: Run, name: str) -> SliceColumns:
    """The ways to divide the images of the set `name`."""
    return _columns(*identity(run), name, run)


def slices_view(run: Run, name: str, column: str, alpha: float, versus: float) -> SlicesView:
    """One of its columns at two known alphas."""
    return _slices_view(*identity(run), name, column, alpha, versus, columns(run, name), run)


def slices_sentence(
    view: SlicesView, title: str, alpha: float, versus: float
) -> tuple[Clause, ...]:
    """Which slice loses most, if any loses by more than noise."""
    start = Span(f"On {title}, ")
    if alpha == versus:
        second = (Span("move one of the two to see which slices pay."),)
        return (Span("Both alphas are "), Span(coefficient(alpha), "alpha"), Span(":")), second
    if view.losing.empty and view.table.empty:
        return ((Span(f"{title} has no images."),),)
    moving = (
        Span(" from alpha "),
        Span(coefficient(versus)),
        Span(" to "),
        Span(coefficient(alpha), "alpha"),
    )
    clear = view.losing.iloc[:0]
    if not view.losing.empty:
        clear = view.losing.loc[view.losing["corrected"].to_numpy() < SIGNIFICANT]
    if clear.empty:
        return (start, Span("no slice clearly loses"), *moving), (Span("once many are looked at."),)
    worst = clear.to_dict("records")[0]
    first = (
        start,
        Span(f"{len(clear)}", "figure"),
        Span(f" {_slices(len(clear))} {'loses' if len(clear) == 1 else 'lose'}"),
        *moving,
    )
    second = (
        Span("most of all "),
        Span(f"{worst['column']} {worst['slice']}", "figure"),
        Span(f": {distance(worst['change'])} of {number_of(worst['count'], 'image')}."),
    )
    return first, second


def losing_table(losing: pd.DataFrame) -> str:
    """The slices that lose most, in numbers."""
    heads = column_heads(
        "Slice", "Images", "Before", "After", "Change, pp", "Rest of the set", "Corrected p"
    )
    body = "".join(
        f'<tr><th scope="row">{escape(str(row["column"]))}: {escape(str(row["slice"]))}</th>'
        + number_cells(
            f"{row['count']:,}",
            bare_percent(row["versus"]),
            f"<b>{bare_percent(row['accuracy'])}</b>",
            f'<span class="{"loss" if row["corrected"] < SIGNIFICANT else "unclear"}">'
            f"{points(row['change'])}</span>",
            points(row["rest"]),
            "&lt; 0.001" if row["corrected"] < 0.001 else f"{row['corrected']:.3f}",
        )
        + "</tr>"
        for row in losing.head(MOST_LOSING).to_dict("records")
    )
    return html_table("numbers", "Slices that lose most", heads, body)


def _slices(number: int) -> str:
    return "slice clearly" if number == 1 else "slices clearly"


@st.cache_data(max_entries=64, ttl=_FRESH, show_spinner=False)
def _columns(folder: str, state: str, name: str, _run: Run) -> SliceColumns:
    return _run.slice_columns(name)


@st.cache_data(max_entries=128, ttl=_FRESH, show_spinner=False)
def _slices_view(
    folder: str,
    state: str,
    name: str,
    column: str,
    alpha: float,
    versus: float,
    _found: SliceColumns,
    _run: Run,
) -> SlicesView:
    path = _run.path(name)
    hits = path.hits
    here, there = (int(np.abs(path.alphas - each).argmin()) for each in (alpha, versus))
    chosen = next(each for each in _found.columns if each.name == column)
    count = np.bincount(chosen.codes, minlength=len(chosen.slices))
    large = np.flatnonzero(count >= SMALLEST)
    return SlicesView(
        table=slice_table(hits, chosen, here, there),
        losing=losing_slices(hits, _found.columns, here, there),
        slices=tuple(chosen.slices[each] for each in large),
        shares=slice_hits(hits, chosen)[:, large] / count[large],
    )
