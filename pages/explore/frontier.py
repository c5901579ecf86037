"""Frontier: accuracy in distribution against accuracy under shift, along alpha."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from wiseft.app import address, results
from wiseft.app.address import Choice
from wiseft.app.choosing import choosing_section
from wiseft.app.comparing import asked_other, comparison, pick_other
from wiseft.app.counting import counted_run, left_out_note
from wiseft.app.downloads import download
from wiseft.app.exactly import evaluate_exactly, evaluations_asked
from wiseft.app.images.marking import leave_out_switch, marked
from wiseft.app.live import live_frontier, shift_titles, wished
from wiseft.app.page import errors_as_sentences, page
from wiseft.app.parts import note, run_facts, section
from wiseft.app.pickers import pick_overlays, pick_run
from wiseft.app.rows import set_rows
from wiseft.app.rule_settings import asked_settings
from wiseft.app.sentences import starting_alpha
from wiseft.app.tables import sets_in_numbers
from wiseft.frontier import MEAN, Frontier
from wiseft.runs import Run
from wiseft.scales import SCALES, Axes


@st.fragment
def view(run: Run, frontier: Frontier, others: Sequence[Run]) -> None:
    """All that follows alpha: where it comes to rest, this alone runs again."""
    with errors_as_sentences():
        if wish := wished():
            address.publish(alpha=f"{wish.alpha:g}", y=wish.y, axes=wish.axes)
        settings = asked_settings(frontier)
        other = asked_other(frontier)
        start, _ = starting_alpha(frontier)
        alpha = address.alpha_among(address.asked("alpha"), frontier.alphas.tolist(), start)
        shifts = [*shift_titles(frontier)]
        y = address.among(address.asked("y"), shifts, next(iter(shifts), MEAN), "shift")
        axes: Choice[Axes] = address.among(address.asked("axes"), SCALES, "logit", "kind of axes")
        address.publish(run=run.name, alpha=alpha.text, y=y.text, axes=axes.text)
        note(alpha.note, y.note, axes.note)
        above = st.container()
        live = results.live(run, y.value, axes.value, others, settings.value)
        asked = live_frontier(live, alpha.value)
        choosing = st.container(gap=None)
        numbers_section(run, frontier, alpha.value, other)
        with choosing:  # Last, so that what follows the slider does not wait for it.
            choosing_section(results.rulings(run, settings.value), settings, frontier, alpha.value)
        with above:
            exactly(run, asked)


def exactly(run: Run, alpha: float | None) -> None:
    """Ask for the evaluation of an alpha that was interpolated, and show what is under way."""
    with errors_as_sentences():
        if alpha is not None:
            evaluate_exactly(run, alpha)
    evaluations_asked(run)


def numbers_section(
    run: Run, frontier: Frontier, alpha: float, other: Choice[float | None]
) -> None:
    """The same in numbers, to read and to take away; beside another alpha where one is asked."""
    section(
        "The numbers",
        "Accuracy in per cent. Changes in percentage points with half the width of their paired "
        "95 % interval. Best is the highest accuracy over all alphas on the very images it is "
        "measured on, and so a little optimistic; a stretch of alphas that has it is exact, not "
        "read off a grid.",
    )
    pick_other(other.value, frontier)
    compared = None
    if other.value is not None:
        compared = comparison(frontier, alpha, other.value, results.changes_from(run, other.value))
    note(other.note, *(compared.sentences if compared else ()))
    rows = set_rows(run.record, frontier, alpha, results.changes(run), results.best_exactly(run))
    st.html(sets_in_numbers(rows, alpha, compared))
    download("Download the numbers of every alpha (CSV)", frontier.run, frontier.to_frame)


with page("frontier"):
    with st.container(key="run-picker", horizontal=True, vertical_alignment="center"):
        picked = pick_run()
        run = counted_run(picked)
        frontier = results.frontier(run)
        beside = pick_overlays(picked)
        run_facts(run, frontier)
        if marked(picked):
            leave_out_switch(picked)
    reference = frontier.reference
    note(*beside.notes, left_out_note(run, reference, frontier.title(reference)))
    view(run, frontier, beside.runs)
