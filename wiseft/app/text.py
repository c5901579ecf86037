"""Numbers as the pages print them: as the charts do, and a dash where there is none."""

from __future__ import annotations

import math

from wiseft.charts import text
from wiseft.charts.text import THIN

NOTHING = "\u2013"
"""Stands where there is no number."""


def percent(share: float) -> str:
    """A share 0..1 in per cent: "96.6 %"."""
    return NOTHING if math.isnan(share) else text.percent(share)


def bare_percent(share: float) -> str:
    """A share 0..1 in per cent without its unit: "96.6"."""
    return NOTHING if math.isnan(share) else f"{100 * share:.1f}"


def change(share: float) -> str:
    """A difference of shares in percentage points, with its sign: "+6.4", "−0.7", "0.0"."""
    return NOTHING if math.isnan(share) else text.points(share)


def distance(share: float) -> str:
    """The size of a difference of shares: "0.7 pp"."""
    return NOTHING if math.isnan(share) else f"{abs(100 * share):.1f}{THIN}pp"


def plus_minus(low: float, high: float) -> str:
    """Half the width of an interval of shares, in percentage points: "±0.8"."""
    return f"±{50 * (high - low):.1f}"


def number_of(number: int, noun: str) -> str:
    """A count with thousands separated, and its noun in the right number: "1,512 images"."""
    plural = f"{noun}es" if noun.endswith("s") else f"{noun}s"
    return f"{number:,} {noun if number == 1 else plural}"
