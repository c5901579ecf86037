"""What the Slices page shows, computed once and shared by all sessions; its words and tables."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from wiseft.app.html import column_heads, html_table, number_cells
from wiseft.app.image_links import images_link
from wiseft.app.results import identity
from wiseft.app.sentences import Clause, Span
from wiseft.runs import Run
from wiseft.significance import SIGNIFICANT
from wiseft.slice_columns import CLASS_TITLE, SliceColumns
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


def slices_view(
    run: Run,
    name: str,
    column: str,
    alpha: float,
    versus: float,
    kept: NDArray[np.bool_] | None = None,
) -> SlicesView:
    """One of its columns at two known alphas, of the images `kept` [N], or of all."""
    out = () if kept is None else tuple(np.flatnonzero(~kept).tolist())
    known = columns(run, name)
    return _slices_view(*identity(run), name, column, alpha, versus, out, known, run)


def slices_sentence(
    view: SlicesView, title: str, alpha: float, versus: float
) -> tuple[Clause, ...]:
    """Which slice loses most, if any loses by more than noise."""
    if alpha == versus:
        second = (Span("move one of the two to see which slices pay."),)
        return (Span("Both alphas are "), Span(coefficient(alpha), "alpha"), Span(":")), second
    if view.table.empty:
        return ((Span(f"{title} has no images."),),)
    moving = (
        Span(" from alpha "),
        Span(coefficient(versus)),
        Span(" to "),
        Span(coefficient(alpha), "alpha"),
    )
    if view.losing.empty:
        return (Span(f"On {title} no slice loses"), *moving, Span(".")), ()
    corrected = view.losing["corrected"].to_numpy()
    number = int((corrected < SIGNIFICANT).sum())
    tested = number_of(int(view.losing["tested"].iloc[0]), "slice")
    if not number:
        first = (Span(f"On {title} no slice clearly loses"), *moving, Span(":"))
        return first, (Span(f"of {tested}, those that lose are within noise."),)
    # Larger losses may be of fewer images, and so be unclear.
    worst = view.losing.loc[corrected < SIGNIFICANT].to_dict("records")[0]
    lose = "clearly loses" if number == 1 else "clearly lose"
    first = (
        Span(f"On {title} "),
        Span(f"{number}", "figure"),
        Span(f" of {tested} {lose}"),
        *moving,
        Span(","),
    )
    second = (
        Span("most of all "),
        Span(f"{worst['column']} {worst['slice']}", "figure"),
        Span(f": {distance(worst['change'])} of {number_of(worst['count'], 'image')}."),
    )
    return first, second


def losing_table(run: Run, name: str, losing: pd.DataFrame, alpha: float, versus: float) -> str:
    """The slices that lose most, in numbers; classes lead to the images that they lose."""
    heads = column_heads(
        "Slice", "Images", "Before", "After", "Change, pp", "Rest of the set", "Corrected p"
    )
    body = "".join(
        f'<tr><th scope="row">{_slice(run, name, row, alpha, versus)}</th>'
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


def _slice(run: Run, name: str, row: Mapping[Hashable, Any], alpha: float, versus: float) -> str:
    words = f"{row['column']}: {row['slice']}"
    if row["column"] != CLASS_TITLE:
        return escape(words)
    link = images_link(
        run=run.name,
        set=name,
        true=row["slice"],
        outcome="broken",
        alpha=alpha,
        versus=versus,
    )
    return f'<a href="{escape(link)}" target="_self">{escape(words)}</a>'


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
    out: tuple[int, ...],
    _found: SliceColumns,
    _run: Run,
) -> SlicesView:
    path = _run.path(name)
    kept = np.ones(len(path), dtype=bool)
    kept[list(out)] = False
    hits = path.hits[:, kept] if out else path.hits
    divided = [each.of(kept) if out else each for each in _found.columns]
    here, there = (int(np.abs(path.alphas - each).argmin()) for each in (alpha, versus))
    chosen = next(each for each in divided if each.name == column)
    count = np.bincount(chosen.codes, minlength=len(chosen.slices))
    large = np.flatnonzero(count >= SMALLEST)
    return SlicesView(
        table=slice_table(hits, chosen, here, there),
        losing=losing_slices(hits, divided, here, there),
        slices=tuple(chosen.slices[each] for each in large),
        shares=slice_hits(hits, chosen)[:, large] / count[large],
    )
