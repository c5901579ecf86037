"""Accuracy against alpha, one line a set."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from wiseft.charts.along import MARGIN, alpha_axis, alpha_marks, alpha_rules, band, plain
from wiseft.charts.axes import percent_axis, upwards
from wiseft.charts.curves import Curve, names_at_the_end, room_for_names
from wiseft.charts.plane import evaluated_marks
from wiseft.charts.template import message_figure
from wiseft.charts.text import name
from wiseft.errors import UnknownName
from wiseft.frontier import MEAN, Frontier
from wiseft.palette import palette
from wiseft.text import interval, percent


def alpha_figure(
    frontier: Frontier,
    *,
    sets: Sequence[str] | None = None,
    alpha: float | None = None,
    dark: bool = False,
    height: int = 420,
) -> go.Figure:
    """Accuracy of every set along alpha, with 95 % bands for the reference and the mean.

    Args:
        frontier: what the run measured.
        sets: names of sets, `MEAN` among them; by default the reference, the mean of the shifts
            and every shift.
        alpha: an evaluated mixing coefficient to point out.
        dark: the scheme.
        height: pixels; the width follows the container.

    Raises:
        Invalid: where `alpha` has not been evaluated.
        UnknownName: where the frontier has no such set.
    """
    if sets is None:
        averaged = (MEAN,) if len(frontier.shifts) > 1 else ()
        sets = (frontier.reference, *averaged, *frontier.shifts)
    if not sets:
        return message_figure("Choose at least one set to draw its accuracy along alpha.", dark)
    lines = [_line(frontier, each, dark) for each in sets]
    figure = plain(height, dark, l=52, r=room_for_names(lines))
    figure.update_layout(hovermode="x unified", uirevision=frontier.run)
    low, high = _range(lines)
    alpha_axis(figure, frontier.alphas, dark)
    percent_axis(figure, low, high)
    upwards(figure, "Correct")
    for each in lines:
        _draw(figure, frontier, each, dark)
    if alpha is not None:
        _rule(figure, frontier, frontier.index(alpha), lines, dark)
    area = height - MARGIN["t"] - MARGIN["b"]
    names_at_the_end(figure, frontier.alphas[-1], lines, (low, high), area, dark)
    return figure


def _line(frontier: Frontier, set_name: str, dark: bool) -> Curve:
    """The reference in ink and the mean in grey, both heavy; the shifts in colours of their own."""
    colours = palette(dark)
    known = (MEAN, *frontier.accuracy) if frontier.shifts else tuple(frontier.accuracy)
    if set_name not in known:
        raise UnknownName("set", set_name, known)
    if set_name == frontier.reference:
        colour = colours.ink
    elif set_name == MEAN:
        colour = colours.muted
    elif set_name in frontier.shifts:
        colour = colours.shifts[frontier.shifts.index(set_name) % len(colours.shifts)]
    else:
        colour = colours.mark
    return Curve(
        title=name(frontier.title(set_name)),
        values=frontier.curve(set_name),
        bounds=frontier.bounds(set_name),
        colour=colour,
        heavy=set_name in (frontier.reference, MEAN),
    )


def _range(lines: Sequence[Curve]) -> tuple[float, float]:
    """The accuracies from bottom to top: every line, and every band."""
    shown = np.concatenate([(each.bounds if each.heavy else each.values).ravel() for each in lines])
    pad = max(0.05 * float(np.ptp(shown)), 0.01)
    return float(shown.min()) - pad, float(shown.max()) + pad


def _draw(figure: go.Figure, frontier: Frontier, line: Curve, dark: bool) -> None:
    """A line with its evaluated points; a heavy one over its band."""
    paper, alphas = palette(dark).paper, frontier.alphas
    marks = evaluated_marks(frontier.exact)
    if line.heavy:
        band(figure, alphas, line.bounds, line.colour)
    figure.add_scatter(
        x=alphas,
        y=line.values,
        name=line.title,
        mode="lines+markers",
        line={"width": 3 if line.heavy else 1.5, "color": line.colour},
        marker={
            "size": np.where(marks, 7 if line.heavy else 4, 0),
            "color": paper if line.heavy else line.colour,
            "line": {"width": 1.75 if line.heavy else 0, "color": line.colour},
        },
        zorder=1 if line.heavy else 0,
        text=[
            f"<b>{percent(value)}</b> ({interval(*bounds)}) {line.title}"
            for value, bounds in zip(line.values, line.bounds, strict=True)
        ],
        hovertemplate="%{text}<extra></extra>",
    )


def _rule(
    figure: go.Figure, frontier: Frontier, chosen: int, lines: Sequence[Curve], dark: bool
) -> None:
    """A vertical rule at the chosen alpha, and its mark on every line."""
    alpha = float(frontier.alphas[chosen])
    alpha_rules(figure, alpha, None, dark, layer="below")
    sizes = [15 if each.heavy else 9 for each in lines]
    values = [each.values[chosen] for each in lines]
    alpha_marks(figure, alpha, values, bool(frontier.exact[chosen]), dark, sizes)
