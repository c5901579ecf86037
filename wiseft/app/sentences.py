"""What the numbers say, in plain words that follow the controls and know what is noise.

Pure functions. A sentence is a tuple of spans, so that a page can colour its parts and a test can
read it as text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from wiseft.charts.classes import WORDS, End
from wiseft.errors import Invalid
from wiseft.frontier import MEAN, WORST, Frontier, path_sentence, smallest_within
from wiseft.metrics import Difference
from wiseft.text import coefficient, distance, number_of, percent

Kind = Literal["plain", "figure", "change", "alpha", "zeroshot", "finetuned"]

ENDS: dict[End, float] = {"finetuned": 1.0, "zeroshot": 0.0}
"""Mixing coefficients of the two ends; the one that most people have comes first."""

ALLOWED_LOSS = 0.01
"""Accuracy that the starting alpha may give up on the validation set, a fraction."""


@dataclass(frozen=True)
class Span:
    """A run of words and how it is set."""

    text: str
    kind: Kind = "plain"


Clause = tuple[Span, ...]
"""A part of a sentence that stands on a line of its own where there is room."""


def plain(clauses: Sequence[Clause]) -> str:
    """The sentence as text."""
    return " ".join("".join(span.text for span in clause) for clause in clauses)


def compared_end(alpha: float) -> End:
    """The end that a change is told against: fine-tuned, and zero-shot at fine-tuned itself."""
    return "zeroshot" if alpha == 1 else "finetuned"


def frontier_sentence(
    frontier: Frontier,
    alpha: float,
    shift: str,
    reference_change: Difference | None,
    shift_change: Difference | None,
) -> tuple[Clause, ...]:
    """How often the model at `alpha` is correct in distribution and under shift.

    Args:
        frontier: what the run measured.
        alpha: an evaluated mixing coefficient.
        shift: a shift, `MEAN` or `WORST`; without any shifts the second clause is left out.
        reference_change, shift_change: against `compared_end(alpha)`, or None where that end has
            not been evaluated.
    """
    at = frontier.index(alpha)
    end = compared_end(alpha)
    reference = frontier.reference_for(shift)
    same = " of the same classes" if reference != frontier.reference else ""
    first = (
        Span("At alpha "),
        Span(coefficient(alpha), "alpha"),
        Span(f"{_position(alpha, bool(frontier.exact[at]))} this model is correct on "),
        Span(percent(frontier.curve(reference)[at]), "figure"),
        Span(f" of {frontier.title(frontier.reference)} images{same}"),
    )
    told = _compared(reference_change, end)
    if not frontier.shifts:
        return first, (*told, Span("."))
    then = _compared(shift_change, None)
    where = _under_shift(frontier, shift, at)
    second = (
        *told,
        Span(" and on " if told else "and on "),
        Span(percent(frontier.curve(shift)[at]), "figure"),
        Span(f" {where} " if then else f" {where}"),
        *then,
        Span("."),
    )
    return first, second


def _under_shift(frontier: Frontier, shift: str, index: int) -> str:
    """What an accuracy on the vertical axis is a share of, at one alpha by its index."""
    if shift == MEAN:
        return "under shift"
    if shift == WORST:
        worst = frontier.title(frontier.worst_shifts[index])
        return f"of {worst} images, the worst of {len(frontier.shifts)} shifts"
    return f"of {frontier.title(shift)} images"


def _position(alpha: float, exact: bool) -> str:
    """Words for an alpha that is an end or beyond one, or has not been evaluated."""
    for end, value in ENDS.items():
        if alpha == value:
            return f", {WORDS[end]},"
    if not exact:
        return ", interpolated,"
    return "" if 0 < alpha < 1 else ", extrapolated,"


def interpolation_note(frontier: Frontier, alpha: float) -> str | None:
    """How far interpolated accuracies are off; None where `alpha` has been evaluated."""
    if frontier.exact[frontier.index(alpha)]:
        return None
    return path_sentence(frontier)


def _compared(change: Difference | None, end: End | None) -> Clause:
    """A change in brackets; the end is named where `end` is given."""
    if change is None or np.isnan(change.value):
        return ()
    noise = "" if change.clear else ", within noise"
    name: Clause = () if end is None else (Span(WORDS[end], end),)
    if round(100 * abs(change.value), 1) == 0:
        return (Span("(the same as " if name else "(the same"), *name, Span(")"))
    direction = "more" if change.value > 0 else "less"
    than = " than " if name else ""
    size = Span(distance(change.value), "change")
    return (Span("("), size, Span(f" {direction}{than}"), *name, Span(f"{noise})"))


def starting_alpha(frontier: Frontier) -> tuple[float, str]:
    """The alpha that a run opens at, and a sentence that says how it was chosen.

    No test image is used: it is the smallest alpha within `ALLOWED_LOSS` of fine-tuned on the
    validation set, else the evaluated alpha nearest to one half.
    """
    halfway = float(frontier.alphas[np.abs(frontier.alphas - 0.5).argmin()])
    if frontier.validation is None or not frontier.count[frontier.validation]:
        reason = "this run has no validation set to choose one on"
        return halfway, f"Opens half-way, at alpha {coefficient(halfway)}: {reason}."
    try:
        chosen = smallest_within(frontier, frontier.validation, ALLOWED_LOSS)
    except Invalid:
        reason = "fine-tuned itself has not been evaluated, and a choice is measured against it"
        return halfway, f"Opens half-way, at alpha {coefficient(halfway)}: {reason}."
    held = number_of(frontier.count[frontier.validation], "validation image")
    return chosen, (
        f"Opens at alpha {coefficient(chosen)}: the smallest that loses at most "
        f"{100 * ALLOWED_LOSS:.0f} pp against fine-tuned on {held}. No test image was used to "
        "choose it."
    )
