"""How different two models are: whose prediction their mixture follows, and how sure they are."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from wiseft.charts.along import MARGIN, alpha_axis, alpha_rules, band, plain
from wiseft.charts.axes import upwards
from wiseft.charts.curves import Curve, names_at_the_end, room_for_names
from wiseft.charts.template import message_figure
from wiseft.diversity import Overrides
from wiseft.margins import OPEN, MarginsAlong
from wiseft.palette import palette
from wiseft.text import THIN, coefficient, number_of, percent

_INSIDE = {"xref": "paper", "yref": "paper", "showarrow": False}
"""Words on a filled ground."""


def overrides_figure(
    alphas: NDArray[np.float64], found: Overrides, *, alpha: float, dark: bool = False
) -> go.Figure:
    """Of the images on which the two ends disagree, whose prediction every alpha follows."""
    if not found.disagreements or len(alphas) < 2:
        return message_figure("The two ends predict the same class for every image.", dark)
    colours = palette(dark)
    figure = plain(320, dark, r=104)
    layers = (
        (found.start, found.start_correct, colours.zeroshot, "as zero-shot"),
        (found.neither, found.neither_correct, colours.ensemble, "as neither"),
        (found.end, found.end_correct, colours.finetuned, "as fine-tuned"),
    )
    for count, correct, colour, told in layers:
        figure.add_scatter(
            x=alphas,
            y=count / found.disagreements,
            mode="none",
            stackgroup="all",
            fillcolor=colour,
            text=[
                f"α {coefficient(at)}: <b>{percent(n / found.disagreements)}</b> {told}, "
                f"{percent(k / n) if n else 'none'} of them correct"
                for at, n, k in zip(alphas, count, correct, strict=True)
            ],
            hovertemplate="%{text}<extra></extra>",
        )
    words = _INSIDE | {"font": {"color": colours.paper, "weight": 600}}
    figure.add_annotation(
        words | {"x": 0.03, "y": 0.06, "xanchor": "left"}, text="predicted as zero-shot"
    )
    figure.add_annotation(
        words | {"x": 0.97, "y": 0.94, "xanchor": "right"}, text="predicted as fine-tuned"
    )
    alpha_axis(figure, alphas, dark)
    figure.update_xaxes(range=[float(alphas[0]), float(alphas[-1])])
    figure.update_yaxes(
        range=[0, 1], tickvals=[0, 0.5, 1], ticktext=["0", "50", f"100{THIN}%"], showgrid=False
    )
    upwards(figure, f"Of {number_of(found.disagreements, 'image')} on which the ends disagree")
    alpha_rules(figure, alpha, None, dark)
    return figure


def margins_figure(
    found: MarginsAlong, *, alpha: float, versus: float, dark: bool = False, height: int = 320
) -> go.Figure:
    """Medians of the margins along alpha, of the images that are correct and of those that are not.

    Bands reach from the first to the third quartile. Margins that are too large to be told stand
    at the top.

    Args:
        found: at the alphas that leading classes are kept at.
        alpha, versus: to point out.
        dark: the scheme.
        height: pixels; the width follows the container.
    """
    colours = palette(dark)
    curves = [
        Curve(title, quartiles[:, 1], colour, True, quartiles[:, [0, 2]])
        for title, quartiles, colour in (
            ("correct", found.correct, colours.gain),
            ("wrong", found.wrong, colours.loss),
        )
        if np.isfinite(quartiles).any()
    ]
    if not curves:
        return message_figure("This set has no images.", dark)
    figure = plain(height, dark, r=room_for_names(curves))
    figure.update_layout(hovermode="x unified")
    for each in curves:
        known = np.isfinite(each.values)
        band(figure, found.alphas[known], each.bounds[known], each.colour)
        figure.add_scatter(
            x=found.alphas,
            y=each.values,
            mode="lines" if len(found.alphas) > 1 else "markers",
            line={"width": 3, "color": each.colour},
            text=[
                f"<b>{_margin(value)}</b> ({_margin(low)} to {_margin(high)}) {each.title}"
                for value, (low, high) in zip(each.values, each.bounds, strict=True)
            ],
            hovertemplate="%{text}<extra></extra>",
        )
    alpha_axis(figure, found.alphas, dark)
    at = [*range(int(OPEN) + 1), OPEN]
    texts = [*(f"{each}" for each in at[:-1]), f"{OPEN:.1f}+"]
    top = OPEN + 0.15
    figure.update_yaxes(range=[0, top], tickvals=at, ticktext=[*texts[:-2], "", texts[-1]])
    upwards(figure, "Margin of logits, median and quartiles")
    alpha_rules(figure, alpha, versus, dark)
    area = height - MARGIN["t"] - MARGIN["b"]
    names_at_the_end(figure, float(found.alphas[-1]), curves, (0.0, top), area, dark)
    return figure


def _margin(value: float) -> str:
    return f"{OPEN:.1f} or more" if value >= OPEN - 0.005 else f"{value:.2f}"
