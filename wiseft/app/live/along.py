"""Every set against alpha, as the live part draws it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from wiseft.app.live.digits import tenths
from wiseft.app.live.places import Axis
from wiseft.frontier import MEAN, Frontier
from wiseft.scales import ticks


def along(frontier: Frontier, colours: Mapping[str, str]) -> dict[str, Any]:
    """A line a set over alpha: the reference and the mean heavy, with bands, the shifts thin.

    Args:
        frontier: accuracies along alpha.
        colours: of the shifts, as CSS.
    """
    heavy = [frontier.reference, *([MEAN] if len(frontier.shifts) > 1 else [])]
    names = [
        each for each in (*heavy, *frontier.shifts) if not np.isnan(frontier.curve(each)).any()
    ]
    own = {frontier.reference: "var(--ink)", MEAN: "var(--muted)", **colours}
    shown = [
        (frontier.bounds if each in heavy else frontier.curve)(each).ravel() for each in names
    ] or [np.array([0.0, 1.0])]
    low, high = min(each.min() for each in shown), max(each.max() for each in shown)
    pad = max(0.05 * float(high - low), 0.01)
    upwards = Axis("linear", float(low) - pad, float(high) + pad)
    first, last = frontier.alphas[[0, -1]].tolist()
    room = max(0.02 * (last - first), 0.01)
    across = Axis("linear", first - room, last + room)
    fifths = np.arange(round(5 * first), round(5 * last) + 1) / 5
    fifths = fifths[(fifths >= across.low) & (fifths <= across.high)]
    at = ticks(upwards.low, upwards.high, "linear", most=7)
    return {
        "x": across.places(frontier.alphas),
        "xTicks": [
            [place, f"{tick:g}"] for place, tick in zip(across.places(fifths), fifths, strict=True)
        ],
        "yTicks": [
            [place, f"{100 * tick:g}"] for place, tick in zip(upwards.places(at), at, strict=True)
        ],
        "ends": across.places([0.0, 1.0]),
        "lines": [
            {
                "title": frontier.title(name),
                "colour": own[name],
                "heavy": name in heavy,
                "at": upwards.places(frontier.curve(name)),
                "band": [upwards.places(side) for side in frontier.bounds(name).T]
                if name in heavy
                else None,
                "accuracy": tenths(frontier.curve(name)),
                "from": tenths(frontier.bounds(name)[:, 0]),
                "to": tenths(frontier.bounds(name)[:, 1]),
                "count": int(frontier.images(name)[0]),
            }
            for name in names
        ],
    }
