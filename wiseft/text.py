"""Numbers in words and on charts: percentages, changes in points, alphas, counts.

Where there is no number, as the accuracy of no images, stands a dash.
"""

from __future__ import annotations

import math
import re

THIN = "\u2009"
"""The thin space that stands before a per cent sign and before pp."""

MINUS = "\u2212"
"""The true minus sign, as wide as a plus."""

NOTHING = "\u2013"
"""Stands where there is no number."""


def bare_percent(share: float) -> str:
    """A share 0..1 in per cent without its unit, as in "96.6"."""
    return NOTHING if math.isnan(share) else f"{100 * share:.1f}"


def percent(share: float) -> str:
    """A share 0..1 in per cent, as in "96.6 %"."""
    return NOTHING if math.isnan(share) else f"{bare_percent(share)}{THIN}%"


def interval(low: float, high: float) -> str:
    """An interval of shares in per cent, as in "95.7–97.3"."""
    return f"{bare_percent(low)}–{bare_percent(high)}"


def plus_minus(low: float, high: float) -> str:
    """Half the width of an interval of shares, in percentage points, as in "±0.8"."""
    return f"±{50 * (high - low):.1f}"


def points(change: float, decimals: int = 1) -> str:
    """A change of a share in percentage points, signed, as in "+6.4" and "−0.7"; 0 has no sign."""
    if math.isnan(change):
        return NOTHING
    text = f"{100 * change:+.{decimals}f}"
    unsigned = text.lstrip("+-")
    return unsigned if float(unsigned) == 0 else text.replace("-", MINUS)


def distance(change: float) -> str:
    """The size of a change of a share, as in "0.7 pp"."""
    return NOTHING if math.isnan(change) else f"{abs(100 * change):.1f}{THIN}pp"


def coefficient(alpha: float) -> str:
    """An alpha with two to four decimals, as in "0.70" and "0.125"."""
    whole, decimals = f"{alpha:.4f}".split(".")
    return f"{whole}.{decimals[:2]}{decimals[2:].rstrip('0')}".replace("-", MINUS)


def slug(text: str) -> str:
    """`text` as it can stand in a URL and a file name; empty where nothing is left of it."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def number_of(number: int, noun: str) -> str:
    """A count with thousands separated, and its noun in the right number: "1,512 images"."""
    plural = f"{noun}es" if noun.endswith("s") else f"{noun}s"
    return f"{number:,} {noun if number == 1 else plural}"


def duration(seconds: float) -> str:
    """A span of time in its two largest units, as in "8 s", "3 min 20 s" and "2 h 5 min"."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return _in_two_units(whole, "min", "s")
    return _in_two_units(whole // 60, "h", "min")


def _in_two_units(small: int, large_unit: str, small_unit: str) -> str:
    """A count of small units, 60 of which make a large one."""
    large, rest = divmod(small, 60)
    return f"{large:,} {large_unit}" + (f" {rest} {small_unit}" if rest else "")
