"""A run ready to be evaluated at any alpha: its weights on the device, its images at hand."""

from __future__ import annotations

from pathlib import Path

from wiseft import checkpoint
from wiseft.classifier import ImageClassifier
from wiseft.datasets import open_benchmark
from wiseft.datasets.base import ImageSet
from wiseft.errors import Incompatible
from wiseft.evaluation_sets import evaluation_views, sets_by_key
from wiseft.images import Images, load_images
from wiseft.jobs.context import Context
from wiseft.merging import WeightPath
from wiseft.run_records import CheckpointRecord
from wiseft.runs import Run


class OpenedRun:
    """What stays in memory between two evaluations of a run.

    Args:
        run: whose record says what must be found.
        context: of the first job that needs it.

    Attributes:
        path: the weights, on the device.
        views: the evaluation sets.

    Raises:
        Incompatible: where a checkpoint or the images are no longer those of the record.
    """

    def __init__(self, run: Run, context: Context) -> None:
        self._folder = context.workspace.images
        self._images: dict[str, Images] = {}
        self.path = WeightPath(
            _loaded(run, run.zeroshot, run.record.zeroshot),
            _loaded(run, run.finetuned, run.record.finetuned),
            context.device,
        )
        opened = open_benchmark(run.record.benchmark)
        known = sets_by_key(run.record)
        self.views = tuple(evaluation_views(opened, known, self.read))
        if {each for view in self.views for each in view.sets} != set(run.record.sets):
            raise Incompatible(
                f"The images of {opened.title!r} have changed since the run {run.name!r} was "
                "made; sweep it again."
            )

    def read(self, image_set: ImageSet) -> Images:
        """The images of a set, decoded once."""
        if image_set.name not in self._images:
            transform = self.path.model.spec.transform
            self._images[image_set.name] = load_images(image_set, transform, self._folder)
        return self._images[image_set.name]


def _loaded(run: Run, file: Path, record: CheckpointRecord) -> ImageClassifier:
    """One end of a run. Raises `Incompatible` where the file is another than in its record."""
    loaded = checkpoint.load(file)
    if loaded.fingerprint != record.fingerprint:
        raise Incompatible(
            f"{file} is no longer the checkpoint of the run {run.name!r}; sweep it anew."
        )
    return loaded.classifier
