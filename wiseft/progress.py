"""How long work tells whoever waits for it how far it has come."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Progress:
    """One report of a running computation.

    Attributes:
        stage: what is being done, in a few words ("reading night", "epoch 3 of 8").
        done: units of this stage that are finished.
        total: units of this stage in all.
        values: named measurements at this point, such as `loss`, `lr`, `images_per_second` or
            `accuracy` (a fraction).
    """

    stage: str
    done: int
    total: int
    values: Mapping[str, float] = field(default_factory=dict)


Report = Callable[[Progress], None]
"""Receives every `Progress`; called in the thread that computes, so it must be quick."""


def silent(progress: Progress) -> None:
    """The `Report` of those who do not want to know."""
