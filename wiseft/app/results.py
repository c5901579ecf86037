"""What the pages show of a run, computed once and shared by all sessions.

Everything is a function of what is in the store: the keys are the run's record, the alphas that
are known and those of them that have been evaluated.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from wiseft.app.changes import Changes, changes_against
from wiseft.app.exactly import can_evaluate
from wiseft.app.flags import flags
from wiseft.app.live import Flag, LiveView, live_data
from wiseft.app.live.places import Curves
from wiseft.app.sentences import ENDS, starting_alpha
from wiseft.breakdown import per_class
from wiseft.charts.classes import End
from wiseft.errors import Missing
from wiseft.evidence import Evidence
from wiseft.frontier import MEAN, Frontier
from wiseft.runs import Run
from wiseft.scales import Axes
from wiseft.specs import digest


def frontier(run: Run) -> Frontier:
    """`Run.frontier`. Raises `Missing` where nothing has been evaluated yet."""
    return _frontier(*_identity(run), run)


def changes(run: Run) -> dict[End, Changes]:
    """What every alpha changes against each end that is known."""
    return _changes(*_identity(run), run)


def live(run: Run, y: str, axes: Axes) -> dict[str, Any]:
    """`live_data` with one shift, or `MEAN`, upwards."""
    return _live(*_identity(run), y, axes, can_evaluate(run), run)


def class_table(run: Run, name: str, alpha: float) -> pd.DataFrame:
    """`breakdown.per_class` of the set `name` at `alpha`, against both ends.

    Raises `Missing` where one of the three has not been evaluated.
    """
    return _class_table(*_identity(run), name, alpha, run)


def _identity(run: Run) -> tuple[str, str]:
    return str(run.store.folder), digest([asdict(run.record), run.alphas, run.evaluated])


@st.cache_data(max_entries=32, show_spinner=False)
def _frontier(folder: str, state: str, _run: Run) -> Frontier:
    return _run.frontier()


@st.cache_data(max_entries=32, show_spinner=False)
def _changes(folder: str, state: str, _run: Run) -> dict[End, Changes]:
    evidence = _evidence(_run)
    found: dict[End, Changes] = {}
    for end, alpha in ENDS.items():
        if alpha in _run.alphas:
            found[end] = changes_against(evidence, alpha)
    return found


@st.cache_data(max_entries=128, show_spinner=False)
def _live(
    folder: str, state: str, y: str, axes: Axes, evaluable: bool, _run: Run
) -> dict[str, Any]:
    found = frontier(_run)
    return live_data(
        LiveView(
            record=_run.record,
            frontier=found,
            outputs=_outputs(_run, found),
            changes=changes(_run),
            flags=_flags(folder, state, _run),
            opening=starting_alpha(found)[1],
            evaluable=evaluable,
            y=y,
            axes=axes,
        )
    )


@st.cache_data(max_entries=32, show_spinner=False)
def _flags(folder: str, state: str, _run: Run) -> list[Flag]:
    return flags(_evidence(_run))


def _outputs(run: Run, frontier: Frontier) -> Curves:
    """Accuracies of the output-space ensemble at the alphas of `frontier`; empty where unknown."""
    try:
        paths = {name: run.path(name, "outputs") for name in frontier.accuracy}
    except Missing:
        return {}
    curves = {
        name: np.interp(frontier.alphas, path.alphas, path.correct / max(len(path), 1))
        for name, path in paths.items()
    }
    if frontier.shifts:
        curves[MEAN] = np.mean([curves[name] for name in frontier.shifts], axis=0)
    return curves


def _evidence(run: Run) -> Evidence:
    return Evidence(frontier(run), {each.name: run.path(each.name) for each in run.record.sets})


@st.cache_data(max_entries=512, show_spinner=False)
def _class_table(folder: str, state: str, name: str, alpha: float, _run: Run) -> pd.DataFrame:
    return per_class(
        _run.predictions(name, alpha),
        _run.predictions(name, ENDS["zeroshot"]),
        _run.predictions(name, ENDS["finetuned"]),
        _run.record.class_names,
    )
