"""Classes: which gain and which pay between two alphas on one set, and what is taken for what."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Literal, get_args

import numpy as np
import pandas as pd
import streamlit as st

from wiseft.app import address, results
from wiseft.app.address import Choice
from wiseft.app.alpha_pair import AlphaPair, headline, pick_alphas
from wiseft.app.classes import numbers
from wiseft.app.classes.confused import MOST, Shown, Standing, confused_data, confusions
from wiseft.app.classes.lines import class_lines, found, lines_data, ordered
from wiseft.app.classes.overview import overview, overview_data, packed_values, picked_class
from wiseft.app.classes.table import classes_in_numbers, losers_table
from wiseft.app.classes.words import (
    WORDS,
    classes_note,
    classes_sentence,
    clear_note,
    losers_sentence,
    pairs_note,
)
from wiseft.app.classes.worst import worst_drawing
from wiseft.app.counting import counted_run, left_out, left_out_note, part_of_name
from wiseft.app.downloads import download_table
from wiseft.app.drawings import squares
from wiseft.app.drawings.component import draw
from wiseft.app.images.marking import leave_out_switch
from wiseft.app.page import errors_as_sentences, page
from wiseft.app.parts import finding, halves, note, section
from wiseft.app.pickers import pick_run, segments, select, show, widget_key
from wiseft.app.sentences import interpolation_note
from wiseft.breakdown import Metric
from wiseft.frontier import Frontier
from wiseft.runs import Run
from wiseft.text import coefficient, number_of

Order = Literal["change", "movers", "value", "listed", "name", "count"]

ORDERS: dict[Order, str] = {
    "change": "Change",
    "movers": "Movers",
    "value": "Value",
    "listed": "As listed",
    "name": "Name",
    "count": "Images",
}

SHOWN: dict[Shown, str] = {"difference": "Difference", "counts": "At this alpha"}

STANDING: dict[Standing, str] = {"clustered": "Clustered", "listed": "As listed"}

ON_A_PAGE = 50
"""Classes that are drawn at a time."""


@dataclass(frozen=True)
class View:
    """What the page is of; the run has the images that count."""

    run: Run
    frontier: Frontier
    name: str
    alphas: AlphaPair
    metric: Metric

    @property
    def title(self) -> str:
        """Readable name of the set."""
        return self.frontier.title(self.name)

    @property
    def against(self) -> str:
        """The two alphas in words."""
        one, other = (coefficient(each) for each in (self.alphas.alpha, self.alphas.versus))
        return f"α {one} against α {other}"

    @property
    def columns(self) -> dict[str, str | float]:
        """What every line of a file says of where its numbers come from."""
        return {
            "run": self.run.name,
            "set": self.name,
            "alpha": self.alphas.alpha,
            "versus": self.alphas.versus,
            "left_out": left_out(self.run, self.name),
        }


@st.fragment
def content(run: Run, frontier: Frontier) -> None:
    """All that follows the controls."""
    with errors_as_sentences():
        words, control = headline()
        with control:
            alphas = pick_alphas(frontier)
        titles = {each.name: each.title for each in run.record.sets}
        default = next(iter(frontier.shifts), frontier.reference)
        name = address.among(address.asked("set"), titles, default, "set")
        metrics: dict[Metric, str] = {each: WORDS[each] for each in get_args(Metric)}
        metric: Choice[Metric] = address.among(
            address.asked("metric"), metrics, "accuracy", "metric"
        )
        if picked := picked_class():
            address.publish(**{"class": picked})
        order: Choice[Order] = address.among(address.asked("order"), ORDERS, "change", "order")
        address.publish(run=run.name, set=name.text, metric=metric.text, order=order.text)
        counted = counted_run(run)
        view = View(counted, frontier, name.value, alphas, metric.value)
        table = numbers.class_table(counted, view.name, alphas.alpha, alphas.versus)
        with words:
            finding(
                classes_sentence(table, alphas.alpha, alphas.versus, view.title, view.metric),
                alphas.alpha,
            )
            interpolated = interpolation_note(frontier, alphas.alpha)
            note(classes_note(table, alphas.alpha, alphas.versus), interpolated)
            note(left_out_note(counted, view.name, view.title))
            note(name.note, alphas.note, metric.note, order.note)
        with st.container(key="controls", horizontal=True, vertical_alignment="bottom"):
            select("set", "Set", titles, name.value)
            segments("metric", "Metric", metrics, metric.value)
            segments("order", "Order", ORDERS, order.value)
            search = pick_search()
            leave_out_switch(run)
        if table.empty:
            return
        in_order = ordered(table, order.value, view.metric)
        some = found(in_order, search)
        lines_section(view, in_order, some, search)
        confusions_section(view)
        ends_section(view, table)
        losers_section(view)
        numbers_section(view, some)


def pick_search() -> str:
    """A field for a part of the names to show, which goes to the URL."""
    text = address.asked("find", optional=True) or ""
    address.publish_or_drop(find=text or None)
    show("find", text)
    st.text_input(
        "Find a class", key=widget_key("find"), on_change=_search, placeholder="all", width=120
    )
    return text


def _search() -> None:
    text = st.session_state[widget_key("find")].strip()
    address.publish_or_drop(find=text or None)
    address.forget("part", "class")


def asked_part(table: pd.DataFrame) -> tuple[int, str | None]:
    """The page of `table` to draw class by class, counted from 1.

    It is that with the class that the URL names, else the one that it counts to; where the URL
    asks for what is not there, a sentence says so.
    """
    pages = ceil(len(table) / ON_A_PAGE)
    at = address.number_between(address.asked("part", optional=True), 1, pages, 1, "page")
    part, said = int(at.value), at.note
    if name := address.asked("class", optional=True):
        places = np.flatnonzero(table["class"] == name)
        said = None if len(places) else f"The link asks for the class “{name}”, not among these."
        part = int(places[0]) // ON_A_PAGE + 1 if len(places) else part
    address.publish_or_drop(**{"part": str(part) if pages > 1 else None, "class": name})
    return part, said


def pick_part(part: int, pages: int) -> None:
    """A control for the page of classes, which goes to the URL."""
    show("part", str(part))
    with st.container(key="controls-page", horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            "Class by class, page",
            [str(each) for each in range(1, pages + 1)],
            key=widget_key("part"),
            format_func=lambda each: f"{each} of {pages}",
            on_change=_turn,
            width=180,
        )


def _turn() -> None:
    address.forget("class")
    address.publish(part=st.session_state[widget_key("part")])


def lines_section(view: View, table: pd.DataFrame, some: pd.DataFrame, search: str) -> None:
    """`some` classes of `table` in a line across each, on several pages where they are many.

    Above them stands a picture of all, where they do not fit on one page.
    """
    if some.empty:
        note(f"No class of {view.title} has “{search}” in its name.")
        return
    pages = ceil(len(some) / ON_A_PAGE)
    part, told = asked_part(some)
    first = ON_A_PAGE * (part - 1)
    rows = some.iloc[first : first + ON_A_PAGE]
    counts = numbers.counts(view.run, view.name)
    versus = view.frontier.index(view.alphas.versus)
    drawn = {
        "set_name": view.name,
        "alpha": view.alphas.alpha,
        "versus": view.alphas.versus,
        "metric": view.metric,
        "step": numbers.step(view.run, view.name, versus, view.metric),
    }
    if len(table) > ON_A_PAGE:
        below = np.flatnonzero(table["class_id"].isin(rows["class_id"]))
        values = packed_values(view.run, view.name, view.metric)
        overview(overview_data(table, counts, view.frontier, below=below, values=values, **drawn))
    if pages > 1:
        pick_part(part, pages)
    best = numbers.best(view.run, view.name, versus)
    picked = address.asked("class", optional=True)
    class_lines(lines_data(rows, counts, best, view.frontier, picked=picked, **drawn))
    more = f"Classes {first + 1:,} to {first + len(rows):,} of {len(some):,}."
    note(more if pages > 1 else None, told)
    note(clear_note(len(table), view.metric))


def confusions_section(view: View) -> None:
    """What is taken for what, in pairs and as a matrix."""
    run, alpha, versus = view.run, view.alphas.alpha, view.alphas.versus
    pairs = numbers.pairs(run, view.name, alpha, versus)
    section("Which confusions go, which come", pairs_note(pairs))
    names = run.record.class_names
    shown: Choice[Shown] = address.among(
        address.asked("matrix"), SHOWN, "difference", "kind of matrix"
    )
    standing: Choice[Standing] = address.among(
        address.asked("standing"), STANDING, "clustered", "order of the matrix"
    )
    zooms = {"": "all classes" if len(names) <= MOST else f"the {MOST} that move most"}
    zooms |= {str(each): name for each, name in enumerate(names)}
    zoom = address.among(address.asked("zoom", optional=True), zooms, "", "class")
    address.publish(matrix=shown.text, standing=standing.text)
    address.publish_or_drop(zoom=zoom.text or None)
    with st.container(key="controls-matrix", horizontal=True, vertical_alignment="bottom"):
        segments("matrix", "Matrix", SHOWN, shown.value)
        segments("standing", "Classes", STANDING, standing.value)
        select("zoom", "Zoom to a class and its neighbours", zooms, zoom.value)
    note(shown.note, standing.note, zoom.note)
    confusions(
        confused_data(
            run,
            view.frontier,
            pairs,
            set_name=view.name,
            alpha=alpha,
            versus=versus,
            shown=shown.value,
            standing=standing.value,
            zoom=int(zoom.value) if zoom.value else None,
        )
    )
    download_table(
        "Download every confusion",
        f"{run.name}-{view.name}-confusions{part_of_name(run)}",
        lambda: pairs.assign(**view.columns),
    )


def ends_section(view: View, table: pd.DataFrame) -> None:
    """All classes at one alpha against the other, and the worst of them along alpha."""
    left, right = halves("beside-ends")
    alpha, versus = view.alphas.alpha, view.alphas.versus
    with left:
        section(
            "One alpha against the other",
            f"{WORDS[view.metric]} of every class; above the diagonal it gains.",
        )
        scatter = squares.classes(
            table,
            alpha=alpha,
            versus=versus,
            metric=view.metric,
            label=f"{WORDS[view.metric]} of every class of {view.title}: {view.against}",
            name=f"{view.run.name}-{view.name}-scatter",
        )
        draw(scatter, "scatter", alpha=alpha)
    with right:
        section(
            "The worst class along alpha",
            "Its accuracy with the 95 % interval. The lowest of many measurements lies a little "
            "below the truth.",
        )
        draw(worst_drawing(view.run, view.frontier, view.name), "worst", alpha=alpha)


def losers_section(view: View) -> None:
    """The classes that no shift spares."""
    shifts = view.frontier.shifts
    if len(shifts) < 2 or view.alphas.alpha == view.alphas.versus:
        return
    losers = numbers.losers(view.run, view.frontier, view.alphas.alpha, view.alphas.versus)
    section(
        "Under every shift",
        losers_sentence(losers, view.alphas.alpha, view.alphas.versus, len(shifts)),
    )
    if losers.empty:
        return
    titles = {each: view.frontier.title(each) for each in shifts}
    st.html(losers_table(losers.head(ON_A_PAGE), titles))
    if len(losers) > ON_A_PAGE:
        note(f"The first {ON_A_PAGE} of {number_of(len(losers), 'class')}; the files have all.")
    alphas = {"alpha": view.alphas.alpha, "versus": view.alphas.versus}
    download_table(
        "Download the classes that lose",
        f"{view.run.name}-losers{part_of_name(view.run)}",
        lambda: losers.assign(run=view.run.name, **alphas),
    )


def numbers_section(view: View, table: pd.DataFrame) -> None:
    """The same in numbers, to read and to take away."""
    run, alpha, versus = view.run, view.alphas.alpha, view.alphas.versus
    more = f" The first {ON_A_PAGE} of {number_of(len(table), 'class')}; the files have all."
    section(
        "The numbers",
        f"{view.title} at {view.against}, in per cent with 95 % intervals; changes in percentage "
        "points, grey within noise; p of McNemar’s exact test by Holm’s correction."
        + (more if len(table) > ON_A_PAGE else ""),
    )
    names = {"run": run.name, "set_name": view.name, "alpha": alpha, "versus": versus}
    st.html(classes_in_numbers(table.head(ON_A_PAGE), **names))
    download_table(
        "Download these numbers",
        f"{run.name}-classes{part_of_name(run)}",
        lambda: table.assign(**view.columns),
    )


with page("classes"):
    with st.container(key="run-picker"):
        run = pick_run()
    content(run, results.frontier(run))
