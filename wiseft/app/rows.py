"""What is known of every set at one alpha, a row a set: the matter of the tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from wiseft.app.results import Changes
from wiseft.app.sentences import ENDS
from wiseft.charts.classes import End
from wiseft.frontier import MEAN, Frontier, best_on
from wiseft.metrics import Difference
from wiseft.runs import RunRecord
from wiseft.text import number_of, percent


@dataclass(frozen=True)
class Row:
    """One set, or the mean of the shifts, at one alpha. Accuracies are fractions.

    Attributes:
        name, title: of the set.
        note: what has to be known of it, such as how many images were skipped; may be empty.
        count: images that were evaluated.
        accuracy, low, high: at this alpha, with the 95 % interval.
        ends: accuracy at those ends of the path that have been evaluated.
        changes: against those ends, on the same images.
        lowest, highest: accuracy over all evaluated alphas.
        best: the smallest alpha with the highest accuracy.
    """

    name: str
    title: str
    note: str
    count: int
    accuracy: float
    low: float
    high: float
    ends: Mapping[End, float]
    changes: Mapping[End, Difference]
    lowest: float
    highest: float
    best: float


def set_rows(
    record: RunRecord, frontier: Frontier, alpha: float, changes: Mapping[End, Changes]
) -> list[Row]:
    """The reference, the mean of several shifts, the shifts, and the validation set.

    Args:
        record: of the run, for what was skipped.
        frontier: its accuracies.
        alpha: an evaluated mixing coefficient.
        changes: at `alpha`, against every end that has been evaluated.
    """
    names = [frontier.reference, *frontier.shifts]
    if len(frontier.shifts) > 1:
        names.insert(1, MEAN)
    if frontier.validation is not None:
        names.append(frontier.validation)
    return [_row(name, record, frontier, alpha, changes) for name in names]


def _row(
    name: str, record: RunRecord, frontier: Frontier, alpha: float, changes: Mapping[End, Changes]
) -> Row:
    at, curve = frontier.index(alpha), frontier.curve(name)
    low, high = frontier.bounds(name)[at]
    sets = frontier.shifts if name == MEAN else (name,)
    return Row(
        name=name,
        title="Mean" if name == MEAN else frontier.title(name),
        note=_note(name, record, frontier, at),
        count=sum(frontier.count[each] for each in sets),
        accuracy=float(curve[at]),
        low=float(low),
        high=float(high),
        ends={end: float(curve[frontier.index(ENDS[end])]) for end in changes},
        changes={end: found[name] for end, found in changes.items()},
        lowest=float(curve.min()),
        highest=float(curve.max()),
        best=best_on(frontier, name),
    )


def _note(name: str, record: RunRecord, frontier: Frontier, at: int) -> str:
    if name == MEAN:
        return f"of {len(frontier.shifts)} shifts"
    parts = []
    if name == frontier.reference:
        parts.append("in distribution")
    if name == frontier.validation:
        parts.append("for choosing alpha")
    if name in frontier.matched:
        matched = percent(float(frontier.curve(frontier.matched[name])[at]))
        parts.append(f"{frontier.title(frontier.reference)}, same classes: {matched}")
    if skipped := len(record.set_named(name).skipped):
        parts.append(f"{number_of(skipped, 'image')} skipped")
    return "; ".join(parts)
