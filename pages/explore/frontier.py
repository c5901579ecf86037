"""Frontier: accuracy in distribution against accuracy under shift, along alpha."""

from __future__ import annotations

import streamlit as st

from wiseft.app import address, results
from wiseft.app.address import Choice
from wiseft.app.downloads import download
from wiseft.app.exactly import evaluate_exactly
from wiseft.app.live import live_frontier, shift_titles, wished
from wiseft.app.page import errors_as_sentences, page
from wiseft.app.parts import note, run_facts, section
from wiseft.app.pickers import pick_run
from wiseft.app.rows import Row, set_rows
from wiseft.app.sentences import starting_alpha
from wiseft.app.tables import sets_in_numbers
from wiseft.app.theme import is_dark
from wiseft.charts import alpha_figure
from wiseft.charts.template import CONFIG
from wiseft.frontier import MEAN, Frontier
from wiseft.runs import Run
from wiseft.scales import SCALES, Axes
from wiseft.text import coefficient


@st.fragment
def view(run: Run, frontier: Frontier) -> None:
    """All that follows alpha: where it comes to rest, this alone runs again."""
    with errors_as_sentences():
        if wish := wished():
            address.publish(alpha=f"{wish.alpha:g}", y=wish.y, axes=wish.axes)
        start, _ = starting_alpha(frontier)
        alpha = address.alpha_among(address.asked("alpha"), frontier.alphas.tolist(), start)
        shifts = [*shift_titles(frontier)]
        y = address.among(address.asked("y"), shifts, next(iter(shifts), MEAN), "shift")
        axes: Choice[Axes] = address.among(address.asked("axes"), SCALES, "logit", "kind of axes")
        address.publish(run=run.name, alpha=alpha.text, y=y.text, axes=axes.text)
        note(alpha.note, y.note, axes.note)
        above = st.container()
        asked = live_frontier(results.live(run, y.value, axes.value), alpha.value)
        numbers_section(
            frontier, set_rows(run.record, frontier, alpha.value, results.changes(run)), alpha.value
        )
        along_section(frontier, alpha.value)
        if asked is not None:
            with above:
                exactly(run, asked)


def exactly(run: Run, alpha: float) -> None:
    """Evaluate an alpha that was interpolated, then show the whole page anew."""
    with errors_as_sentences():
        with st.spinner(f"Evaluating every set at alpha {coefficient(alpha)} …"):
            evaluate_exactly(run, alpha)
        st.rerun()


def along_section(frontier: Frontier, alpha: float) -> None:
    """Accuracy of every set against alpha."""
    section("Along alpha", "Accuracy of every set from zero-shot, at 0, to fine-tuned, at 1.")
    st.plotly_chart(
        alpha_figure(frontier, alpha=alpha, dark=is_dark()),
        theme=None,
        config=CONFIG,
        key="along",
        alt="Accuracy of every set along alpha",
    )


def numbers_section(frontier: Frontier, rows: list[Row], alpha: float) -> None:
    """The same in numbers, to read and to take away."""
    section(
        "The numbers",
        "Accuracy in per cent. Changes in percentage points with half the width of their paired "
        "95 % interval. Best is the highest accuracy over all alphas on the very images it is "
        "measured on, and so a little optimistic.",
    )
    st.html(sets_in_numbers(rows, alpha))
    download("Download the numbers of every alpha (CSV)", frontier.run, frontier.to_frame)


with page("frontier"):
    with st.container(key="run-picker", horizontal=True, vertical_alignment="center"):
        run = pick_run()
        frontier = results.frontier(run)
        run_facts(run, frontier)
    view(run, frontier)
