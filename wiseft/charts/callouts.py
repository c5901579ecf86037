"""Labels at the things on a frontier: the ends, alphas along the curve, the lines."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from wiseft.charts.labels import Label, line, place
from wiseft.charts.plane import Plane
from wiseft.charts.template import halo
from wiseft.palette import palette
from wiseft.text import MINUS, coefficient


def add_callouts(
    plane: Plane, height: float, names: Sequence[Label] = (), others: Sequence[Plane] = ()
) -> None:
    """Put the labels where they cover least of the drawing, `height` pixels high.

    Args:
        plane: the run that is drawn in full.
        height: of the plot area in pixels.
        names: of the runs beside it.
        others: those runs, on the same axes.
    """
    curve = plane.shares(plane.x.at, plane.y.at)
    obstacles = [line(curve, weight=5), np.column_stack([curve, np.full(len(curve), 30)])]
    ends = [index for index in (plane.end(0), plane.end(1)) if index is not None]
    obstacles.append(line(curve[ends or [0]], weight=4))
    if plane.chosen is not None:
        here = curve[plane.chosen]
        cross_x = plane.x.share(plane.x.bounds_at[plane.chosen])
        cross_y = plane.y.share(plane.y.bounds_at[plane.chosen])
        obstacles += [
            line(np.column_stack([cross_x, here[[1, 1]]]), weight=8),
            line(np.column_stack([here[[0, 0]], cross_y]), weight=8),
            line(np.array([[0, here[1]], here, [here[0], 0]]), weight=3),
        ]
    diagonal = plane.diagonal()
    if diagonal is not None:
        obstacles.append(line(plane.shares(diagonal, diagonal), weight=3))
    for other in others:
        shares = plane.shares(other.x.at, other.y.at)
        obstacles += [line(shares, weight=4), np.array([[*shares[-1], 30]])]
    write_labels(
        plane.figure,
        sorted([*_asked(plane, curve), *names], key=lambda label: label.optional),
        np.concatenate(obstacles),
        height,
        x=(plane.x.low, plane.x.high),
        y=(plane.y.low, plane.y.high),
        dark=plane.dark,
    )


def write_labels(
    figure: go.Figure,
    labels: Sequence[Label],
    obstacles: NDArray[np.float64],
    height: float,
    *,
    x: tuple[float, float],
    y: tuple[float, float],
    dark: bool,
) -> None:
    """Write labels where they cover least.

    Args:
        figure: is written on.
        labels, obstacles, height: as for `labels.place`.
        x, y: ranges of the axes.
        dark: the scheme.
    """
    for label, at in zip(labels, place(labels, obstacles, height), strict=True):
        if at is not None:
            figure.add_annotation(
                text=label.text,
                x=x[0] + label.at[0] * (x[1] - x[0]),
                y=y[0] + label.at[1] * (y[1] - y[0]),
                xshift=at.dx,
                yshift=at.dy,
                xanchor=at.xanchor,
                align=at.xanchor,
                yanchor="middle",
                borderpad=0,
                showarrow=False,
                font={
                    "size": label.size,
                    "color": label.colour,
                    "weight": label.weight,
                    "shadow": halo(dark),
                },
            )


def _asked(plane: Plane, curve: NDArray[np.float64]) -> list[Label]:
    """The labels, the most important first, for the points `curve` [A, 2] of the plot area.

    All but the ends would rather stand on the inner side of the curve, towards the chord.
    """
    colours = palette(plane.dark)
    zeroshot, finetuned = plane.end(0), plane.end(1)
    chord = curve[[0, -1]].mean(axis=0)

    def inwards(index: int) -> tuple[float, float]:
        return tuple(chord - curve[index])

    asked = []
    if plane.chosen is not None:
        asked.append(
            Label(
                f"α {coefficient(plane.alphas[plane.chosen])}",
                tuple(curve[plane.chosen]),
                towards=inwards(plane.chosen),
                size=17,
                weight=600,
                distance=17,
                colour=colours.ink,
            )
        )
    for index, text, towards, colour in (
        (zeroshot, "Zero-shot", (0.5, -1.0), colours.zeroshot),
        (finetuned, "Fine-tuned", (-0.5, -1.0), colours.finetuned),
    ):
        if index is not None:
            at = tuple(curve[index])
            asked.append(
                Label(text, at, towards=towards, size=15, weight=600, distance=13, colour=colour)
            )
    last = len(plane.alphas) - 1
    for index, alpha in enumerate(plane.alphas):
        if index in (zeroshot, finetuned, plane.chosen):
            continue
        outermost = index in (0, last) and not 0 <= alpha <= 1
        if outermost or last < 8 or np.isclose(alpha % 0.2, (0, 0.2), atol=1e-6).any():
            text = f"{alpha:g}".replace("-", MINUS) + (", extrapolated" if outermost else "")
            at = tuple(curve[index])
            asked.append(
                Label(text, at, towards=inwards(index), colour=colours.muted, optional=True)
            )
    if zeroshot is not None and finetuned is not None:
        at = tuple(0.6 * curve[zeroshot] + 0.4 * curve[finetuned])
        away = tuple(chord - curve[1:-1].mean(axis=0)) if len(curve) > 2 else (0.0, -1.0)
        asked.append(
            Label(
                "straight line",
                at,
                towards=away,
                colour=colours.muted,
                distance=6,
                optional=True,
            )
        )
    diagonal = plane.diagonal()
    if diagonal is not None:
        low, high = plane.shares(diagonal, diagonal)
        at = tuple(low + 0.9 * (high - low))
        asked.append(
            Label("y = x", at, towards=(-1, 1), distance=6, colour=colours.muted, optional=True)
        )
    return asked
