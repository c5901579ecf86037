"""What is known of every set, a row a set: the matter of the tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from wiseft.app.changes import Changes
from wiseft.app.sentences import ENDS
from wiseft.charts.classes import End
from wiseft.frontier import MEAN, WORST, Frontier, best_on
from wiseft.metrics import Difference
from wiseft.run_records import RunRecord
from wiseft.steps import Best
from wiseft.text import number_of, percent

SUMMARIES = {MEAN: "Mean", WORST: "Worst"}
"""What stands for several shifts, with its title in a row of its own."""


@dataclass(frozen=True)
class Row:
    """One set, or the mean or the worst of the shifts, at one alpha. Accuracies are fractions.

    Attributes:
        name, title: of the set.
        note: what has to be known of it, such as how many images were skipped; may be empty.
        count: images that were evaluated.
        accuracy, low, high: at this alpha, with the 95 % interval.
        ends: accuracy at those ends of the path that have been evaluated.
        changes: against those ends, on the same images.
        best: the highest accuracy over all alphas, and where it is: the smallest alpha of the grid
            that has it, or, where accuracy is known as a step function, the whole stretch.
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
    best: Best


def set_names(frontier: Frontier) -> list[str]:
    """The reference, the mean and the worst of several shifts, the shifts, the validation set."""
    names = [frontier.reference, *frontier.shifts]
    if len(frontier.shifts) > 1:
        names[1:1] = SUMMARIES
    if frontier.validation is not None:
        names.append(frontier.validation)
    return names


def set_title(name: str, frontier: Frontier) -> str:
    """The title of a set in a row of its own, where `set_note` says the rest."""
    return SUMMARIES.get(name) or frontier.title(name)


def set_note(name: str, record: RunRecord, frontier: Frontier, index: int) -> str:
    """What has to be known of a set at the alpha of that index; may be empty."""
    if name == MEAN:
        return f"of {len(frontier.shifts)} shifts"
    if name == WORST:
        worst = frontier.title(frontier.worst_shifts[index])
        return f"of {len(frontier.shifts)} shifts: {worst}"
    parts = []
    if name == frontier.reference:
        parts.append("in distribution")
    if name == frontier.validation:
        parts.append("for choosing alpha")
    if name in frontier.matched:
        matched = percent(float(frontier.curve(frontier.matched[name])[index]))
        parts.append(f"{frontier.title(frontier.reference)}, same classes: {matched}")
    if skipped := len(record.set_named(name).skipped):
        parts.append(f"{number_of(skipped, 'image')} skipped")
    return "; ".join(parts)


def set_rows(
    record: RunRecord,
    frontier: Frontier,
    alpha: float,
    changes: Mapping[End, Changes],
    exact: Mapping[str, Best],
) -> list[Row]:
    """A row for each of `set_names`.

    Args:
        record: of the run, for what was skipped.
        frontier: its accuracies.
        alpha: one of its mixing coefficients.
        changes: against every end that has been evaluated.
        exact: of sets whose accuracy is known as a step function, its highest value.
    """
    index = frontier.index(alpha)
    return [
        _row(name, record, frontier, index, changes, exact.get(name) or _on_grid(frontier, name))
        for name in set_names(frontier)
    ]


def _on_grid(frontier: Frontier, name: str) -> Best:
    at = best_on(frontier, name)
    return Best(float(frontier.curve(name).max()), at, at)


def _row(
    name: str,
    record: RunRecord,
    frontier: Frontier,
    index: int,
    changes: Mapping[End, Changes],
    best: Best,
) -> Row:
    curve = frontier.curve(name)
    low, high = frontier.bounds(name)[index]
    return Row(
        name=name,
        title=set_title(name, frontier),
        note=set_note(name, record, frontier, index),
        count=int(frontier.images(name)[index]),
        accuracy=float(curve[index]),
        low=float(low),
        high=float(high),
        ends={end: float(curve[frontier.index(ENDS[end])]) for end in changes},
        changes={end: found.at(name, index) for end, found in changes.items()},
        best=best,
    )
