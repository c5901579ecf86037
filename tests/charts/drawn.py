"""A made-up run to draw, and what to read from a figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from wiseft.frontier import Frontier
from wiseft.metrics import clopper_pearson

ALPHAS = (0, 0.4, 0.5, 0.7, 0.9, 1)
SIGNS = {
    "day": (84.9, 93.2, 94.9, 96.6, 97.4, 97.3),
    "night": (78.4, 82.1, 82.0, 81.4, 78.5, 76.1),
    "fog": (81.0, 86.2, 87.0, 85.5, 81.0, 76.7),
    "snow": (74.7, 76.4, 76.7, 77.2, 75.2, 74.2),
    "blur": (78.8, 83.1, 83.6, 81.4, 78.9, 76.7),
    "worn": (52.6, 53.5, 53.2, 52.4, 49.9, 48.8),
    "sketch": (80.4, 77.8, 75.7, 69.8, 59.7, 54.2),
    "foreign": (77.1, 77.8, 77.5, 76.6, 73.9, 72.6),
}


def make(
    correct: Mapping[str, Sequence[int]],
    count: int,
    alphas: Sequence[float],
    matched: dict[str, str] | None = None,
) -> Frontier:
    """A frontier of the set "day" and, as shifts, all others without an "@" in their names."""
    return Frontier(
        run="signs",
        reference="day",
        shifts=tuple(each for each in correct if each != "day" and "@" not in each),
        validation=None,
        matched=matched or {},
        titles={each: each.title() for each in correct},
        alphas=np.array(alphas, float),
        exact=np.ones(len(alphas), dtype=bool),
        deviation={},
        accuracy={each: np.array(values) / count for each, values in correct.items()},
        interval={each: clopper_pearson(values, count) for each, values in correct.items()},
        count=dict.fromkeys(correct, count),
    )


def traces(figure: go.Figure) -> list[Any]:
    return list(figure.data)


def coordinates(figure: go.Figure, axis: str) -> np.ndarray:
    return np.concatenate([np.asarray(trace[axis], float) for trace in traces(figure)])


def marks(figure: go.Figure, symbol: str) -> list[Any]:
    return [trace for trace in traces(figure) if trace.marker.symbol == symbol]


def mark(figure: go.Figure, symbol: str) -> tuple[float, float]:
    (found,) = marks(figure, symbol)
    return float(found.x[0]), float(found.y[0])


def hover(figure: go.Figure) -> list[str]:
    (points,) = [trace for trace in traces(figure) if trace.hovertemplate]
    return list(points.text)


def texts(figure: go.Figure) -> list[str]:
    return [annotation.text for annotation in figure.layout.annotations]
