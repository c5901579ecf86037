"""Weights of evaluation sets in a mean of accuracies: as text, and held against a run."""

from __future__ import annotations

import math
from collections.abc import Mapping
from urllib.parse import unquote

from wiseft.errors import Invalid, UnknownName
from wiseft.frontier import MEAN, Frontier

Weights = Mapping[str, float]
"""By set, or `MEAN` for all shifts alike; only their ratios matter."""


def check_weights(frontier: Frontier, weights: Weights) -> None:
    """Refuse weights that make no mean of sets of `frontier`.

    Raises:
        UnknownName: where a set does not exist.
        Invalid: where a weight is negative or not finite, or all are zero.
    """
    for name in weights:
        if name not in (MEAN, *frontier.accuracy):
            raise UnknownName("set", name, (MEAN, *frontier.accuracy))
    total = sum(weights.values())
    if not all(weight >= 0 for weight in weights.values()) or not 0 < total < math.inf:
        given = ", ".join(f"{name} {weight:g}" for name, weight in weights.items())
        raise Invalid(f"Weights must be 0 or more, and one of them above 0; got {given or 'none'}.")


def parse_weights(text: str) -> dict[str, float]:
    """The weights in `text`, as in "daylight:1,night:2"; of a set named twice, the last.

    A comma or a per cent sign in a name is written as in a URL, %2C and %25.

    Raises `Invalid` where it is not such a list.
    """
    weights = {}
    for part in text.split(","):
        try:
            name, number = part.rsplit(":", 1)
            weights[unquote(name.strip())] = float(number)
        except ValueError as error:
            raise Invalid(
                f"{text!r} is not a list of weights; write daylight:1,night:2."
            ) from error
    return weights


def weights_text(weights: Weights) -> str:
    """The text from which `parse_weights` reads `weights`."""
    return ",".join(
        f"{name.replace('%', '%25').replace(',', '%2C')}:{weight:.12g}"
        for name, weight in weights.items()
    )
