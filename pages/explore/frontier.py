"""Frontier: accuracy in distribution against accuracy under shift, along alpha."""

from __future__ import annotations

import streamlit as st

from wiseft.app import address, results
from wiseft.app.address import Choice
from wiseft.app.alpha_slider import alpha_slider
from wiseft.app.downloads import download
from wiseft.app.page import errors_as_sentences, page
from wiseft.app.parts import finding, note, run_facts, section
from wiseft.app.pickers import pick_run, segments, select
from wiseft.app.rows import Row, set_rows
from wiseft.app.sentences import (
    compared_end,
    frontier_sentence,
    interpolation_note,
    starting_alpha,
)
from wiseft.app.tables import sets_drawn, sets_in_numbers
from wiseft.app.theme import is_dark
from wiseft.charts import alpha_figure, frontier_figure
from wiseft.charts.template import CONFIG
from wiseft.frontier import MEAN, Frontier
from wiseft.runs import Run
from wiseft.scales import SCALES, Axes


@st.fragment
def view(run: Run, frontier: Frontier) -> None:
    """All that follows alpha: moving it reruns this alone."""
    with errors_as_sentences():
        start, reason = starting_alpha(frontier)
        alphas = frontier.alphas.tolist()
        alpha = address.alpha_among(address.asked("alpha"), alphas, start)
        y = address.among(address.asked("y"), shift_names(frontier), MEAN, "shift")
        axes: Choice[Axes] = address.among(address.asked("axes"), SCALES, "logit", "kind of axes")
        address.publish(run=run.name, alpha=alpha.text, y=y.text, axes=axes.text)

        top = st.container()
        chosen = alpha_slider(alphas, frontier.exact.tolist(), alpha.value)
        note(alpha.note, y.note, axes.note, interpolation_note(frontier, chosen), reason)
        changes = results.changes(run)
        reference, index = frontier.reference_for(y.value), frontier.index(chosen)
        compared = changes.get(compared_end(chosen))
        with top:
            told = [
                compared.at(name, index) if compared and name in compared.value else None
                for name in (reference, y.value)
            ]
            finding(frontier_sentence(frontier, chosen, y.value, *told), chosen)
        rows = set_rows(run.record, frontier, chosen, changes)
        with st.container(key="beside"):
            left, right = st.columns([1.28, 1], gap="large")
            with left:
                frontier_section(frontier, chosen, y.value, axes.value)
            with right:
                sets_section(rows, chosen)
        along_section(frontier, chosen)
        numbers_section(frontier, rows, chosen)


def shift_names(frontier: Frontier) -> dict[str, str]:
    """What can stand on the vertical axis, with its title."""
    return {name: frontier.title(name) for name in (MEAN, *frontier.shifts)}


def frontier_section(frontier: Frontier, alpha: float, y: str, axes: Axes) -> None:
    """The frontier itself, with a choice of what stands on its axes."""
    section(
        f"{frontier.title(frontier.reference)} against shift",
        "Each point is one mix of the two models; up and right is better. "
        "The cross is a 95 % interval.",
    )
    if not frontier.shifts:
        note("This run has no set under distribution shift.")
        return
    with st.container(key="controls", horizontal=True, vertical_alignment="bottom"):
        select("y", "Shift", shift_names(frontier), y)
        segments("axes", "Axes", {name: name for name in SCALES}, axes)
    st.plotly_chart(
        frontier_figure(frontier, shift=y, alpha=alpha, axes=axes, dark=is_dark()),
        theme=None,
        config=CONFIG,
        key="frontier",
        alt=f"Accuracy in distribution against {frontier.title(y)} along alpha",
    )


def sets_section(rows: list[Row], alpha: float) -> None:
    """Every set at this alpha."""
    section(
        "Set by set",
        "Accuracy in per cent, with half the width of its 95 % interval; the bar spans all "
        "alphas. Changes in percentage points: grey within noise.",
    )
    st.html(sets_drawn(rows, alpha))


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
