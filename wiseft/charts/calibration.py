"""Reliability diagrams: how often models are correct, against how probable they hold it."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from wiseft.charts.along import plain
from wiseft.charts.axes import across, upwards
from wiseft.charts.template import message_figure
from wiseft.palette import palette
from wiseft.text import THIN, coefficient, interval, number_of, percent


def reliability_figure(
    here: tuple[float, pd.DataFrame],
    there: tuple[float, pd.DataFrame] | None = None,
    *,
    dark: bool = False,
    height: int = 380,
) -> go.Figure:
    """Accuracy of every bin of images against its mean confidence, with 95 % intervals.

    Above the diagonal a model is under-confident, below it over-confident.

    Args:
        here: the alpha in hand, filled circles, and its bins from `calibration.reliability`.
        there: the compared one, rings.
        dark: the scheme.
        height: pixels; the width follows the container.
    """
    if here[1].empty:
        return message_figure("This set has no images.", dark)
    colours = palette(dark)
    figure = plain(height, dark, l=52, r=28)
    figure.add_scatter(
        x=[0, 1],
        y=[0, 1],
        mode="lines",
        line={"width": 1, "color": colours.mark, "dash": "dot"},
        hoverinfo="skip",
    )
    for which, filled in ((there, False), (here, True)):
        if which is not None:
            _bins(figure, *which, filled=filled, dark=dark)
    _axes(figure, [each[1] for each in (here, there) if each is not None])
    return figure


def _bins(figure: go.Figure, alpha: float, bins: pd.DataFrame, *, filled: bool, dark: bool) -> None:
    colours = palette(dark)
    hue = colours.ramp(alpha)
    figure.add_scatter(
        x=bins["confidence"],
        y=bins["accuracy"],
        mode="lines+markers",
        line={"width": 1.5, "color": hue, "dash": "solid" if filled else "dot"},
        error_y={
            "type": "data",
            "array": bins["high"] - bins["accuracy"],
            "arrayminus": bins["accuracy"] - bins["low"],
            "width": 0,
            "thickness": 1.5 if filled else 1,
            "color": hue,
        },
        marker={
            "size": 9,
            "color": hue if filled else colours.paper,
            "line": {"width": 1.75, "color": colours.ink if filled else hue},
        },
        text=[
            f"α {coefficient(alpha)}: held {percent(row['confidence'])} probable, correct in "
            f"<b>{percent(row['accuracy'])}</b> ({interval(row['low'], row['high'])})<br>"
            f"{number_of(int(row['count']), 'image')} from {percent(row['least'])} to "
            f"{percent(row['greatest'])}"
            for row in bins.to_dict("records")
        ],
        hovertemplate="%{text}<extra></extra>",
        cliponaxis=False,
    )


def _axes(figure: go.Figure, shown: Sequence[pd.DataFrame]) -> None:
    low = min(float(each[["confidence", "low"]].to_numpy().min()) for each in shown)
    at = [tenth / 10 for tenth in range(0, 11, 2)]
    texts = [f"{100 * each:.0f}" for each in at[:-1]] + [f"100{THIN}%"]
    span = [max(low - 0.03, -0.02), 1.02]
    figure.update_xaxes(range=span, tickvals=at, ticktext=texts)
    figure.update_yaxes(range=span, tickvals=at, ticktext=texts)
    upwards(figure, "Correct")
    across(figure, "Held probable")
