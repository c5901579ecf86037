"""Flips along alpha: images fixed above the axis, images broken below it; curves of sets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from wiseft.charts.along import Curve, alpha_axis, names_at_the_end, room_for_names, upwards
from wiseft.charts.plane import circle
from wiseft.charts.template import message_figure, template
from wiseft.charts.text import name
from wiseft.diversity import Overrides
from wiseft.flips import Flips
from wiseft.frontier import Frontier
from wiseft.palette import palette
from wiseft.scales import ticks
from wiseft.text import THIN, coefficient, number_of, percent

_MARGIN = {"l": 60, "t": 52, "b": 64, "r": 84}


def steps_figure(
    alphas: NDArray[np.float64],
    steps: Flips,
    *,
    alpha: float | None = None,
    versus: float | None = None,
    dark: bool = False,
    height: int = 320,
) -> go.Figure:
    """How many images each step along alpha fixes and breaks.

    The area of a bar is its number of images: where steps differ in width, heights are scaled to
    the commonest width.

    Args:
        alphas: mixing coefficients [A].
        steps: flips from each to the next [A - 1].
        alpha, versus: to point out.
        dark: the scheme.
        height: pixels; the width follows the container.
    """
    if len(alphas) < 2 or not steps.count:
        return message_figure("There are no steps: one alpha, or no images.", dark)
    width = np.diff(alphas)
    usual = float(np.median(width))
    told = [
        f"α {coefficient(a)} to {coefficient(b)}: <b>{fixed:,}</b> fixed, <b>{broken:,}</b> broken"
        for a, b, fixed, broken in zip(
            alphas[:-1], alphas[1:], steps.fixed, steps.broken, strict=True
        )
    ]
    figure = _plain(height, dark)
    colours = palette(dark)
    for counts, colour in ((steps.fixed, colours.gain), (-steps.broken, colours.loss)):
        figure.add_bar(
            x=(alphas[:-1] + alphas[1:]) / 2,
            y=counts * usual / width,
            width=width * 0.8,
            marker={"color": colour, "line": {"width": 0}},
            customdata=told,
            hovertemplate="%{customdata}<extra></extra>",
        )
    figure.update_layout(barmode="relative")
    _balance(figure, alphas, f"Images fixed per {usual:g} of α", "broken", dark)
    _rules(figure, alpha, versus, dark)
    return figure


def cumulative_figure(
    alphas: NDArray[np.float64],
    flips: Flips,
    *,
    alpha: float,
    versus: float,
    dark: bool = False,
    height: int = 320,
) -> go.Figure:
    """How many images every alpha fixes and breaks against `versus`, and what remains of both.

    Args:
        alphas: mixing coefficients [A].
        flips: against `versus` [A].
        alpha, versus: two of the alphas.
        dark: the scheme.
        height: pixels; the width follows the container.
    """
    if len(alphas) < 2 or not flips.count:
        return message_figure("There is nothing to compare: one alpha, or no images.", dark)
    colours = palette(dark)
    figure = _plain(height, dark)
    net = flips.fixed - flips.broken
    for counts, colour in ((flips.fixed, colours.gain), (-flips.broken, colours.loss)):
        figure.add_scatter(
            x=alphas,
            y=counts,
            mode="lines",
            line={"width": 1, "color": colour},
            fill="tozeroy",
            fillcolor=colour,
            opacity=0.85,
            hoverinfo="skip",
        )
    figure.add_scatter(
        x=alphas,
        y=net,
        mode="lines",
        line={"width": 2.5, "color": colours.ink},
        text=[
            f"α {coefficient(at)} against {coefficient(versus)}: <b>{fixed:,}</b> fixed, "
            f"<b>{broken:,}</b> broken"
            for at, fixed, broken in zip(alphas, flips.fixed, flips.broken, strict=True)
        ],
        hovertemplate="%{text}<extra></extra>",
    )
    at = int(np.abs(alphas - alpha).argmin())
    figure.add_scatter(
        x=[alphas[at]],
        y=[net[at]],
        mode="markers",
        marker={"size": 14, **circle(float(alphas[at]), True, dark, width=1.75)},
        hoverinfo="skip",
        cliponaxis=False,
    )
    figure.add_annotation(
        text="fixed less<br>broken",
        x=alphas[-1],
        y=net[-1],
        xanchor="left",
        xshift=8,
        align="left",
        showarrow=False,
        font={"size": 13, "weight": 600},
    )
    words = f"Images fixed against α {coefficient(versus)}"
    _balance(figure, alphas, words, "broken", dark)
    _rules(figure, alpha, versus, dark)
    return figure


def overrides_figure(
    alphas: NDArray[np.float64], found: Overrides, *, alpha: float, dark: bool = False
) -> go.Figure:
    """Of the images on which the two ends disagree, whose prediction every alpha follows."""
    if not found.disagreements or len(alphas) < 2:
        return message_figure("The two ends predict the same class for every image.", dark)
    colours = palette(dark)
    figure = _plain(320, dark)
    figure.update_layout(margin=_MARGIN | {"r": 104})
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
    words = _inside | {"font": {"color": colours.paper, "weight": 600}}
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
    _rules(figure, alpha, None, dark)
    return figure


_inside = {
    "xref": "paper",
    "yref": "paper",
    "showarrow": False,
}
"""Words on a filled ground."""


def set_curves_figure(
    frontier: Frontier,
    values: Mapping[str, NDArray[np.float64]],
    title: str,
    *,
    chosen: str,
    alpha: float,
    versus: float,
    dark: bool = False,
    height: int = 360,
) -> go.Figure:
    """A share of every set along alpha; the chosen set is drawn heavy.

    Args:
        frontier: knows sets and alphas.
        values: by the name of a set, shares [A]; NaN where there is none.
        title: of the vertical axis.
        chosen: name of a set.
        alpha, versus: to point out.
        dark: the scheme.
        height: pixels; the width follows the container.
    """
    drawn = {key: each for key, each in values.items() if np.isfinite(each).any()}
    if not drawn:
        return message_figure("None of the sets has an image.", dark)
    curves = [
        Curve(
            title=name(frontier.title(key)),
            values=each,
            colour=_set_colour(frontier, key, chosen, dark),
            heavy=key == chosen,
        )
        for key, each in sorted(drawn.items(), key=lambda pair: pair[0] == chosen)
    ]
    return curves_figure(
        frontier.alphas,
        frontier.exact,
        curves,
        title,
        alpha=alpha,
        versus=versus,
        dark=dark,
        height=height,
    )


def curves_figure(
    alphas: NDArray[np.float64],
    exact: NDArray[np.bool_],
    curves: Sequence[Curve],
    title: str,
    *,
    alpha: float,
    versus: float,
    dark: bool = False,
    height: int = 360,
) -> go.Figure:
    """Shares along alpha, each named where it ends, or begins where all end alike.

    Args:
        alphas: mixing coefficients [A], and which of them were evaluated, `exact` [A].
        curves: at least one; a heavy one has a circle at `alpha`.
        title: of the vertical axis.
        alpha, versus: two of the alphas.
        dark: the scheme.
        height: pixels; the width follows the container.
    """
    figure = _plain(height, dark)
    figure.update_layout(margin=_MARGIN | {"r": room_for_names(curves)}, hovermode="x unified")
    for each in curves:
        figure.add_scatter(
            x=alphas,
            y=each.values,
            mode="lines" if len(alphas) > 1 else "markers",
            line={"width": 3 if each.heavy else 1.5, "color": each.colour},
            text=[f"<b>{percent(value)}</b> {each.title}" for value in each.values],
            hovertemplate="%{text}<extra></extra>",
        )
    at = int(np.abs(alphas - alpha).argmin())
    for each in curves:
        if each.heavy:
            figure.add_scatter(
                x=[alpha],
                y=[each.values[at]],
                mode="markers",
                marker={"size": 14, **circle(alpha, bool(exact[at]), dark, width=1.75)},
                hoverinfo="skip",
            )
    top = max(float(np.nanmax(each.values)) for each in curves) * 1.08 or 0.01
    alpha_axis(figure, alphas, dark)
    at_ticks = ticks(0.0, top, "linear")
    texts = [f"{100 * fraction:g}" for fraction in at_ticks]
    figure.update_yaxes(
        range=[0, top],
        tickvals=at_ticks,
        ticktext=[*texts[:-1], *(f"{text}{THIN}%" for text in texts[-1:])],
    )
    upwards(figure, title)
    _rules(figure, alpha, versus, dark)
    area = height - _MARGIN["t"] - _MARGIN["b"]
    last = np.array([each.values[-1] for each in curves])
    at_start = bool(np.nanmax(last) - np.nanmin(last) < 0.01 * top)
    if at_start:
        figure.update_layout(margin=_MARGIN | {"l": room_for_names(curves), "r": 52})
        figure.update_yaxes(side="right")
    edge = float(alphas[0 if at_start else -1])
    names_at_the_end(figure, edge, curves, (0.0, top), area, dark, start=at_start)
    return figure


def _set_colour(frontier: Frontier, set_name: str, chosen: str, dark: bool) -> str:
    colours = palette(dark)
    if set_name == chosen:
        return colours.ink
    shifts: Sequence[str] = frontier.shifts
    if set_name in shifts:
        return colours.shifts[shifts.index(set_name) % len(colours.shifts)]
    return colours.mark


def _plain(height: int, dark: bool) -> go.Figure:
    return go.Figure(layout={"template": template(dark), "height": height, "margin": _MARGIN})


def _balance(
    figure: go.Figure, alphas: NDArray[np.float64], above: str, below: str, dark: bool
) -> None:
    """A vertical axis with zero in the middle of what is gained and lost."""
    colours = palette(dark)
    alpha_axis(figure, alphas, dark)
    figure.add_hline(0, line={"width": 1, "color": colours.ink})
    figure.update_yaxes(tickformat=",d")
    upwards(figure, above)
    figure.add_annotation(
        text=f"↓ {below}",
        x=0,
        y=0,
        xref="paper",
        yref="paper",
        xanchor="left",
        yanchor="top",
        xshift=-44,
        yshift=-42,
        showarrow=False,
        font={"weight": 600},
    )


def _rules(figure: go.Figure, alpha: float | None, versus: float | None, dark: bool) -> None:
    """A rule at the alpha in hand, and a dotted one at the compared alpha."""
    colours = palette(dark)
    for at, dash in ((versus, "dot"), (alpha, "solid")):
        if at is not None:
            figure.add_vline(at, line={"width": 1, "color": colours.ink, "dash": dash})
    if alpha is not None:
        figure.add_annotation(
            text=f"α {coefficient(alpha)}",
            x=alpha,
            y=1,
            yref="paper",
            yanchor="bottom",
            showarrow=False,
            font={"size": 14, "weight": 600},
        )
