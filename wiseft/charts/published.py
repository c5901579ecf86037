"""Published sweeps over each other, with the standard models that they are held against."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from wiseft.charts.canvas import MARGIN, Canvas
from wiseft.charts.labels import Label, line
from wiseft.charts.template import message_figure, template
from wiseft.charts.text import name
from wiseft.errors import UnknownName
from wiseft.frontier import MEAN
from wiseft.published import HALFWAY, TITLES, PublishedSweep
from wiseft.robustness import Baseline, effective_robustness
from wiseft.scales import SCALES, Axes, position
from wiseft.standard_models import Measured, StandardModels
from wiseft.text import THIN, coefficient, interval, number_of, percent, points

NOTHING_CHOSEN = "Choose at least one sweep to see it here."

_PIECES = 20
"""How many colours the ramp along a curve has."""

_MANY = 5
"""From more curves than these, names that would touch another are left out."""


@dataclass(frozen=True, eq=False)
class _Curve:
    """One sweep on the canvas: accuracies [A], and their positions [A]."""

    sweep: PublishedSweep
    alphas: NDArray[np.float64]
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    at_x: NDArray[np.float64]
    at_y: NDArray[np.float64]


def published_figure(
    sweeps: Sequence[PublishedSweep],
    *,
    shift: str = MEAN,
    standard: StandardModels | None = None,
    names: Sequence[str] | None = None,
    axes: Axes = "logit",
    dark: bool = False,
    height: int = 580,
) -> go.Figure:
    """Accuracy on the reference set against accuracy under shift: one curve a sweep.

    With standard models, effective robustness is told at every alpha, and drawn as a distance for
    the first sweep half-way.

    Args:
        sweeps: of one reference set, all measured on `shift`.
        shift: the set on the vertical axis, or `MEAN` of the five shifts of ImageNet.
        standard: for a shift of ImageNet, the models that the baseline is fitted to.
        names: what is written at the curves; by default their titles.
        axes: how both axes spread accuracies.
        dark: the scheme.
        height: pixels; the width follows the container.

    Raises:
        UnknownName: where a sweep was not measured on `shift`.
    """
    if not sweeps:
        return message_figure(NOTHING_CHOSEN, dark)
    check_measured(sweeps, shift)
    curves = [_curve(each, shift, axes) for each in sweeps]
    shown = [np.stack([each.at_x, each.at_y]) for each in curves]
    models = None if standard is None else standard.on(shift)
    if models is not None:
        shown.append(SCALES[axes].forward(np.stack([models.reference, models.shift])))
    canvas = Canvas(
        figure=go.Figure(
            layout={
                "template": template(dark),
                "height": height,
                "margin": MARGIN,
                "uirevision": f"{shift} {axes}",
            }
        ),
        axes=axes,
        x=_range(np.concatenate([at_x for at_x, _ in shown])),
        y=_range(np.concatenate([at_y for _, at_y in shown])),
        height=height,
        dark=dark,
    )
    reference = sweeps[0].frontier.reference
    canvas.rule(f"Correct, {TITLES[reference]}", f"Correct, {shift_title(shift)}")
    labels = _names(canvas, curves, names or [each.title for each in sweeps])
    obstacles = _obstacles(canvas, curves)
    baseline = None
    if standard is not None and models is not None:
        baseline = standard.baseline(shift)
        _models(canvas, models)
        obstacles.append(_line(canvas, baseline, models))
        labels += [_gap(canvas, curves[0], baseline), _line_name(canvas, baseline, models)]
    _ramps(canvas, curves)
    for each in curves:
        _points(canvas, each, shift, baseline)
    _ends(canvas, curves)
    canvas.label(labels, obstacles)
    return canvas.figure


def check_measured(sweeps: Sequence[PublishedSweep], shift: str) -> None:
    """Raise `UnknownName` where one of `sweeps` has no accuracy on `shift`."""
    for each in sweeps:
        if not each.measures(shift):
            raise UnknownName(f"shift of {each.title}", shift, each.frontier.shifts)


def shift_title(shift: str) -> str:
    """The readable name of a shift, or of the mean of all shifts of ImageNet."""
    return "mean of 5 shifts" if shift == MEAN else TITLES[shift]


def _curve(sweep: PublishedSweep, shift: str, axes: Axes) -> _Curve:
    frontier = sweep.frontier
    x, y = frontier.curve(frontier.reference), frontier.curve(shift)
    shifts = frontier.shifts if shift == MEAN else (shift,)
    images = sum(frontier.count[each] for each in shifts)
    at_x = position(x, frontier.count[frontier.reference], axes)
    return _Curve(sweep, frontier.alphas, x, y, at_x, position(y, images, axes))


def _range(shown: NDArray[np.float64]) -> tuple[float, float]:
    pad = 0.06 * float(np.ptp(shown)) or 0.05
    return float(shown.min()) - pad, float(shown.max()) + pad


def _ramps(canvas: Canvas, curves: Sequence[_Curve]) -> None:
    """All curves, one colour of the ramp at a time; straight pieces join published alphas."""
    for low, high in pairwise(np.linspace(0, 1, _PIECES + 1)):
        x, y = [], []
        for each in curves:
            inside = each.alphas[(each.alphas > low) & (each.alphas < high)]
            along = np.concatenate([[low], inside, [high]])
            x += [*np.interp(along, each.alphas, each.at_x), np.nan]
            y += [*np.interp(along, each.alphas, each.at_y), np.nan]
        canvas.line(x, y, width=3, color=canvas.colours.ramp((low + high) / 2))


def _points(canvas: Canvas, curve: _Curve, shift: str, baseline: Baseline | None) -> None:
    """Every published alpha, and what hovering over it tells."""
    frontier, colours = curve.sweep.frontier, canvas.colours
    told = [
        f"<b>{name(curve.sweep.title, 60)}</b>, α {coefficient(alpha)}" for alpha in curve.alphas
    ]
    for each, values in ((frontier.reference, curve.x), (shift, curve.y)):
        images = "" if each == MEAN else f", {number_of(frontier.count[each], 'image')}"
        for index, (value, bounds) in enumerate(zip(values, frontier.bounds(each), strict=True)):
            told[index] += (
                f"<br>{frontier.title(each)} <b>{percent(value)}</b> ({interval(*bounds)}){images}"
            )
    if baseline is not None:
        for index, beyond in enumerate(effective_robustness(curve.x, curve.y, baseline)):
            told[index] += f"<br>effective robustness <b>{points(beyond)}{THIN}pp</b>"
    canvas.points(
        curve.at_x,
        curve.at_y,
        [f"{each}<br>{name(curve.sweep.source, 60)}" for each in told],
        size=6,
        color=colours.paper,
        line={"width": 1.5, "color": [colours.ramp(alpha) for alpha in curve.alphas]},
    )


def _ends(canvas: Canvas, curves: Sequence[_Curve]) -> None:
    """The star, the diamond, and the circle half-way, on every curve."""
    colours = canvas.colours
    for alpha, symbol, size, colour, outline in (
        (0.0, "star", 15, colours.zeroshot, colours.paper),
        (1.0, "diamond", 12, colours.finetuned, colours.paper),
        (HALFWAY, "circle", 14, colours.ramp(HALFWAY), colours.ink),
    ):
        x = [np.interp(alpha, each.alphas, each.at_x) for each in curves]
        y = [np.interp(alpha, each.alphas, each.at_y) for each in curves]
        line = {"width": 1.5, "color": outline}
        canvas.marks(x, y, symbol=symbol, size=size, color=colour, line=line)


def _names(canvas: Canvas, curves: Sequence[_Curve], names: Sequence[str]) -> list[Label]:
    """The name of every sweep, at its fine-tuned end: many may start from the same model."""
    labels = []
    for each, text in zip(curves, names, strict=True):
        shares = canvas.shares(each.at_x, each.at_y)
        labels.append(
            Label(
                name(text, 60),
                tuple(shares[-1]),
                colour=canvas.colours.ink,
                weight=600,
                distance=11,
                optional=len(curves) > _MANY,
            )
        )
    return labels


def _obstacles(canvas: Canvas, curves: Sequence[_Curve]) -> list[NDArray[np.float64]]:
    """The curves and their points, which labels should not cover."""
    found = []
    for each in curves:
        shares = canvas.shares(each.at_x, each.at_y)
        found += [line(shares, weight=6), np.column_stack([shares, np.full(len(shares), 40)])]
    return found


def _models(canvas: Canvas, models: Measured) -> None:
    """The standard models, a small grey point each."""
    told = [
        f"<b>{name(each, 60)}</b>, a standard model<br>ImageNet {percent(reference)}<br>"
        f"under shift {percent(shift)}"
        for each, reference, shift in zip(models.names, models.reference, models.shift, strict=True)
    ]
    canvas.points(
        canvas.at(models.reference),
        canvas.at(models.shift),
        told,
        size=4.5,
        color=canvas.colours.mark,
        opacity=0.75,
    )


def _line(canvas: Canvas, baseline: Baseline, models: Measured) -> NDArray[np.float64]:
    """The baseline, dotted beyond the best standard model; returns it as obstacles."""
    first, last = float(models.reference.min()), float(models.reference.max())
    end = float(SCALES[canvas.axes].inverse(canvas.x[1]))
    drawn = []
    for low, high, dash in ((first, last, "solid"), (last, end, "dot")):
        along = np.linspace(low, high, 200)
        x, y = canvas.at(along), canvas.at(baseline(along))
        canvas.line(x, y, width=1.5, dash=dash, color=canvas.colours.mark)
        drawn.append(line(canvas.shares(x, y), weight=3))
    return np.concatenate(drawn)


def _line_name(canvas: Canvas, baseline: Baseline, models: Measured) -> Label:
    """What the points and their line are called, near the left end."""
    reference = SCALES[canvas.axes].inverse(0.85 * canvas.x[0] + 0.15 * canvas.x[1])
    (at,) = canvas.shares([canvas.at(reference)], [canvas.at(baseline(reference))])
    return Label(
        f"{len(models.names)} standard models",
        tuple(at),
        colour=canvas.colours.muted,
        towards=(1, -1),
    )


def _gap(canvas: Canvas, curve: _Curve, baseline: Baseline) -> Label:
    """Effective robustness half-way along one sweep, as a distance; returns its label."""
    at = int(np.abs(curve.alphas - HALFWAY).argmin())
    x, foot = np.full(2, curve.at_x[at]), float(canvas.at(baseline(curve.x[at])))
    y = np.array([foot, curve.at_y[at]])
    canvas.line(x, y, width=1, dash="dot", color=canvas.colours.muted)
    beyond = float(effective_robustness(curve.x[at], curve.y[at], baseline))
    return Label(
        f"{points(beyond)}{THIN}pp",
        tuple(np.array([0.7, 0.3]) @ canvas.shares(x, y)),
        colour=canvas.colours.ink,
        weight=600,
        towards=(-1.0, 0.0),
    )
