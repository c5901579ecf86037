"""Accuracy in distribution against accuracy under shift, along alpha."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike

from wiseft.charts.beside import check_comparable, draw_beside, planes_beside
from wiseft.charts.callouts import add_callouts
from wiseft.charts.plane import MANY, Plane, circle, evaluated_marks, hover, set_axis
from wiseft.charts.template import message_figure, template
from wiseft.charts.text import name
from wiseft.errors import UnknownName
from wiseft.frontier import MEAN, WORST, Frontier
from wiseft.palette import palette
from wiseft.scales import Axes

_PIECES = 20
"""Colours of the curve from zero-shot to fine-tuned."""

_MARGIN = {"l": 52, "r": 20, "t": 52, "b": 64}


def frontier_figure(
    frontier: Frontier,
    *,
    shift: str = MEAN,
    alpha: float | None = None,
    axes: Axes = "logit",
    beside: Mapping[str, Frontier] | None = None,
    dark: bool = False,
    height: int = 540,
) -> go.Figure:
    """The frontier of one run, and of others beside it.

    Evaluated alphas are points on the curve, small where they are many, and left out where all of
    many are; it joins them and what was interpolated between them by straight pieces, dashed
    beyond 0 and 1. An accuracy of 0 or 100 %, which logit and probit axes cannot show, is drawn
    half an image away from it (`scales.position`), and printed as it is.

    Args:
        frontier: what the run measured.
        shift: the set on the vertical axis, `MEAN` or `WORST`; a shift with a subset of the
            classes is held against the reference images of the same classes.
        alpha: a mixing coefficient of the frontier to point out, with its 95 % cross.
        axes: how both axes spread accuracies.
        beside: other runs on the same test sets by their titles, each a thin line.
        dark: the scheme.
        height: pixels; the width follows the container.

    Raises:
        Incompatible: where a run beside it was measured on other sets.
        Invalid: where `alpha` has not been evaluated.
        UnknownName: where the frontier has no such shift.
    """
    if not frontier.shifts:
        return message_figure("This run has no shift to hold against its reference set.", dark)
    chosen = None if alpha is None else frontier.index(alpha)
    figure = go.Figure(
        layout={
            "template": template(dark),
            "height": height,
            "margin": _MARGIN,
            "uirevision": f"{frontier.run} {shift} {axes}",
        }
    )
    draw_frontier(
        figure,
        frontier,
        shift=shift,
        axes=axes,
        height=height - _MARGIN["t"] - _MARGIN["b"],
        crosses=[] if chosen is None else [chosen],
        chosen=chosen,
        beside=beside,
        dark=dark,
    )
    return figure


def known_shift(frontier: Frontier, shift: str) -> str:
    """`shift`, or for a summary of a single one that one.

    Raises `UnknownName` where the frontier has no such shift.
    """
    summaries = (MEAN, WORST)
    if shift in summaries and len(frontier.shifts) == 1:
        return frontier.shifts[0]
    if shift not in (*summaries, *frontier.shifts):
        raise UnknownName("shift", shift, (*summaries, *frontier.shifts))
    return shift


def draw_frontier(
    figure: go.Figure,
    frontier: Frontier,
    *,
    shift: str,
    axes: Axes,
    height: float,
    crosses: Sequence[int],
    chosen: int | None = None,
    beside: Mapping[str, Frontier] | None = None,
    dark: bool = False,
) -> Plane:
    """Draw a frontier on the first pair of axes of `figure`.

    Args:
        figure: is drawn on.
        frontier: what the run measured; has shifts.
        shift, axes, beside, dark: as for `frontier_figure`.
        height: of the plot area in pixels.
        crosses: indices of the alphas whose 95 % intervals must have room.
        chosen: index of the alpha to point out, or None.

    Raises:
        Incompatible: where a run beside it was measured on other sets.
        UnknownName: where the frontier has no such shift.
    """
    shift = known_shift(frontier, shift)
    beside = beside or {}
    check_comparable(frontier, beside)
    reference = frontier.reference_for(shift)
    plane = Plane(
        figure=figure,
        alphas=frontier.alphas,
        exact=frontier.exact,
        x=set_axis(frontier, reference, axes, crosses, beside.values()),
        y=set_axis(frontier, shift, axes, crosses, beside.values()),
        chosen=chosen,
        dark=dark,
    )
    among = f"of {len(frontier.shifts)} sets"
    summaries = {MEAN: f"mean {among}", WORST: f"worst {among}"}
    _axes(
        plane,
        "Correct in distribution" + (", same classes" if reference != frontier.reference else ""),
        "Correct under shift, " + summaries.get(shift, name(plane.y.title, 30)),
    )
    _guides(plane)
    others = planes_beside(plane, shift, frontier, beside)
    names = draw_beside(others)
    _curve(plane)
    _marks(plane)
    add_callouts(plane, height, names, [*others.values()])
    return plane


def _axes(plane: Plane, across: str, upwards: str) -> None:
    """Ticks in per cent, titles with arrows, and the accuracies of the chosen alpha in bold."""
    figure, x, y, chosen = plane.figure, plane.x, plane.y, plane.chosen
    figure.update_xaxes(x.ticks(most=11, unit_at=0, chosen=chosen, clear=0.065))
    figure.update_yaxes(y.ticks(most=8, unit_at=-1, chosen=chosen, clear=0.045))
    area = {"xref": "x domain", "yref": "y domain", "showarrow": False}
    bold = {"font": {"weight": 600}}
    above = {"x": 0, "y": 1, "xanchor": "left", "yanchor": "bottom", "xshift": -44, "yshift": 16}
    below = {"x": 1, "y": 0, "xanchor": "right", "yanchor": "top", "yshift": -34}
    figure.add_annotation(area | bold | above, text=f"↑ {upwards}", align="left")
    figure.add_annotation(area | bold | below, text=f"{across} →", align="right")
    if chosen is not None:
        left = {"xref": "x domain", "x": 0, "xanchor": "right", "y": y.at[chosen], "align": "right"}
        under = {"yref": "y domain", "y": 0, "yanchor": "top", "x": x.at[chosen], "yshift": -7}
        figure.add_annotation(bold | left, text=f"{100 * y.values[chosen]:.1f}", showarrow=False)
        figure.add_annotation(bold | under, text=f"{100 * x.values[chosen]:.1f}", showarrow=False)


def _guides(plane: Plane) -> None:
    """The chord between the ends, y = x, and drop lines from the chosen alpha to the axes."""
    colours = palette(plane.dark)
    x, y = plane.x, plane.y
    dotted = {"width": 1, "dash": "dot", "color": colours.mark}
    zeroshot, finetuned = plane.end(0), plane.end(1)
    if zeroshot is not None and finetuned is not None:
        ends = [zeroshot, finetuned]
        _line(plane, x.at[ends], y.at[ends], dotted)
    diagonal = plane.diagonal()
    if diagonal is not None:
        _line(plane, diagonal, diagonal, {"width": 1, "dash": "dash", "color": colours.mark})
    if plane.chosen is not None:
        here_x, here_y = x.at[plane.chosen], y.at[plane.chosen]
        dropped = dotted | {"color": colours.muted}
        _line(plane, [x.low, here_x, here_x], [here_y, here_y, y.low], dropped)


def _curve(plane: Plane) -> None:
    """The curve in pieces of one colour each; every alpha tells of itself, evaluated ones show."""
    colours, alphas = palette(plane.dark), plane.alphas
    whole = np.arange(np.ceil(_PIECES * alphas[0]), _PIECES * alphas[-1]) / _PIECES
    edges = np.unique([alphas[0], *whole, alphas[-1]])
    for low, high in pairwise(edges):
        at = [low, *alphas[(low < alphas) & (alphas < high)], high]
        _line(
            plane,
            np.interp(at, alphas, plane.x.at),
            np.interp(at, alphas, plane.y.at),
            {
                "width": 3.5,
                "color": colours.ramp((low + high) / 2),
                "dash": "solid" if low >= 0 and high <= 1 else "2px,3px",
            },
        )
    marks = evaluated_marks(plane.exact)
    ramp = [colours.ramp(alpha) for alpha in alphas]
    points = {"size": 8, "line": {"width": 1.75, "color": ramp}}
    cuts = {"size": 3, "line": {"width": 0}}
    plane.figure.add_scatter(
        x=plane.x.at,
        y=plane.y.at,
        mode="markers",
        marker={
            "color": colours.paper,
            "opacity": marks.astype(float),
            **(points if marks.sum() <= MANY else cuts),
        },
        text=[hover(plane, index) for index in range(len(plane.alphas))],
        hovertemplate="%{text}<extra></extra>",
    )


def _marks(plane: Plane) -> None:
    """The chosen alpha with its cross, the star and the diamond."""
    colours = palette(plane.dark)
    if plane.chosen is not None:
        at_x, at_y = plane.x.at[plane.chosen], plane.y.at[plane.chosen]
        ink = {"width": 2, "color": colours.ink}
        _line(plane, plane.x.bounds_at[plane.chosen], [at_y, at_y], ink)
        _line(plane, [at_x, at_x], plane.y.bounds_at[plane.chosen], ink)
        alpha, evaluated = plane.alphas[plane.chosen], plane.exact[plane.chosen]
        look = circle(alpha, evaluated, plane.dark)
        _mark(plane, plane.chosen, symbol="circle", size=22, **look)
    outline = {"width": 1.5, "color": colours.paper}
    for index, symbol, size, colour in (
        (plane.end(0), "star", 18, colours.zeroshot),
        (plane.end(1), "diamond", 16, colours.finetuned),
    ):
        if index is not None:
            _mark(plane, index, symbol=symbol, size=size, color=colour, line=outline)


def _line(plane: Plane, x: ArrayLike, y: ArrayLike, style: dict[str, Any]) -> None:
    """A line that nothing is told about on hovering."""
    plane.figure.add_scatter(x=x, y=y, mode="lines", line=style, hoverinfo="skip")


def _mark(plane: Plane, index: int, **style: Any) -> None:
    """A mark on an alpha; its point below answers to hovering."""
    plane.figure.add_scatter(
        x=[plane.x.at[index]],
        y=[plane.y.at[index]],
        mode="markers",
        marker=style,
        hoverinfo="skip",
        cliponaxis=False,
    )
