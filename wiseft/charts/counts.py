"""How many images each class has in each set of a benchmark."""

from __future__ import annotations

from collections.abc import Mapping
from math import radians, sin

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from wiseft.charts.labels import text_width
from wiseft.charts.template import message_figure, template
from wiseft.charts.text import name
from wiseft.palette import palette
from wiseft.text import number_of

_ROW = 25
"""Pixels from one class to the next."""

_LARGEST = 19
"""Side of the largest square, in pixels."""

_SLOPE = 45
"""Degrees by which the titles of the sets rise."""


def counts_figure(
    table: pd.DataFrame, titles: Mapping[str, str], *, dark: bool = False
) -> go.Figure:
    """A square for each class, a row, in each set, a column; its area is the number of images.

    Where a set has no image of a class stands a cross.

    Args:
        table: from `Inventory.to_frame`, drawn in its order.
        titles: of the sets, by the names of their columns, in the order in which they are drawn.
        dark: the scheme.
    """
    if table.empty or not titles:
        return message_figure("There are no classes to count.", dark)
    colours = palette(dark)
    counts = table[list(titles)].to_numpy()
    classes, sets = ([name(text) for text in texts] for texts in (table["class"], titles.values()))
    rise = 24 + round(sin(radians(_SLOPE)) * max(text_width(text, 14) for text in sets))
    figure = go.Figure(
        layout={
            "template": template(dark),
            "height": _ROW * len(table) + rise + 20,
            "margin": {
                "l": 20 + round(max(text_width(text, 14) for text in classes)),
                "t": rise,
                "b": 20,
                "r": rise,
            },
        }
    )
    figure.update_yaxes(
        range=[len(table) - 0.5, -0.5],
        tickvals=list(range(len(table))),
        ticktext=classes,
        tickfont={"size": 14, "color": colours.ink},
        fixedrange=True,
    )
    figure.update_xaxes(
        range=[-0.5, len(titles) - 0.5],
        tickvals=list(range(len(titles))),
        ticktext=sets,
        tickangle=-_SLOPE,
        side="top",
        ticks="",
        showline=False,
        fixedrange=True,
    )
    row, column = np.indices(counts.shape).reshape(2, -1)
    flat = counts.ravel()
    there = flat > 0
    told = [
        f"<b>{name(text, 60)}</b>, {name(title, 60)}: {number_of(int(count), 'image')}"
        for text, each in zip(table["class"], counts, strict=True)
        for title, count in zip(titles.values(), each, strict=True)
    ]
    figure.add_scatter(
        x=column,
        y=row,
        mode="markers",
        marker={
            "symbol": np.where(there, "square", "x-thin"),
            "size": np.where(there, _LARGEST * np.sqrt(flat / max(flat.max(), 1)), 8),
            "color": colours.muted,
            "line": {"width": np.where(there, 0, 1.5), "color": colours.ink},
        },
        text=told,
        hovertemplate="%{text}<extra></extra>",
    )
    return figure
