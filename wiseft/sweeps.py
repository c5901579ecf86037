"""Two checkpoints and a benchmark to a run: only what the store does not have is evaluated."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from wiseft import checkpoint
from wiseft.datasets import open_benchmark
from wiseft.datasets.base import Benchmark, ImageSet
from wiseft.device import checked_device, default_device
from wiseft.errors import Incompatible, Invalid
from wiseft.evaluate import evaluate
from wiseft.images import Images, load_images
from wiseft.merging import WeightPath
from wiseft.progress import Progress, Report, silent
from wiseft.runs import CheckpointRecord, Role, Run, RunRecord, SetRecord
from wiseft.specs import Precision
from wiseft.store import ALPHA_DECIMALS
from wiseft.workspace import Workspace

PAPER_GRID = tuple(round(0.05 * step, 2) for step in range(21))
"""0, 0.05, ..., 1: the alphas of the paper (Wortsman et al., CVPR 2022)."""


def sweep(
    zeroshot: Path | str,
    finetuned: Path | str,
    benchmark: str | Path,
    *,
    alphas: Iterable[float] = PAPER_GRID,
    name: str | None = None,
    title: str | None = None,
    workspace: Workspace | None = None,
    batch_size: int = 64,
    device: str | None = None,
    precision: Precision = "float32",
    report: Report = silent,
) -> Run:
    """Evaluate every set of a benchmark at every alpha between two checkpoints.

    Each evaluation is kept as soon as it is made: an interrupted sweep loses the one in hand at
    most, and a second sweep of the same run evaluates nothing.

    Args:
        zeroshot, finetuned: checkpoint files of the two ends.
        benchmark: a registered name, or a folder.
        alphas: mixing coefficients; outside 0..1 they extrapolate.
        name: of the run, in URLs and on the command line; made from the benchmark and the
            fine-tuned file where None.
        title: of the run, in words; made likewise.
        workspace: where the run is kept; the default workspace where None.
        batch_size: images a forward pass.
        device: "cpu", "cuda", ...; the best there is where None.
        precision: of the forward pass; part of the key of every evaluation.
        report: told how many images have been evaluated.

    Raises:
        WiseftError: where a file, the benchmark or an alpha cannot be used, where the two
            checkpoints or the benchmark do not fit together, or where the disk is full.
    """
    grid = checked_alphas(alphas)
    if name is not None and not re.fullmatch(r"\w[\w.-]*", name):
        raise Invalid(f"{name!r} cannot name a run; use letters, digits, '.', '_' and '-'.")
    place = checked_device(device) if device else default_device()
    workspace = workspace or Workspace()
    opened = open_benchmark(benchmark)
    start, end = checkpoint.load(Path(zeroshot)), checkpoint.load(Path(finetuned))
    _check_classes(opened, start.classifier.spec.class_names)
    path = WeightPath(start.classifier, end.classifier, place)

    def read(image_set: ImageSet) -> Images:
        return load_images(image_set, path.model.spec.transform, workspace.images, report)

    stem = Path(finetuned).stem
    record = RunRecord(
        name=name or _slug(f"{Path(opened.name).name}-{stem}"),
        title=title or f"{opened.title}, {stem}",
        benchmark=opened.name,
        class_names=opened.class_names,
        zeroshot=CheckpointRecord(workspace.recorded(Path(zeroshot)), start.fingerprint),
        finetuned=CheckpointRecord(workspace.recorded(Path(finetuned)), end.fingerprint),
        sets=(),
        precision=precision,
    )
    record = _with_free_name(record, workspace, given=name is not None)
    views = list(_views(opened, _known_sets(record, workspace), read))
    record = replace(record, sets=tuple(each for view in views for each in view.sets))
    run = workspace.keep(record)

    pending = list(_pending(run, views, grid))
    total, done = sum(task.count for task in pending), 0
    for task in pending:
        results = evaluate(
            path.at(task.alpha),
            read(task.image_set),
            [each.classes for each in task.sets],
            batch_size=batch_size,
            device=place,
            precision=precision,
            report=_offset(report, f"alpha {task.alpha:g}, {task.image_set.name}", done, total),
        )
        for each, predictions in zip(task.sets, results, strict=True):
            run.store.put(run.record.key(each.name), task.alpha, predictions)
        done += task.count
    return run


def checked_alphas(alphas: Iterable[float]) -> tuple[float, ...]:
    """Alphas rounded to `ALPHA_DECIMALS`, ascending, each once.

    Raises:
        Invalid: where there are none, or one is not a finite number.
    """
    values = [float(alpha) for alpha in alphas]
    if not values or not all(map(math.isfinite, values)):
        raise Invalid(f"Alphas must be finite numbers, at least one of them; got {values}.")
    return tuple(sorted({round(value, ALPHA_DECIMALS) + 0.0 for value in values}))


@dataclass(frozen=True)
class _View:
    """Images, and the evaluation sets that one forward pass over them answers, the whole first."""

    image_set: ImageSet
    sets: tuple[SetRecord, ...]


@dataclass(frozen=True)
class _Task:
    """A forward pass over `count` images: `sets` are those that the store lacks at `alpha`."""

    alpha: float
    image_set: ImageSet
    sets: tuple[SetRecord, ...]
    count: int


_SetKey = tuple[str, str, tuple[int, ...] | None]
"""Name, version of the images, and classes of an evaluation set."""


def _views(
    benchmark: Benchmark,
    known: Mapping[_SetKey, SetRecord],
    read: Callable[[ImageSet], Images],
) -> Iterator[_View]:
    """The evaluation sets of a benchmark; only the images of those that are not known are read."""
    roles: list[tuple[ImageSet, Role]] = [
        (benchmark.reference, "reference"),
        *((shift, "shift") for shift in benchmark.shifts),
    ]
    if benchmark.validation is not None:
        roles.append((benchmark.validation, "validation"))
    for image_set, role in roles:
        shifts = benchmark.shifts if role == "reference" else ()
        subsets = [(shift, shift.classes) for shift in shifts if shift.classes is not None]
        version = image_set.version()
        wanted = [(image_set.name, version, image_set.classes)]
        wanted += [(_matched(image_set, shift), version, classes) for shift, classes in subsets]
        if all(each in known for each in wanted):
            yield _View(image_set, tuple(known[each] for each in wanted))
            continue
        images = read(image_set)
        whole = SetRecord(
            name=image_set.name,
            title=image_set.title,
            role=role,
            data=version,
            classes=image_set.classes,
            count=len(images),
            skipped=tuple((each.source, each.reason) for each in images.skipped),
        )
        matched = tuple(
            SetRecord(
                name=_matched(image_set, shift),
                title=f"{image_set.title}, classes of {shift.title}",
                role="matched",
                data=version,
                classes=classes,
                count=int(np.isin(images.labels, classes).sum()),
                shift=shift.name,
            )
            for shift, classes in subsets
        )
        yield _View(image_set, (whole, *matched))


def _matched(reference: ImageSet, shift: ImageSet) -> str:
    """The name of the reference set restricted to the classes of a shift."""
    return f"{reference.name}@{shift.name}"


def _known_sets(record: RunRecord, workspace: Workspace) -> dict[_SetKey, SetRecord]:
    """The sets of an earlier sweep of the same run."""
    return {
        (each.name, each.data, each.classes): each
        for run in workspace.runs()
        if run.name == record.name and run.record.same_models(record)
        for each in run.record.sets
    }


def _pending(run: Run, views: Sequence[_View], grid: Sequence[float]) -> Iterator[_Task]:
    """What the store does not have yet, the two ends of the path first."""
    for alpha in sorted(grid, key=lambda alpha: alpha not in (0, 1)):
        for view in views:
            missing = tuple(
                each
                for each in view.sets
                if run.store.get(run.record.key(each.name), alpha) is None
            )
            if missing:
                yield _Task(alpha, view.image_set, missing, view.sets[0].count)


def _offset(report: Report, stage: str, before: int, total: int) -> Report:
    """A report for one part of a computation that passes it on as progress of the whole."""

    def tell(progress: Progress) -> None:
        report(Progress(stage, before + progress.done, total, progress.values))

    return tell


def _check_classes(benchmark: Benchmark, class_names: Sequence[str]) -> None:
    """Refuse checkpoints that were made for other classes than the benchmark's."""
    if tuple(class_names) == benchmark.class_names:
        return
    theirs, ours = set(class_names), set(benchmark.class_names)
    difference = (
        f"only in the checkpoints: {_some(theirs - ours)}; only in the benchmark: "
        f"{_some(ours - theirs)}"
        if theirs != ours
        else "the same names in another order"
    )
    raise Incompatible(
        f"The checkpoints and the benchmark {benchmark.title!r} have different classes "
        f"({difference}). Make the checkpoints with `zeroshot` on this benchmark."
    )


def _some(names: Iterable[str]) -> str:
    """A few of `names`, for a message."""
    listed = sorted(names)
    more = f" and {len(listed) - 3} more" if len(listed) > 3 else ""
    return (", ".join(map(repr, listed[:3])) or "none") + more


def _with_free_name(record: RunRecord, workspace: Workspace, *, given: bool) -> RunRecord:
    """The record under a name that no run of other models has.

    A name that was made up here gets a suffix from the fine-tuned model where it is taken; a name
    that was given is refused.
    """
    taken = {run.name: run.record for run in workspace.runs()}
    other = taken.get(record.name)
    if other is None or record.same_models(other):
        return record
    if given:
        raise Invalid(
            f"There is a run named {record.name!r} of other models already; choose another name."
        )
    return replace(record, name=f"{record.name}-{record.finetuned.fingerprint[:6]}")


def _slug(text: str) -> str:
    """`text` as it can stand in a URL and a file name."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "run"
