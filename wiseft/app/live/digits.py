"""Numbers for the browser: the digits that are printed, so that nothing is rounded twice."""

from __future__ import annotations

from collections.abc import Iterable

from wiseft.text import NOTHING, bare_percent, plus_minus


def tenths(shares: Iterable[float]) -> list[int | None]:
    """Shares 0..1 in tenths of a per cent, as they are printed; None where there is no number."""
    printed = (bare_percent(share) for share in shares)
    return [None if text == NOTHING else int(text.replace(".", "")) for text in printed]


def halves(bounds: Iterable[tuple[float, float]]) -> list[int | None]:
    """Half the widths of intervals of shares in tenths of a percentage point, likewise."""
    return [digits(plus_minus(low, high)) for low, high in bounds]


def digits(text: str) -> int | None:
    """The digits of a number with one decimal, as 966 of "96.6 %"; None where there is none."""
    found = "".join(each for each in text if each.isdecimal() or each == "-")
    return int(found) if found else None
