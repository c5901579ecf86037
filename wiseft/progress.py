"""How long work tells whoever waits for it how far it has come."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tqdm import tqdm


@dataclass(frozen=True)
class Progress:
    """One report of a running computation.

    Attributes:
        stage: what is being done, in a few words ("reading night", "epoch 3 of 8").
        done: units of this stage that are finished.
        total: units of this stage in all.
        values: named measurements at this point, such as `loss`, `lr`, `images_per_second` or
            `accuracy` (a fraction).
        note: a sentence for people on something that has just changed, such as smaller batches
            because memory ran out; as a rule empty.
    """

    stage: str
    done: int
    total: int
    values: Mapping[str, float] = field(default_factory=dict)
    note: str = ""


Report = Callable[[Progress], None]
"""Receives every `Progress`; called in the thread that computes, so it must be quick."""


def silent(progress: Progress) -> None:
    """The `Report` of those who do not want to know."""


class Bar:
    """A progress bar on standard error, in a terminal or a notebook; it appears when told."""

    def __init__(self) -> None:
        self._bar: tqdm[Any] | None = None

    def report(self, progress: Progress) -> None:
        """Move the bar: a `Report`."""
        if self._bar is None:
            self._bar = tqdm(file=sys.stderr, dynamic_ncols=True, leave=False)
        bar = self._bar
        bar.set_description_str(progress.stage, refresh=False)
        if progress.total != bar.total or progress.done < bar.n:
            bar.reset(progress.total)
        bar.set_postfix_str(
            ", ".join(f"{name} {value:.4g}" for name, value in progress.values.items()),
            refresh=False,
        )
        bar.update(progress.done - bar.n)

    def close(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None
