"""Drawings of one share against another: classes at two alphas, reliability diagrams."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from wiseft.app.drawings.description import message, numbers, written
from wiseft.app.live.digits import tenths
from wiseft.breakdown import Metric
from wiseft.text import THIN, coefficient, interval, number_of, percent

NAMED = 12
"""Classes that are named: those that clearly change, the largest changes first."""

_QUARTERS = [(0.0, "0"), (0.25, "25"), (0.5, "50"), (0.75, "75"), (1.0, f"100{THIN}%")]

_FIFTHS = [*((fifth / 5, f"{20 * fifth}") for fifth in range(5)), (1.0, f"100{THIN}%")]


def classes(
    table: pd.DataFrame,
    *,
    alpha: float,
    versus: float,
    metric: Metric,
    label: str,
    name: str,
    height: int = 480,
) -> str:
    """Describe every class at one alpha, upwards, against another, across.

    Args:
        table: from `breakdown.per_class`.
        alpha, versus: its two mixing coefficients.
        metric: that is drawn.
        label: what it shows, for those who cannot see it and above a saved picture.
        name: of a file with the picture.
        height: pixels; the width follows the place.
    """
    known = table.dropna(subset=[metric, f"compared_{metric}"])
    if known.empty:
        return message("No class of this set has an image.")
    change, clear = known[f"{metric}_change"].to_numpy(), known[f"{metric}_clear"].to_numpy()
    largest = np.argsort(-np.abs(change), kind="stable")
    return written(
        "classes",
        alphas=[alpha, versus],
        names=known["class"].tolist(),
        counts=known["count"].tolist(),
        x=tenths(known[f"compared_{metric}"]),
        y=tenths(known[metric]),
        low=tenths(known[f"{metric}_low"]),
        high=tenths(known[f"{metric}_high"]),
        change=tenths(change),
        kinds="".join(np.where(clear, np.where(change > 0, "g", "l"), "n")),
        named=largest[clear[largest]][:NAMED].tolist(),
        range=[-0.03, 1.03],
        ticks=_QUARTERS,
        title=f"At α {coefficient(alpha)}",
        across=f"At α {coefficient(versus)}",
        label=label,
        name=name,
        height=height,
    )


def reliability(
    bins: Mapping[float, pd.DataFrame], *, alpha: float, label: str, name: str, height: int = 400
) -> str:
    """Describe how often models are correct against how probable they hold it, bin by bin.

    Above the diagonal a model is under-confident, below it over-confident.

    Args:
        bins: by mixing coefficient, from `calibration.reliability`.
        alpha: the one in hand, drawn as filled circles, the others as rings.
        label: what it shows, for those who cannot see it and above a saved picture.
        name: of a file with the picture.
        height: pixels; the width follows the place.
    """
    if bins[alpha].empty:
        return message("This set has no images.")
    low = min(float(each[["confidence", "low"]].to_numpy().min()) for each in bins.values())
    return written(
        "bins",
        series=[
            _series(at, bins[at], filled=at == alpha)
            for at in sorted(bins, key=lambda at: at == alpha)
        ],
        range=[max(low - 0.03, -0.02), 1.02],
        ticks=_FIFTHS,
        title="Correct",
        across="Held probable",
        label=label,
        name=name,
        height=height,
    )


def _series(alpha: float, bins: pd.DataFrame, *, filled: bool) -> dict[str, Any]:
    return {
        "alpha": alpha,
        "filled": filled,
        "x": numbers(bins["confidence"]),
        "y": numbers(bins["accuracy"]),
        "low": numbers(bins["low"]),
        "high": numbers(bins["high"]),
        "told": [
            [
                [f"α {coefficient(alpha)}", f"held {percent(row['confidence'])} probable"],
                [percent(row["accuracy"]), f"correct ({interval(row['low'], row['high'])})"],
                [
                    number_of(int(row["count"]), "image"),
                    f"from {percent(row['least'])} to {percent(row['greatest'])}",
                ],
            ]
            for row in bins.to_dict("records")
        ],
    }
