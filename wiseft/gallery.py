"""Which images a filter shows, in which order, and what each of them goes through along alpha."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from wiseft.alpha_path import AlphaPath
from wiseft.errors import Incompatible

Outcome = Literal["all", "fixed", "broken", "between", "wrong", "correct", "correct-at", "wrong-at"]
"""What becomes of an image: any; wrong at the compared alpha and correct at the alpha in hand; the
other way round; wrong at both ends of the path and correct somewhere between; correct at no alpha;
correct at every alpha; correct, and wrong, at the alpha in hand."""

OUTCOMES: tuple[Outcome, ...] = (
    *("all", "fixed", "broken", "between"),
    *("wrong", "correct", "correct-at", "wrong-at"),
)

Order = Literal["dealt", "confident", "near", "listed"]
"""One class and set after another, in turns; errors first, the most confident at the front; those
first whose predicted class changes nearest to the alpha in hand; as the sets list them."""


@dataclass(frozen=True)
class Filter:
    """Which images are shown.

    Attributes:
        true: class id of the true class; None for any.
        read: class id of the class that is predicted at the alpha in hand; None for any.
        outcome: what becomes of them.
        low, high: confidence at the alpha in hand, both ends included, 0..1.
        order: in which they are shown.
    """

    true: int | None = None
    read: int | None = None
    outcome: Outcome = "all"
    low: float = 0.0
    high: float = 1.0
    order: Order = "dealt"


class Stretch(NamedTuple):
    """Neighbouring alphas at which one image has the same predicted class.

    Attributes:
        first, last: indices of alphas, both included.
        class_id: what is predicted.
    """

    first: int
    last: int
    class_id: int


@dataclass(frozen=True, eq=False)
class Gallery:
    """The images of one or several evaluation sets of a run, with their paths.

    Attributes:
        path: of all images, one set after the other [A, N].
        names: of the sets [S].
        set_of: the set of each image, as an index into `names` [N].
        column: its column in the path of that set [N].
    """

    path: AlphaPath
    names: tuple[str, ...]
    set_of: NDArray[np.intp]
    column: NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.set_of)

    @classmethod
    def of(cls, paths: Mapping[str, AlphaPath]) -> Gallery:
        """The images of some sets, by name.

        Raises:
            Incompatible: where the paths are not of the same alphas.
        """
        first, *others = paths.values()
        if any(not np.array_equal(first.alphas, each.alphas) for each in others):
            raise Incompatible(
                "The sets have been evaluated at different alphas; look at them one by one, or "
                "sweep the run again."
            )
        counts = [len(each) for each in paths.values()]
        return cls(
            path=first if not others else _joined([first, *others]),
            names=tuple(paths),
            set_of=np.repeat(np.arange(len(counts)), counts),
            column=np.concatenate([np.arange(count) for count in counts]),
        )

    @cached_property
    def correct(self) -> NDArray[np.bool_]:
        """Whether each image is predicted correctly [A, N]."""
        return self.path.predicted == self.path.labels.astype(self.path.predicted.dtype)

    @cached_property
    def _ever(self) -> NDArray[np.bool_]:
        return np.logical_or.reduce(self.correct, axis=0)

    @cached_property
    def _always(self) -> NDArray[np.bool_]:
        return np.logical_and.reduce(self.correct, axis=0)

    def has_outcome(self, outcome: Outcome, at: int, versus: int) -> NDArray[np.bool_]:
        """Which images have an outcome [N], for two alphas by their indices."""
        here, there = self.correct[at], self.correct[versus]
        if outcome == "fixed":
            return here & ~there
        if outcome == "broken":
            return there & ~here
        if outcome == "between":
            return np.logical_and(self._ever, ~(self.correct[0] | self.correct[-1]))
        if outcome == "wrong":
            return np.logical_not(self._ever)
        if outcome == "correct":
            return self._always
        if outcome == "correct-at":
            return here
        return ~here if outcome == "wrong-at" else np.ones(len(self), dtype=bool)

    def select(
        self, chosen: Filter, at: int, versus: int, kept: NDArray[np.bool_] | None = None
    ) -> NDArray[np.intp]:
        """The images that a filter shows, in its order.

        Args:
            chosen: the filter.
            at, versus: indices of the alpha in hand, and of the one that it is compared with.
            kept: which images count at all [N]; all where None.
        """
        shown = self._shown(chosen, at, kept) & self.has_outcome(chosen.outcome, at, versus)
        return self._ordered(np.flatnonzero(shown), chosen.order, at)

    def counts(
        self, chosen: Filter, at: int, versus: int, kept: NDArray[np.bool_] | None = None
    ) -> dict[Outcome, int]:
        """How many images a filter would show with each of the outcomes in place of its own."""
        shown = self._shown(chosen, at, kept)
        return {
            each: int(np.count_nonzero(shown & self.has_outcome(each, at, versus)))
            for each in OUTCOMES
        }

    def stretches(self, image: int) -> list[Stretch]:
        """The predicted classes of one image along alpha."""
        along = self.path.predicted[:, image].astype(np.int64)
        starts = np.flatnonzero(np.diff(along, prepend=-1))
        lasts = np.append(starts[1:], len(along)) - 1
        return [
            Stretch(first, last, int(along[first]))
            for first, last in zip(starts.tolist(), lasts.tolist(), strict=True)
        ]

    def flips(self, images: NDArray[np.intp]) -> NDArray[np.int64]:
        """How often the predicted class of some images changes along alpha."""
        along = self.path.predicted[:, images]
        return (along[1:] != along[:-1]).sum(axis=0)

    def commonest_wrong(self, count: int) -> list[int]:
        """The classes that images are most often taken for wrongly, over all alphas."""
        wrong = self.path.predicted[~self.correct]
        often = np.bincount(wrong.astype(np.int64))
        return [each for each in np.argsort(-often, kind="stable")[:count].tolist() if often[each]]

    def _shown(self, chosen: Filter, at: int, kept: NDArray[np.bool_] | None) -> NDArray[np.bool_]:
        """Which images a filter shows whatever becomes of them [N]."""
        shown = np.ones(len(self), dtype=bool) if kept is None else kept.copy()
        if chosen.true is not None:
            shown &= self.path.labels == chosen.true
        if chosen.read is not None:
            shown &= self.path.predicted[at] == chosen.read
        if chosen.low > 0:
            shown &= self.path.confidence[at] >= np.float16(chosen.low)
        if chosen.high < 1:
            shown &= self.path.confidence[at] <= np.float16(chosen.high)
        return shown

    def _ordered(self, images: NDArray[np.intp], order: Order, at: int) -> NDArray[np.intp]:
        confidence = self.path.confidence[at, images].astype(np.float32)
        if order == "dealt":
            return self._dealt(images)
        if order == "confident":
            return images[np.lexsort((-confidence, self.correct[at, images]))]
        if order == "near":
            return images[np.lexsort((confidence, self._distance_to_flip(images, at)))]
        return images

    def _dealt(self, images: NDArray[np.intp]) -> NDArray[np.intp]:
        """Classes in turns, and of each class the sets in turns, another one first for each."""
        labels, sets = self.path.labels[images], self.set_of[images]
        turn = (sets - labels) % len(self.names)
        within = _occurrence(labels * len(self.names) + sets)
        by_class = np.lexsort((turn, within))
        place = np.empty(len(images), np.int64)
        place[by_class] = _occurrence(labels[by_class])
        return images[np.lexsort((labels, place))]

    def _distance_to_flip(self, images: NDArray[np.intp], at: int) -> NDArray[np.float64]:
        """How far the nearest alpha with another predicted class is; infinite without one."""
        alphas = self.path.alphas
        other = self.path.predicted[:, images] != self.path.predicted[at, images]
        nearest = np.full(len(images), np.inf)
        for index in np.argsort(-np.abs(alphas - alphas[at]), kind="stable"):
            nearest[other[index]] = abs(alphas[index] - alphas[at])
        return nearest


def images_frame(
    gallery: Gallery,
    chosen: Filter,
    at: int,
    versus: int,
    class_names: Sequence[str],
    sources: Mapping[str, Sequence[str]],
    kept: NDArray[np.bool_] | None = None,
) -> pd.DataFrame:
    """The images of a filter as a table, in its order.

    Args:
        gallery: the images.
        chosen, at, versus, kept: as of `Gallery.select`.
        class_names: readable names [C].
        sources: by set, where each image comes from; sets may be missing.

    Returns:
        one row an image: `set`, `index` (column of its path), `source`, `true`, `predicted`,
        `confidence` and `true_probability` at the alpha in hand, `versus_predicted`, `outcome`
        ("fixed", "broken", "correct" or "wrong" at both), and `flips`, how often the predicted
        class changes along alpha.
    """
    images = gallery.select(chosen, at, versus, kept)
    path, names = gallery.path, np.array([*class_names], dtype=object)
    here, there = gallery.correct[at, images], gallery.correct[versus, images]
    sets = [gallery.names[each] for each in gallery.set_of[images].tolist()]
    columns = gallery.column[images].tolist()
    return pd.DataFrame(
        {
            "set": pd.Series(sets, dtype=object),
            "index": columns,
            "source": pd.Series(
                [
                    sources[name][column] if name in sources else None
                    for name, column in zip(sets, columns, strict=True)
                ],
                dtype=object,
            ),
            "true": names[path.labels[images]],
            "predicted": names[path.predicted[at, images].astype(np.int64)],
            "confidence": path.confidence[at, images].astype(np.float32),
            "true_probability": path.true_probability[at, images].astype(np.float32),
            "versus_predicted": names[path.predicted[versus, images].astype(np.int64)],
            "outcome": np.where(
                here, np.where(there, "correct", "fixed"), np.where(there, "broken", "wrong")
            ),
            "flips": gallery.flips(images),
        }
    )


def _joined(paths: Sequence[AlphaPath]) -> AlphaPath:
    """The paths of several sets as one of all their images; exact where all of them are."""
    return replace(
        paths[0],
        labels=np.concatenate([each.labels for each in paths]),
        predicted=np.concatenate([each.predicted for each in paths], axis=1),
        confidence=np.concatenate([each.confidence for each in paths], axis=1),
        true_probability=np.concatenate([each.true_probability for each in paths], axis=1),
        exact=np.all([each.exact for each in paths], axis=0),
        deviation=None,
    )


def _occurrence(values: NDArray[np.integer]) -> NDArray[np.int64]:
    """The how-manieth of its kind each value is, counted from 0 [N]."""
    order = np.argsort(values, kind="stable")
    ranked = values[order]
    starts = np.flatnonzero(np.diff(ranked, prepend=ranked[:1] - 1))
    lengths = np.diff(np.append(starts, len(values)))
    found = np.empty(len(values), np.int64)
    found[order] = np.arange(len(values)) - np.repeat(starts, lengths)
    return found
