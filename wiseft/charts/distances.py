"""How far fine-tuning moved every layer of a model."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from wiseft.charts.labels import text_width
from wiseft.charts.template import message_figure, template
from wiseft.palette import GLYPHS, palette
from wiseft.text import THIN, percent

_ROW = 26
"""Pixels from one layer to the next."""

_MARGIN = {"t": 76, "b": 24, "r": 76}

_NUMBER_AT = 64
"""Pixels from the right end of the plot area to that of the numbers."""


def distance_figure(table: pd.DataFrame, *, dark: bool = False) -> go.Figure:
    """One row a layer, from the pixels down to the classes: how far it is from zero-shot.

    The height follows the number of layers.

    Args:
        table: from `distances.layer_table`, drawn in its order from top to bottom.
        dark: the scheme.
    """
    if table.empty:
        return message_figure("These checkpoints hold no weights.", dark)
    colours = palette(dark)
    rows, percents = np.arange(len(table)), 100 * table["relative"].to_numpy(float)
    figure = go.Figure(
        layout={
            "template": template(dark),
            "height": _ROW * len(table) + _MARGIN["t"] + _MARGIN["b"],
        }
    )
    _axes(figure, table, float(np.nanmax(percents, initial=0)) or 1.0, dark)
    figure.add_scatter(
        x=np.column_stack([np.zeros(len(rows)), percents, np.full(len(rows), np.nan)]).ravel(),
        y=np.repeat(rows, 3),
        mode="lines",
        line={"width": 4, "color": colours.hairline},
        hoverinfo="skip",
    )
    figure.add_scatter(
        x=np.zeros(len(rows)),
        y=rows,
        mode="markers",
        marker={"symbol": "star", "size": 11, "color": colours.zeroshot},
        hoverinfo="skip",
        cliponaxis=False,
    )
    figure.add_scatter(
        x=percents,
        y=rows,
        mode="markers",
        marker={
            "symbol": "diamond",
            "size": 10,
            "color": colours.finetuned,
            "line": {"width": 1, "color": colours.paper},
        },
        cliponaxis=False,
        text=[
            f"<b>{row['layer']}</b>: {row['values']:,} values in {row['tensors']:,} tensors<br>"
            f"moved by {row['distance']:.4g} from a norm of {row['norm']:.4g}: "
            f"<b>{percent(row['relative'])}</b>"
            for row in table.to_dict("records")
        ],
        hovertemplate="%{text}<extra></extra>",
    )
    _words(figure, table["relative"], dark)
    return figure


def _axes(figure: go.Figure, table: pd.DataFrame, largest: float, dark: bool) -> None:
    """Names of the layers at the left, relative distances along the top, in per cent."""
    figure.update_layout(
        margin={"l": 28 + round(max(text_width(text, 14) for text in table["layer"])), **_MARGIN}
    )
    figure.update_yaxes(
        range=[len(table) - 0.5, -0.5],
        tickvals=list(range(len(table))),
        ticktext=list(table["layer"]),
        tickfont={"size": 14, "color": palette(dark).ink},
        ticklabelstandoff=8,
        showgrid=False,
        fixedrange=True,
    )
    figure.update_xaxes(
        range=[-0.015 * largest, 1.04 * largest],
        side="top",
        nticks=6,
        ticksuffix=f"{THIN}%",
        showticksuffix="last",
        ticks="",
        showgrid=True,
        showline=False,
        fixedrange=True,
    )


def _words(figure: go.Figure, relative: Iterable[float], dark: bool) -> None:
    """The numbers at the right, and what the marks are above."""
    colours = palette(dark)
    key = (
        f'<span style="color:{colours.zeroshot}">{GLYPHS["zeroshot"]}</span> zero-shot   '
        f'<span style="color:{colours.finetuned}">{GLYPHS["finetuned"]}</span> fine-tuned'
    )
    above = {"xref": "paper", "yref": "paper", "y": 1, "yanchor": "bottom", "showarrow": False}
    left, right = {"x": 0, "xanchor": "left"}, {"x": 1, "xanchor": "right", "xshift": _NUMBER_AT}
    figure.add_annotation(
        above | left, text="Distance as a share of the layer's norm", yshift=48, font_weight=600
    )
    figure.add_annotation(
        above | left, text=key, yshift=26, font={"size": 13, "color": colours.muted}
    )
    for row, value in enumerate(relative):
        figure.add_annotation(
            right,
            text=percent(value),
            xref="paper",
            y=row,
            showarrow=False,
            font={"weight": 600 if value > 0 else 400, "color": colours.ink},
        )
