"""A slice as a filter of the Images page: which there are, and which images it has."""

from __future__ import annotations

from collections import Counter

import numpy as np

from wiseft.app.images.selection import SliceFilter, set_names
from wiseft.app.slice_links import Slice, slice_named
from wiseft.app.slices_data import columns
from wiseft.runs import Run
from wiseft.slice_columns import CLASS

MOST_OFFERED = 30
"""A column of more slices than this is not among the filters: links alone lead to its slices."""


def slice_filter(run: Run, name: str, text: str) -> SliceFilter | None:
    """The slice that `text` names, of a set or of all shifts; None where there is none."""
    found: list[Slice] = []
    parts = []
    for each in set_names(run, name):
        known = slice_named(columns(run, each).columns, text)
        if known is None:
            parts.append(np.zeros(len(run.path(each)), dtype=bool))
        else:
            found.append(known)
            parts.append(known.column.codes == known.code)
    if not found:
        return None
    words = " and ".join(f"{column.title} {one}" for column, one in found[0].parts)
    return SliceFilter(found[0].name, found[0].title, words, np.concatenate(parts))


def slice_titles(run: Run, name: str) -> dict[str, str]:
    """The slices to choose from, by name: those that every set has, true classes aside."""
    sets = set_names(run, name)
    titles: dict[str, str] = {}
    times: Counter[str] = Counter()
    for each in sets:
        for column in columns(run, each).columns:
            if column.name != CLASS and len(column.slices) <= MOST_OFFERED:
                some = [Slice(column, code) for code in range(len(column.slices))]
                times.update(one.name for one in some)
                titles |= {one.name: one.title for one in some}
    return {key: title for key, title in titles.items() if times[key] == len(sets)}
