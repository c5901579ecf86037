"""Two checkpoints and a benchmark to a run: only what the store does not have is evaluated."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from wiseft import checkpoint
from wiseft.datasets import open_benchmark
from wiseft.datasets.base import Benchmark, ImageSet
from wiseft.device import checked_device, default_device
from wiseft.errors import Incompatible, Invalid
from wiseft.evaluation_sets import evaluation_views, sets_by_key
from wiseft.evaluator import Evaluator, Spread, here_alone
from wiseft.images import Images, load_images
from wiseft.merging import WeightPath
from wiseft.paths import TOLERANCE
from wiseft.progress import Report, silent
from wiseft.run_records import CheckpointRecord, RunRecord
from wiseft.runs import Run
from wiseft.specs import Precision
from wiseft.store import ALPHA_DECIMALS
from wiseft.text import slug
from wiseft.traits import add_traits
from wiseft.workspace import Workspace


def sweep(
    zeroshot: Path | str,
    finetuned: Path | str,
    benchmark: str | Path,
    *,
    alphas: Iterable[float] | None = None,
    tolerance: float = TOLERANCE,
    exact: bool = False,
    name: str | None = None,
    title: str | None = None,
    workspace: Workspace | None = None,
    batch_size: int = 64,
    device: str | None = None,
    precision: Precision = "float32",
    report: Report = silent,
    spread: Spread = here_alone,
) -> Run:
    """Evaluate the sets of a benchmark along alpha between two checkpoints.

    Without `alphas`, the whole path 0, 0.01, ..., 1 is made from a few evaluations and checked
    against further ones (`paths.build_paths`). Each evaluation is kept as soon as it is made: an
    interrupted sweep loses the one in hand at most, and a second sweep evaluates nothing.

    Args:
        zeroshot, finetuned: checkpoint files of the two ends.
        benchmark: a registered name, or a folder.
        alphas: evaluate these and no others; outside 0..1 they extrapolate.
        tolerance: largest deviation of accuracy that interpolated alphas may have where they are
            checked, a fraction.
        exact: evaluate every alpha of the path.
        name: of the run, in URLs and on the command line; made from the benchmark and the
            fine-tuned file where None.
        title: of the run, in words; made likewise.
        workspace: where the run is kept; the default workspace where None.
        batch_size: images a forward pass.
        device: "cpu", "cuda", ...; the best there is where None.
        precision: of the forward pass; part of the key of every evaluation.
        report: told how many images have been evaluated.
        spread: finds other devices for some of the evaluations.

    Raises:
        WiseftError: where a file, the benchmark or an alpha cannot be used, where the two
            checkpoints or the benchmark do not fit together, or where the disk is full.
    """
    grid = None if alphas is None else checked_alphas(alphas)
    if not 0 <= tolerance < math.inf:
        raise Invalid(f"The tolerance must be a fraction of 0 or more, not {tolerance}.")
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
        name=name or slug(f"{Path(opened.name).name}-{stem}") or "run",
        title=title or f"{opened.title}, {stem}",
        benchmark=opened.name,
        class_names=opened.class_names,
        zeroshot=CheckpointRecord(workspace.recorded(Path(zeroshot)), start.fingerprint),
        finetuned=CheckpointRecord(workspace.recorded(Path(finetuned)), end.fingerprint),
        sets=(),
        precision=precision,
    )
    taken = {run.name: run.record for run in workspace.runs()}
    record = _with_free_name(record, taken, given=name is not None)
    known = sets_by_key(taken[record.name]) if record.name in taken else {}
    views = list(evaluation_views(opened, known, read))
    record = replace(record, sets=tuple(each for view in views for each in view.sets))
    run = workspace.keep(record)
    evaluator = Evaluator(
        run, path, views, read, workspace.scratch, batch_size, place, report, spread
    )
    if grid is None:
        evaluator.make_paths(tolerance, exact=exact)
    else:
        evaluator.evaluate_at(grid)
    measured = [(view.image_set, view.sets[0].data) for view in views]
    add_traits(measured, run.store.folders, report)
    return Run(run.record, run.store, run.folder)


def checked_alphas(alphas: Iterable[float]) -> tuple[float, ...]:
    """Alphas rounded to `ALPHA_DECIMALS`, ascending, each once.

    Raises:
        Invalid: where there are none, or one is not a finite number.
    """
    values = [float(alpha) for alpha in alphas]
    if not values or not all(map(math.isfinite, values)):
        raise Invalid(f"Alphas must be finite numbers, at least one of them; got {values}.")
    return tuple(sorted({round(value, ALPHA_DECIMALS) + 0.0 for value in values}))


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


def _with_free_name(record: RunRecord, taken: dict[str, RunRecord], *, given: bool) -> RunRecord:
    """The record under a name that no run of other models has.

    A name that was made up here gets a suffix from the fine-tuned model where it is taken; a name
    that was given is refused.
    """
    other = taken.get(record.name)
    if other is None or record.same_models(other):
        return record
    if given:
        raise Invalid(
            f"There is a run named {record.name!r} of other models already; choose another name."
        )
    return replace(record, name=f"{record.name}-{record.finetuned.fingerprint[:6]}")
