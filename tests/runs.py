"""A run for tests without any model: a real record and real predictions, of made-up logits.

Every image has a true class and one rival. Its margin drifts smoothly with alpha, and the images
are ranked by it, so that each set has exactly the accuracy that its sketch asks for, images flip
both ways between neighbouring alphas, and some classes gain while others pay.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wiseft.alpha_path import AlphaPath, Deviation
from wiseft.predictions import Predictions
from wiseft.run_records import CheckpointRecord, Role, RunRecord, SetRecord
from wiseft.runs import Run
from wiseft.specs import digest
from wiseft.workspace import Workspace

GRID = tuple(round(0.05 * step, 2) for step in range(21))

SIGNS = (
    *("stop", "yield", "no entry", "speed 30", "speed 50", "speed 80", "speed 100", "left"),
    *("right", "straight", "roundabout", "pedestrians", "priority", "no parking", "no overtaking"),
    *("roadworks", "traffic lights", "railway", "parking", "hospital", "dead end", "animals"),
    *("cycle path", "slippery"),
)


@dataclass(frozen=True)
class Sketch:
    """What one evaluation set of a made-up run is like.

    Attributes:
        name, title, role: as in `SetRecord`.
        accuracy: per cent at some alphas, linear between them.
        count: images that could be read.
        classes: class ids of a set with some of the classes; None for all.
        skipped: images that could not be read, as (source, reason).
    """

    name: str
    title: str
    role: Role
    accuracy: Mapping[float, float]
    count: int = 1512
    classes: tuple[int, ...] | None = None
    skipped: tuple[tuple[str, str], ...] = ()


def _along(*values: float) -> dict[float, float]:
    return dict(zip((0, 0.4, 0.5, 0.7, 0.9, 1), values, strict=True))


SETS = (
    Sketch("day", "Daylight", "reference", _along(84.9, 93.2, 94.9, 96.6, 97.4, 97.3), 2016),
    Sketch("night", "Night", "shift", _along(78.4, 82.1, 82.0, 81.4, 78.5, 76.1)),
    Sketch("fog", "Fog", "shift", _along(81.0, 86.2, 87.0, 85.5, 81.0, 76.7)),
    Sketch("snow", "Snow", "shift", _along(74.7, 76.4, 76.7, 77.2, 75.2, 74.2)),
    Sketch("blur", "Blur", "shift", _along(78.8, 83.1, 83.6, 81.4, 78.9, 76.7)),
    Sketch("worn", "Worn", "shift", _along(52.6, 53.5, 53.2, 52.4, 49.9, 48.8)),
    Sketch("sketch", "Sketch", "shift", _along(80.4, 77.8, 75.7, 69.8, 59.7, 54.2)),
    Sketch("foreign", "Foreign", "shift", _along(77.1, 77.8, 77.5, 76.6, 73.9, 72.6)),
    Sketch("held", "Validation", "validation", _along(84.7, 93.0, 94.6, 96.5, 97.2, 97.3)),
)

SUBSET = (
    *SETS[:3],
    replace(SETS[6], classes=tuple(range(3, 14)), title="Sketch of half the classes"),
    SETS[-1],
)
"""One shift has some of the classes, so that its reference is the matched set."""

SKIPPED = (
    replace(SETS[0], skipped=(("test/stop/a.jpg", "truncated"),)),
    replace(
        SETS[1],
        skipped=(("night/stop/notes.jpg", "not an image"), ("night/left/b.jpg", "truncated")),
    ),
    *SETS[2:],
)
"""Some images could not be read."""

ODD_NAMES = (
    Sketch("=day", "<b>Day</b> & \u2018night\u2019", "reference", SETS[0].accuracy, 240),
    Sketch("a b/c?d=e&f#g", "*stars* $x$ :red[no] [link](x)", "shift", SETS[1].accuracy, 240),
    Sketch("@fog", "Nuit étoilée 夜 " + "long " * 12, "shift", SETS[6].accuracy, 240),
)
"""Names and titles with all that HTML, Markdown, URLs and spreadsheets give a meaning to."""

ODD_CLASSES = ("=1+1", "<i>x</i>", "a" * 60, "#", "naïve 猫", "two  words")


def write_run(
    root: Path,
    *,
    name: str = "signs-made-up",
    title: str = "Street signs, made up",
    sets: Sequence[Sketch] = SETS,
    alphas: Sequence[float] = GRID,
    interpolated: Sequence[float] = (),
    class_names: Sequence[str] = SIGNS,
    scale: float = 1.0,
    seed: int = 0,
) -> Run:
    """Write a run and its evaluations into the workspace `root`, as a sweep would.

    `scale` multiplies the number of images of every set. Where there are `interpolated` alphas,
    the run has a path over them as well, checked at the first of them, and the output-space
    ensemble. The same arguments make the same run.
    """
    workspace = Workspace(root)
    reference = next(each for each in sets if each.role == "reference")
    data = {
        each.name: _images(each, max(1, round(each.count * scale)), len(class_names), seed + i)
        for i, each in enumerate(sets)
    }
    records = [_record(each, len(data[each.name].labels)) for each in sets]
    for each in sets:
        if each.role == "shift" and each.classes is not None:
            labels = data[reference.name].labels
            records.append(
                SetRecord(
                    name=f"{reference.name}@{each.name}",
                    title=f"{reference.title}, classes of {each.title}",
                    role="matched",
                    data=digest(reference.name),
                    classes=each.classes,
                    count=int(np.isin(labels, each.classes).sum()),
                    shift=each.name,
                )
            )
    run = workspace.keep(
        RunRecord(
            name=name,
            title=title,
            benchmark="signs",
            class_names=tuple(class_names),
            zeroshot=_checkpoint("zeroshot", name, seed),
            finetuned=_checkpoint("finetuned", name, seed),
            sets=tuple(records),
        )
    )
    for record in run.record.sets:
        images = data[record.name.split("@")[0] if record.role == "matched" else record.name]
        said = {
            alpha: Predictions.from_logits(images.logits(alpha), images.labels, record.classes)
            for alpha in (*alphas, *interpolated)
        }
        key = run.record.key(record.name)
        for alpha in alphas:
            run.store.put(key, alpha, said[alpha])
        if interpolated:
            path = AlphaPath.of(said)
            exact = np.isin(path.alphas, alphas)
            deviation = Deviation((interpolated[0],), accuracy=0.0021, changed=0.0042)
            run.store.put_path(key, "weights", replace(path, exact=exact, deviation=deviation))
            mixed = {
                alpha: (1 - alpha) * images.logits(0) + alpha * images.logits(1) for alpha in said
            }
            ensemble = {
                alpha: Predictions.from_logits(logits, images.labels, record.classes)
                for alpha, logits in mixed.items()
            }
            run.store.put_path(key, "outputs", AlphaPath.of(ensemble))
    return run


@dataclass(frozen=True)
class _Images:
    """The images of one set: where each stands at the two ends of the path."""

    sketch: Sketch
    classes: int
    labels: NDArray[np.int64]
    rivals: NDArray[np.int64]
    zeroshot: NDArray[np.float64]
    finetuned: NDArray[np.float64]

    def logits(self, alpha: float) -> NDArray[np.float64]:
        """Logits [N, C]; exactly the share that the sketch asks for is correct."""
        angle = np.clip(alpha, 0, 1) * np.pi / 4
        ease = np.cos(angle) * self.zeroshot + np.sin(angle) * self.finetuned
        points = sorted(self.sketch.accuracy)
        wanted = np.interp(alpha, points, [self.sketch.accuracy[point] for point in points]) / 100
        ranked = np.sort(ease)[::-1]
        correct = round(wanted * len(ease))
        bound = np.concatenate([[ranked[0] + 1], ranked, [ranked[-1] - 1]])[correct : correct + 2]
        rows = np.arange(len(ease))
        logits = np.full((len(ease), self.classes), -3.0)
        logits[rows, self.rivals] = 0
        logits[rows, self.labels] = ease - bound.mean()
        return logits


def _images(sketch: Sketch, count: int, classes: int, seed: int) -> _Images:
    rng = np.random.default_rng(seed)
    present = np.arange(classes) if sketch.classes is None else np.asarray(sketch.classes)
    labels = present[np.arange(count) % len(present)]
    places = np.arange(count) + rng.integers(1, len(present), count)
    rivals = present[places % len(present)]
    by_class = rng.normal(size=(2, classes))
    zeroshot, finetuned = rng.normal(size=(2, count)) + 0.8 * by_class[:, labels]
    return _Images(sketch, classes, labels, rivals, zeroshot, finetuned)


def _record(sketch: Sketch, count: int) -> SetRecord:
    return SetRecord(
        name=sketch.name,
        title=sketch.title,
        role=sketch.role,
        data=digest(sketch.name),
        classes=sketch.classes,
        count=count,
        skipped=sketch.skipped,
    )


def _checkpoint(stem: str, run: str, seed: int) -> CheckpointRecord:
    return CheckpointRecord(f"checkpoints/{stem}.safetensors", digest([stem, run, seed]))
