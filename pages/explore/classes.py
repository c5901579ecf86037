"""Classes: which gain and which pay at one alpha, on one set."""

from __future__ import annotations

from typing import Literal

import pandas as pd
import streamlit as st

from wiseft.app import address, results
from wiseft.app.address import Choice
from wiseft.app.alpha_slider import alpha_slider
from wiseft.app.downloads import download
from wiseft.app.page import errors_as_sentences, page
from wiseft.app.parts import finding, note, section
from wiseft.app.pickers import pick_run, segments, select
from wiseft.app.sentences import (
    chance_note,
    classes_note,
    classes_sentence,
    interpolation_note,
    starting_alpha,
)
from wiseft.app.tables import classes_in_numbers
from wiseft.app.theme import is_dark
from wiseft.charts import class_figure
from wiseft.charts.classes import WORDS, End
from wiseft.charts.template import CONFIG
from wiseft.frontier import Frontier
from wiseft.runs import Run

Order = Literal["change", "accuracy", "listed"]

ORDERS: dict[Order, str] = {
    "change": "By change",
    "accuracy": "By accuracy",
    "listed": "As listed",
}

MOST_DRAWN = 60
"""Classes in the figure; the table below has all of them."""


@st.fragment
def view(run: Run, frontier: Frontier) -> None:
    """All that follows the controls."""
    with errors_as_sentences():
        start, _ = starting_alpha(frontier)
        alphas = frontier.alphas.tolist()
        titles = {each.name: each.title for each in run.record.sets}
        default = next(iter(frontier.shifts), frontier.reference)
        name = address.among(address.asked("set"), titles, default, "set")
        alpha = address.alpha_among(address.asked("alpha"), alphas, start)
        against: Choice[End] = address.among(address.asked("against"), WORDS, "finetuned", "end")
        order: Choice[Order] = address.among(address.asked("order"), ORDERS, "change", "order")
        address.publish(
            run=run.name, set=name.text, alpha=alpha.text, against=against.text, order=order.text
        )

        top = st.container()
        chosen = alpha_slider(alphas, frontier.exact.tolist(), alpha.value)
        interpolated = interpolation_note(frontier, chosen)
        note(name.note, alpha.note, against.note, order.note, interpolated)
        with st.container(key="controls", horizontal=True, vertical_alignment="bottom"):
            select("set", "Set", titles, name.value)
            segments("against", "Against", WORDS, against.value)
            segments("order", "Order", ORDERS, order.value)
        table = results.class_table(run, name.value, chosen)
        title = titles[name.value]
        with top:
            finding(classes_sentence(table, chosen, against.value, title), chosen)
            note(classes_note(table, chosen, against.value))
        ordered = in_order(table, order.value, against.value)
        drawn_section(ordered, chosen, against.value, title)
        numbers_section(run, ordered, chosen, name.value)


def in_order(table: pd.DataFrame, order: Order, against: End) -> pd.DataFrame:
    """The classes with the largest change or accuracy first, or as the benchmark lists them."""
    if order == "listed":
        return table
    by = {"change": f"from_{against}", "accuracy": "accuracy"}[order]
    return table.sort_values(by, ascending=False, kind="stable")


def drawn_section(table: pd.DataFrame, alpha: float, against: End, title: str) -> None:
    """Every class in a line: both ends, this alpha, and the change."""
    more = f" The first {MOST_DRAWN} are drawn." if len(table) > MOST_DRAWN else ""
    section("Class by class", chance_note(len(table)) + more)
    st.plotly_chart(
        class_figure(table.head(MOST_DRAWN), against=against, alpha=alpha, dark=is_dark()),
        theme=None,
        config=CONFIG,
        key="classes",
        alt=f"Accuracy of every class of {title} at both ends and at this alpha",
    )


def numbers_section(run: Run, table: pd.DataFrame, alpha: float, name: str) -> None:
    """The same in numbers, to read and to take away."""
    section("The numbers", "Accuracy in per cent, changes in percentage points.")
    st.html(classes_in_numbers(table, alpha))
    download(
        "Download these numbers (CSV)",
        f"{run.name}-classes",
        lambda: table.assign(run=run.name, set=name, alpha=alpha),
    )


with page("classes"):
    with st.container(key="run-picker"):
        run = pick_run()
    view(run, results.frontier(run))
