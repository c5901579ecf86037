"""Slices: groups of images other than classes, and which of them pay."""

from __future__ import annotations

import streamlit as st

from wiseft.app import address, results
from wiseft.app.alpha_pair import headline, pick_alphas
from wiseft.app.downloads import download_table
from wiseft.app.figures import halves, plot
from wiseft.app.image_links import images_link
from wiseft.app.images.marking import counted_images, leave_out_switch
from wiseft.app.page import errors_as_sentences, page
from wiseft.app.parts import finding, note, section
from wiseft.app.pickers import pick_run, select
from wiseft.app.sentences import interpolation_note
from wiseft.app.slices_data import (
    SlicesView,
    columns,
    losing_table,
    slices_sentence,
    slices_view,
)
from wiseft.app.theme import is_dark
from wiseft.charts.slices import slice_curves_figure, slices_figure
from wiseft.frontier import Frontier
from wiseft.runs import Run
from wiseft.slices import SMALLEST
from wiseft.text import coefficient, number_of

MOST_DRAWN = 40
"""Slices that are drawn; the download has all of them."""

MOST_CURVES = 12
"""Slices along alpha."""


@st.fragment
def view(run: Run, frontier: Frontier) -> None:
    """All that follows the controls."""
    with errors_as_sentences():
        words, beside = headline()
        with beside:
            pair = pick_alphas(frontier)
        titles = {each.name: each.title for each in run.record.sets}
        default = next(iter(frontier.shifts), frontier.reference)
        name = address.among(address.asked("set"), titles, default, "set")
        known = columns(run, name.value)
        options = {each.name: each.title for each in known.columns}
        column = address.among(address.asked("column"), options, next(iter(options)), "column")
        address.publish(run=run.name, set=name.text, column=column.text)
        kept = counted_images(run, name.value)
        found = slices_view(run, name.value, column.value, pair.alpha, pair.versus, kept)
        title = titles[name.value]
        with words:
            finding(slices_sentence(found, title, pair.alpha, pair.versus), pair.alpha)
        note(
            pair.note,
            name.note,
            column.note,
            interpolation_note(frontier, pair.alpha),
            *known.notes,
        )
        with st.container(key="controls", horizontal=True, vertical_alignment="bottom"):
            select("set", "Set", titles, name.value)
            select("column", "Divided by", options, column.value)
            leave_out_switch(run)
        slices_section(run, frontier, found, name.value, pair.alpha, pair.versus)
        losing_section(run, found, name.value, pair.alpha, pair.versus)


def slices_section(
    run: Run, frontier: Frontier, found: SlicesView, name: str, alpha: float, versus: float
) -> None:
    """The slices of one column at both alphas and along alpha."""
    more = (
        f" The first {MOST_DRAWN} of {number_of(len(found.table), 'slice')} are drawn."
        if len(found.table) > MOST_DRAWN
        else ""
    )
    section(
        "Slice by slice",
        "With 95 % intervals; a change is coloured where its paired 95 % interval excludes zero. "
        f"At the right along alpha, of slices with {SMALLEST} images or more, the worst one at "
        f"alpha {coefficient(alpha)} in bold.{more}",
    )
    left, right = halves("beside-slices")
    with left:
        plot(
            slices_figure(found.table.head(MOST_DRAWN), alpha=alpha, versus=versus, dark=is_dark()),
            "slices",
            "Accuracy of every slice at both alphas",
        )
    with right:
        at = frontier.index(alpha)
        kept = sorted(found.shares[at].argsort(kind="stable")[:MOST_CURVES].tolist())
        plot(
            slice_curves_figure(
                frontier.alphas,
                frontier.exact,
                found.shares[:, kept],
                [found.slices[each] for each in kept],
                alpha=alpha,
                versus=versus,
                dark=is_dark(),
            ),
            "along",
            "Accuracy of the slices along alpha",
        )
    download_table(
        "Download these numbers",
        f"{run.name}-slices",
        lambda: found.table.assign(run=run.name, set=name, alpha=alpha, versus=versus),
    )


def losing_section(run: Run, found: SlicesView, name: str, alpha: float, versus: float) -> None:
    """The slices of all columns that lose most."""
    # The table knows how many were tested only where some of them lose.
    looked_at = (
        "every slice"
        if found.losing.empty
        else number_of(int(found.losing["tested"].iloc[0]), "slice")
    )
    section(
        "Slices that lose most",
        f"Of all columns and {looked_at} with {SMALLEST} images or more; "
        "McNemar's exact test, corrected by Holm for all of them. The rest of the set is all of "
        "its other images.",
    )
    if found.losing.empty:
        note("No slice with enough images loses between the two alphas.")
        return
    st.html(losing_table(run, name, found.losing, alpha, versus))
    link = images_link(run=run.name, set=name, outcome="broken", alpha=alpha, versus=versus)
    st.html(
        f'<p class="note"><a href="{link.replace("&", "&amp;")}" target="_self">Look at the '
        "images of this set that are broken between the two alphas</a></p>"
    )
    download_table(
        "Download the slices that lose",
        f"{run.name}-losing-slices",
        lambda: found.losing.assign(run=run.name, set=name, alpha=alpha, versus=versus),
    )


with page("slices"):
    with st.container(key="run-picker"):
        run = pick_run()
    view(run, results.frontier(run))
