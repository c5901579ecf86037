"""The alphas that the rules choose, as flags on the slider."""

from __future__ import annotations

from collections.abc import Iterable

from wiseft.app.live import Flag
from wiseft.app.rulings import Ruling


def flags(rulings: Iterable[Ruling]) -> list[Flag]:
    """A flag for every rule that can be used."""
    return [
        Flag(ruling.name, ruling.choice.alpha, ruling.choice.sentence, ruling.tested)
        for ruling in rulings
        if ruling.choice is not None
    ]
