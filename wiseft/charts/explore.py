"""The frontier with a slider of its own, for notebooks and reports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go

from wiseft.charts.frontier import draw_frontier, known_shift
from wiseft.charts.plane import Plane, circle
from wiseft.charts.set_rows import draw_set_rows
from wiseft.charts.slider import BELOW, HEIGHT, Moving, add_slider
from wiseft.charts.template import template
from wiseft.charts.text import name
from wiseft.frontier import MEAN, WORST, Frontier
from wiseft.palette import SERIF, palette
from wiseft.scales import Axes
from wiseft.text import THIN, coefficient, percent

_MARGIN = {"l": 52, "r": 40, "t": 36, "b": BELOW}

_SENTENCE = 72
"""Pixels for the two lines above."""

_HEADS = 44
"""Pixels between them and the panels."""

_AXIS = 72
"""Pixels between the panels and the slider, for the ticks and titles of the axes."""

_LEFT = 0.54
"""Share of the width for the frontier; the rest is for the sets."""

_START = 0.5
"""Where the slider stands first, or as near as can be: half-way, as the paper recommends."""


def explore_figure(
    frontier: Frontier,
    *,
    shift: str = MEAN,
    alpha: float | None = None,
    axes: Axes = "logit",
    beside: Mapping[str, Frontier] | None = None,
    dark: bool = False,
    height: int = 700,
) -> go.Figure:
    """The frontier of one run, every set of it, and a slider that goes through all alphas.

    The current alpha is a circle, filled where it was evaluated and hollow where it was
    interpolated, with its 95 % cross; a sentence above says both accuracies. Without shifts the
    sets stand alone. Write it to HTML with `auto_play=False`, or it runs through its frames.

    Args:
        frontier: what the run measured.
        shift: the set on the vertical axis, `MEAN` or `WORST`, as for `frontier_figure`.
        alpha: where the slider starts; as near to 0.5 as can be where None.
        axes: how both axes of the frontier spread accuracies.
        beside: other runs on the same test sets by their titles, each a thin line.
        dark: the scheme.
        height: pixels; the width follows the container.

    Raises:
        Incompatible: where a run beside it was measured on other sets.
        Invalid: where `alpha` is not among those of the frontier.
        UnknownName: where the frontier has no such shift.
    """
    start = int(np.abs(frontier.alphas - _START).argmin())
    if alpha is not None:
        start = frontier.index(alpha)
    figure = go.Figure(
        layout={
            "template": template(dark),
            "height": height,
            "margin": _MARGIN,
            "uirevision": f"{frontier.run} {shift} {axes}",
        }
    )
    area = height - _MARGIN["t"] - _MARGIN["b"]
    panels = (HEIGHT + _AXIS) / area, 1 - (_SENTENCE + _HEADS) / area
    tall = area * (panels[1] - panels[0])
    moving = []
    if frontier.shifts:
        shift = known_shift(frontier, shift)
        figure.update_layout(xaxis_domain=[0, _LEFT], yaxis_domain=panels)
        plane = draw_frontier(
            figure,
            frontier,
            shift=shift,
            axes=axes,
            height=tall,
            crosses=range(len(frontier.alphas)),
            beside=beside,
            dark=dark,
        )
        moving += _current(plane)
    left = _LEFT if frontier.shifts else 0.0
    moving += draw_set_rows(figure, frontier, left=left, upwards=panels, height=tall, dark=dark)
    moving += _sentence(figure, frontier, shift, 1 - _SENTENCE / area, dark)
    add_slider(figure, moving, frontier.alphas, frontier.exact, start, area=area, dark=dark)
    return figure


def _current(plane: Plane) -> list[Moving]:
    """Drop lines, and the circle with its 95 % cross."""
    colours = palette(plane.dark)
    x, y = plane.x, plane.y

    def drops(index: int) -> dict[str, Any]:
        across, upwards = float(x.at[index]), float(y.at[index])
        return {"x": [x.low, across, across], "y": [upwards, upwards, y.low]}

    def here(index: int) -> dict[str, Any]:
        return {
            "x": [float(x.at[index])],
            "y": [float(y.at[index])],
            "error_x": _arms(x.at[index], x.bounds_at[index]),
            "error_y": _arms(y.at[index], y.bounds_at[index]),
            "marker": circle(plane.alphas[index], plane.exact[index], plane.dark),
        }

    dotted = {"width": 1, "dash": "dot", "color": colours.muted}
    arms = {"type": "data", "symmetric": False, "thickness": 2, "width": 0, "color": colours.ink}
    return [
        Moving("drop lines", {"mode": "lines", "line": dotted, "hoverinfo": "skip"}, drops),
        Moving(
            "current alpha",
            {
                "mode": "markers",
                "marker": {"size": 22},
                "error_x": arms,
                "error_y": arms,
                "hoverinfo": "skip",
                "cliponaxis": False,
            },
            here,
        ),
    ]


def _arms(at: float, bounds: np.ndarray) -> dict[str, Any]:
    return {"array": [float(bounds[1] - at)], "arrayminus": [float(at - bounds[0])]}


def _sentence(
    figure: go.Figure, frontier: Frontier, shift: str, bottom: float, dark: bool
) -> list[Moving]:
    """What the model at the current alpha is correct on, and below it how that is known.

    Frames cannot change a title without a redraw, so these are texts on axes of their own.
    """
    figure.update_layout(
        xaxis4={"domain": [0, 1], "anchor": "y4", "range": [0, 1], "visible": False},
        yaxis4={"domain": [bottom, 1], "anchor": "x4", "range": [-_SENTENCE, 0], "visible": False},
        xaxis4_fixedrange=True,
        yaxis4_fixedrange=True,
    )
    colours = palette(dark)
    reference = frontier.reference_for(shift)
    same = "" if reference == frontier.reference else ", same classes,"
    everywhere = len(frontier.alphas)
    said = [(frontier.curve(reference), [f"in distribution{same}"] * everywhere)]
    if frontier.shifts:
        said.append((frontier.curve(shift), _under_shift(frontier, shift)))
    worst = max((each.accuracy for each in frontier.deviation.values()), default=None)
    doubt = "" if worst is None else f"; at most {100 * worst:.2f}{THIN}pp off where it was checked"

    def finding(index: int) -> dict[str, Any]:
        alpha = float(frontier.alphas[index])
        at = f'<b style="color:{colours.ramp(alpha)}">{coefficient(alpha)}</b>'
        correct = " and on ".join(
            f"<b>{percent(curve[index])}</b> {where[index]}" for curve, where in said
        )
        return {"text": [f"At alpha {at} this model is correct on {correct}."]}

    def source(index: int) -> dict[str, Any]:
        return {"text": ["Evaluated." if frontier.exact[index] else f"Interpolated{doubt}."]}

    line: dict[str, Any] = {
        "x": [0],
        "xaxis": "x4",
        "yaxis": "y4",
        "mode": "text",
        "textposition": "bottom right",
        "hoverinfo": "skip",
        "cliponaxis": False,
    }
    return [
        Moving("finding", line | {"y": [0], "textfont": {"size": 22, "family": SERIF}}, finding),
        Moving(
            "source", line | {"y": [-34], "textfont": {"size": 14, "color": colours.muted}}, source
        ),
    ]


def _under_shift(frontier: Frontier, shift: str) -> list[str]:
    """Words for the shift on the vertical axis at each alpha [A]."""
    if shift == MEAN:
        return ["under shift"] * len(frontier.alphas)
    if shift == WORST:
        worst = f", the worst of {len(frontier.shifts)} shifts"
        return [f"on {name(frontier.title(each))}{worst}" for each in frontier.worst_shifts]
    return [f"on {name(frontier.title(shift))}"] * len(frontier.alphas)
