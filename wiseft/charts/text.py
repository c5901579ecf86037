"""Numbers as they are printed: percentages, changes in points, alphas."""

from __future__ import annotations

import html

THIN = "\u2009"
"""The thin space that stands before a per cent sign and before pp."""

MINUS = "\u2212"
"""The true minus sign, as wide as a plus."""


def percent(fraction: float) -> str:
    """A fraction with one decimal, as in "96.6 %"."""
    return f"{100 * fraction:.1f}{THIN}%"


def interval(low: float, high: float) -> str:
    """An interval of fractions in per cent, as in "95.7–97.3"."""
    return f"{100 * low:.1f}–{100 * high:.1f}"


def points(change: float, decimals: int = 1) -> str:
    """A change of a fraction in percentage points, signed, as in "+6.4" and "−0.7"; 0 has none."""
    text = f"{100 * change:+.{decimals}f}"
    unsigned = text.lstrip("+-")
    return unsigned if float(unsigned) == 0 else text.replace("-", MINUS)


def coefficient(alpha: float) -> str:
    """An alpha with two to four decimals, as in "0.70" and "0.125"."""
    whole, decimals = f"{alpha:.4f}".split(".")
    return f"{whole}.{decimals[:2]}{decimals[2:].rstrip('0')}".replace("-", MINUS)


def name(text: str, longest: int = 22) -> str:
    """A name of the user's own as chart text: cut where it is too long, mark-up made harmless."""
    return html.escape(text if len(text) <= longest else text[: longest - 1] + "…", quote=False)
