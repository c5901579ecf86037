"""A run: one benchmark, one zero-shot and one fine-tuned checkpoint, and what was evaluated.

Nothing here is computed anew: every method reads the store.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from wiseft.alpha_path import AlphaPath
from wiseft.errors import Missing, UnknownName
from wiseft.evidence import Evidence
from wiseft.frontier import MEAN, Frontier
from wiseft.leading import Leading
from wiseft.metrics import clopper_pearson
from wiseft.predictions import Predictions
from wiseft.run_records import Role, RunRecord
from wiseft.scales import Axes
from wiseft.specs import digest
from wiseft.steps import StepFunction
from wiseft.store import PathKind, Store

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

    from wiseft.gallery import Order, Outcome
    from wiseft.slice_columns import SliceColumns


@dataclass(frozen=True)
class Run:
    """A run record together with the store that holds its evaluations.

    Attributes:
        record: what the run joins.
        store: where its evaluations are.
        folder: the root of the workspace that keeps the record.
        counted: by set, which of its images count [N]; all of a set that is not there.
    """

    record: RunRecord
    store: Store
    folder: Path
    counted: Mapping[str, NDArray[np.bool_]] = field(
        default_factory=dict, repr=False, compare=False
    )
    _paths: dict[tuple[str, PathKind], AlphaPath] = field(
        default_factory=dict, repr=False, compare=False
    )
    _counted_paths: dict[tuple[str, PathKind], AlphaPath] = field(
        default_factory=dict, repr=False, compare=False
    )

    def counting(self, counted: Mapping[str, NDArray[np.bool_]]) -> Run:
        """The run with some of its images alone: all that it tells is of those that count.

        Args:
            counted: by set, which of all its images count [N]; all of a set that is not there.
        """
        return replace(self, counted=dict(counted), _counted_paths={})

    @property
    def whole(self) -> Run:
        """The run with all of its images."""
        return self.counting({}) if self.counted else self

    def columns(self, name: str) -> NDArray[np.intp]:
        """Where the images that count stand among all images of the set `name`, ascending."""
        kept = self.counted.get(name)
        return np.arange(len(self.whole.path(name))) if kept is None else np.flatnonzero(kept)

    @property
    def name(self) -> str:
        """The name of the run."""
        return self.record.name

    @property
    def zeroshot(self) -> Path:
        """The checkpoint at alpha 0."""
        return self.folder / self.record.zeroshot.path

    @property
    def finetuned(self) -> Path:
        """The checkpoint at alpha 1."""
        return self.folder / self.record.finetuned.path

    @cached_property
    def evaluated(self) -> tuple[float, ...]:
        """The alphas at which every set has been evaluated, ascending."""
        found = [set(self.store.alphas(self.record.key(each.name))) for each in self.record.sets]
        return tuple(sorted(set.intersection(*found)))

    @cached_property
    def fingerprint(self) -> str:
        """What all that it tells depends on: its record, what is kept of it, and what counts."""
        kept = [self.store.state(self.record.key(each.name)) for each in self.record.sets]
        counted = {name: sha256(each.tobytes()).hexdigest() for name, each in self.counted.items()}
        return digest([asdict(self.record), kept, self.evaluated, counted])

    @property
    def alphas(self) -> tuple[float, ...]:
        """The alphas at which there are predictions, evaluated or interpolated, ascending."""
        return tuple(self.whole.path(self.record.sets[0].name).alphas.tolist())

    def path(self, name: str, kind: PathKind = "weights") -> AlphaPath:
        """What the models at all alphas say of the set `name`.

        The interpolated weights: the path that was made, with every evaluation there is in place
        of what was interpolated; or the evaluations alone, where no path was made.

        Raises `UnknownName` for the set, `Missing` where nothing has been evaluated yet.
        """
        if (name, kind) not in self._paths:
            self._paths[name, kind] = self._path(name, kind)
        kept = self.counted.get(name)
        if kept is None:
            return self._paths[name, kind]
        if (name, kind) not in self._counted_paths:
            self._counted_paths[name, kind] = self._paths[name, kind].only(kept)
        return self._counted_paths[name, kind]

    def leading(self, name: str) -> Leading | None:
        """The leading classes of each image of the set `name`, with their probabilities.

        None where they are not known: of runs that were swept at given alphas alone, or before
        they were kept. Raises `UnknownName` for the set.
        """
        found = self.store.get_leading(self.record.key(name))
        if found is None or len(found) != len(self.whole.path(name)):
            return None
        return found.only(self.counted[name]) if name in self.counted else found

    def steps(self, name: str, kind: PathKind = "weights") -> StepFunction | None:
        """The exact accuracy on the set `name` for all alphas from 0 to 1, not on a grid.

        None where it is not known: where the weights differ in more than the head, no path was
        made, or images are left out. Raises `UnknownName` for the set.
        """
        if name in self.counted:
            return None
        found = self.store.get_steps(self.record.key(name), kind)
        return None if found is None else StepFunction(found)

    def _path(self, name: str, kind: PathKind) -> AlphaPath:
        key = self.record.key(name)
        stored = self.store.get_path(key, kind)
        if kind == "outputs":
            if stored is None:
                raise Missing(f"The outputs of run {self.name!r} are not known; sweep it again.")
            return stored
        if stored is not None:
            known = set(stored.alphas[stored.exact].tolist())
            found = {a: self.store.get(key, a) for a in self.evaluated if a not in known}
            return stored.with_exact({a: each for a, each in found.items() if each is not None})
        if not self.evaluated:
            raise Missing(f"Run {self.name!r} has no finished evaluations yet; sweep it.")
        return AlphaPath.of({alpha: self._evaluation(name, alpha) for alpha in self.evaluated})

    def _evaluation(self, name: str, alpha: float) -> Predictions:
        found = self.store.get(self.record.key(name), alpha)
        if found is None:
            raise Missing(
                f"Run {self.name!r} has not been evaluated at alpha {alpha:g} on {name!r}; "
                "sweep it with that alpha."
            )
        return found

    def predictions(self, name: str, alpha: float) -> Predictions:
        """What the model at `alpha` says of the set `name`, evaluated or interpolated.

        Raises `UnknownName` for the set, `Missing` where this is not known.
        """
        path = self.path(name)
        at = np.flatnonzero(np.isclose(path.alphas, alpha, rtol=0, atol=1e-6))
        if len(at):
            return path.at(int(at[0]))
        found = self._evaluation(name, alpha)
        return found.only(self.counted[name]) if name in self.counted else found

    def images(
        self,
        name: str,
        alpha: float,
        against: float | None = None,
        *,
        true: str | None = None,
        predicted: str | None = None,
        outcome: Outcome = "all",
        order: Order = "listed",
    ) -> pd.DataFrame:
        """The images of the set `name`, and what becomes of them between two alphas.

        Args:
            name: of the set.
            alpha: the mixing coefficient in hand, one of `alphas`.
            against: the one that it is compared with; the last of `alphas` where None.
            true, predicted: names of classes, the latter at `alpha`; any where None.
            outcome, order: which images, and in which order (`gallery`).

        Returns:
            a table as of `gallery.images_frame`; the sources are empty where they were not kept
            when the run was swept.

        Raises:
            UnknownName: for the set or a class. Missing: where an alpha is not known.
        """
        from wiseft.gallery import Filter, Gallery, images_frame

        gallery, leading = Gallery.of({name: self.whole.path(name)}), self.whole.leading(name)
        chosen = Filter(self._class(true), self._class(predicted), outcome, order=order)
        at = self._index(gallery.path, alpha)
        versus = self._index(gallery.path, self.alphas[-1] if against is None else against)
        sources = {name: leading.sources} if leading is not None and leading.sources else {}
        kept = self.counted.get(name)
        return images_frame(gallery, chosen, at, versus, self.record.class_names, sources, kept)

    def _class(self, name: str | None) -> int | None:
        if name is not None and name not in self.record.class_names:
            raise UnknownName("class", name, self.record.class_names)
        return None if name is None else self.record.class_names.index(name)

    def _index(self, path: AlphaPath, alpha: float) -> int:
        at = np.flatnonzero(np.isclose(path.alphas, alpha, rtol=0, atol=1e-6))
        if not len(at):
            raise Missing(
                f"Run {self.name!r} knows nothing of alpha {alpha:g}; sweep it with that alpha."
            )
        return int(at[0])

    def frontier(self, kind: PathKind = "weights") -> Frontier:
        """The accuracies of every set at every alpha: of mixed weights, or of mixed outputs.

        Raises `Missing` where nothing has been evaluated yet, or no outputs are known.
        """
        paths = {each.name: self.path(each.name, kind) for each in self.record.sets}
        first = paths[self.record.sets[0].name]
        names = {
            role: [each.name for each in self.record.sets if each.role == role] for role in _ROLES
        }
        return Frontier(
            run=self.name,
            reference=names["reference"][0],
            shifts=tuple(names["shift"]),
            validation=next(iter(names["validation"]), None),
            matched={each.shift: each.name for each in self.record.sets if each.shift},
            titles={each.name: each.title for each in self.record.sets},
            alphas=first.alphas,
            exact=np.all([path.exact for path in paths.values()], axis=0),
            deviation={
                name: path.deviation for name, path in paths.items() if path.deviation is not None
            },
            accuracy={name: path.accuracy for name, path in paths.items()},
            interval={
                name: clopper_pearson(path.correct, len(path)) for name, path in paths.items()
            },
            count={name: len(path) for name, path in paths.items()},
        )

    def evidence(self) -> Evidence:
        """The frontier with what is behind it, image by image: what rules choose an alpha from.

        Raises `Missing` where nothing has been evaluated yet.
        """
        paths = {each.name: self.path(each.name) for each in self.record.sets}
        return Evidence(self.frontier(), paths)

    @property
    def compared(self) -> float:
        """What an alpha is compared with unless another is named: fine-tuned, or the last known."""
        return 1.0 if 1.0 in self.alphas else self.alphas[-1]

    def per_class(self, name: str, alpha: float, against: float | None = None) -> pd.DataFrame:
        """Every class of the set `name` at `alpha`, and what changes: `breakdown.per_class`.

        The other alpha is `against`, or `compared`. Raises `UnknownName` for the set, `Missing`
        where an alpha is not known.
        """
        # Here, so that what needs no tables does not wait for pandas to load.
        from wiseft.breakdown import per_class

        now, then = self._two(name, alpha, against)
        return per_class(now, then, self.record.class_names)

    def confusions(self, name: str, alpha: float, against: float | None = None) -> pd.DataFrame:
        """What is taken for what on the set `name`: `confusions.confusion_pairs`.

        Arguments and errors are those of `per_class`.
        """
        from wiseft.confusions import confusion_pairs

        now, then = self._two(name, alpha, against)
        return confusion_pairs(now, then, self.record.class_names)

    def flips(self, name: str, alpha: float, against: float | None = None) -> pd.DataFrame:
        """What is fixed and broken in every class of the set `name`: `flips.per_class_flips`.

        Arguments and errors are those of `per_class`.
        """
        from wiseft.flips import per_class_flips

        path, here, there = self._places(name, alpha, against)
        return per_class_flips(path.hits, path.labels, self.record.class_names, here, there)

    def slice_columns(self, name: str) -> SliceColumns:
        """The ways to divide the images of the set `name`: traits, metadata and true class."""
        from wiseft.slice_columns import EvaluatedImages, slice_columns

        record, labels = self.record.set_named(name), self.whole.path(name).labels
        whole = record
        if record.role == "matched":
            whole = next(each for each in self.record.sets if each.role == "reference")
        images = EvaluatedImages(
            benchmark=self.record.benchmark,
            name=whole.name,
            version=whole.data,
            skipped=frozenset(source for source, _ in whole.skipped),
            classes=record.classes,
        )
        found = slice_columns(images, labels, self.record.class_names, self.store.folders)
        kept = self.counted.get(name)
        return found if kept is None else found.only(kept)

    def slices(
        self, name: str, column: str, alpha: float, against: float | None = None
    ) -> pd.DataFrame:
        """Accuracy and change of the slices of one column: `slices.slice_table`.

        Args:
            name: of the set.
            column: a trait, such as "brightness", a column of metadata, or "class"; or two of
                them, as in "class × brightness".
            alpha, against: as for `per_class`.

        Raises:
            UnknownName: where there is no such set or column.
            Missing: where an alpha is not known.
        """
        from wiseft.slices import column_named, slice_table

        columns = self.slice_columns(name).columns
        found = column_named(columns, column)
        if found is None:
            raise UnknownName("column", column, [each.name for each in columns])
        path, here, there = self._places(name, alpha, against)
        return slice_table(path.hits, found, here, there)

    def _places(self, name: str, alpha: float, against: float | None) -> tuple[AlphaPath, int, int]:
        """The path of a set, and where two alphas stand on it. Raises `Missing`."""
        path = self.path(name)
        here, there = (
            np.flatnonzero(np.isclose(path.alphas, each, rtol=0, atol=1e-6))
            for each in (alpha, self.compared if against is None else against)
        )
        if not len(here) or not len(there):
            raise Missing(
                f"Run {self.name!r} does not know alpha {alpha:g} and the compared alpha on "
                f"{name!r}; sweep it with both."
            )
        return path, int(here[0]), int(there[0])

    def _two(
        self, name: str, alpha: float, against: float | None
    ) -> tuple[Predictions, Predictions]:
        """The predictions at two alphas, the second by default `compared`."""
        other = self.compared if against is None else against
        return self.predictions(name, alpha), self.predictions(name, other)

    def explore(
        self,
        *,
        shift: str = MEAN,
        alpha: float | None = None,
        axes: Axes = "logit",
        dark: bool = False,
    ) -> go.Figure:
        """The frontier with a slider over all alphas: `charts.explore_figure`, for a notebook.

        Raises `Missing` where nothing has been evaluated yet, and what `explore_figure` raises.
        """
        # Here, so that a process that draws nothing does not wait for Plotly to load.
        from wiseft.charts import explore_figure

        return explore_figure(self.frontier(), shift=shift, alpha=alpha, axes=axes, dark=dark)


_ROLES: tuple[Role, ...] = ("reference", "shift", "matched", "validation")
