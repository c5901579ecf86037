"""Other runs beside a frontier, each a thin line in a colour of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from wiseft.charts.labels import Label
from wiseft.charts.plane import Plane, hover, set_axis
from wiseft.charts.text import name
from wiseft.errors import Incompatible
from wiseft.frontier import Frontier
from wiseft.palette import palette

_LONGEST = 60
"""Characters of a run's title."""


def check_comparable(frontier: Frontier, beside: Mapping[str, Frontier]) -> None:
    """Raise `Incompatible` where one of `beside` was measured on other test sets."""
    for title, other in beside.items():
        if _tested(other) != _tested(frontier):
            raise Incompatible(
                f"{title!r} was not measured on the reference set and shifts of run "
                f"{frontier.run!r}; leave it out, or sweep it on the same benchmark."
            )


def _tested(frontier: Frontier) -> tuple[str, dict[str, int]]:
    shifts = {shift: frontier.count[shift] for shift in frontier.shifts}
    return frontier.reference, {**shifts, frontier.reference: frontier.count[frontier.reference]}


def planes_beside(
    plane: Plane, shift: str, frontier: Frontier, beside: Mapping[str, Frontier]
) -> dict[str, Plane]:
    """Each of `beside`, by title, on the axes that `plane` has for `shift` of `frontier`."""
    reference = frontier.reference_for(shift)
    return {
        title: replace(
            plane,
            alphas=other.alphas,
            exact=other.exact,
            x=set_axis(other, reference, plane.x.kind).over(plane.x),
            y=set_axis(other, shift, plane.y.kind).over(plane.y),
            chosen=None,
        )
        for title, other in beside.items()
    }


def draw_beside(planes: Mapping[str, Plane]) -> list[Label]:
    """Draw a line with its two ends for each of `planes`, by title; their names, to be placed."""
    labels = []
    for number, (title, plane) in enumerate(planes.items()):
        colours = palette(plane.dark).runs
        colour = colours[number % len(colours)]
        dash = "solid" if number < len(colours) else "dash"
        plane.figure.add_scatter(
            x=plane.x.at,
            y=plane.y.at,
            mode="lines",
            line={"width": 2, "color": colour, "dash": dash},
            text=[hover(plane, index, title) for index in range(len(plane.alphas))],
            hovertemplate="%{text}<extra></extra>",
        )
        for index, symbol, size in ((plane.end(0), "star", 12), (plane.end(1), "diamond", 11)):
            if index is not None:
                plane.figure.add_scatter(
                    x=[plane.x.at[index]],
                    y=[plane.y.at[index]],
                    mode="markers",
                    marker={"symbol": symbol, "size": size, "color": colour},
                    hoverinfo="skip",
                    cliponaxis=False,
                )
        end = tuple(np.concatenate(plane.shares(plane.x.at[-1:], plane.y.at[-1:])))
        labels.append(Label(name(title, _LONGEST), end, colour, weight=600))
    return labels
