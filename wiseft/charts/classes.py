"""The classes as a whole: one alpha against another, and the worst of them along alpha."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from wiseft.breakdown import ClassCounts, Metric
from wiseft.charts.along import alpha_axis, alpha_marks, alpha_rules, band, plain
from wiseft.charts.axes import across, percent_axis, upwards
from wiseft.charts.callouts import write_labels
from wiseft.charts.labels import Label
from wiseft.charts.template import message_figure
from wiseft.charts.text import name
from wiseft.palette import palette
from wiseft.text import THIN, coefficient, interval, percent

End = Literal["zeroshot", "finetuned"]
"""An end of the path."""

WORDS: dict[End, str] = {"zeroshot": "zero-shot", "finetuned": "fine-tuned"}

_SPAN = (-0.03, 1.03)
"""The range of both axes of the scatter."""

_NAMED = 12
"""Classes that are named in the scatter: those that clearly change, the largest changes first."""


def class_scatter_figure(
    table: pd.DataFrame,
    *,
    alpha: float,
    versus: float,
    metric: Metric = "accuracy",
    dark: bool = False,
    height: int = 480,
) -> go.Figure:
    """Every class at one alpha, upwards, against another, across; equal along the diagonal.

    Args:
        table: from `breakdown.per_class`.
        alpha, versus: its two mixing coefficients.
        metric: that is drawn.
        dark: the scheme.
        height: pixels; the width follows the container.
    """
    known = table.dropna(subset=[metric, f"compared_{metric}"])
    if known.empty:
        return message_figure("No class of this set has an image.", dark)
    colours = palette(dark)
    figure = plain(height, dark, l=52, r=20)
    ticks = {"tickvals": [0, 0.25, 0.5, 0.75, 1], "range": list(_SPAN)}
    texts = ["0", "25", "50", "75", f"100{THIN}%"]
    figure.update_xaxes(ticktext=texts, **ticks)
    figure.update_yaxes(ticktext=texts, **ticks)
    figure.add_scatter(
        x=[0, 1], y=[0, 1], mode="lines", hoverinfo="skip", line={"width": 1, "color": colours.mark}
    )
    change, clear = known[f"{metric}_change"].to_numpy(), known[f"{metric}_clear"].to_numpy()
    told = _told(metric)
    # Numbers, not sentences: of a thousand classes they weigh a tenth.
    for which, colour, symbol in (
        (~clear, colours.mark, "circle-open"),
        (clear & (change > 0), colours.gain, "square"),
        (clear & (change < 0), colours.loss, "circle"),
    ):
        part = known.loc[which]
        figure.add_scatter(
            x=part[f"compared_{metric}"],
            y=part[metric],
            mode="markers",
            marker={"size": 8, "color": colour, "symbol": symbol},
            cliponaxis=False,
            text=[name(each, 60) for each in part["class"]],
            customdata=np.column_stack(
                [part["count"], np.round(100 * part[told].to_numpy(), 1)]
            ).astype(np.float32),
            hovertemplate="<b>%{text}</b>, %{customdata[0]:,d} images<br>"
            f"α {coefficient(alpha)} <b>%{{customdata[1]:.1f}}{THIN}%</b> "
            "(%{customdata[2]:.1f}–%{customdata[3]:.1f})<br>"
            f"α {coefficient(versus)} %{{customdata[4]:.1f}}{THIN}%<br>"
            f"<b>%{{customdata[5]:+.1f}}{THIN}pp</b><extra></extra>",
        )
    _name_classes(figure, known, metric, height - 116, dark)
    upwards(figure, f"At α {coefficient(alpha)}")
    across(figure, f"At α {coefficient(versus)}")
    return figure


def _told(metric: Metric) -> list[str]:
    """The shares that are told of a class on hovering."""
    own = [metric, f"{metric}_low", f"{metric}_high"]
    return [*own, f"compared_{metric}", f"{metric}_change"]


def _name_classes(
    figure: go.Figure, table: pd.DataFrame, metric: Metric, height: float, dark: bool
) -> None:
    """The names of the classes that clearly change, as far as there is room for them."""
    points_at = table[[f"compared_{metric}", metric]].to_numpy()
    shares = (points_at - _SPAN[0]) / (_SPAN[1] - _SPAN[0])
    change, clear = table[f"{metric}_change"].to_numpy(), table[f"{metric}_clear"].to_numpy()
    order = np.argsort(-np.abs(change), kind="stable")
    labels = [
        Label(
            text=name(table["class"].iloc[at]),
            at=(float(shares[at, 0]), float(shares[at, 1])),
            colour=palette(dark).ink,
            towards=(-1.0, 0.0) if change[at] > 0 else (1.0, 0.0),
            optional=True,
        )
        for at in [each for each in order.tolist() if clear[each]][:_NAMED]
    ]
    obstacles = np.column_stack([shares, np.full(len(shares), 20)])
    write_labels(figure, labels, obstacles, height, x=_SPAN, y=_SPAN, dark=dark)


def worst_class_figure(
    counts: ClassCounts,
    class_names: tuple[str, ...],
    *,
    alpha: float,
    dark: bool = False,
    height: int = 480,
) -> go.Figure:
    """The accuracy of the worst class along alpha, with its 95 % interval.

    Args:
        counts: of a set.
        class_names: readable names [C] by class id.
        alpha: a mixing coefficient to point out.
        dark: the scheme.
        height: pixels; the width follows the container.
    """
    if not len(counts.class_ids):
        return message_figure("No class of this set has an image.", dark)
    colours = palette(dark)
    column, accuracy, bounds = counts.worst()
    named = [class_names[counts.class_ids[each]] for each in column]
    figure = plain(height, dark, l=52, r=28)
    alphas = counts.alphas
    band(figure, alphas, bounds, colours.ink)
    figure.add_scatter(
        x=alphas,
        y=accuracy,
        mode="lines",
        line={"width": 3, "color": colours.ink},
        text=[
            f"<b>{percent(value)}</b> ({interval(*ends)})<br>α {coefficient(at)}: {name(each, 60)}"
            for value, ends, at, each in zip(accuracy, bounds, alphas, named, strict=True)
        ],
        hovertemplate="%{text}<extra></extra>",
    )
    at = int(np.abs(alphas - alpha).argmin())
    alpha_rules(figure, alpha, None, dark, layer="below")
    alpha_marks(figure, float(alphas[at]), accuracy[at], True, dark)
    late = at > len(alphas) / 2
    # Over the band, where no line runs.
    figure.add_annotation(
        x=alphas[at],
        y=bounds[at, 1],
        text=f"<b>{name(named[at])}</b> {percent(accuracy[at])}",
        showarrow=False,
        yshift=14,
        xshift=-8 if late else 8,
        xanchor="right" if late else "left",
    )
    alpha_axis(figure, alphas, dark)
    percent_axis(figure, 0.0, min(1.0, float(bounds.max()) * 1.1 + 0.02))
    upwards(figure, "Correct, worst class")
    return figure
