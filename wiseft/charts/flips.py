"""Flips along alpha: images fixed above the axis, images broken below it."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from wiseft.charts.along import alpha_axis, alpha_marks, alpha_rules, plain
from wiseft.charts.axes import downwards, upwards
from wiseft.charts.template import message_figure
from wiseft.flips import Flips
from wiseft.palette import mix, palette
from wiseft.text import coefficient


def steps_figure(
    alphas: NDArray[np.float64],
    steps: Flips,
    *,
    alpha: float | None = None,
    versus: float | None = None,
    dark: bool = False,
    height: int = 320,
) -> go.Figure:
    """How many images each step along alpha fixes and breaks.

    The area of a bar is its number of images: where steps differ in width, heights are scaled to
    the commonest width.

    Args:
        alphas: mixing coefficients [A].
        steps: flips from each to the next [A - 1].
        alpha, versus: to point out.
        dark: the scheme.
        height: pixels; the width follows the container.
    """
    if len(alphas) < 2 or not steps.count:
        return message_figure("There are no steps: one alpha, or no images.", dark)
    width = np.diff(alphas)
    usual = float(np.median(width))
    told = [
        f"α {coefficient(a)} to {coefficient(b)}: <b>{fixed:,}</b> fixed, <b>{broken:,}</b> broken"
        for a, b, fixed, broken in zip(
            alphas[:-1], alphas[1:], steps.fixed, steps.broken, strict=True
        )
    ]
    figure = plain(height, dark)
    colours = palette(dark)
    for counts, colour in ((steps.fixed, colours.gain), (-steps.broken, colours.loss)):
        figure.add_bar(
            x=(alphas[:-1] + alphas[1:]) / 2,
            y=counts * usual / width,
            width=width * 0.8,
            marker={"color": colour, "line": {"width": 0}},
            customdata=told,
            hovertemplate="%{customdata}<extra></extra>",
        )
    figure.update_layout(barmode="relative")
    _balance(figure, alphas, f"Images fixed per {usual:g} of α", "broken", dark)
    alpha_rules(figure, alpha, versus, dark)
    return figure


def cumulative_figure(
    alphas: NDArray[np.float64],
    flips: Flips,
    *,
    alpha: float,
    versus: float,
    dark: bool = False,
    height: int = 320,
) -> go.Figure:
    """How many images every alpha fixes and breaks against `versus`, and what remains of both.

    Args:
        alphas: mixing coefficients [A].
        flips: against `versus` [A].
        alpha, versus: two of the alphas.
        dark: the scheme.
        height: pixels; the width follows the container.
    """
    if len(alphas) < 2 or not flips.count:
        return message_figure("There is nothing to compare: one alpha, or no images.", dark)
    colours = palette(dark)
    figure = plain(height, dark)
    net = flips.fixed - flips.broken
    for counts, colour in ((flips.fixed, colours.gain), (-flips.broken, colours.loss)):
        figure.add_scatter(
            x=alphas,
            y=counts,
            mode="lines",
            line={"width": 1.5, "color": colour},
            fill="tozeroy",
            fillcolor=mix(colour, colours.paper, 0.3),
            hoverinfo="skip",
        )
    figure.add_scatter(
        x=alphas,
        y=net,
        mode="lines",
        line={"width": 2.5, "color": colours.ink},
        text=[
            f"α {coefficient(at)} against {coefficient(versus)}: <b>{fixed:,}</b> fixed, "
            f"<b>{broken:,}</b> broken"
            for at, fixed, broken in zip(alphas, flips.fixed, flips.broken, strict=True)
        ],
        hovertemplate="%{text}<extra></extra>",
    )
    at = int(np.abs(alphas - alpha).argmin())
    alpha_marks(figure, float(alphas[at]), net[at], True, dark)
    figure.add_annotation(
        text="fixed less<br>broken",
        x=alphas[-1],
        y=net[-1],
        xanchor="left",
        xshift=8,
        align="left",
        showarrow=False,
        font={"size": 13, "weight": 600},
    )
    words = f"Images fixed against α {coefficient(versus)}"
    _balance(figure, alphas, words, "broken", dark)
    alpha_rules(figure, alpha, versus, dark)
    return figure


def _balance(
    figure: go.Figure, alphas: NDArray[np.float64], above: str, below: str, dark: bool
) -> None:
    """A vertical axis with zero in the middle of what is gained and lost."""
    alpha_axis(figure, alphas, dark)
    figure.add_hline(0, line={"width": 1, "color": palette(dark).ink})
    figure.update_yaxes(tickformat=",d")
    upwards(figure, above)
    downwards(figure, below)
