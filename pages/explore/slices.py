"""Slices: groups of images other than classes, and which of them pay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd
import streamlit as st

from wiseft.app import address, results
from wiseft.app.address import Choice
from wiseft.app.alpha_pair import AlphaPair, headline, pick_alphas
from wiseft.app.counting import counted_run, left_out, left_out_note, part_of_name
from wiseft.app.downloads import download_table
from wiseft.app.drawings.component import draw
from wiseft.app.drawings.rows import rows
from wiseft.app.images.marking import leave_out_switch
from wiseft.app.page import errors_as_sentences, page
from wiseft.app.parts import finding, halves, note, section
from wiseft.app.pickers import pick_run, segments, select
from wiseft.app.sentences import interpolation_note
from wiseft.app.slices_data import (
    SlicesView,
    all_columns,
    columns,
    compared,
    slices_view,
)
from wiseft.app.slices_drawings import slices_along
from wiseft.app.slices_words import (
    MOVES,
    Moved,
    moved,
    moved_table,
    slices_in_numbers,
    slices_sentence,
)
from wiseft.frontier import Frontier
from wiseft.runs import Run
from wiseft.slices import SMALLEST, Column, pair_of
from wiseft.text import coefficient, number_of

MOST_DRAWN = 40
"""Slices that are drawn; the download has all of them."""

MOST_CURVES = 12
"""Slices along alpha."""

Search = Literal["columns", "pairs"]

SEARCHES: dict[Search, str] = {"columns": "Single columns", "pairs": "Pairs of columns too"}


@dataclass(frozen=True)
class View:
    """What the page is of; the run has the images that count."""

    run: Run
    frontier: Frontier
    name: str
    pair: AlphaPair

    @property
    def title(self) -> str:
        """Readable name of the set."""
        return self.frontier.title(self.name)

    @property
    def columns(self) -> dict[str, str | float]:
        """What every line of a file says of where its numbers come from."""
        return {
            "run": self.run.name,
            "set": self.name,
            "alpha": self.pair.alpha,
            "versus": self.pair.versus,
            "left_out": left_out(self.run, self.name),
        }


@st.fragment
def content(run: Run, frontier: Frontier) -> None:
    """All that follows the controls."""
    with errors_as_sentences():
        words, beside = headline()
        with beside:
            pair = pick_alphas(frontier)
        titles = {each.name: each.title for each in run.record.sets}
        default = next(iter(frontier.shifts), frontier.reference)
        name = address.among(address.asked("set"), titles, default, "set")
        search: Choice[Search] = address.among(
            address.asked("search", optional=True), SEARCHES, "columns", "search"
        )
        address.publish_or_drop(search=None if search.text == "columns" else search.text)
        view = View(counted_run(run), frontier, name.value, pair)
        found = compared(
            view.run, view.name, pair.alpha, pair.versus, pairs=search.value == "pairs"
        )
        with words:
            every = all_columns(view.run, view.name, pairs=search.value == "pairs")
            sentence = slices_sentence(found, every, titles[view.name], pair.alpha, pair.versus)
            finding(sentence, pair.alpha)
        known = columns(view.run, view.name)
        note(
            pair.note,
            name.note,
            search.note,
            interpolation_note(frontier, pair.alpha),
            left_out_note(view.run, view.name, titles[view.name]),
            *known.notes,
        )
        with st.container(key="controls", horizontal=True, vertical_alignment="bottom"):
            select("set", "Set", titles, name.value)
            column = pick_column(known.columns)
            leave_out_switch(run)
        address.publish(run=run.name, set=name.text)
        slices_section(view, column)
        moved_section(view, found, every, search.value)


def pick_column(known: tuple[Column, ...]) -> Column:
    """The column that the images are divided by, or two of them together, which go to the URL."""
    by_name = {each.name: each for each in known}
    options = {each.name: each.title for each in known}
    first = address.among(address.asked("column"), options, known[0].name, "column")
    others = {key: title for key, title in options.items() if key != first.value}
    second = address.among(
        address.asked("by", optional=True) or None, ("", *others), "", "second column"
    )
    address.publish(column=first.text)
    address.publish_or_drop(by=second.text or None)
    select("column", "Divided by", options, first.value)
    if others:
        select("by", "and by", {"": "nothing else"} | others, second.value)
    note(first.note, second.note)
    column = by_name[first.value]
    return pair_of(column, by_name[second.value]) if second.value else column


def slices_section(view: View, column: Column) -> None:
    """The slices of one column, or of two together, at both alphas and along alpha."""
    pair = view.pair
    found = slices_view(view.run, view.name, column, pair.alpha, pair.versus)
    drawn = found.table.head(MOST_DRAWN)
    more = [
        f"The first {MOST_DRAWN} of {number_of(len(found.table), 'slice')} are drawn."
        if len(found.table) > MOST_DRAWN
        else "",
        f"{number_of(found.few, 'slice')} of fewer than {SMALLEST} images left out."
        if found.few
        else "",
    ]
    section(
        "Slice by slice",
        "With 95 % intervals; a change is coloured where its paired 95 % interval excludes zero. "
        f"At the right along alpha, of slices with {SMALLEST} images or more, the worst one at "
        f"alpha {coefficient(pair.alpha)} in bold. Names and counts lead to the images. "
        + " ".join(more),
    )
    left, right = halves("beside-slices")
    with left:
        drawing = rows(
            drawn,
            alpha=pair.alpha,
            versus=pair.versus,
            label=f"{view.title}: accuracy by {column.title.lower()} at both alphas",
            name=f"{view.run.name}-{view.name}-slices",
        )
        draw(drawing, "slices", alpha=pair.alpha, versus=pair.versus)
    with right:
        draw(along_drawing(view, found), "along", alpha=pair.alpha, versus=pair.versus)
    st.html(slices_in_numbers(view.run, view.name, column, drawn, pair))
    download_table(
        "Download these numbers",
        f"{view.run.name}-slices{part_of_name(view.run)}",
        lambda: found.table.assign(**view.columns),
    )


def along_drawing(view: View, found: SlicesView) -> str:
    """The worst of the slices along alpha."""
    frontier = view.frontier
    at = frontier.index(view.pair.alpha)
    kept = sorted(found.shares[at].argsort(kind="stable")[:MOST_CURVES].tolist())
    return slices_along(
        frontier.alphas,
        frontier.exact,
        found.shares[:, kept],
        [found.slices[each] for each in kept],
        alpha=view.pair.alpha,
        label=f"{view.title}: accuracy of the slices along alpha",
        name=f"{view.run.name}-{view.name}-slices-along",
    )


def moved_section(view: View, found: pd.DataFrame, every: Sequence[Column], search: Search) -> None:
    """The slices of all columns that lose most; where none does, those that gain most."""
    kind: Moved = "loss" if len(moved(found, "loss")) else "gain"
    some = moved(found, kind)
    kinds = "all columns" if search == "columns" else "all columns and pairs of columns"
    section(
        f"Slices that {MOVES[kind]} most",
        f"Of {kinds}, {number_of(len(found), 'slice')} with {SMALLEST} images or more; McNemar's "
        "exact test, corrected by Holm for all of them. The rest of the set is all of its other "
        f"images. Names lead to the images that are {'broken' if kind == 'loss' else 'fixed'}.",
    )
    with st.container(key="controls-search"):
        segments("search", "Look at", SEARCHES, search)
    if some.empty:
        note("No slice changes between the two alphas.")
        return
    st.html(moved_table(view.run, view.name, some, kind, view.pair, every))
    download_table(
        f"Download the slices that {MOVES[kind]}",
        f"{view.run.name}-slices-that-{MOVES[kind]}{part_of_name(view.run)}",
        lambda: some.assign(**view.columns),
    )


with page("slices"):
    with st.container(key="run-picker"):
        run = pick_run()
    content(run, results.frontier(run))
