"""All classes at all alphas in one picture, a narrow column a class, however many there are.

The drawing is a component. It is given the values that it shows, packed: 1,000 classes at 101
alphas take about 60 kB.
"""

from __future__ import annotations

import base64
import zlib
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray
from streamlit.components.v2 import component

from wiseft.app.classes import numbers
from wiseft.app.classes.lines import FOLDER, STEPS
from wiseft.app.classes.words import WORDS
from wiseft.app.components import new_wish, scripts
from wiseft.app.live.digits import tenths
from wiseft.app.pickers import widget_key
from wiseft.app.results import identity
from wiseft.breakdown import ClassCounts, Metric
from wiseft.frontier import Frontier
from wiseft.runs import Run
from wiseft.text import coefficient

UNKNOWN = -1
"""In place of tenths of a per cent where a metric is not defined."""

_KEY = "overview"

_mount = component(
    "wiseft_class_overview",
    css="\n".join((FOLDER / name).read_text("utf-8") for name in ("lines.css", "overview.css")),
    js=scripts(FOLDER, "shared", "overview"),
)


def overview(data: dict[str, Any]) -> None:
    """Draw the classes of `overview_data`; the one that is clicked is told by `picked_class`."""
    _mount(key=widget_key(_KEY), data=data, on_wish_change=_nothing)


def picked_class() -> str | None:
    """The class that was clicked since this was last asked; None where none was."""
    wish = new_wish(widget_key(_KEY))
    return None if wish is None else str(wish["name"])


def overview_data(
    table: pd.DataFrame,
    counts: ClassCounts,
    frontier: Frontier,
    *,
    set_name: str,
    alpha: float,
    versus: float,
    metric: Metric,
    step: float,
    below: NDArray[np.intp],
    values: str,
) -> dict[str, Any]:
    """All rows of `table` as JSON types, in its order.

    Args:
        table: from `breakdown.per_class`.
        counts: of the whole set.
        frontier: of the run.
        set_name: of the set.
        alpha, versus: what is compared.
        metric: that is drawn.
        step: the size of a printed step of change, a share.
        below: rows that are drawn one by one below, ascending.
        values: the metric of all classes of `counts`, `packed`, whatever their order here.
    """
    columns = np.searchsorted(counts.class_ids, table["class_id"].to_numpy())
    change, clear = (table[f"{metric}_{each}"].to_numpy() for each in ("change", "clear"))
    return {
        "metric": WORDS[metric],
        "set": frontier.title(set_name),
        "alphas": frontier.alphas.tolist(),
        "exact": np.flatnonzero(frontier.exact).tolist(),
        "at": frontier.index(alpha),
        "versus": frontier.index(versus),
        "step": 1000 * step,
        "steps": STEPS,
        "name": f"{frontier.run}-{set_name}-all-classes-{coefficient(alpha)}",
        "names": table["class"].tolist(),
        "counts": table["count"].tolist(),
        "changes": tenths(np.abs(change)),
        "signs": np.nan_to_num(np.sign(change)).astype(int).tolist(),
        "clear": "".join("1" if each else "0" for each in clear.tolist()),
        "below": below.tolist(),
        "columns": columns.tolist(),
        "values": values,
    }


def packed_values(run: Run, name: str, metric: Metric) -> str:
    """A metric of all classes of the set `name`, `packed` once."""
    return _packed_values(*identity(run), name, metric, run)


def packed(values: NDArray[np.float64]) -> str:
    """Shares [A, C] class by class in tenths of a per cent, as 16-bit numbers, deflated, base64."""
    whole = np.where(np.isnan(values), UNKNOWN, np.rint(1000 * np.nan_to_num(values)))
    small = np.ascontiguousarray(whole.T, dtype="<i2")
    return base64.b64encode(zlib.compress(small.tobytes())).decode("ascii")


@st.cache_data(max_entries=64, show_spinner=False)
def _packed_values(folder: str, state: str, name: str, metric: Metric, _run: Run) -> str:
    return packed(numbers.counts(_run, name).values(metric))


def _nothing() -> None:
    """Streamlit reports only what has a callback."""
