"""Runs without the images that were marked as wrongly labelled or unusable."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from wiseft.marks import Mark, left_out, marks
from wiseft.pictures import open_pictures
from wiseft.run_records import RunRecord
from wiseft.runs import Run
from wiseft.workspace import Workspace


def without_marked(run: Run, workspace: Workspace | None = None) -> Run:
    """The run of the images alone that nobody marked as wrongly labelled or unusable.

    All of its tables and accuracies are of those: `without_marked(run).per_class("night", 0.5)`.

    Args:
        run: whose images they are.
        workspace: where the marks are kept; the default one where None.
    """

    def sources(name: str) -> Sequence[str]:
        known = run.whole.leading(name)
        return open_pictures(
            run.record,
            name,
            run.whole.path(name).labels,
            sources=None if known is None else known.sources,
        ).sources

    return run.counting(
        unmarked_images(run.record, marks(workspace or Workspace(), run.name), sources)
    )


def unmarked_images(
    record: RunRecord,
    found: Mapping[tuple[str, str], Mark],
    sources: Callable[[str], Sequence[str]],
) -> dict[str, NDArray[np.bool_]]:
    """By set, which images no mark speaks against [N]; sets of which all count are not there.

    A mark on a reference image counts in the matched sets too, which take images from it.

    Args:
        record: of the run.
        found: the marks, by set and source.
        sources: what the images of a set are called (`Pictures.sources`).
    """
    reference = next((each.name for each in record.sets if each.role == "reference"), None)
    kept = {}
    for each in record.sets:
        out = left_out(found, each.name)
        if each.role == "matched" and reference is not None:
            out |= left_out(found, reference)
        if out:
            counts = np.array([source not in out for source in sources(each.name)], dtype=bool)
            if not counts.all():
                kept[each.name] = counts
    return kept
