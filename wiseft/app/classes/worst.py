"""The worst class of a set along alpha, drawn."""

from __future__ import annotations

import streamlit as st

from wiseft.app.classes import numbers
from wiseft.app.drawings.along import Area, Line, Upwards, along
from wiseft.app.drawings.description import message, percent_ticks
from wiseft.app.results import identity
from wiseft.breakdown import ClassCounts
from wiseft.frontier import Frontier
from wiseft.runs import Run
from wiseft.text import interval, percent

_LONGEST = 40
"""Letters of the name of a class that stand beside the mark."""


def worst_drawing(run: Run, frontier: Frontier, name: str) -> str:
    """The worst class of the set `name` at every alpha, described once for all alphas in hand."""
    return _worst_drawing(*identity(run), name, run, frontier)


def worst_along(
    counts: ClassCounts, class_names: tuple[str, ...], frontier: Frontier, *, label: str, name: str
) -> str:
    """Describe the accuracy of the worst class along alpha, with its 95 % interval.

    Args:
        counts: of a set.
        class_names: readable names [C] by class id.
        frontier: knows which alphas were evaluated.
        label, name: as of `along`.
    """
    if not len(counts.class_ids):
        return message("No class of this set has an image.")
    column, accuracy, bounds = counts.worst()
    named = [class_names[counts.class_ids[each]] for each in column]
    told = [
        (percent(value), f"({interval(*ends)}) {each}")
        for value, ends, each in zip(accuracy, bounds, named, strict=True)
    ]
    low, high = bounds.T
    top = min(1.0, float(high.max()) * 1.1 + 0.02)
    return along(
        counts.alphas,
        frontier.exact,
        [Area(low, high, "var(--ink)"), Line("", accuracy, "var(--ink)", told)],
        Upwards("Correct, worst class", 0.0, top, percent_ticks(0.0, top)),
        label=label,
        name=name,
        height=480,
        callouts=[
            f"{_short(each)} {percent(value)}" for each, value in zip(named, accuracy, strict=True)
        ],
    )


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"


@st.cache_data(max_entries=64, show_spinner=False)
def _worst_drawing(folder: str, state: str, name: str, _run: Run, _frontier: Frontier) -> str:
    return worst_along(
        numbers.counts(_run, name),
        _run.record.class_names,
        _frontier,
        label=f"{_frontier.title(name)}: accuracy of the worst class along alpha",
        name=f"{_run.name}-{name}-worst-class",
    )
