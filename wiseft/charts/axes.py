"""What axes have in common: titles with arrows at their ends, and shares in per cent."""

from __future__ import annotations

import plotly.graph_objects as go

from wiseft.scales import ticks
from wiseft.text import THIN

_TITLE = {"xref": "paper", "yref": "paper", "showarrow": False, "font": {"weight": 600}}


def upwards(figure: go.Figure, title: str) -> None:
    """What the vertical axis shows, above it."""
    figure.add_annotation(
        _TITLE,
        text=f"↑ {title}",
        x=0,
        y=1,
        xanchor="left",
        yanchor="bottom",
        xshift=-44,
        yshift=16,
        align="left",
    )


def across(figure: go.Figure, title: str, below: int = 34) -> None:
    """What the horizontal axis shows, at its end and so many pixels below it."""
    figure.add_annotation(
        _TITLE,
        text=f"{title} →",
        x=1,
        y=0,
        xanchor="right",
        yanchor="top",
        yshift=-below,
        align="right",
    )


def percent_axis(figure: go.Figure, low: float, high: float) -> None:
    """Shares upwards, from `low` to `high`, in per cent."""
    at = ticks(low, high, "linear")
    texts = [f"{100 * fraction:g}" for fraction in at]
    figure.update_yaxes(
        range=[low, high],
        tickvals=at,
        ticktext=[*texts[:-1], *(f"{text}{THIN}%" for text in texts[-1:])],
    )
