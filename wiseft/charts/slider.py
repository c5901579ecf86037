"""A slider over alpha within a figure: traces of which a little follows it, frame by frame.

Plotly's own rail and thumb cannot be drawn as alpha is drawn everywhere else. They stay
transparent, to be dragged, and what is seen lies below them on axes of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from wiseft.charts.plane import circle, evaluated_marks
from wiseft.palette import palette
from wiseft.text import MINUS, coefficient

HEIGHT = 40
"""Pixels of the plot area that the slider takes."""

BELOW = 52
"""Pixels of margin below it, for its labels."""

_THUMB = 10
"""Radius of Plotly's thumb in pixels, by which its steps are inset as well."""

_PIECES = 40
"""Colours of the band."""

_CLEAR = "rgba(0,0,0,0)"


@dataclass(frozen=True)
class Moving:
    """A scatter trace that follows alpha.

    Attributes:
        name: of the trace.
        fixed: its properties that stay.
        at: those that change, by the index of an alpha, merged into the fixed ones. Lists, not
            arrays, which browsers decode in traces but not in frames.
    """

    name: str
    fixed: dict[str, Any]
    at: Callable[[int], dict[str, Any]]


def add_slider(
    figure: go.Figure,
    moving: Sequence[Moving],
    alphas: NDArray[np.float64],
    exact: NDArray[np.bool_],
    start: int,
    *,
    area: float,
    dark: bool,
) -> None:
    """Add moving traces, a frame for each alpha, and the slider that goes through them.

    Frames are named by their alphas and hold what changes and nothing else. They are shown
    without a redraw, so that dragging costs the browser little. The slider lies at the bottom of
    the plot area, on the axes x5 and y5; a single alpha has none.

    Args:
        figure: is added to.
        moving: the traces.
        alphas: mixing coefficients [A], ascending.
        exact: which of them were evaluated, and are cuts in the band [A].
        start: index of the alpha that is shown first.
        area: height of the plot area in pixels.
        dark: the scheme.
    """
    if len(alphas) > 1:
        _rail(figure, alphas, exact, HEIGHT / area, dark)
        moving = [*moving, _thumb(alphas, exact, dark)]
    names = [coefficient(alpha) for alpha in alphas]
    first = len([*figure.select_traces()])
    figure.add_traces(
        [go.Scatter(each.fixed, name=each.name).update(each.at(start)) for each in moving]
    )
    figure.frames = [
        {
            "name": text,
            "traces": list(range(first, first + len(moving))),
            "data": [each.at(index) for each in moving],
        }
        for index, text in enumerate(names)
    ]
    at_once = {"mode": "immediate", "transition": {"duration": 0}}
    at_once["frame"] = {"duration": 0, "redraw": False}
    slider = {
        "active": start,
        "steps": [
            {"label": text, "method": "animate", "args": [[text], at_once]} for text in names
        ],
        "y": (HEIGHT / 2 + _THUMB) / area,
        "pad": {"t": 0, "l": -_THUMB, "r": -_THUMB},
        "transition": {"duration": 0},
        "currentvalue": {"visible": False},
        "font": {"size": 1, "color": _CLEAR},
        "ticklen": 0,
        "minorticklen": 0,
        "bgcolor": _CLEAR,
        "activebgcolor": _CLEAR,
        "borderwidth": 0,
    }
    figure.update_layout(sliders=[slider] if len(alphas) > 1 else [])


def _rail(
    figure: go.Figure,
    alphas: NDArray[np.float64],
    exact: NDArray[np.bool_],
    top: float,
    dark: bool,
) -> None:
    """A band in the colours of alpha, with cuts where it was evaluated, and tenths below."""
    colours = palette(dark)
    steps = np.arange(len(alphas))
    named = np.isclose(alphas, np.round(alphas, 1))
    named[[0, -1]] = True
    ends = {
        0.0: f'<br><b style="color:{colours.zeroshot}">zero-shot</b>',
        1.0: f'<br><b style="color:{colours.finetuned}">fine-tuned</b>',
    }
    figure.update_layout(
        xaxis5={
            "domain": [0, 1],
            "anchor": "y5",
            "range": [0, steps[-1]],
            "tickvals": steps[named],
            "ticktext": [f"{a:g}".replace("-", MINUS) + ends.get(a, "") for a in alphas[named]],
            "showline": False,
            "ticks": "",
            "fixedrange": True,
        },
        yaxis5={
            "domain": [0, top],
            "anchor": "x5",
            "range": [-HEIGHT / 2, HEIGHT / 2],
            "visible": False,
            "fixedrange": True,
        },
    )
    # Each piece reaches to the end, below the next ones: side by side they would show seams.
    band = {"type": "rect", "xref": "x5", "yref": "y5", "y0": -4, "y1": 4, "x1": steps[-1]}
    band |= {"line": {"width": 0}, "layer": "below"}
    edges = np.linspace(0, steps[-1], _PIECES + 1)
    middles = np.interp((edges[:-1] + edges[1:]) / 2, steps, alphas)
    pieces = [
        band | {"x0": left, "fillcolor": colours.ramp(alpha)}
        for left, alpha in zip(edges[:-1], middles, strict=True)
    ]
    figure.update_layout(shapes=[*figure["layout"]["shapes"], *pieces])
    cuts = steps[1:-1][evaluated_marks(exact)[1:-1]]
    figure.add_scatter(
        x=cuts,
        y=np.zeros(len(cuts)),
        xaxis="x5",
        yaxis="y5",
        mode="markers",
        marker={"symbol": "line-ns", "size": 5, "line": {"width": 2, "color": colours.paper}},
        hoverinfo="skip",
    )


def _thumb(alphas: NDArray[np.float64], exact: NDArray[np.bool_], dark: bool) -> Moving:
    """The current alpha's circle on the band."""
    fixed = {"xaxis": "x5", "yaxis": "y5", "mode": "markers", "marker": {"size": 22}}
    return Moving(
        "thumb",
        fixed | {"y": [0], "hoverinfo": "skip", "cliponaxis": False},
        lambda index: {"x": [index], "marker": circle(alphas[index], exact[index], dark)},
    )
