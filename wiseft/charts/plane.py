"""The plane of a frontier: two axes, and where the accuracies of their sets stand on them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from wiseft.charts.text import name
from wiseft.frontier import WORST, Frontier
from wiseft.palette import palette
from wiseft.scales import SCALES, Axes, position, ticks
from wiseft.text import THIN, coefficient, interval, percent

_LONGEST = 60
"""Characters of a name that is told on hovering."""

_LEAST = 0.05
"""The shortest axis, in units of its scale, so that a single point has room around it."""


@dataclass(frozen=True, eq=False)
class Axis:
    """The accuracies of one set along alpha on an axis.

    Attributes:
        kind: how the axis spreads accuracies.
        title: readable name of the set.
        named: the same at each alpha [A], where `WORST` says which shift it is.
        images: behind each accuracy [A].
        values, bounds: accuracies [A] and their 95 % intervals [A, 2], fractions.
        at, bounds_at: their positions on the axis, [A] and [A, 2].
        low, high: the range, in positions.
    """

    kind: Axes
    title: str
    named: tuple[str, ...]
    images: NDArray[np.int64]
    values: NDArray[np.float64]
    bounds: NDArray[np.float64]
    at: NDArray[np.float64]
    bounds_at: NDArray[np.float64]
    low: float
    high: float

    def share(self, at: NDArray[np.float64]) -> NDArray[np.float64]:
        """Positions as shares of the axis, 0..1 from low to high."""
        return (at - self.low) / (self.high - self.low)

    def over(self, other: Axis) -> Axis:
        """The same accuracies on the range of another axis."""
        return replace(self, low=other.low, high=other.high)

    def ticks(self, most: int, unit_at: int, chosen: int | None, clear: float) -> dict[str, Any]:
        """Plotly's settings for ticks at round percentages.

        Args:
            most: how many there may be.
            unit_at: which of them carries the per cent sign, 0 the first and -1 the last.
            chosen: index of an alpha whose own accuracy is printed at the axis, or None.
            clear: the share of the axis that it keeps free of ticks on either side.
        """
        fractions = np.array(ticks(self.low, self.high, self.kind, most))
        at = SCALES[self.kind].forward(fractions)
        if chosen is not None:
            apart = np.abs(self.share(at) - self.share(self.at[chosen])) > clear
            fractions, at = fractions[apart], at[apart]
        texts = [f"{100 * fraction:g}" for fraction in fractions]
        if texts:
            texts[unit_at] += f"{THIN}%"
        return {"range": [self.low, self.high], "tickvals": at.tolist(), "ticktext": texts}


def set_axis(
    frontier: Frontier,
    set_name: str,
    kind: Axes,
    crosses: Sequence[int] = (),
    beside: Iterable[Frontier] = (),
) -> Axis:
    """The axis of a set, `MEAN` or `WORST`.

    It has room for all alphas of `frontier` and `beside`, and for the intervals of `crosses`.
    """
    images = frontier.images(set_name)
    values, bounds = frontier.curve(set_name), frontier.bounds(set_name)
    at, bounds_at = position(values, images, kind), position(bounds, images[:, None], kind)
    others = [position(each.curve(set_name), each.images(set_name), kind) for each in beside]
    shown = np.concatenate([at, bounds_at[list(crosses)].ravel(), *others])
    middle = float(shown.max() + shown.min()) / 2
    reach = 0.58 * max(float(np.ptp(shown)), _LEAST)
    return Axis(
        kind=kind,
        title=frontier.title(set_name),
        named=named_along(frontier, set_name),
        images=images,
        values=values,
        bounds=bounds,
        at=at,
        bounds_at=bounds_at,
        low=middle - reach,
        high=middle + reach,
    )


def named_along(frontier: Frontier, set_name: str) -> tuple[str, ...]:
    """What a set, `MEAN` or `WORST` is called at each alpha [A]."""
    title = frontier.title(set_name)
    if set_name != WORST:
        return (title,) * len(frontier.alphas)
    return tuple(f"{title}, {frontier.title(shift)}" for shift in frontier.worst_shifts)


MANY = 25
"""Evaluated alphas that have room on a curve to be points of their own."""


def evaluated_marks(exact: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which alphas to mark as evaluated [A]: none where all of many were, which tells nothing."""
    return np.zeros_like(exact) if exact.all() and len(exact) > MANY else exact


def circle(alpha: float, evaluated: bool, dark: bool, width: float = 2.5) -> dict[str, Any]:
    """The colours of the current alpha's circle: filled where it was evaluated, within 0..1."""
    colours = palette(dark)
    if evaluated and 0 <= alpha <= 1:
        return {"color": colours.ramp(alpha), "line": {"width": width, "color": colours.ink}}
    return {"color": colours.paper, "line": {"width": width, "color": colours.ramp(alpha)}}


@dataclass(frozen=True, eq=False)
class Plane:
    """The plane with its figure: what every layer of the drawing needs.

    Attributes:
        figure: what is drawn on.
        alphas: mixing coefficients [A].
        exact: which of them were evaluated rather than interpolated [A].
        x, y: the reference and the shift.
        chosen: index of the alpha to point out, or None.
        dark: the scheme.
    """

    figure: go.Figure
    alphas: NDArray[np.float64]
    exact: NDArray[np.bool_]
    x: Axis
    y: Axis
    chosen: int | None
    dark: bool

    def end(self, alpha: float) -> int | None:
        """Index of the zero-shot (0) or fine-tuned (1) model, None where it is not there."""
        found = np.flatnonzero(np.isclose(self.alphas, alpha, atol=1e-6))
        return int(found[0]) if len(found) else None

    def diagonal(self) -> NDArray[np.float64] | None:
        """Positions [2] of the ends of y = x in the plot; None where it cuts a corner at most."""
        low, high = max(self.x.low, self.y.low), min(self.x.high, self.y.high)
        return np.array([low, high]) if high - low > 0.2 * (self.x.high - self.x.low) else None

    def shares(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
        """Positions [N] and [N] as points [N, 2] of the plot area, 0..1."""
        return np.column_stack([self.x.share(x), self.y.share(y)])


def hover(plane: Plane, index: int, title: str = "") -> str:
    """What hovering over an alpha tells, of a run by its title where there are several."""
    rows = [
        f"{name(axis.named[index], _LONGEST)} <b>{percent(axis.values[index])}</b> "
        f"({interval(*axis.bounds[index])}), {axis.images[index]:,} images"
        for axis in (plane.x, plane.y)
    ]
    run = f", {name(title, _LONGEST)}" if title else ""
    interpolated = "" if plane.exact[index] else ", interpolated"
    head = f"<b>α {coefficient(plane.alphas[index])}</b>{run}{interpolated}"
    return "<br>".join([head, *rows])
