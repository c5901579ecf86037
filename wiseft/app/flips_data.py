"""What the Flips page shows, computed once and shared by all sessions; its words and tables."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from wiseft.app.html import column_heads, html_table, number_cells
from wiseft.app.image_links import Outcome, images_link, narrowed
from wiseft.app.results import identity
from wiseft.app.sentences import Clause, Span
from wiseft.calibration import Calibration, calibration, error_interval, reliability
from wiseft.flips import FATES, Flips, against, at_each_step, fates, per_class_flips
from wiseft.metrics import Difference, correct_difference
from wiseft.run_records import SetRecord
from wiseft.runs import Run
from wiseft.text import coefficient, distance, number_of, points

FATE_WORDS = {
    "always": "correct at every alpha",
    "fixed": "wrong at the first alpha, correct at the last",
    "broken": "correct at the first alpha, wrong at the last",
    "apart": "correct at both, wrong somewhere between",
    "between": "wrong at both, correct somewhere between",
    "never": "correct at no alpha",
}

_LINKED: dict[str, Outcome] = {"always": "correct", "between": "between", "never": "wrong"}
"""Fates that the Images page can filter by."""

MOST_CLASSES = 60
"""Classes in the table."""


@dataclass(frozen=True, eq=False)
class FlipsAlong:
    """The flips of one set along alpha.

    Attributes:
        steps: from each alpha to the next.
        flips: of every alpha against the compared one.
        fates: images by their fate, in the order of `FATES`.
    """

    steps: Flips
    flips: Flips
    fates: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class FlipsView:
    """The flips of one set between two alphas.

    Attributes:
        count: images of the set.
        change: of the accuracy between the two, paired.
        classes: from `per_class_flips`.
    """

    count: int
    change: Difference
    classes: pd.DataFrame


def flips_along(run: Run, name: str, versus: float) -> FlipsAlong:
    """The flips of the set `name` along alpha, against a known alpha."""
    return _flips_along(*identity(run), name, versus, run)


def flips_view(run: Run, name: str, alpha: float, versus: float) -> FlipsView:
    """The flips of the set `name` between two known alphas."""
    return _flips_view(*identity(run), name, alpha, versus, run)


def calibrations(run: Run) -> dict[str, Calibration]:
    """By set, how well calibrated every alpha is."""
    return _calibrations(*identity(run), run)


@dataclass(frozen=True, eq=False)
class Reliability:
    """Bins of the reliability diagram at one alpha, and a 95 % interval of the error."""

    bins: pd.DataFrame
    low: float
    high: float


def reliabilities(run: Run, name: str, alpha: float) -> Reliability:
    """The reliability diagram of the set `name` at a known alpha."""
    return _reliabilities(*identity(run), name, alpha, run)


def place(run: Run, alpha: float) -> int:
    """Where a known alpha stands among those of the run."""
    return int(np.abs(np.array(run.alphas) - alpha).argmin())


def sets_side_by_side(run: Run) -> list[SetRecord]:
    """The sets that stand side by side: the reference and the shifts."""
    return [each for each in run.record.sets if each.role in ("reference", "shift")]


def flips_sentence(view: FlipsView, title: str, alpha: float, versus: float) -> tuple[Clause, ...]:
    """What moving from one alpha to the other fixes and breaks, and whether that is noise."""
    if alpha == versus:
        return (
            (Span("Both alphas are "), Span(coefficient(alpha), "alpha"), Span(":")),
            (Span("move one of the two to see which images change sides."),),
        )
    if not view.count:
        return ((Span(f"{title} has no images."),),)
    fixed, broken = _moved(view)
    first = (
        Span("Moving from alpha "),
        Span(coefficient(versus)),
        Span(" to "),
        Span(coefficient(alpha), "alpha"),
        Span(" fixes "),
        Span(f"{fixed:,}", "figure"),
        Span(f" of {number_of(view.count, title + ' image')}"),
    )
    noise = "" if view.change.clear else ", within noise"
    rest = (
        "as many correct as before"
        if fixed == broken
        else f"{distance(view.change.value)} {'more' if fixed > broken else 'fewer'} correct{noise}"
    )
    second = (Span("and breaks "), Span(f"{broken:,}", "figure"), Span(f": {rest}."))
    return first, second


def _moved(view: FlipsView) -> tuple[int, int]:
    fixed, broken = (int(view.classes[each].to_numpy().sum()) for each in ("fixed", "broken"))
    return fixed, broken


def fates_table(run: Run, name: str, along: FlipsAlong, alpha: float, versus: float) -> str:
    """What becomes of the images over all alphas, with links where Images knows the filter."""
    total = max(along.flips.count, 1)
    rows = "".join(
        f'<tr><th scope="row">{_fate(run, name, fate, alpha, versus)}</th>'
        + number_cells(f"<b>{count:,}</b>", f"{100 * count / total:.1f}")
        + f'<td class="share"><i class="{fate}" style="width: {100 * count / total:.2f}%"></i></td>'
        + "</tr>"
        for fate, count in zip(FATES, along.fates, strict=True)
    )
    heads = [*column_heads("Images that are", "Images", "Per cent"), '<th scope="col"></th>']
    return html_table("numbers fates", "What becomes of the images", heads, rows)


def classes_table(run: Run, name: str, table: pd.DataFrame, alpha: float, versus: float) -> str:
    """Flips class by class; the counts are links to the images."""
    heads = column_heads(
        "Class",
        "Images",
        "Fixed",
        "Broken",
        "Change, pp",
        "Always correct",
        "Only between",
        "Never",
        "Flips an image",
    )
    link = images_link(run=run.name, set=name, alpha=alpha, versus=versus)
    body = "".join(
        f'<tr><th scope="row">{escape(row["class"])}</th>'
        + number_cells(
            f"{row['count']:,}",
            *(
                _linked(link, row["class"], outcome, row[outcome])
                for outcome in ("fixed", "broken")
            ),
            _change(row),
            f"{row['always']:,}",
            _linked(link, row["class"], "between", row["between"]),
            _linked(link, row["class"], "wrong", row["never"]),
            f"{row['flips']:.2f}",
        )
        + "</tr>"
        for row in table.head(MOST_CLASSES).to_dict("records")
    )
    return html_table("numbers", "Flips of every class", heads, body)


def _change(row: Mapping[Hashable, Any]) -> str:
    low, high = row["change_low"], row["change_high"]
    kind = ("gain" if row["change"] > 0 else "loss") if row["clear"] else "unclear"
    told = f"paired 95 % interval {points(low)} to {points(high)} pp"
    return f'<span class="{kind}" title="{told}">{points(row["change"])}</span>'


def _linked(link: str, true: str, outcome: Outcome, count: int) -> str:
    if not count:
        return "0"
    href = narrowed(link, true=true, outcome=outcome)
    return f'<a href="{escape(href)}" target="_self">{count:,}</a>'


def _fate(run: Run, name: str, fate: str, alpha: float, versus: float) -> str:
    words = FATE_WORDS[fate]
    if fate not in _LINKED:
        return words
    link = images_link(run=run.name, set=name, outcome=_LINKED[fate], alpha=alpha, versus=versus)
    return f'<a href="{escape(link)}" target="_self">{words}</a>'


@st.cache_data(max_entries=64, show_spinner=False)
def _flips_along(folder: str, state: str, name: str, versus: float, _run: Run) -> FlipsAlong:
    hits = _run.path(name).hits
    return FlipsAlong(
        steps=at_each_step(hits),
        flips=against(hits, place(_run, versus)),
        fates=tuple(np.bincount(fates(hits), minlength=len(FATES)).tolist()),
    )


@st.cache_data(max_entries=64, show_spinner=False)
def _flips_view(
    folder: str, state: str, name: str, alpha: float, versus: float, _run: Run
) -> FlipsView:
    path = _run.path(name)
    hits, here, there = path.hits, place(_run, alpha), place(_run, versus)
    return FlipsView(
        count=len(path.labels),
        change=correct_difference(hits[here], hits[there]),
        classes=per_class_flips(hits, path.labels, _run.record.class_names, here, there),
    )


@st.cache_data(max_entries=16, show_spinner=False)
def _calibrations(folder: str, state: str, _run: Run) -> dict[str, Calibration]:
    return {each.name: calibration(_run.path(each.name)) for each in sets_side_by_side(_run)}


@st.cache_data(max_entries=128, show_spinner=False)
def _reliabilities(folder: str, state: str, name: str, alpha: float, _run: Run) -> Reliability:
    said = _run.predictions(name, alpha)
    return Reliability(reliability(said), *error_interval(said))
