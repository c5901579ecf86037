"""What the Images page shows of a run, computed once and shared by all sessions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from wiseft.alpha_path import AlphaPath
from wiseft.app.image_links import ALL_SHIFTS
from wiseft.app.results import identity
from wiseft.app.thumbnails import pictures
from wiseft.frontier import Frontier
from wiseft.gallery import Filter, Gallery, Outcome, images_frame
from wiseft.leading import Leading
from wiseft.palette import TAKEN
from wiseft.runs import Run


@dataclass(frozen=True, eq=False)
class SliceFilter:
    """A slice of a set, or of all shifts that have it.

    Attributes:
        name: what stands in URLs.
        title: for people.
        words: the same within a sentence.
        images: which images of the set, or of all shifts, it has [N].
    """

    name: str
    title: str
    words: str
    images: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Selection:
    """The images of a filter, and the two alphas that they are looked at with.

    Attributes:
        run: whose images they are.
        frontier: of the run.
        name: of the set, or `ALL_SHIFTS`.
        gallery: all images of the set.
        chosen: the filter.
        slice: that they are of, beside the filter; None for any.
        at, versus: indices of the two alphas.
        kept: which images count at all [N]; None for all.
        images: those that are shown, in order.
        counts: how many would be with each outcome in place of that of the filter.
        taken: the classes that the images of the set are most often taken for: they have a colour.
    """

    run: Run
    frontier: Frontier
    name: str
    gallery: Gallery
    chosen: Filter
    slice: SliceFilter | None
    at: int
    versus: int
    kept: NDArray[np.bool_] | None
    images: NDArray[np.intp]
    counts: dict[Outcome, int]
    taken: tuple[int, ...]

    @property
    def title(self) -> str:
        """Readable name of the set, or of all shifts together."""
        return title_of(self.frontier, self.name)

    @property
    def alpha(self) -> float:
        """The alpha in hand."""
        return float(self.gallery.path.alphas[self.at])

    @property
    def other(self) -> float:
        """The alpha that it is compared with."""
        return float(self.gallery.path.alphas[self.versus])

    def class_name(self, class_id: int) -> str:
        """Readable name of a class."""
        return self.run.record.class_names[class_id]

    def set_name(self, image: int) -> str:
        """The evaluation set of an image."""
        return self.gallery.names[self.gallery.set_of[image]]

    def image_id(self, image: int) -> str:
        """What an image is called in URLs."""
        return f"{self.set_name(image)}:{self.gallery.column[image]}"

    def image_of(self, id: str | None) -> int | None:
        """The image with that id; None where the set has none."""
        name, _, column = (id or "").rpartition(":")
        if name not in self.gallery.names or not column.isdecimal():
            return None
        of = np.flatnonzero(self.gallery.set_of == self.gallery.names.index(name))
        return int(of[int(column)]) if int(column) < len(of) else None

    def table(self) -> pd.DataFrame:
        """The images as a table, to take away (`images_frame`)."""
        sources = {name: pictures(self.run, name).sources for name in self.gallery.names}
        names = self.run.record.class_names
        table = images_frame(
            self.gallery,
            self.chosen,
            self.at,
            self.versus,
            names,
            sources,
            _both(self.kept, self.slice),
        )
        return table.assign(run=self.run.name, alpha=self.alpha, versus=self.other)


def select_images(
    run: Run,
    frontier: Frontier,
    name: str,
    chosen: Filter,
    of: SliceFilter | None,
    alphas: tuple[float, float],
    kept: NDArray[np.bool_] | None,
) -> Selection:
    """The images that a filter shows, of a slice; raises `Incompatible` as `Gallery.of` does."""
    found, shown = gallery(run, name), _both(kept, of)
    at, versus = (_index(found.path, each) for each in alphas)
    return Selection(
        run=run,
        frontier=frontier,
        name=name,
        gallery=found,
        chosen=chosen,
        slice=of,
        at=at,
        versus=versus,
        kept=kept,
        images=found.select(chosen, at, versus, shown),
        counts=found.counts(chosen, at, versus, shown),
        taken=taken(run, name),
    )


def set_titles(frontier: Frontier) -> dict[str, str]:
    """What can be looked at, with its title: all shifts together, and every set."""
    several = {ALL_SHIFTS: "All shifts"} if len(frontier.shifts) > 1 else {}
    return {**several, **frontier.titles}


def title_of(frontier: Frontier, name: str) -> str:
    """Readable name of a set, or of all shifts together."""
    return set_titles(frontier)[name]


def set_names(run: Run, name: str) -> tuple[str, ...]:
    """The evaluation sets that a choice stands for."""
    if name != ALL_SHIFTS:
        return (name,)
    return tuple(each.name for each in run.record.sets if each.role == "shift")


def gallery(run: Run, name: str) -> Gallery:
    """The images of a set, or of all shifts, with their paths."""
    return _gallery(*identity(run), name, run)


def taken(run: Run, name: str) -> tuple[int, ...]:
    """The commonest wrong classes of a set, as many as have a colour."""
    return _taken(*identity(run), name, run)


def leading(run: Run, name: str) -> Leading | None:
    """`Run.leading` of one set."""
    return _leading(*identity(run), name, run)


def _both(kept: NDArray[np.bool_] | None, of: SliceFilter | None) -> NDArray[np.bool_] | None:
    """Which images count and are in the slice; None for all."""
    if of is None:
        return kept
    return of.images if kept is None else of.images & kept


def _index(path: AlphaPath, alpha: float) -> int:
    return int(np.abs(path.alphas - alpha).argmin())


@st.cache_resource(max_entries=16, show_spinner=False)
def _gallery(folder: str, state: str, name: str, _run: Run) -> Gallery:
    return Gallery.of({each: _run.path(each) for each in set_names(_run, name)})


@st.cache_data(max_entries=64, show_spinner=False)
def _taken(folder: str, state: str, name: str, _run: Run) -> tuple[int, ...]:
    return tuple(gallery(_run, name).commonest_wrong(TAKEN))


@st.cache_resource(max_entries=32, show_spinner=False)
def _leading(folder: str, state: str, name: str, _run: Run) -> Leading | None:
    return _run.leading(name)
