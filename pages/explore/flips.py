"""Flips: which images change sides along alpha, how different the models are, how calibrated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import streamlit as st

from wiseft.app import address, results
from wiseft.app.alpha_pair import headline, pick_alphas
from wiseft.app.counting import counted_run, left_out, left_out_note, part_of_name
from wiseft.app.diversity_data import (
    certainties,
    diversity_from,
    followed_table,
    margins,
    margins_followed,
)
from wiseft.app.downloads import download_table
from wiseft.app.drawings.component import draw
from wiseft.app.drawings.squares import reliability
from wiseft.app.flips_data import (
    MOST_CLASSES,
    FlipsView,
    calibrations,
    classes_table,
    fates_table,
    flips_along,
    flips_sentence,
    flips_view,
    place,
    reliabilities,
)
from wiseft.app.flips_drawings import drawings_along
from wiseft.app.images.marking import leave_out_switch
from wiseft.app.page import errors_as_sentences, page
from wiseft.app.parts import finding, halves, note, section
from wiseft.app.pickers import pick_run, segments, select
from wiseft.app.sentences import interpolation_note
from wiseft.frontier import Frontier
from wiseft.margins import OPEN
from wiseft.runs import Run
from wiseft.text import coefficient, interval, number_of, percent, points

ORDERS = {"broken": "Most broken", "fixed": "Most fixed", "listed": "As listed"}


@dataclass(frozen=True)
class View:
    """What the page is of; the run has the images that count.

    Attributes:
        drawn: what is drawn along alpha, by key.
    """

    run: Run
    frontier: Frontier
    name: str
    alpha: float
    versus: float
    drawn: Mapping[str, str]

    def draw(self, key: str, *, compared: bool = True) -> None:
        """One of the drawings along alpha, with the compared alpha or without."""
        versus = self.versus if compared else None
        draw(self.drawn[key], key, alpha=self.alpha, versus=versus)


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
        order = address.among(address.asked("order"), ORDERS, "broken", "order")
        address.publish(run=run.name, set=name.text)
        counted = counted_run(run)
        found = flips_view(counted, name.value, pair.alpha, pair.versus)
        title = titles[name.value]
        with words:
            finding(flips_sentence(found, title, pair.alpha, pair.versus), pair.alpha)
        note(pair.note, name.note, interpolation_note(frontier, pair.alpha))
        note(left_out_note(counted, name.value, title))
        with st.container(key="controls", horizontal=True, vertical_alignment="bottom"):
            select("set", "Set", titles, name.value)
            segments("order", "Classes", ORDERS, order.value)
            leave_out_switch(run)
        drawn = drawings_along(counted, frontier, name.value, pair.versus)
        view = View(counted, frontier, name.value, pair.alpha, pair.versus, drawn)
        along_section(view)
        classes_section(view, found, order.value)
        diversity_section(view)
        margins_section(view)
        calibration_section(view)


def along_section(view: View) -> None:
    """Steps, what they add up to, and the fates of the images."""
    section(
        "Along alpha",
        "Fixed: wrong before, correct after; broken: the other way round. At the left each step to "
        "the next alpha, at the right every alpha against the compared one.",
    )
    left, right = halves("beside-flips")
    with left:
        view.draw("steps")
    with right:
        view.draw("cumulative")
    found = flips_along(view.run, view.name, view.versus)
    st.html(fates_table(view.run, view.name, found, view.alpha, view.versus))


def classes_section(view: View, found: FlipsView, order: str) -> None:
    """Class by class, with links to the images."""
    run, name, alpha, versus = view.run, view.name, view.alpha, view.versus
    table = found.classes
    if order != "listed":
        table = table.sort_values(order, ascending=False, kind="stable")
    more = (
        f" The first {MOST_CLASSES} of {number_of(len(table), 'class')} are listed."
        if len(table) > MOST_CLASSES
        else ""
    )
    section(
        "Class by class",
        f"From alpha {coefficient(versus)} to {coefficient(alpha)}; counts lead to the images. A "
        "change is coloured where it is more than noise: McNemar’s exact test, corrected by Holm "
        f"for {number_of(len(table), 'class')}.{more}",
    )
    st.html(classes_table(run, name, table, alpha, versus))
    download_table(
        "Download these numbers",
        f"{run.name}-flips{part_of_name(run)}",
        lambda: table.assign(
            run=run.name, set=name, alpha=alpha, versus=versus, left_out=left_out(run, name)
        ),
    )


def diversity_section(view: View) -> None:
    """How different the models are, and whom the mixture follows."""
    alpha, versus = view.alpha, view.versus
    section(
        "Diversity and overrides",
        f"At the left the share of images that exactly one of alpha and alpha "
        f"{coefficient(versus)} predicts correctly. At the right, of the images on which zero-shot "
        "and fine-tuned disagree, whose prediction is followed.",
    )
    here = diversity_from(view.run, view.name, versus)
    left, right = halves("beside-diversity")
    with left:
        view.draw("diversity")
    with right:
        if "overrides" in view.drawn:
            view.draw("overrides", compared=False)
        else:
            note("Overrides need zero-shot and fine-tuned evaluated; sweep the run at 0 and 1.")
    at = view.frontier.index(alpha)
    note(
        f"Alpha {coefficient(alpha)} predicts another class than alpha {coefficient(versus)} for "
        f"{percent(here.disagreement[at])} of the images; 1 − Cohen’s kappa is "
        f"{here.kappa_complement[at]:.3f}. The mean Kullback-Leibler divergence and CKA need "
        "logits of all classes and features, which are not kept.",
    )


def margins_section(view: View) -> None:
    """How sure the models are: confidence, and how far the predicted class is ahead of the next."""
    run, name, alpha = view.run, view.name, view.alpha
    section(
        "Confidence",
        "How far the predicted class is ahead of the next: the difference of the two largest "
        "logits, which is the logarithm of the ratio of their probabilities. At the right, of the "
        "images on which zero-shot and fine-tuned disagree.",
    )
    sure, at = certainties(run, name), place(run, alpha)
    means = (
        f"At alpha {coefficient(alpha)} the mean probability of the predicted class is "
        f"{percent(sure.all[at])}: {percent(sure.correct[at])} where correct, "
        f"{percent(sure.wrong[at])} where wrong."
    )
    found = margins(run, name)
    if found is None:
        note(
            means,
            "Margins are not known: sweep the run again to keep the leading classes, which come "
            "with the whole path, not with chosen alphas.",
        )
        return
    left, right = halves("beside-margins")
    with left:
        view.draw("margins")
    with right:
        both = margins_followed(run, name, found, alpha)
        if both is None:
            note("Sweep the run at 0 and 1 to see the margins of both ends.")
        else:
            note(f"Medians and quartiles of both ends, by whom alpha {coefficient(alpha)} follows:")
            st.html(followed_table(both))
    near = int(np.abs(found.alphas - alpha).argmin())
    note(
        means,
        "Margins are those of the leading classes, whose probabilities are kept in steps of 1/255 "
        f"at {number_of(len(found.alphas), 'alpha')}: above {OPEN:.1f} they cannot be told apart, "
        f"and for {percent(1 - found.sure[near])} of the images at alpha "
        f"{coefficient(found.alphas[near])} a class that is not kept may be the second, so that "
        "the margin is smaller than it is told.",
    )


def calibration_section(view: View) -> None:
    """The reliability diagram, and the expected calibration error of every set."""
    run, name, alpha, versus = view.run, view.name, view.alpha, view.versus
    section(
        "Calibration",
        "Fifteen bins of about equal mass, with 95 % intervals: above the diagonal a model is "
        "less confident than it could be, below it more than it should be. At the right the "
        "expected calibration error along alpha.",
    )
    errors = calibrations(run)
    here, there = (reliabilities(run, name, each) for each in (alpha, versus))
    left, right = halves("beside-calibration")
    with left:
        diagram = reliability(
            {alpha: here.bins, versus: there.bins},
            alpha=alpha,
            label=f"{view.frontier.title(name)}: accuracy against confidence",
            name=f"{run.name}-{name}-reliability",
        )
        draw(diagram, "reliability", alpha=alpha, versus=versus)
    with right:
        view.draw("errors")
    if name in errors and errors[name].count:
        each, at = errors[name], view.frontier.index(alpha)
        gap = each.gap[at]
        clear = each.low[at] > 0 or each.high[at] < 0
        sense = "over-confident" if gap > 0 else "under-confident"
        note(
            f"At alpha {coefficient(alpha)} the error is {percent(each.error[at])} "
            f"({interval(here.low, here.high)}, basic bootstrap over "
            f"{number_of(each.count, 'image')}); perfect calibration would exceed "
            f"{percent(each.chance[at])} in 5 % of cases. Mean confidence less accuracy is "
            f"{points(gap)} pp ({points(each.low[at])} to {points(each.high[at])}): "
            + (f"{sense}." if clear else "within noise."),
            "Interpolated probabilities are kept in steps of 1/255, which moves no error by more "
            "than 0.2 pp.",
        )


with page("flips"):
    with st.container(key="run-picker"):
        run = pick_run()
    content(run, results.frontier(run))
