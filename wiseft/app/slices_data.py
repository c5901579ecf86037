"""What the Slices page shows, computed once and shared by all sessions."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from wiseft.app.results import identity
from wiseft.datasets.metadata import FILE as METADATA
from wiseft.runs import Run
from wiseft.slice_columns import SliceColumns
from wiseft.slices import SMALLEST, Column, compared_slices, pairs_of, slice_hits, slice_table
from wiseft.specs import digest
from wiseft.traits import traits_file


@dataclass(frozen=True, eq=False)
class SlicesView:
    """One column of a set, or two together, at two alphas.

    Attributes:
        column: what divides the images.
        table: from `slice_table`; of two columns, slices with enough images alone, in the order of
            their changes.
        few: slices that are not in the table, having fewer images.
        slices: names of the slices with enough images [S].
        shares: their accuracies along alpha [A, S].
    """

    column: Column
    table: pd.DataFrame
    few: int
    slices: tuple[str, ...]
    shares: NDArray[np.float64]


def columns(run: Run, name: str) -> SliceColumns:
    """The ways to divide the images of the set `name`."""
    return _columns(*identity(run), name, _stamp(run), run)


def all_columns(run: Run, name: str, *, pairs: bool) -> list[Column]:
    """The columns of the set `name`, and all pairs of them where `pairs`."""
    single = columns(run, name).columns
    return [*single, *(_pairs(*identity(run), name, _stamp(run), run) if pairs else ())]


def slices_view(run: Run, name: str, column: Column, alpha: float, versus: float) -> SlicesView:
    """One of its columns, or two of them together, at two known alphas."""
    key = (*identity(run), name, _stamp(run), column.name, alpha, versus)
    return _slices_view(*key, column, run)


def compared(run: Run, name: str, alpha: float, versus: float, *, pairs: bool) -> pd.DataFrame:
    """`compared_slices` of all its columns, and of all pairs of them where `pairs`."""
    return _compared(*identity(run), name, _stamp(run), alpha, versus, pairs, run)


def _stamp(run: Run) -> str:
    """What changes when traits are measured, or metadata is written."""
    root, names = Path(run.record.benchmark), [each.name for each in run.record.sets]
    files = [
        *(traits_file(at, each.data) for each in run.record.sets for at in run.store.folders),
        *(root / below / METADATA for below in ("", *names)),
    ]
    return digest([_changed(file) for file in files])


def _changed(file: Path) -> int:
    try:
        return file.stat().st_mtime_ns
    except OSError:  # There is none.
        return 0


@st.cache_data(max_entries=64, show_spinner=False)
def _columns(folder: str, state: str, name: str, stamp: str, _run: Run) -> SliceColumns:
    return _run.slice_columns(name)


@st.cache_data(max_entries=16, show_spinner=False)
def _pairs(folder: str, state: str, name: str, stamp: str, _run: Run) -> list[Column]:
    return pairs_of(columns(_run, name).columns)


@st.cache_data(max_entries=128, show_spinner=False)
def _slices_view(
    folder: str,
    state: str,
    name: str,
    stamp: str,
    column: str,
    alpha: float,
    versus: float,
    _column: Column,
    _run: Run,
) -> SlicesView:
    path = _run.path(name)
    here, there = (int(np.abs(path.alphas - each).argmin()) for each in (alpha, versus))
    count = np.bincount(_column.codes, minlength=len(_column.slices))
    large = np.flatnonzero(count >= SMALLEST)
    table = slice_table(
        path.hits, _column, here, there, smallest=1 if _column.parts is None else SMALLEST
    )
    if _column.parts is not None:
        table = table.sort_values("change", kind="stable", ignore_index=True)
    return SlicesView(
        column=_column,
        table=table,
        few=int(np.count_nonzero(count)) - len(table),
        slices=tuple(_column.slices[each] for each in large),
        shares=slice_hits(path.hits, _column)[:, large] / count[large],
    )


@st.cache_data(max_entries=128, show_spinner=False)
def _compared(
    folder: str,
    state: str,
    name: str,
    stamp: str,
    alpha: float,
    versus: float,
    pairs: bool,
    _run: Run,
) -> pd.DataFrame:
    path = _run.path(name)
    here, there = (int(np.abs(path.alphas - each).argmin()) for each in (alpha, versus))
    return compared_slices(path.hits, all_columns(_run, name, pairs=pairs), here, there)
