"""What the live part of the Frontier page is drawn from: one run as JSON, for all alphas at once.

The browser neither rounds nor transforms: numbers travel as the digits that are printed, and
places in drawings as steps along their axes. The same view is always the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from wiseft.app.changes import Changes
from wiseft.app.live.along import along
from wiseft.app.live.digits import digits, halves, tenths
from wiseft.app.live.places import Line, alike, multiples, plane
from wiseft.app.rows import SUMMARIES, set_names, set_note, set_title
from wiseft.app.sentences import (
    Clause,
    Kind,
    Span,
    compared_end,
    frontier_sentence,
    interpolation_note,
)
from wiseft.charts.classes import WORDS, End
from wiseft.frontier import MEAN, WORST, Frontier
from wiseft.metrics import Difference
from wiseft.palette import GLYPHS
from wiseft.run_records import RunRecord
from wiseft.scales import SCALES, Axes, ticks

_NUMBERS: tuple[Kind, ...] = ("figure", "change")
"""Kinds of spans that are numbers with one decimal."""


@dataclass(frozen=True)
class Flag:
    """An alpha that a rule chooses.

    Attributes:
        name: of the rule, in a few words.
        alpha: what it chooses, one of the frontier's.
        note: how, in a sentence or two.
        tested: whether it was chosen on the test images that it is measured by.
    """

    name: str
    alpha: float
    note: str
    tested: bool


@dataclass(frozen=True, eq=False)
class LiveView:
    """One run as the live part shows it.

    Attributes:
        record: of the run.
        frontier: accuracies along alpha.
        lines: what is drawn beside it, the output-space ensemble and other runs.
        changes: against every end that is known.
        flags: alphas to point out on the slider.
        opening: why the slider opens where it does, in a sentence.
        evaluable: whether an interpolated alpha can be evaluated here.
        y: what stands on the vertical axis: a shift, `MEAN` or `WORST`.
        axes: how the axes spread accuracies.
        colours: of the shifts, as CSS.
    """

    record: RunRecord
    frontier: Frontier
    lines: Sequence[Line]
    changes: Mapping[End, Changes]
    flags: Sequence[Flag]
    opening: str
    evaluable: bool
    y: str
    axes: Axes
    colours: Mapping[str, str]


def live_data(view: LiveView) -> dict[str, Any]:
    """The whole view as JSON types; about 60 kB for seven shifts and 101 alphas.

    Every line beside the run adds 5 kB.
    """
    frontier = view.frontier
    reference = frontier.title(frontier.reference)
    return {
        "run": frontier.run,
        "name": view.record.title,
        "title": f"{reference} against shift",
        "reference": reference,
        "alphas": frontier.alphas.tolist(),
        "exact": np.flatnonzero(frontier.exact).tolist(),
        "opening": view.opening,
        "interpolated": _interpolated(frontier),
        "evaluable": view.evaluable,
        "sentence": packed([sentence(view, alpha) for alpha in frontier.alphas.tolist()]),
        "flags": [_flag(flag, frontier) for flag in view.flags],
        "rows": _rows(view),
        "y": {"chosen": view.y, "options": list(shift_titles(frontier).items())},
        "axes": {"chosen": view.axes, "options": list(SCALES)},
        "plane": plane(frontier, view.lines, view.y, view.axes),
        "missing": _missing(frontier),
        "multiples": multiples(frontier, view.axes),
        "along": along(frontier, view.colours),
    }


def shift_titles(frontier: Frontier) -> dict[str, str]:
    """What can stand on the vertical axis, with its title; one shift needs no summary."""
    shifts = {name: frontier.title(name) for name in frontier.shifts}
    among = f"of {len(shifts)} shifts"
    summaries = {MEAN: f"mean {among}", WORST: f"worst {among}"}
    return {**summaries, **shifts} if len(shifts) > 1 else shifts


def sentence(view: LiveView, alpha: float) -> tuple[Clause, ...]:
    """The finding at one alpha."""
    frontier, index = view.frontier, view.frontier.index(alpha)
    changes = view.changes.get(compared_end(alpha))

    def change(name: str) -> Difference | None:
        return changes.at(name, index) if changes and name in changes.value else None

    reference = frontier.reference_for(view.y)
    return frontier_sentence(frontier, alpha, view.y, change(reference), change(view.y))


def packed(sentences: Sequence[tuple[Clause, ...]]) -> dict[str, Any]:
    """Sentences as the few forms that they have, and what differs from one to the next.

    Returns:
        forms: different sentences, as clauses of spans [text, kind]; the text is None where a
            number or alpha itself stands.
        form: which of them each sentence has.
        numbers: of each sentence, the digits of its numbers in order.
    """
    forms = [[[_form(span) for span in clause] for clause in each] for each in sentences]
    different = list({str(form): form for form in forms}.values())
    return {
        "forms": different,
        "form": [different.index(form) for form in forms],
        "numbers": [
            [digits(span.text) for clause in each for span in clause if span.kind in _NUMBERS]
            for each in sentences
        ],
    }


def _form(span: Span) -> list[str | None]:
    return [None if span.kind in (*_NUMBERS, "alpha") else span.text, span.kind]


def _interpolated(frontier: Frontier) -> str:
    """What has to be known of the alphas that were not evaluated; empty where there are none."""
    guessed = frontier.alphas[~frontier.exact].tolist()
    return (interpolation_note(frontier, guessed[0]) if guessed else None) or ""


def _missing(frontier: Frontier) -> str:
    """What stands in the place of the frontier where there is nothing to draw."""
    if not frontier.shifts:
        return "This run has no set under distribution shift."
    return "One of these sets has no images to draw."


def _flag(flag: Flag, frontier: Frontier) -> dict[str, Any]:
    at = frontier.index(flag.alpha)
    return {"name": flag.name, "at": at, "note": flag.note, "tested": flag.tested}


def _rows(view: LiveView) -> dict[str, Any]:
    """Every set along alpha, and one linear axis for them all, in tenths of a per cent."""
    names = set_names(view.frontier)
    every = np.concatenate([view.frontier.curve(name) for name in names])
    every = every[~np.isnan(every)] if not np.isnan(every).all() else np.array([0.0, 1.0])
    pad = max(0.04 * float(np.ptp(every)), 0.005)
    low, high = float(every.min()) - pad, float(every.max()) + pad
    return {
        "range": [round(1000 * low, 2), round(1000 * high, 2)],
        "ticks": [round(1000 * tick, 3) for tick in ticks(low, high, "linear", most=7)],
        "ends": [{"name": end, "words": WORDS[end], "mark": GLYPHS[end]} for end in view.changes],
        "sets": [_row(view, name) for name in names],
    }


def _row(view: LiveView, name: str) -> dict[str, Any]:
    frontier = view.frontier
    notes = (set_note(name, view.record, frontier, at) for at in range(len(frontier.alphas)))
    return {
        "name": name,
        "title": set_title(name, frontier),
        "note": alike(notes),
        "summary": name in SUMMARIES,
        "count": alike(frontier.images(name).tolist()),
        "accuracy": tenths(frontier.curve(name)),
        "half": halves(frontier.bounds(name)),
        "changes": {end: _change(changes, name) for end, changes in view.changes.items()},
    }


def _change(changes: Changes, name: str) -> dict[str, Any]:
    """In tenths of a percentage point, and a character each: 1 where it is more than noise."""
    clear = "".join("01"[each] for each in changes.clear(name).tolist())
    return {"points": tenths(changes.value[name]), "clear": clear}
