"""Groups of images other than classes: their accuracy along alpha, and those that lose most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from wiseft.metrics import clopper_pearson, paired_interval
from wiseft.significance import holm, mcnemar

BINS = 5
"""Quantiles that a column of many numbers is divided into."""

MANY = 12
"""A column of numbers with more different values than this is divided into quantiles."""

SMALLEST = 20
"""Images that a slice must have to be among those that lose most, or be the worst."""

NO_VALUE = "(none)"
"""The slice of the images of which a column says nothing."""


BETWEEN = " × "
"""Between the names of two columns, or of their slices, that divide images together."""


@dataclass(frozen=True, eq=False)
class Column:
    """A division of the images of a set into slices.

    Attributes:
        name: what stands in URLs.
        title: for people.
        slices: names of the slices [S].
        codes: the slice of each image [N].
        parts: the two columns that divide the images together, in place of a single one.
    """

    name: str
    title: str
    slices: tuple[str, ...]
    codes: NDArray[np.int64]
    parts: tuple[Column, Column] | None = None

    def of(self, kept: NDArray[np.bool_]) -> Column:
        """The same slices of some of the images, `kept` [N]; slices may be left without any."""
        return replace(self, codes=self.codes[kept])


def column_of_numbers(name: str, title: str, values: ArrayLike, bins: int = BINS) -> Column:
    """Slices of about equal size, from the smallest values to the largest.

    Equal values share a slice, so that there may be fewer. Values that are not finite are in a
    slice of their own, the last.
    """
    numbers = np.asarray(values, dtype=np.float64)
    known = np.isfinite(numbers)
    distinct = np.unique(numbers[known])
    if len(distinct) <= min(MANY, bins):
        edges = distinct
    else:
        ordered = np.sort(numbers[known])
        edges = np.unique(ordered[np.arange(bins) * len(ordered) // bins])
    codes = np.full(len(numbers), len(edges))
    codes[known] = np.searchsorted(edges, numbers[known], side="right") - 1
    names = []
    for code in range(len(edges)):
        inside = numbers[codes == code]
        low, high = _short(inside.min()), _short(inside.max())
        names.append(low if low == high else f"{low} to {high}")
    missing = () if known.all() else (NO_VALUE,)
    return Column(name, title, (*names, *missing), codes)


def column_of_texts(name: str, title: str, values: Sequence[str]) -> Column:
    """One slice a value; where all are numbers, and many, quantiles of them."""
    texts = [each.strip() for each in values]
    found = np.array([_number(each) for each in texts], dtype=np.float64)
    given = np.array([bool(each) for each in texts], dtype=bool)
    if np.isfinite(found[given]).all() and len(np.unique(found[given])) > MANY:
        return column_of_numbers(name, title, found)
    named = np.array([each or NO_VALUE for each in texts], dtype=object)
    slices, codes = np.unique(named, return_inverse=True)
    return Column(name, title, tuple(slices.tolist()), codes.astype(np.int64))


def pair_of(first: Column, second: Column) -> Column:
    """The images divided by two columns together: a slice for every two slices that share some."""
    used, codes = np.unique(first.codes * len(second.slices) + second.codes, return_inverse=True)
    slices = tuple(
        f"{first.slices[code // len(second.slices)]}{BETWEEN}"
        f"{second.slices[code % len(second.slices)]}"
        for code in used.tolist()
    )
    return Column(
        name=f"{first.name}{BETWEEN}{second.name}",
        title=f"{first.title}{BETWEEN}{second.title}",
        slices=slices,
        codes=codes.astype(np.int64),
        parts=(first, second),
    )


def pairs_of(columns: Sequence[Column]) -> list[Column]:
    """All pairs of columns that divide the images further than each of the two alone."""
    pairs = (pair_of(first, second) for first, second in combinations(columns, 2))
    return [
        each
        for each in pairs
        if each.parts and len(each.slices) > max(len(part.slices) for part in each.parts)
    ]


def column_named(columns: Sequence[Column], name: str) -> Column | None:
    """The column of that name, or the pair of two of them; None where there is none."""
    for each in columns:
        if each.name == name:
            return each
    for first, second in combinations(columns, 2):
        for one, other in ((first, second), (second, first)):
            if name == f"{one.name}{BETWEEN}{other.name}":
                return pair_of(one, other)
    return None


def slice_hits(correct: NDArray[np.bool_], column: Column) -> NDArray[np.int64]:
    """How many images of each slice are predicted correctly at each alpha [A, S].

    Args:
        correct: whether each image is predicted correctly at each alpha [A, N].
        column: divides the N images.
    """
    total = len(column.slices)
    if not len(column.codes) or not total:
        return np.zeros((len(correct), total), np.int64)
    order = np.argsort(column.codes, kind="stable")
    count = np.bincount(column.codes, minlength=total)
    used = np.flatnonzero(count)
    starts = (np.cumsum(count) - count)[used]
    hits = np.zeros((len(correct), total), np.int64)
    hits[:, used] = np.add.reduceat(correct[:, order], starts, axis=1, dtype=np.int32)
    return hits


def slice_table(
    correct: NDArray[np.bool_], column: Column, here: int, there: int, smallest: int = 1
) -> pd.DataFrame:
    """The accuracy of every slice at two alphas, and whether the change is more than noise.

    Args:
        correct: whether each image is predicted correctly at each alpha [A, N].
        column: divides the N images.
        here, there: indices of the alpha in hand and of the compared one.
        smallest: slices of fewer images are left out.

    Returns:
        one row a slice: `column`, `slice`, `count`; `accuracy` here with its 95 %
        interval `low` and `high`, and `versus` there with `versus_low` and `versus_high`; `fixed`
        and `broken`; the `change` with its paired 95 % interval `change_low` and `change_high`;
        the change of all other images, `rest`, NaN where there are none; and `p`, of McNemar's
        exact test, not corrected. Accuracies and changes are fractions.
    """
    now, before = correct[here], correct[there]
    size = len(column.slices)

    def images(which: NDArray[np.bool_]) -> NDArray[np.intp]:
        return np.bincount(column.codes[which], minlength=size)

    count = np.bincount(column.codes, minlength=size)
    used = np.flatnonzero(count >= max(smallest, 1))
    hits, was, both = images(now)[used], images(before)[used], images(now & before)[used]
    count, fixed, broken = count[used], hits - both, was - both
    bounds, earlier = clopper_pearson(hits, count), clopper_pearson(was, count)
    change = paired_interval(fixed, broken, both, count)
    others, net = len(now) - count, int(now.sum()) - int(before.sum())
    rest = np.divide(
        net - (fixed - broken), others, out=np.full(len(used), np.nan), where=others > 0
    )
    return pd.DataFrame(
        {
            "column": column.title,
            "slice": [column.slices[i] for i in used],
            "count": count,
            "accuracy": hits / count,
            "low": bounds[:, 0],
            "high": bounds[:, 1],
            "versus": was / count,
            "versus_low": earlier[:, 0],
            "versus_high": earlier[:, 1],
            "fixed": fixed,
            "broken": broken,
            "change": (fixed - broken) / count,
            "change_low": change[:, 0],
            "change_high": change[:, 1],
            "rest": rest,
            "p": mcnemar(fixed, broken),
        }
    )


def compared_slices(
    correct: NDArray[np.bool_],
    columns: Sequence[Column],
    here: int,
    there: int,
    smallest: int = SMALLEST,
) -> pd.DataFrame:
    """The slices of all columns with at least `smallest` images, tested for a change.

    Holm's correction is for all of them, so that looking at many does not make one stand out.

    Args:
        correct, here, there: as of `slice_table`.
        columns: at least one.
        smallest: slices of fewer images are left out.

    Returns:
        as `slice_table`, with `corrected`, the corrected p value, and `tested`, of how many; the
        largest loss first, the largest gain last.
    """
    tables = [slice_table(correct, each, here, there, smallest) for each in columns]
    table = pd.concat(tables, ignore_index=True)
    table = table.assign(corrected=holm(table["p"].to_numpy()), tested=len(table))
    return table.sort_values("change", kind="stable", ignore_index=True)


def losing_slices(
    correct: NDArray[np.bool_],
    columns: Sequence[Column],
    here: int,
    there: int,
    smallest: int = SMALLEST,
) -> pd.DataFrame:
    """The `compared_slices` that are less accurate here than there, the largest loss first."""
    table = compared_slices(correct, columns, here, there, smallest)
    return table.loc[table["change"].to_numpy() < 0]


def worst_slice(
    correct: NDArray[np.bool_], column: Column, smallest: int = SMALLEST
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The slice with the lowest accuracy at every alpha, of those with enough images.

    Returns:
        codes [A], -1 where no slice has enough images; and accuracies [A], NaN there.
    """
    count = np.bincount(column.codes, minlength=len(column.slices))
    large = np.flatnonzero(count >= max(smallest, 1))
    if not len(large):
        return np.full(len(correct), -1), np.full(len(correct), np.nan)
    shares = slice_hits(correct, column)[:, large] / count[large]
    worst = shares.argmin(axis=1)
    return large[worst], shares[np.arange(len(correct)), worst]


def _short(number: float) -> str:
    """A bound of a bin in three figures."""
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.3g}"


def _number(text: str) -> float:
    """The number that `text` is; NaN where it is none."""
    try:
        return float(text)
    except ValueError:
        return float("nan")
