"""Every class in a line across: both alphas with their intervals, the change, and all alphas.

The drawing is a component; it is given the classes that it shows and no more.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from streamlit.components.v2 import component

from wiseft.app.classes.words import WORDS
from wiseft.app.components import scripts
from wiseft.app.image_links import images_link, narrowed
from wiseft.app.live.digits import tenths
from wiseft.breakdown import ClassCounts, Metric
from wiseft.frontier import Frontier
from wiseft.text import coefficient, points

FOLDER = Path(__file__).parent

STEPS = 5
"""Printed steps of a change, each way."""

SIZES = (0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.15, 0.2)
"""How large a step can be, as a share."""


_mount = component(
    "wiseft_class_lines",
    css=(FOLDER / "lines.css").read_text("utf-8"),
    js=scripts(FOLDER, "shared", "lines"),
)


def class_lines(data: dict[str, Any]) -> None:
    """Draw the classes of `lines_data`."""
    _mount(key="class-lines", data=data)


def lines_data(
    table: pd.DataFrame,
    counts: ClassCounts,
    best: NDArray[np.intp],
    frontier: Frontier,
    *,
    set_name: str,
    alpha: float,
    versus: float,
    metric: Metric,
    step: float,
    picked: str | None = None,
) -> dict[str, Any]:
    """The rows of `table` as JSON types, in its order.

    Args:
        table: rows of `breakdown.per_class`.
        counts: of the whole set.
        best: `breakdown.best_alphas` of the whole set.
        frontier: of the run.
        set_name: of the set.
        alpha, versus: what is compared.
        metric: that is drawn.
        step: the size of a printed step of change, a share.
        picked: the name of a class to point out.
    """
    columns = np.searchsorted(counts.class_ids, table["class_id"].to_numpy())
    change = counts.values(metric)[:, columns]
    change = change - change[frontier.index(versus)]
    link = images_link(run=frontier.run, set=set_name, alpha=alpha, versus=versus)
    return {
        "metric": WORDS[metric],
        "set": frontier.title(set_name),
        "alphas": frontier.alphas.tolist(),
        "exact": np.flatnonzero(frontier.exact).tolist(),
        "at": frontier.index(alpha),
        "versus": frontier.index(versus),
        "step": f"{100 * step:g}",
        "picked": picked,
        "name": f"{frontier.run}-{set_name}-classes-{coefficient(alpha)}",
        "rows": [
            {
                **_row(row, metric),
                "href": narrowed(link, true=row["class"]),
                "fixedHref": narrowed(link, true=row["class"], outcome="fixed"),
                "brokenHref": narrowed(link, true=row["class"], outcome="broken"),
                "heat": printed(change[:, i], step),
                "best": int(best[columns[i]]) if metric == "accuracy" else -1,
            }
            for i, row in enumerate(table.to_dict("records"))
        ],
    }


def _row(row: dict[Any, Any], metric: Metric) -> dict[str, Any]:
    change = row[f"{metric}_change"]
    return {
        "name": row["class"],
        "count": row["count"],
        "now": tenths(np.array([row[f"{metric}{part}"] for part in ("_low", "", "_high")])),
        "then": tenths(
            np.array([row[f"compared_{metric}{part}"] for part in ("_low", "", "_high")])
        ),
        "change": points(change, decimals=0),
        "exactly": points(change),
        "between": [points(row[f"{metric}_change_{bound}"]) for bound in ("low", "high")],
        "sign": 0 if np.isnan(change) else int(np.sign(change)),
        "clear": bool(row[f"{metric}_clear"]),
        "fixed": row["fixed"],
        "broken": row["broken"],
    }


def printed(change: NDArray[np.float64], step: float) -> str:
    """Changes [A] in printed steps: "f" is none, "g" to "k" gains, "e" to "a" losses, "." unknown.

    A change is printed where it is at least half a step.
    """
    steps = np.clip(np.rint(np.nan_to_num(change) / step), -STEPS, STEPS).astype(int)
    letters = np.array([*"abcdefghijk"])[steps + STEPS]
    return "".join(np.where(np.isnan(change), ".", letters))


def step_size(counts: ClassCounts, versus: int, metric: Metric) -> float:
    """A step of change that spreads what the classes of a set change over the printed ones.

    The fifth step begins where one change in fifty is larger.
    """
    values = counts.values(metric)
    changes = np.abs(values - values[versus])
    changes = changes[~np.isnan(changes)]
    large = float(np.quantile(changes, 0.98)) if changes.size else 0.0
    return next((size for size in SIZES if size * STEPS >= large), SIZES[-1])


def ordered(table: pd.DataFrame, order: str, metric: Metric) -> pd.DataFrame:
    """The classes with the largest change first, or by the metric, the name or the count."""
    if order == "listed":
        return table
    if order == "name":
        return table.sort_values("class", key=lambda names: names.str.casefold(), kind="stable")
    by = {"change": f"{metric}_change", "value": metric, "count": "count"}.get(order)
    if by is None:  # the largest changes of either sign
        at = table[f"{metric}_change"].abs().argsort(kind="stable")[::-1]
        return table.iloc[at]
    return table.sort_values(by, ascending=False, kind="stable")


def found(table: pd.DataFrame, text: str) -> pd.DataFrame:
    """The classes whose name has `text` in it, in any case; all where it is empty."""
    if not text:
        return table
    wanted: Sequence[bool] = [text.casefold() in name.casefold() for name in table["class"]]
    return table.loc[np.asarray(wanted, dtype=bool)]
