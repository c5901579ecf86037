"""The forward passes of a run: at given alphas, or as many as its path takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

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
    """

    run: Run
    path: WeightPath
    views: Sequence[View]
    read: Callable[[ImageSet], Images]
    scratch: Path
    batch_size: int
    device: str
    report: Report

    def evaluate_at(self, alphas: Sequence[float]) -> None:
        """Evaluate every set at every one of `alphas`, the two ends first."""
        pending = [
            (alpha, view, missing)
            for alpha in sorted(alphas, key=lambda alpha: alpha not in (0, 1))
            for view in self.views
            if (missing := self._missing(alpha, view))
        ]
        total, done = sum(view.count for _, view, _ in pending), 0
        for alpha, view, missing in pending:
            images = self.read(view.image_set)
            scores = self._logits(alpha, images, done, total)
            self._keep(alpha, scores, images.labels, missing)
            done += len(images)

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
        ends = self._all_logits(0.0), self._all_logits(1.0)
        outputs = output_ensembles(*ends, sets)
        self._keep_paths("outputs", outputs)
        if self._same_encoder():
            self._keep_paths("weights", outputs)
        else:
            self._keep_paths(
                "weights",
                build_paths(
                    self._all_logits, sets, tolerance=tolerance, exact=exact, known=self._known()
                ),
            )

    def _make_steps(self, sets: Sequence[PathSet]) -> None:
        steps = exact_steps(self._all_logits(0.0), self._all_logits(1.0), sets)
        self._keep_steps("outputs", steps)
        if self._same_encoder():
            self._keep_steps("weights", steps)

    def _keep_leading(self, sets: Sequence[PathSet], images: Mapping[str, Images]) -> None:
        """Keep what competes for each image, from the evaluations that the paths were made of."""
        found = {alpha: self._all_logits(alpha) for alpha in self._nodes(sets[0].name)}
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

    def _all_logits(self, alpha: float) -> Mapping[str, NDArray[np.float32]]:
        """Logits of every image set at `alpha`, mapped from the scratch folder."""
        found = {}
        total, done = sum(view.count for view in self.views), 0
        for view in self.views:
            file = self._file(alpha, view)
            if not file.exists():
                images = self.read(view.image_set)
                scores = self._logits(alpha, images, done, total)
                self._keep(alpha, scores, images.labels, self._missing(alpha, view))
                with written_aside(file) as temporary, temporary.open("wb") as opened:
                    np.save(opened, scores)
            done += view.count
            found[view.image_set.name] = np.load(file, mmap_mode="r")
        return found

    def _file(self, alpha: float, view: View) -> Path:
        """Where the logits of a view at one alpha are while the path is made."""
        key = self.run.record.key(view.sets[0].name)
        return self.scratch / f"{key.digest(alpha)}-{alpha:.2f}.npy"

    def _logits(self, alpha: float, images: Images, before: int, total: int) -> NDArray[np.float32]:
        """One forward pass, reported as part of `total` images."""

        def tell(progress: Progress) -> None:
            stage = f"alpha {alpha:g}, {images.name}"
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
