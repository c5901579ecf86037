"""What the pages show of a run, computed once and shared by all sessions.

Everything is a function of the evaluations in the store, which are never rewritten: the keys are
the run's record and the alphas that have been evaluated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

import pandas as pd
import streamlit as st

from wiseft.app.sentences import ENDS
from wiseft.breakdown import per_class
from wiseft.charts.classes import End
from wiseft.frontier import MEAN, Frontier
from wiseft.metrics import Difference, mean_difference, paired_difference
from wiseft.runs import Run
from wiseft.specs import digest

Changes = Mapping[str, Difference]
"""For every set, and for `MEAN`, how much more often one alpha is correct than one end."""


def frontier(run: Run) -> Frontier:
    """`Run.frontier`. Raises `Missing` where nothing has been evaluated yet."""
    return _frontier(*_identity(run), run)


def changes(run: Run, alpha: float, end: End) -> Changes | None:
    """What `alpha` changes against one end; None where that end has not been evaluated."""
    if ENDS[end] not in run.alphas:
        return None
    return _changes(*_identity(run), alpha, end, run)


def class_table(run: Run, name: str, alpha: float) -> pd.DataFrame:
    """`breakdown.per_class` of the set `name` at `alpha`, against both ends.

    Raises `Missing` where one of the three has not been evaluated.
    """
    return _class_table(*_identity(run), name, alpha, run)


def _identity(run: Run) -> tuple[str, str, tuple[float, ...]]:
    return str(run.store.folder), digest(asdict(run.record)), run.alphas


@st.cache_data(max_entries=32, show_spinner=False)
def _frontier(folder: str, record: str, alphas: tuple[float, ...], _run: Run) -> Frontier:
    return _run.frontier()


@st.cache_data(max_entries=512, show_spinner=False)
def _changes(
    folder: str, record: str, alphas: tuple[float, ...], alpha: float, end: End, _run: Run
) -> dict[str, Difference]:
    found = {
        each.name: paired_difference(
            _run.predictions(each.name, alpha), _run.predictions(each.name, ENDS[end])
        )
        for each in _run.record.sets
    }
    shifts = [found[each.name] for each in _run.record.sets if each.role == "shift"]
    return {**found, MEAN: mean_difference(shifts)} if shifts else found


@st.cache_data(max_entries=512, show_spinner=False)
def _class_table(
    folder: str, record: str, alphas: tuple[float, ...], name: str, alpha: float, _run: Run
) -> pd.DataFrame:
    return per_class(
        _run.predictions(name, alpha),
        _run.predictions(name, ENDS["zeroshot"]),
        _run.predictions(name, ENDS["finetuned"]),
        _run.record.class_names,
    )
