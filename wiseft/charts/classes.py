"""Accuracy of every class at one alpha, and its change from an end."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from wiseft.charts.labels import text_width
from wiseft.charts.template import message_figure, template
from wiseft.charts.text import name
from wiseft.palette import GLYPHS, palette
from wiseft.text import THIN, coefficient, interval, percent, points

End = Literal["zeroshot", "finetuned"]
"""An end of the path, by its column in the table of `breakdown.per_class`."""

WORDS: dict[End, str] = {"zeroshot": "zero-shot", "finetuned": "fine-tuned"}

_ROW = 25
"""Pixels from one class to the next."""

_MARGIN = {"t": 84, "b": 76, "r": 76}

_CHANGE_AT = 64
"""Pixels from the right end of the accuracies to that of the changes."""

Mask = NDArray[np.bool_]
"""Which of the rows [C]."""


def class_figure(
    table: pd.DataFrame,
    *,
    against: End,
    alpha: float | None = None,
    dark: bool = False,
) -> go.Figure:
    """One row a class: both ends, the accuracy at one alpha with its interval, and the change.

    A change is clear, and coloured and bold, where its paired 95 % interval excludes zero. The
    height follows the number of classes.

    Args:
        table: from `breakdown.per_class`, drawn in its order from top to bottom.
        against: the end that the change is measured from.
        alpha: the mixing coefficient of the table, for its name and colour; ink without it.
        dark: the scheme.
    """
    if table.empty:
        return message_figure("No class of this set has an image.", dark)
    colours = palette(dark)
    here, colour = "this alpha", colours.ink
    if alpha is not None:
        here, colour = f"α {coefficient(alpha)}", colours.ramp(alpha)
    change = table[f"from_{against}"].to_numpy()
    low, high = (table[f"from_{against}_{bound}"].to_numpy() for bound in ("low", "high"))
    clear = (low > 0) | (high < 0)
    figure = go.Figure(
        layout={
            "template": template(dark),
            "height": _ROW * len(table) + _MARGIN["t"] + _MARGIN["b"],
            "hovermode": "y",
        }
    )
    _rows(figure, table, clear, dark)
    moved = (against, "accuracy")
    _strokes(figure, table, moved, ~clear, width=5, color=colours.mark)
    _strokes(figure, table, moved, clear & (change > 0), width=5, color=colours.gain)
    _strokes(figure, table, moved, clear & (change < 0), width=5, color=colours.loss)
    _strokes(figure, table, ("low", "high"), ~clear, width=1, color=colours.muted)
    _strokes(figure, table, ("low", "high"), clear, width=1.5, color=colours.ink)
    _ends(figure, table, against, dark)
    _circles(figure, table, against, clear, here, colour, dark)
    _changes(figure, change, clear, dark)
    _key(figure, against, here, colour, dark)
    return figure


def _rows(figure: go.Figure, table: pd.DataFrame, clear: Mask, dark: bool) -> None:
    """Names at the left, accuracies along the top, and a hairline under every fourth class."""
    colours = palette(dark)
    names = [name(text) for text in table["class"]]
    figure.update_layout(
        margin={"l": 20 + round(max(text_width(text, 14) for text in names)), **_MARGIN}
    )
    figure.update_yaxes(
        range=[len(table) - 0.5, -0.5],
        tickvals=list(range(len(table))),
        ticktext=[
            f'<b style="color:{colours.ink}">{text}</b>' if bold else text
            for text, bold in zip(names, clear, strict=True)
        ],
        tickfont_size=14,
        showgrid=False,
        fixedrange=True,
    )
    figure.update_xaxes(
        range=[-0.02, 1.02],
        tickvals=[0, 0.25, 0.5, 0.75, 1],
        ticktext=["0", "25", "50", "75", f"100{THIN}%"],
        side="top",
        ticks="",
        showgrid=True,
        showline=False,
    )
    for row in range(4, len(table), 4):
        figure.add_hline(row - 0.5, line={"width": 1, "color": colours.hairline}, layer="below")


def _strokes(
    figure: go.Figure, table: pd.DataFrame, ends: tuple[str, str], which: Mask, **style: Any
) -> None:
    """One horizontal stroke in each of the rows `which`, between two columns of the table."""
    rows, gap = np.flatnonzero(which), np.full(int(which.sum()), np.nan)
    start, end = (table[column].to_numpy()[which] for column in ends)
    figure.add_scatter(
        x=np.column_stack([start, end, gap]).ravel(),
        y=np.column_stack([rows, rows, gap]).ravel(),
        mode="lines",
        line=style,
        hoverinfo="skip",
    )


def _ends(figure: go.Figure, table: pd.DataFrame, against: End, dark: bool) -> None:
    """The star and the diamond; the end that is not compared against is fainter."""
    colours = palette(dark)
    for end, symbol, size, colour in (
        ("zeroshot", "star", 12, colours.zeroshot),
        ("finetuned", "diamond", 10, colours.finetuned),
    ):
        figure.add_scatter(
            x=table[end],
            y=np.arange(len(table)),
            mode="markers",
            marker={
                "symbol": symbol,
                "size": size,
                "color": colour,
                "opacity": 1 if end == against else 0.4,
                "line": {"width": 1, "color": colours.paper},
            },
            hoverinfo="skip",
            cliponaxis=False,
        )


def _circles(
    figure: go.Figure,
    table: pd.DataFrame,
    against: End,
    clear: Mask,
    here: str,
    colour: str,
    dark: bool,
) -> None:
    """The accuracy at this alpha, and what hovering over a row tells."""
    colours = palette(dark)
    figure.add_scatter(
        x=table["accuracy"],
        y=np.arange(len(table)),
        mode="markers",
        marker={
            "size": 10,
            "color": colour,
            "line": {"width": 1.5, "color": np.where(clear, colours.ink, colours.muted)},
        },
        cliponaxis=False,
        text=[
            f"<b>{name(row['class'], 60)}</b>, {row['count']:,} images<br>"
            f"{here} <b>{percent(row['accuracy'])}</b> ({interval(row['low'], row['high'])})<br>"
            f"zero-shot {percent(row['zeroshot'])}<br>fine-tuned {percent(row['finetuned'])}<br>"
            f"against {WORDS[against]} <b>{points(row[f'from_{against}'])}{THIN}pp</b>: "
            f"{row[f'from_{against}_fixed']:,} fixed, {row[f'from_{against}_broken']:,} broken"
            for row in table.to_dict("records")
        ],
        hovertemplate="%{text}<extra></extra>",
    )


def _changes(figure: go.Figure, change: NDArray[np.float64], clear: Mask, dark: bool) -> None:
    """The change of every class in percentage points, in a column at the right."""
    colours = palette(dark)
    for row, (value, bold) in enumerate(zip(change, clear, strict=True)):
        sign = colours.gain if value > 0 else colours.loss
        figure.add_annotation(
            text=points(value, decimals=0),
            x=1,
            xref="paper",
            xanchor="right",
            xshift=_CHANGE_AT,
            y=row,
            showarrow=False,
            font={"color": sign if bold else colours.muted, "weight": 600 if bold else 400},
        )


def _key(figure: go.Figure, against: End, here: str, colour: str, dark: bool) -> None:
    """What the marks mean, above; what the line and grey mean, below."""
    colours = palette(dark)
    marks = (
        (GLYPHS["zeroshot"], WORDS["zeroshot"], colours.zeroshot),
        (GLYPHS["finetuned"], WORDS["finetuned"], colours.finetuned),
        (GLYPHS["current"], here, colour),
    )
    key = "   ".join(f'<span style="color:{hue}">{mark}</span> {word}' for mark, word, hue in marks)
    paper = {"xref": "paper", "yref": "paper", "showarrow": False}
    left = {"x": 0, "xanchor": "left", "align": "left"}
    right = {"x": 1, "xanchor": "right", "xshift": _CHANGE_AT, "align": "right"}
    above = {"y": 1, "yanchor": "bottom"}
    bold, muted = {"font": {"weight": 600}}, {"font": {"size": 13, "color": colours.muted}}
    figure.add_annotation(paper | left | above | bold, text="Accuracy", yshift=52)
    figure.add_annotation(paper | left | above | muted, text=key, yshift=30)
    figure.add_annotation(paper | right | above | bold, text="Change", yshift=52)
    figure.add_annotation(paper | right | above | muted, text="pp", yshift=1)
    figure.add_annotation(
        paper | left | muted,
        text=f"Lines: 95{THIN}% intervals at {here}.<br>"
        "Bold: the paired interval of<br>the change excludes zero.",
        y=0,
        yanchor="top",
        yshift=-10,
    )
