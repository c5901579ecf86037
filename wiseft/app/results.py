"""What the pages show of a run, computed once and shared by all sessions.

Everything is a function of what is in the store: the keys are the fingerprints of runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from wiseft.app.changes import Changes, changes_against
from wiseft.app.flags import flags
from wiseft.app.live import LiveView, live_data
from wiseft.app.live.places import Line
from wiseft.app.rulings import DEFAULTS, RuleSettings, Ruling, all_rulings
from wiseft.app.sentences import ENDS, starting_alpha
from wiseft.app.theme import RUN_COLOURS, run_colour, shift_colour
from wiseft.charts.classes import End
from wiseft.errors import Missing
from wiseft.evidence import Evidence
from wiseft.frontier import Frontier
from wiseft.jobs import read_only
from wiseft.runs import Run
from wiseft.scales import Axes
from wiseft.steps import Best


def frontier(run: Run) -> Frontier:
    """`Run.frontier`. Raises `Missing` where nothing has been evaluated yet."""
    return _frontier(*identity(run), run)


def changes(run: Run) -> dict[End, Changes]:
    """What every alpha changes against each end that is known."""
    return _changes(*identity(run), run)


def changes_from(run: Run, other: float) -> Changes:
    """What every alpha changes against the alpha `other`, one of those that are known."""
    return _changes_from(*identity(run), other, run)


def best_exactly(run: Run) -> dict[str, Best]:
    """By set, the highest accuracy and the stretch of alphas that has it, where it is exact."""
    return _best_exactly(*identity(run), run)


def rulings(run: Run, settings: RuleSettings) -> list[Ruling]:
    """What every rule chooses under `settings`."""
    return _rulings(*identity(run), settings, run)


def live(
    run: Run,
    y: str,
    axes: Axes,
    others: Sequence[Run] = (),
    settings: RuleSettings = DEFAULTS,
) -> dict[str, Any]:
    """`live_data` with a shift, `MEAN` or `WORST`, upwards, and `others` over the frontier.

    Its flags are what the rules choose under `settings`.
    """
    identities = [identity(other) for other in others]
    return _live(*identity(run), identities, y, axes, settings, can_evaluate(run), run, others)


def can_evaluate(run: Run) -> bool:
    """Whether further alphas can be evaluated: both checkpoints are there, and it is allowed."""
    return not read_only() and run.zeroshot.is_file() and run.finetuned.is_file()


def identity(run: Run) -> tuple[str, str]:
    """What all that is shown of `run` depends on: the store, what is known in it, what counts."""
    return str(run.store.folder), run.fingerprint


def opened(run: Run) -> Run:
    """`run`, with what was read of it for others: paths are large, and are read once."""
    return _opened(*identity(run), run)


@st.cache_resource(max_entries=4, show_spinner=False)
def _opened(folder: str, state: str, _run: Run) -> Run:
    return _run


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


@st.cache_data(max_entries=32, show_spinner=False)
def _best_exactly(folder: str, state: str, _run: Run) -> dict[str, Best]:
    found = {each.name: _run.steps(each.name) for each in _run.record.sets}
    return {name: steps.best() for name, steps in found.items() if steps is not None}


@st.cache_data(max_entries=128, show_spinner=False)
def _changes_from(folder: str, state: str, other: float, _run: Run) -> Changes:
    return changes_against(_evidence(_run), other)


@st.cache_data(max_entries=128, show_spinner=False)
def _live(
    folder: str,
    state: str,
    others: list[tuple[str, str]],
    y: str,
    axes: Axes,
    settings: RuleSettings,
    evaluable: bool,
    _run: Run,
    _others: Sequence[Run],
) -> dict[str, Any]:
    found = frontier(_run)
    return live_data(
        LiveView(
            record=_run.record,
            frontier=found,
            lines=[*_ensemble(_run), *_overlaid(_others)],
            changes=changes(_run),
            flags=flags(rulings(_run, settings)),
            opening=starting_alpha(found)[1],
            evaluable=evaluable,
            y=y,
            axes=axes,
            colours={name: shift_colour(i) for i, name in enumerate(found.shifts)},
        )
    )


@st.cache_data(max_entries=128, show_spinner=False)
def _rulings(folder: str, state: str, settings: RuleSettings, _run: Run) -> list[Ruling]:
    return all_rulings(_evidence(_run), settings)


def _ensemble(run: Run) -> list[Line]:
    """The output-space ensemble; nothing where it is not known."""
    try:
        mixed = run.frontier("outputs")
    except Missing:
        return []
    return [Line("outputs", "outputs mixed instead of weights", mixed, "var(--ensemble)")]


def _overlaid(runs: Sequence[Run]) -> list[Line]:
    return [
        Line(
            name=f"run {run.name}",
            title=run.record.title,
            frontier=frontier(run),
            colour=run_colour(number),
            dashed=number >= RUN_COLOURS,
        )
        for number, run in enumerate(runs)
    ]


def _evidence(run: Run) -> Evidence:
    return Evidence(frontier(run), {each.name: run.path(each.name) for each in run.record.sets})
