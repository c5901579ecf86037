"""The classes in numbers, as HTML."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from html import escape
from typing import Any

import numpy as np
import pandas as pd

from wiseft.app.classes.words import WORDS
from wiseft.app.html import column_heads, html_table, number_cells
from wiseft.app.image_links import images_link, narrowed
from wiseft.breakdown import METRICS, Metric
from wiseft.text import NOTHING, bare_percent, coefficient, interval, points


def classes_in_numbers(
    table: pd.DataFrame, *, run: str, set_name: str, alpha: float, versus: float
) -> str:
    """A line a class, from `breakdown.per_class`, in the order of the table."""
    heads = column_heads(
        "Class",
        "Images",
        *(each for metric in METRICS for each in (WORDS[metric], "interval", "change, pp")),
        "Fixed",
        "Broken",
        "p, corrected",
    )
    link = images_link(run=run, set=set_name, alpha=alpha, versus=versus)
    body = "".join(
        f'<tr><th scope="row"><a href="{escape(narrowed(link, true=row["class"]))}" '
        f'target="_self">{escape(row["class"])}</a></th>'
        + number_cells(f"{row['count']:,}")
        + "".join(_metric(row, metric) for metric in METRICS)
        + number_cells(f"{row['fixed']:,}", f"{row['broken']:,}", _p(row["p_holm"]))
        + "</tr>"
        for row in table.to_dict("records")
    )
    caption = f"Every class at alpha {coefficient(alpha)} against alpha {coefficient(versus)}"
    return html_table("numbers", caption, heads, body)


def losers_table(losers: pd.DataFrame, titles: Mapping[str, str]) -> str:
    """The classes that lose under every shift, from `breakdown.lose_everywhere`.

    Args:
        losers: the classes.
        titles: of the shifts, by name.
    """
    heads = column_heads("Class", *titles.values(), "Mean, pp", "Fixed", "Broken", "p, corrected")
    body = "".join(
        f'<tr><th scope="row">{escape(row["class"])}</th>'
        + number_cells(*(points(row[f"change {name}"]) for name in titles))
        + number_cells(f"<b>{points(row['change'])}</b>")
        + number_cells(f"{row['fixed']:,}", f"{row['broken']:,}", _p(row["p_holm"]))
        + "</tr>"
        for row in losers.to_dict("records")
    )
    return html_table("numbers", "Classes that lose under every shift", heads, body)


def _metric(row: Mapping[Hashable, Any], metric: Metric) -> str:
    change = row[f"{metric}_change"]
    bounds = (row[f"{metric}_low"], row[f"{metric}_high"])
    kind = ("gain" if change > 0 else "loss") if row[f"{metric}_clear"] else "unclear"
    low, high = (points(row[f"{metric}_change_{bound}"]) for bound in ("low", "high"))
    told = NOTHING if np.isnan(row[metric]) else interval(*bounds)
    return (
        f'<td class="number bold">{bare_percent(row[metric])}</td>'
        f'<td class="number small">{told}</td>'
        f'<td class="number {kind}" title="95 % interval {low} to {high} pp">{points(change)}</td>'
    )


def _p(value: float) -> str:
    return "&lt;0.001" if value < 0.001 else f"{value:.3f}"
