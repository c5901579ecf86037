"""What the Classes page shows of a run: computed once, shared by all sessions, not to be changed.

Tables of thousands of rows are handed out as they are: a copy for each run of the page would take
longer than most of what is done with them.
"""

from __future__ import annotations

import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from wiseft.alpha_path import AlphaPath
from wiseft.app.classes.lines import step_size
from wiseft.app.results import identity
from wiseft.breakdown import (
    ClassCounts,
    Metric,
    best_alphas,
    class_counts,
    lose_everywhere,
    per_class,
)
from wiseft.confusions import confusion_pairs
from wiseft.frontier import Frontier
from wiseft.runs import Run


def class_table(run: Run, name: str, alpha: float, versus: float) -> pd.DataFrame:
    """`breakdown.per_class` of the set `name` at `alpha`, against `versus`."""
    return _class_table(*identity(run), name, alpha, versus, run)


def counts(run: Run, name: str) -> ClassCounts:
    """`breakdown.class_counts` of the set `name`."""
    return _counts(*identity(run), name, run)


def best(run: Run, name: str, versus: int) -> NDArray:
    """`breakdown.best_alphas` of the set `name` against the alpha of index `versus`."""
    return _best(*identity(run), name, versus, run)


def step(run: Run, name: str, versus: int, metric: Metric) -> float:
    """`lines.step_size` of the set `name` against the alpha of index `versus`."""
    return _step(*identity(run), name, versus, metric, run)


def pairs(run: Run, name: str, alpha: float, versus: float) -> pd.DataFrame:
    """`confusions.confusion_pairs` of the set `name` at `alpha`, against `versus`."""
    return _pairs(*identity(run), name, alpha, versus, run)


def losers(run: Run, frontier: Frontier, alpha: float, versus: float) -> pd.DataFrame:
    """`breakdown.lose_everywhere` over the shifts of the run."""
    return lose_everywhere(
        {name: class_table(run, name, alpha, versus) for name in frontier.shifts}
    )


def moved_images(path: AlphaPath, alpha: int, versus: int, pair: tuple[int, int]) -> list[int]:
    """Columns of the images that a confusion gains, or else loses, between two alphas by index.

    Args:
        path: of the set.
        alpha, versus: indices of the alpha in hand and the compared one.
        pair: ids of the true class and of the class that it is taken for.
    """
    true, read = pair
    of = path.labels == true
    now, then = (of & (path.predicted[index] == read) for index in (alpha, versus))
    come, go = now & ~then, then & ~now
    more, less = (come, go) if come.sum() >= go.sum() else (go, come)
    return [*more.nonzero()[0].tolist(), *less.nonzero()[0].tolist()]


@st.cache_resource(max_entries=512, show_spinner=False)
def _class_table(
    folder: str, state: str, name: str, alpha: float, versus: float, _run: Run
) -> pd.DataFrame:
    now, then = (_run.predictions(name, each) for each in (alpha, versus))
    return per_class(now, then, _run.record.class_names)


@st.cache_resource(max_entries=32, show_spinner=False)
def _counts(folder: str, state: str, name: str, _run: Run) -> ClassCounts:
    return class_counts(_run.path(name))


@st.cache_resource(max_entries=256, show_spinner=False)
def _best(folder: str, state: str, name: str, versus: int, _run: Run) -> NDArray:
    return best_alphas(_run.path(name), counts(_run, name), versus)


@st.cache_resource(max_entries=64, show_spinner=False)
def _step(folder: str, state: str, name: str, versus: int, metric: Metric, _run: Run) -> float:
    return step_size(counts(_run, name), versus, metric)


@st.cache_resource(max_entries=32, show_spinner=False)
def _pairs(
    folder: str, state: str, name: str, alpha: float, versus: float, _run: Run
) -> pd.DataFrame:
    now, then = (_run.predictions(name, each) for each in (alpha, versus))
    return confusion_pairs(now, then, _run.record.class_names)
