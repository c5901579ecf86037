"""The forward passes of a run: at given alphas, or as many as its path takes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray

from wiseft.alpha_path import GRID, PAPER_GRID, AlphaPath
from wiseft.datasets.base import ImageSet
from wiseft.evaluate import logits
from wiseft.evaluation_sets import View
from wiseft.files import written_aside
from wiseft.images import Images
from wiseft.merging import WeightPath
from wiseft.paths import (
    Logits,
    PathSet,
    build_paths,
    exact_steps,
    is_within,
    leading_classes,
    output_ensembles,
)
from wiseft.predictions import Predictions
from wiseft.progress import Progress, Report
from wiseft.run_records import SetRecord
from wiseft.runs import Run
from wiseft.steps import WinningIntervals
from wiseft.store import PathKind


class Spread(Protocol):
    """Shares alphas that are to be evaluated out among devices."""

    def __call__(
        self, run: Run, alphas: Sequence[float], *, with_logits: bool
    ) -> Iterable[float | None]:
        """Each of `alphas` once, in any order, and None while there is nothing to do but wait.

        An alpha comes when it has been evaluated elsewhere or is to be evaluated here: whoever
        takes it looks which of the two.

        Args:
            run: of the alphas; its record is in the workspace.
            alphas: what to evaluate.
            with_logits: whether the logits are to be left in the scratch folder.
        """
        ...


def here_alone(run: Run, alphas: Sequence[float], *, with_logits: bool) -> Iterable[float]:
    """The `Spread` over this device and no other."""
    return alphas


@dataclass(frozen=True)
class Evaluator:
    """Evaluates what the store of a run does not have yet, and keeps it there at once.

    Attributes:
        run: whose evaluations these are.
        path: the weights between its two ends, on `device`.
        views: its evaluation sets.
        read: the images of an image set.
        scratch: a folder for logits while a path is made; they are removed when it is.
        batch_size: images a forward pass.
        device: where to compute.
        report: told how many images have been evaluated.
        spread: finds other devices for some of the alphas.
    """

    run: Run
    path: WeightPath
    views: Sequence[View]
    read: Callable[[ImageSet], Images]
    scratch: Path
    batch_size: int
    device: str
    report: Report
    spread: Spread = here_alone

    def evaluate_at(self, alphas: Sequence[float], *, with_logits: bool = False) -> None:
        """Evaluate every set at every one of `alphas`, the two ends first.

        Args:
            alphas: what to evaluate; what is there already is not evaluated again.
            with_logits: leave the logits in the scratch folder too.
        """
        pending = {
            alpha: lacking
            for alpha in sorted(alphas, key=lambda alpha: alpha not in (0, 1))
            if (lacking := [view for view in self.views if self._lacks(alpha, view, with_logits)])
        }
        total, done = sum(view.count for views in pending.values() for view in views), 0
        for alpha in self.spread(self.run, tuple(pending), with_logits=with_logits):
            if alpha is None:
                self.report(Progress("waiting for other devices", done, total))
                continue
            for view in pending[alpha]:
                if self._lacks(alpha, view, with_logits):
                    self._evaluate(alpha, view, done, total, with_logits)
                done += view.count

    def make_paths(self, tolerance: float, *, exact: bool) -> None:
        """Make the path of every set, that of the output-space ensemble, and the leading classes.

        Paths that the store has are kept where they are exact, or, unless every alpha is to be
        `exact`, where they were found to be within the tolerance; leading classes and exact
        steps that are missing beside them are made from the same alphas.
        """
        records = [each for view in self.views for each in view.sets]
        made = all(self._good_enough(each, tolerance, exact=exact) for each in records)
        store, key = self.run.store, self.run.record.key
        with_leading = all(store.get_leading(key(each.name)) is not None for each in records)
        with_steps = all(store.get_steps(key(each.name), "outputs") is not None for each in records)
        if made and with_leading and with_steps:
            return
        images = {view.image_set.name: self.read(view.image_set) for view in self.views}
        sets = [
            PathSet(
                each.name, view.image_set.name, images[view.image_set.name].labels, each.classes
            )
            for view in self.views
            for each in view.sets
        ]
        if not made:
            self._make_paths(sets, tolerance, exact=exact)
        if not made or not with_leading:
            self._keep_leading(sets, images)
        if not made or not with_steps:
            self._make_steps(sets)
        for view in self.views:
            for alpha in GRID.tolist():
                self._file(alpha, view).unlink(missing_ok=True)

    def _make_paths(self, sets: Sequence[PathSet], tolerance: float, *, exact: bool) -> None:
        weights = None
        if not self._same_encoder():
            weights = build_paths(
                self._logits_at, sets, tolerance=tolerance, exact=exact, known=self._known()
            )
        outputs = output_ensembles(*self._ends(), sets)
        self._keep_paths("outputs", outputs)
        self._keep_paths("weights", weights or outputs)

    def _make_steps(self, sets: Sequence[PathSet]) -> None:
        steps = exact_steps(*self._ends(), sets)
        self._keep_steps("outputs", steps)
        if self._same_encoder():
            self._keep_steps("weights", steps)

    def _keep_leading(self, sets: Sequence[PathSet], images: Mapping[str, Images]) -> None:
        """Keep what competes for each image, from the evaluations that the paths were made of."""
        found = self._logits_at(self._nodes(sets[0].name))
        for each in sets:
            read = images[each.images]
            taking_part = [
                source
                for source, label in zip(read.sources, read.labels.tolist(), strict=True)
                if each.classes is None or label in each.classes
            ]
            [leading] = leading_classes(found, [each]).values()
            self.run.store.put_leading(
                self.run.record.key(each.name), replace(leading, sources=tuple(taking_part))
            )

    def _nodes(self, name: str) -> list[float]:
        """The alphas that the path of weights was made from; of a path that is exact, a few."""
        path = self.run.store.get_path(self.run.record.key(name), "weights")
        if path is None or self._same_encoder():
            return [0.0, 1.0]
        exact = path.alphas[path.exact].tolist()
        return exact if len(exact) < len(path.alphas) else list(PAPER_GRID)

    def _good_enough(self, record: SetRecord, tolerance: float, *, exact: bool) -> bool:
        path = self.run.store.get_path(self.run.record.key(record.name), "weights")
        if path is None:
            return False
        deviation = path.deviation
        return bool(path.exact.all()) or (
            not exact and deviation is not None and is_within(deviation, tolerance)
        )

    def _same_encoder(self) -> bool:
        """Whether the two ends differ in the head alone, so that logits are linear in alpha."""
        ends = []
        for alpha in (0.0, 1.0):
            state = self.path.at(alpha).encoder.state_dict()
            ends.append({name: tensor.clone() for name, tensor in state.items()})
        return all(torch.equal(ends[0][name], ends[1][name]) for name in ends[0])

    def _known(self) -> list[float]:
        """Alphas of the grid whose logits are in the scratch folder already."""
        return [a for a in GRID.tolist() if all(self._file(a, v).exists() for v in self.views)]

    def _ends(self) -> tuple[Logits, Logits]:
        ends = self._logits_at((0.0, 1.0))
        return ends[0.0], ends[1.0]

    def _logits_at(self, alphas: Sequence[float]) -> dict[float, Logits]:
        """Logits of every image set at each of `alphas`, mapped from the scratch folder."""
        self.evaluate_at(alphas, with_logits=True)
        return {
            alpha: {
                view.image_set.name: np.load(self._file(alpha, view), mmap_mode="r")
                for view in self.views
            }
            for alpha in alphas
        }

    def _lacks(self, alpha: float, view: View, with_logits: bool) -> bool:
        """Whether a view has not been evaluated at `alpha`."""
        if with_logits:
            return not self._file(alpha, view).exists()
        return bool(self._missing(alpha, view))

    def _file(self, alpha: float, view: View) -> Path:
        """Where the logits of a view at one alpha are while the path is made."""
        key = self.run.record.key(view.sets[0].name)
        return self.scratch / f"{key.digest(alpha)}-{alpha:.2f}.npy"

    def _evaluate(
        self, alpha: float, view: View, before: int, total: int, with_logits: bool
    ) -> None:
        """Evaluate a view at one alpha, and keep what is found."""
        images = self.read(view.image_set)
        scores = self._logits(alpha, images, before, total)
        self._keep(alpha, scores, images.labels, self._missing(alpha, view))
        if with_logits:
            with written_aside(self._file(alpha, view)) as temporary, temporary.open("wb") as file:
                np.save(file, scores)

    def _logits(self, alpha: float, images: Images, before: int, total: int) -> NDArray[np.float32]:
        """One forward pass, reported as part of `total` images."""

        def tell(progress: Progress) -> None:
            stage = f"evaluating {images.name} at alpha {alpha:g}"
            self.report(Progress(stage, before + progress.done, total))

        return logits(
            self.path.at(alpha),
            images,
            batch_size=self.batch_size,
            device=self.device,
            precision=self.run.record.precision,
            report=tell,
        )

    def _missing(self, alpha: float, view: View) -> list[SetRecord]:
        """The sets of a view that the store does not have at `alpha`."""
        key = self.run.record.key
        return [each for each in view.sets if self.run.store.get(key(each.name), alpha) is None]

    def _keep(
        self,
        alpha: float,
        scores: NDArray[np.float32],
        labels: NDArray[np.int64],
        sets: Sequence[SetRecord],
    ) -> None:
        for each in sets:
            predictions = Predictions.from_logits(scores, labels, each.classes)
            self.run.store.put(self.run.record.key(each.name), alpha, predictions)

    def _keep_paths(self, kind: PathKind, paths: Mapping[str, AlphaPath]) -> None:
        for name, path in paths.items():
            self.run.store.put_path(self.run.record.key(name), kind, path)

    def _keep_steps(self, kind: PathKind, steps: Mapping[str, WinningIntervals]) -> None:
        for name, intervals in steps.items():
            self.run.store.put_steps(self.run.record.key(name), kind, intervals)
