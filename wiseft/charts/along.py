"""What charts along alpha have in common: the axis, the two alphas, and bands of intervals."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike, NDArray

from wiseft.charts.axes import across
from wiseft.charts.plane import circle
from wiseft.charts.template import template
from wiseft.palette import palette
from wiseft.text import MINUS, coefficient

MARGIN = {"l": 60, "t": 52, "b": 64, "r": 84}
"""Pixels around the plot area."""


def plain(height: int, dark: bool, **margin: float) -> go.Figure:
    """A figure with nothing in it; `margin` is in place of some sides of `MARGIN`."""
    layout = {"template": template(dark), "height": height, "margin": MARGIN | margin}
    return go.Figure(layout=layout)


def alpha_axis(figure: go.Figure, alphas: NDArray[np.float64], dark: bool) -> None:
    """Alpha from left to right; the stretches that extrapolate lie on raised ground."""
    colours = palette(dark)
    first, last = float(alphas[0]), float(alphas[-1])
    pad = max(0.02 * (last - first), 0.01)
    tenths = [tenth for tenth in range(-100, 101, 2) if first - pad <= tenth / 10 <= last + pad]
    ends = {
        0: f'<br><b style="color:{colours.zeroshot}">zero-shot</b>',
        10: f'<br><b style="color:{colours.finetuned}">fine-tuned</b>',
    }
    figure.update_xaxes(
        range=[first - pad, last + pad],
        tickvals=[tenth / 10 for tenth in tenths],
        ticktext=[f"{t / 10:g}".replace("-", MINUS) + ends.get(t, "") for t in tenths],
        hoverformat=".4~f",
    )
    across(figure, "Mixing coefficient α", below=42)
    ground = {"fillcolor": colours.raised, "line_width": 0, "layer": "below"}
    words = {"annotation_text": "extrapolated", "annotation_font": {"color": colours.muted}}
    if first < 0:
        zero = min(0.0, last + pad)
        figure.add_vrect(first - pad, zero, **ground, **words, annotation_position="bottom left")
    if last > 1:
        one = max(1.0, first - pad)
        figure.add_vrect(one, last + pad, **ground, **words, annotation_position="bottom right")


def alpha_rules(
    figure: go.Figure, alpha: float | None, versus: float | None, dark: bool, **style: Any
) -> None:
    """A rule at the alpha in hand, with its value above, and a dotted one at the compared alpha.

    `style` is of both, as `add_shape` takes it: several times as fast as `add_vline`.
    """
    for at, dash in ((versus, "dot"), (alpha, "solid")):
        if at is not None:
            line = {"width": 1, "color": palette(dark).ink, "dash": dash}
            figure.add_shape(
                type="line", x0=at, x1=at, y0=0, y1=1, yref="paper", line=line, **style
            )
    if alpha is not None:
        figure.add_annotation(
            text=f"α {coefficient(alpha)}",
            x=alpha,
            y=1,
            yref="paper",
            yanchor="bottom",
            showarrow=False,
            font={"size": 15, "weight": 600},
        )


def alpha_marks(
    figure: go.Figure,
    alpha: float,
    values: ArrayLike,
    exact: bool,
    dark: bool,
    size: float | list[int] = 14,
) -> None:
    """The circle of the alpha in hand on every line, hollow where it was not evaluated."""
    heights = np.atleast_1d(np.asarray(values, dtype=np.float64))
    figure.add_scatter(
        x=np.full(len(heights), alpha),
        y=heights,
        mode="markers",
        marker={"size": size, "opacity": 1, **circle(alpha, exact, dark, width=1.75)},
        hoverinfo="skip",
        cliponaxis=False,
        zorder=2,
    )


def band(
    figure: go.Figure, alphas: NDArray[np.float64], bounds: NDArray[np.float64], colour: str
) -> None:
    """What lies between two lines, low and high [A, 2], in a light tone of a colour."""
    figure.add_scatter(
        x=np.concatenate([alphas, alphas[::-1]]),
        y=np.concatenate([bounds[:, 0], bounds[::-1, 1]]),
        fill="toself",
        fillcolor=colour,
        mode="none",
        opacity=0.13,
        hoverinfo="skip",
    )
