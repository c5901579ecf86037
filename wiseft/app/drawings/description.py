"""What the descriptions of all drawings have in common."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from wiseft.scales import ticks
from wiseft.text import THIN

Tick = tuple[float, str]
"""Where on an axis, and what it says."""


def written(kind: str, **parts: Any) -> str:
    """A description as JSON, without white space."""
    return json.dumps({"kind": kind, **parts}, ensure_ascii=False, separators=(",", ":"))


def message(sentence: str) -> str:
    """A sentence in place of a drawing that has nothing to show."""
    return written("message", text=sentence)


def numbers(values: ArrayLike) -> list[float | None]:
    """Values [N] with the digits that a screen can show; None for those that are not finite."""
    array = np.asarray(values, dtype=np.float64)
    rounded: Sequence[float] = np.round(array, 5).tolist()
    if np.isfinite(array).all():
        return list(rounded)
    finite: Sequence[bool] = np.isfinite(array).tolist()
    return [each if known else None for each, known in zip(rounded, finite, strict=True)]


def percent_ticks(low: float, high: float, most: int = 8) -> list[Tick]:
    """Round shares between two, in per cent; the last one has the unit."""
    at = ticks(low, high, "linear", most)
    texts = [f"{100 * share:g}" for share in at]
    return list(zip(at, [*texts[:-1], *(f"{each}{THIN}%" for each in texts[-1:])], strict=True))
