"""Published: sweeps of the paper and of others, beside a run of one's own."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from wiseft.app import address, results
from wiseft.app.address import Choice
from wiseft.app.downloads import download
from wiseft.app.page import errors_as_sentences, page
from wiseft.app.parts import finding, lead, note, section
from wiseft.app.pickers import pick_run, segments, select
from wiseft.app.published_tables import comparison_table, headline_table, learning_rate_table
from wiseft.app.published_words import (
    barriers_sentence,
    failure_sentence,
    failure_title,
    published_sentence,
)
from wiseft.app.sweeps import pick_sweeps, published, sweeps_among
from wiseft.app.theme import is_dark
from wiseft.charts import effective_robustness_figure, frontier_figure, published_figure
from wiseft.charts.published import shift_title
from wiseft.charts.template import CONFIG
from wiseft.frontier import MEAN, Frontier
from wiseft.published import (
    HALFWAY,
    LEARNING_RATES,
    SHIFTS,
    TITLES,
    PublishedSweep,
)
from wiseft.scales import SCALES, Axes
from wiseft.standard_models import StandardModels, sweeps_frame
from wiseft.workspace import Workspace

SHIFT_NAMES = {MEAN: "Mean of 5 shifts"} | {
    name: TITLES[name] for shifts in SHIFTS.values() for name in shifts
}
"""What can stand on the vertical axis, with its title."""

SOURCES = (
    '<p class="note">The paper: Wortsman et al., “Robust fine-tuning of zero-shot models”, CVPR '
    '2022, <a href="https://arxiv.org/abs/2109.01903">arXiv 2109.01903</a>, tables 4, 5 and 9 to '
    "12. Third party: "
    '<a href="https://github.com/RohanSubramani/beyond-wise-ft">RohanSubramani/beyond-wise-ft</a>, '
    "the same method on public CLIP weights, which nobody has refereed. Standard models: "
    '<a href="https://github.com/modestyachts/imagenet-testbed">modestyachts/imagenet-testbed</a>, '
    "Taori et al., NeurIPS 2020. Which of them the line is fitted to, and why, stands in "
    "data/published/SOURCES.md.</p>"
)


def view() -> None:
    """The page, from its URL."""
    sweeps, models = published()
    shift = address.among(address.asked("shift"), SHIFT_NAMES, MEAN, "shift")
    axes: Choice[Axes] = address.among(address.asked("axes"), SCALES, "logit", "kind of axes")
    chosen = sweeps_among(address.asked("sweeps"), sweeps, shift.value)
    address.publish(shift=shift.text, axes=axes.text, sweeps=chosen.text)
    standard = models if shift.value in (MEAN, *SHIFTS["imagenet"]) else None
    baseline = None if standard is None else standard.baseline(shift.value)

    if chosen.value:
        finding(published_sentence(chosen.value[0], shift.value, baseline), HALFWAY)
    else:
        lead("Choose a published sweep to see what mixing half-way does")
    note(
        shift.note,
        axes.note,
        chosen.note,
        "Accuracies are published without the predictions behind them, so that changes have no "
        "paired interval.",
    )
    with st.container(key="controls", horizontal=True, vertical_alignment="bottom"):
        select("shift", "Shift", SHIFT_NAMES, shift.value)
        segments("axes", "Axes", {name: name for name in SCALES}, axes.value)
    with st.container(key="sweeps", horizontal=True, vertical_alignment="top"):
        pick_sweeps(sweeps, chosen.value, shift.value)

    with st.container(key="beside"):
        left, right = st.columns([1.28, 1], gap="large")
        with left:
            frontiers_section(chosen.value, shift.value, standard, axes.value)
        with right:
            own = own_section(axes.value)
    if standard is not None:
        effective_section(chosen.value, standard, shift.value)
    comparison_section(chosen.value, shift.value, standard, own)
    by_id = {each.id: each for each in sweeps}
    headline_section(by_id, models)
    failure_section(sweeps, by_id, axes.value)
    sources_section(sweeps, models)


def frontiers_section(
    sweeps: Sequence[PublishedSweep], shift: str, standard: StandardModels | None, axes: Axes
) -> None:
    """The chosen sweeps over each other."""
    section(
        "Published frontiers",
        "Each curve is one sweep from zero-shot to fine-tuned, with a circle half-way. "
        + (
            ""
            if standard is None
            else "The dotted distance to the line through models trained "
            "on ImageNet alone is effective robustness. "
        ),
    )
    st.plotly_chart(
        published_figure(sweeps, shift=shift, standard=standard, axes=axes, dark=is_dark()),
        theme=None,
        config=CONFIG,
        key="published",
        alt=f"Accuracy of published sweeps in distribution against {shift_title(shift)}",
    )


def own_section(axes: Axes) -> dict[str, Frontier]:
    """A run of one's own, by its title; nothing where there is none to show."""
    if not Workspace().runs():
        section("Your own", "A run of yours will stand here as soon as there is one.")
        return {}
    section("Your own", "On its own sets and axes: heights cannot be compared, shapes can.")
    with errors_as_sentences():
        with st.container(key="run-picker"):
            run = pick_run()
        address.publish(run=run.name)
        frontier = results.frontier(run)
        halfway = HALFWAY if HALFWAY in frontier.alphas else None
        st.plotly_chart(
            frontier_figure(frontier, alpha=halfway, axes=axes, dark=is_dark()),
            theme=None,
            config=CONFIG,
            key="own",
            alt=f"Accuracy of {run.record.title} in distribution against shift along alpha",
        )
        return {run.record.title: frontier}
    return {}


def effective_section(
    sweeps: Sequence[PublishedSweep], standard: StandardModels, shift: str
) -> None:
    """Effective robustness of the chosen sweeps along alpha."""
    section(
        "Effective robustness along alpha",
        f"Accuracy, {shift_title(shift)}, beyond that of standard models as accurate on ImageNet. "
        "The grey band holds 95 % of the standard models themselves.",
    )
    st.plotly_chart(
        effective_robustness_figure(sweeps, standard, shift=shift, dark=is_dark()),
        theme=None,
        config=CONFIG,
        key="effective",
        alt="Effective robustness of published sweeps along alpha",
    )


def comparison_section(
    sweeps: Sequence[PublishedSweep],
    shift: str,
    standard: StandardModels | None,
    own: dict[str, Frontier],
) -> None:
    """What fine-tuning costs and what mixing half-way does, published and of one's own."""
    section(
        "What fine-tuning costs, and what mixing returns",
        "Changes of accuracy against zero-shot, and effective robustness, in percentage points. "
        "The change under shift is relative robustness.",
    )
    baseline = None if standard is None else standard.baseline(shift)
    frontiers = {each.title: each.frontier for each in sweeps}
    st.html(comparison_table(frontiers, shift, baseline, own))


def headline_section(sweeps: dict[str, PublishedSweep], models: StandardModels) -> None:
    """The paper's headline table from the table of sweeps."""
    section(
        "The paper's headline table, computed again",
        "Accuracy in per cent; effective robustness on the mean of the five shifts. The best "
        "alpha of a column was chosen on the very images it is measured on: an oracle, and another "
        "model in every column. Zero-shot ViT-L/14@336 is that of the linear classifier's sweep, "
        "as in the paper.",
    )
    st.html(headline_table(sweeps, models))


def failure_section(
    sweeps: Sequence[PublishedSweep], by_id: dict[str, PublishedSweep], axes: Axes
) -> None:
    """Where interpolation fails: one model fine-tuned at four learning rates."""
    rates = [by_id[each] for each in LEARNING_RATES]
    names = [f"lr {each.learning_rate}" for each in rates]
    section(failure_title(rates[-1]), f"{failure_sentence(rates[-1])} {barriers_sentence(sweeps)}")
    with st.container(key="beside-rates"):
        left, right = st.columns([1.28, 1], gap="large")
        with left:
            st.plotly_chart(
                published_figure(rates, names=names, axes=axes, dark=is_dark(), height=460),
                theme=None,
                config=CONFIG,
                key="rates",
                alt="Accuracy of one model fine-tuned at four learning rates",
            )
        with right:
            st.html(learning_rate_table(rates))
            note(
                "The barrier is how far accuracy sinks below the straight line between the two "
                "ends, in percentage points; none where it stays within half of a 95 % interval."
            )


def sources_section(sweeps: Sequence[PublishedSweep], models: StandardModels) -> None:
    """Where the figures come from, and all of them to take away."""
    section("Sources", "Every figure is from a published table; none was measured here.")
    st.html(SOURCES)
    download("Download every sweep (CSV)", "published-sweeps", lambda: sweeps_frame(sweeps, models))


with page("published"):
    view()
