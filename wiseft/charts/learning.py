"""How a training goes: loss and learning rate at each step, accuracy after each epoch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from wiseft.charts.template import message_figure, template
from wiseft.metrics import clopper_pearson
from wiseft.palette import palette
from wiseft.text import THIN, interval, percent

History = Sequence[Mapping[str, Any]]
"""Measurements, oldest first: `stage`, `done` of `total` steps, and values by their names."""


@dataclass(frozen=True)
class Measured:
    """The set on which accuracy is measured after each epoch.

    Attributes:
        title: of the set.
        images: how many it has.
    """

    title: str
    images: int


DRAWN = 240
"""Points of a line at most: a live figure travels to the browser again and again."""

HEIGHT = 360

WINDOW = 0.1
"""Share of the steps so far over which the bold line averages the loss."""


def loss_figure(history: History, *, dark: bool = False) -> go.Figure:
    """The loss of each step with its running mean, and the learning rate below.

    Args:
        history: of a training; what has no `loss` and `lr` is left out.
        dark: the scheme.
    """
    rows = [row for row in history if "loss" in row and "lr" in row]
    if len(rows) < 2:
        return message_figure("The loss is drawn from the second step on.", dark, HEIGHT)
    colours = palette(dark)
    steps, losses, rates = (
        np.array([row[name] for row in rows], float) for name in ("done", "loss", "lr")
    )
    figure = _figure(rows, dark)
    figure.update_layout(
        hovermode="x",
        xaxis={"anchor": "y2"},
        yaxis={"domain": [0.38, 1]},
        yaxis2={"domain": [0, 0.19], "nticks": 3, "rangemode": "tozero", "fixedrange": True},
    )
    shown = np.unique(np.linspace(0, len(rows) - 1, DRAWN).round().astype(int))
    mean = _running_mean(losses)
    for values, name, axis, style in (
        (losses, "loss", "y", {"width": 1, "color": colours.mark}),
        (mean, "running mean", "y", {"width": 3, "color": colours.ink}),
        (rates, "learning rate", "y2", {"width": 2, "color": colours.ink}),
    ):
        figure.add_scatter(
            x=steps[shown],
            y=values[shown],
            yaxis=axis,
            mode="lines",
            line=style,
            name=name,
            hovertemplate=f"step %{{x}}: {name} <b>%{{y:.4g}}</b><extra></extra>",
        )
    _at_the_end(figure, steps[-1], mean[-1], f"<b>{mean[-1]:.3g}</b>")
    _upwards(figure, "Loss", 1)
    _upwards(figure, "Learning rate", 0.19)
    return figure


def epochs_figure(history: History, measured: Measured | None, *, dark: bool = False) -> go.Figure:
    """Accuracy after each epoch, with its 95 % interval (Clopper-Pearson).

    Args:
        history: of a training; what has no `accuracy` is left out.
        measured: what accuracy is measured on; without it there are no intervals.
        dark: the scheme.
    """
    rows = [row for row in history if "accuracy" in row]
    if not rows:
        return message_figure("Accuracy is measured after each epoch.", dark, HEIGHT)
    colours = palette(dark)
    accuracies = np.array([row["accuracy"] for row in rows], float)
    told = [f"{row['stage']}: <b>{percent(row['accuracy'])}</b> correct" for row in rows]
    figure = _figure(rows, dark)
    figure.update_yaxes(tickformat=".3~%")
    figure.add_scatter(
        x=[row["done"] for row in rows],
        y=accuracies,
        mode="lines+markers",
        line={"width": 1, "color": colours.mark},
        marker={"symbol": "diamond", "size": 10, "color": colours.finetuned},
        text=told,
        hovertemplate="%{text}<extra></extra>",
        cliponaxis=False,
    )
    _at_the_end(figure, rows[-1]["done"], accuracies[-1], f"<b>{percent(accuracies[-1])}</b>")
    if measured is None:
        _upwards(figure, "Correct after each epoch", 1)
        return figure
    bounds = clopper_pearson(np.rint(accuracies * measured.images), measured.images)
    figure.update_traces(
        error_y={
            "array": bounds[:, 1] - accuracies,
            "arrayminus": accuracies - bounds[:, 0],
            "width": 0,
            "thickness": 2,
            "color": colours.finetuned,
        },
        text=[
            f"{words}<br>95{THIN}% interval {interval(low, high)}"
            for words, (low, high) in zip(told, bounds, strict=True)
        ],
    )
    _upwards(figure, f"Correct of {measured.images:,} images of {measured.title}", 1)
    return figure


def _figure(rows: History, dark: bool) -> go.Figure:
    """An empty figure over the steps of the whole training."""
    figure = go.Figure(layout={"template": template(dark), "height": HEIGHT})
    figure.update_layout(margin={"l": 56, "r": 56, "t": 36, "b": 52})
    figure.update_xaxes(range=[0, 1.02 * rows[-1]["total"]], nticks=7, fixedrange=True)
    figure.update_yaxes(nticks=6, fixedrange=True)
    figure.add_annotation(
        text="Step →",
        **{"x": 1, "y": 0, "xanchor": "right", "yanchor": "top", "yshift": -26},
        **_TITLE,
    )
    return figure


_TITLE: dict[str, Any] = {
    "xref": "paper",
    "yref": "paper",
    "showarrow": False,
    "font": {"weight": 600, "size": 13},
}


def _at_the_end(figure: go.Figure, x: float, y: float, text: str) -> None:
    """The newest value beside its point."""
    figure.add_annotation(
        text=text, x=x, y=y, xanchor="left", xshift=9, yshift=0, showarrow=False, align="left"
    )


def _upwards(figure: go.Figure, title: str, y: float) -> None:
    """The title of an axis above its upper end, at a share `y` of the figure."""
    at = {"x": 0, "y": y, "xanchor": "left", "yanchor": "bottom", "xshift": -44, "yshift": 8}
    figure.add_annotation(text=f"↑ {title}", **at, **_TITLE)


def _running_mean(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mean of each value and of those around it, as far as there are any."""
    reach, places = round(WINDOW * len(values) / 2), np.arange(len(values))
    first = np.maximum(places - reach, 0)
    end = np.minimum(places + reach + 1, len(values))
    sums = np.concatenate([[0.0], np.cumsum(values)])
    return (sums[end] - sums[first]) / (end - first)
