"""The look of every figure: paper and ink, hairlines, sans with serif heads, no boxes."""

from __future__ import annotations

import textwrap
from typing import Any

import plotly.graph_objects as go

from wiseft.palette import SANS, SERIF, palette

CONFIG: dict[str, Any] = {"displaylogo": False, "showSendToCloud": False}
"""What to pass as `config` to whatever shows or writes a figure: a figure cannot say it itself."""

_NO_BUTTONS = ["sendChartToCloud", "select2d", "lasso2d", "autoScale2d"]
"""Sharing by Plotly's server, which would send the data away, and what has no use here."""


def template(dark: bool = False) -> go.layout.Template:
    """The layout defaults of every figure.

    The typefaces ship with Streamlit; elsewhere those of the system take their place, and nothing
    is downloaded. Plotly has no setting for tabular figures: a page that wants them sets the CSS
    `font-variant-numeric: tabular-nums lining-nums` on `.js-plotly-plot text`.
    """
    colours = palette(dark)
    axis = {
        "zeroline": False,
        "tickangle": 0,
        "tickfont": {"size": 13, "color": colours.muted},
        "title": {"font": {"size": 13, "color": colours.ink}},
        "gridcolor": colours.grid,
        "tickcolor": colours.mark,
    }
    return go.layout.Template(
        layout=go.Layout(
            paper_bgcolor=colours.paper,
            plot_bgcolor=colours.paper,
            colorway=colours.shifts,
            font={"family": SANS, "size": 14, "color": colours.ink},
            title={"font": {"family": SERIF, "size": 22, "weight": 600}, "x": 0},
            margin={"l": 52, "r": 20, "t": 52, "b": 64},
            xaxis={
                **axis,
                "showgrid": False,
                "showline": True,
                "linecolor": colours.ink,
                "ticks": "outside",
                "ticklen": 5,
            },
            yaxis={**axis, "showgrid": True},
            hovermode="closest",
            hoverlabel={
                "bgcolor": colours.raised,
                "bordercolor": colours.hairline,
                "font": {"family": SANS, "size": 14, "color": colours.ink},
                "align": "left",
            },
            modebar={
                "bgcolor": "rgba(0,0,0,0)",
                "color": colours.mark,
                "activecolor": colours.ink,
                "remove": _NO_BUTTONS,
            },
            showlegend=False,
        )
    )


def halo(dark: bool = False) -> str:
    """A text shadow of paper that keeps a label legible where it crosses a line."""
    paper = palette(dark).paper
    offsets = ("-2px 0", "2px 0", "0 -2px", "0 2px", "-1px -1px", "1px -1px", "-1px 1px", "1px 1px")
    return ", ".join(f"{offset} 1px {paper}" for offset in offsets)


def message_figure(text: str, dark: bool = False, height: int = 240) -> go.Figure:
    """A figure of one sentence, in place of a chart that has nothing to draw."""
    figure = go.Figure(layout={"template": template(dark), "height": height})
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False)
    figure.add_annotation(
        text="<br>".join(textwrap.wrap(text, 44)),
        x=0,
        y=1,
        xref="paper",
        yref="paper",
        xanchor="left",
        yanchor="top",
        align="left",
        showarrow=False,
        font={"family": SERIF, "size": 18, "color": palette(dark).muted},
    )
    return figure
