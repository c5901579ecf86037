"""Effective robustness along alpha: what standard models of the same accuracy do not have."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from wiseft.charts.axes import across, upwards
from wiseft.charts.labels import spread, text_width
from wiseft.charts.published import NOTHING_CHOSEN, check_measured
from wiseft.charts.template import message_figure, template
from wiseft.charts.text import name
from wiseft.frontier import MEAN
from wiseft.palette import palette
from wiseft.published import PublishedSweep
from wiseft.robustness import effective_robustness
from wiseft.standard_models import StandardModels
from wiseft.text import THIN, points

_LEADER = 20
"""Pixels between the end of a line and its name."""

_ROW = 18
"""Pixels from one name to the next."""

_MARGIN = {"l": 52, "t": 52, "b": 64}


def effective_robustness_figure(
    sweeps: Sequence[PublishedSweep],
    standard: StandardModels,
    *,
    shift: str = MEAN,
    dark: bool = False,
    height: int = 420,
) -> go.Figure:
    """Effective robustness of every sweep along alpha, in percentage points.

    The grey band holds the middle 95 % of the standard models themselves.

    Args:
        sweeps: fine-tuned on ImageNet, all measured on `shift`.
        standard: the models that the baseline is fitted to.
        shift: of ImageNet, or `MEAN` of all five.
        dark: the scheme.
        height: pixels; the width follows the container.

    Raises:
        UnknownName: where a sweep was not measured on `shift`.
    """
    if not sweeps:
        return message_figure(NOTHING_CHOSEN, dark)
    check_measured(sweeps, shift)
    baseline, models = standard.baseline(shift), standard.on(shift)
    own = 100 * effective_robustness(models.reference, models.shift, baseline)
    band = np.quantile(own, [0.025, 0.975])
    curves = [
        100
        * effective_robustness(
            each.frontier.curve(each.frontier.reference), each.frontier.curve(shift), baseline
        )
        for each in sweeps
    ]
    shown = np.concatenate([*curves, band])
    low, high = float(shown.min()), float(shown.max())
    low, high = low - 0.06 * (high - low), high + 0.06 * (high - low)
    titles = [name(each.title, 60) for each in sweeps]
    right = _LEADER + 12 + round(max(text_width(title, 14) for title in titles))
    figure = go.Figure(
        layout={
            "template": template(dark),
            "height": height,
            "margin": _MARGIN | {"r": right},
            "hovermode": "x unified",
            "uirevision": shift,
        }
    )
    _axes(figure, low, high, dark)
    _standard(figure, band, dark)
    for each, title, curve in zip(sweeps, titles, curves, strict=True):
        _line(figure, each.frontier.alphas, curve, title, dark)
    _ends(figure, curves, dark)
    _names(figure, curves, titles, low, high, height - _MARGIN["t"] - _MARGIN["b"], dark)
    return figure


def _axes(figure: go.Figure, low: float, high: float, dark: bool) -> None:
    colours = palette(dark)
    ends = {
        0: f'<br><b style="color:{colours.zeroshot}">zero-shot</b>',
        10: f'<br><b style="color:{colours.finetuned}">fine-tuned</b>',
    }
    tenths = range(0, 11, 2)
    figure.update_xaxes(
        range=[-0.02, 1.02],
        tickvals=[tenth / 10 for tenth in tenths],
        ticktext=[f"{tenth / 10:g}{ends.get(tenth, '')}" for tenth in tenths],
        hoverformat=".4~f",
    )
    figure.update_yaxes(
        range=[low, high], nticks=8, ticksuffix=f"{THIN}pp", showticksuffix="last", tickformat="~f"
    )
    upwards(figure, "Effective robustness")
    across(figure, "Mixing coefficient α", below=42)


def _standard(figure: go.Figure, band: NDArray[np.float64], dark: bool) -> None:
    """Where the standard models themselves are, and zero, which their line stands for."""
    colours = palette(dark)
    figure.add_hrect(
        float(band[0]),
        float(band[1]),
        fillcolor=colours.mark,
        opacity=0.16,
        line_width=0,
        layer="below",
        annotation_text="standard models",
        annotation_position="bottom left",
        annotation_font={"color": colours.muted},
    )
    figure.add_hline(0, line={"width": 1.5, "color": colours.mark}, layer="below")


def _line(
    figure: go.Figure,
    alphas: NDArray[np.float64],
    curve: NDArray[np.float64],
    title: str,
    dark: bool,
) -> None:
    """A grey line through points in the colours of their alphas."""
    colours = palette(dark)
    figure.add_scatter(
        x=alphas,
        y=curve,
        name=title,
        mode="lines+markers",
        line={"width": 1.5, "color": colours.mark},
        marker={"size": 7, "color": [colours.ramp(alpha) for alpha in alphas], "opacity": 1},
        text=[f"<b>{points(value / 100)}{THIN}pp</b> {title}" for value in curve],
        hovertemplate="%{text}<extra></extra>",
    )


def _ends(figure: go.Figure, curves: Sequence[NDArray[np.float64]], dark: bool) -> None:
    """The star and the diamond on every line."""
    colours = palette(dark)
    for alpha, index, symbol, size, colour in (
        (0, 0, "star", 14, colours.zeroshot),
        (1, -1, "diamond", 12, colours.finetuned),
    ):
        figure.add_scatter(
            x=[alpha] * len(curves),
            y=[curve[index] for curve in curves],
            mode="markers",
            marker={"symbol": symbol, "size": size, "color": colour, "opacity": 1},
            hoverinfo="skip",
            cliponaxis=False,
        )


def _names(
    figure: go.Figure,
    curves: Sequence[NDArray[np.float64]],
    titles: Sequence[str],
    low: float,
    high: float,
    height: float,
    dark: bool,
) -> None:
    """The name of every sweep at its end, moved apart where they would touch, with leaders."""
    ends = np.array([curve[-1] for curve in curves])
    wanted = (ends - low) / (high - low) * height
    places = spread(wanted, _ROW, 0, height)
    for title, end, start, stand in zip(titles, ends, wanted, places, strict=True):
        figure.add_annotation(
            text=title,
            x=1,
            y=end,
            ax=_LEADER,
            ay=start - stand,
            xanchor="left",
            yanchor="middle",
            align="left",
            standoff=8,
            arrowhead=0,
            arrowwidth=1,
            arrowcolor=palette(dark).mark,
        )
