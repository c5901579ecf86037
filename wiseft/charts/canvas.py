"""A plot of one accuracy against another that holds several curves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike, NDArray

from wiseft.charts.axes import across, upwards
from wiseft.charts.callouts import write_labels
from wiseft.charts.labels import Label
from wiseft.palette import Palette, palette
from wiseft.scales import SCALES, Axes, ticks
from wiseft.text import THIN

MARGIN = {"l": 52, "r": 20, "t": 52, "b": 64}
"""Pixels around the plot area."""


@dataclass(frozen=True, eq=False)
class Canvas:
    """What every layer of a drawing needs.

    Attributes:
        figure: is drawn on.
        axes: how both axes spread accuracies.
        x, y: the ranges of the axes, in positions.
        height: of the figure in pixels.
        dark: the scheme.
    """

    figure: go.Figure
    axes: Axes
    x: tuple[float, float]
    y: tuple[float, float]
    height: int
    dark: bool

    @property
    def colours(self) -> Palette:
        """The palette of the scheme."""
        return palette(self.dark)

    def at(self, accuracies: ArrayLike) -> NDArray[np.float64]:
        """Positions of accuracies, fractions that are not 0 or 1."""
        return SCALES[self.axes].forward(accuracies)

    def shares(self, x: ArrayLike, y: ArrayLike) -> NDArray[np.float64]:
        """Positions [N] and [N] as points [N, 2] of the plot area, 0..1."""
        low, high = np.transpose([self.x, self.y])
        return (np.column_stack([x, y]) - low) / (high - low)

    def rule(self, right: str, up: str) -> None:
        """Ticks in per cent, and titles with arrows."""
        for update, (low, high), most, unit in (
            (self.figure.update_xaxes, self.x, 11, 0),
            (self.figure.update_yaxes, self.y, 9, -1),
        ):
            fractions = ticks(low, high, self.axes, most)
            texts = [f"{100 * fraction:g}" for fraction in fractions]
            if texts:
                texts[unit] += f"{THIN}%"
            update(range=[low, high], tickvals=self.at(fractions).tolist(), ticktext=texts)
        upwards(self.figure, up)
        across(self.figure, right)

    def line(self, x: ArrayLike, y: ArrayLike, **style: Any) -> None:
        """A line through positions that nothing is told about on hovering."""
        self.figure.add_scatter(x=x, y=y, mode="lines", line=style, hoverinfo="skip")

    def marks(self, x: ArrayLike, y: ArrayLike, **style: Any) -> None:
        """Marks that lie over points which answer to hovering themselves."""
        self.figure.add_scatter(
            x=x, y=y, mode="markers", marker=style, hoverinfo="skip", cliponaxis=False
        )

    def points(self, x: ArrayLike, y: ArrayLike, told: Sequence[str], **style: Any) -> None:
        """Points that tell something on hovering."""
        self.figure.add_scatter(
            x=x,
            y=y,
            mode="markers",
            marker=style,
            text=told,
            hovertemplate="%{text}<extra></extra>",
        )

    def label(self, labels: Sequence[Label], obstacles: Sequence[NDArray[np.float64]]) -> None:
        """Write `labels`, the more important ones first, clear of `obstacles` [N, 3]."""
        write_labels(
            self.figure,
            labels,
            np.concatenate(obstacles),
            self.height - MARGIN["t"] - MARGIN["b"],
            x=self.x,
            y=self.y,
            dark=self.dark,
        )
