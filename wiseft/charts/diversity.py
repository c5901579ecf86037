"""How different two models are: whose prediction their mixture follows, and how sure they are."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from wiseft.charts.along import alpha_axis, alpha_rules, plain
from wiseft.charts.axes import upwards
from wiseft.charts.template import message_figure
from wiseft.diversity import Overrides
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
