"""The tasks "finetune" and its dry run, "rehearse"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from wiseft.checkpoint_files import EPOCHS, epoch_checkpoints
from wiseft.files import read_json, write_json
from wiseft.jobs.context import Context
from wiseft.specs import FinetuneSpec
from wiseft.tasks.kept import checkpoint_file, name_of

SPEC = "spec.json"
"""The settings of a training once its device has had its say; the same when it is resumed."""


def finetune(arguments: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Fine-tune a zero-shot checkpoint, keep it in the workspace, and sweep the path to it.

    The checkpoints of all epochs stay in the folder of the job.

    Args:
        arguments: `zeroshot`, `benchmark` and `spec`; `name` and `title` of the run, `dtype` of
            the checkpoint, and `sweep` (False: none) where given.
        context: of the job.

    Returns:
        `checkpoint` and `epochs`: paths from the workspace on; `run`: the name of the run.
    """
    from wiseft import checkpoint
    from wiseft.datasets import open_benchmark
    from wiseft.finetune import finetune as train_classifier
    from wiseft.images import load_images
    from wiseft.sweeps import sweep

    context.warm.clear()
    workspace, device, report = context.workspace, context.device, context.report
    spec = _spec(arguments, context)
    benchmark = open_benchmark(arguments["benchmark"])
    name = arguments.get("name") or name_of(context, benchmark.title, spec.method)
    out = checkpoint_file(name, context)
    start = checkpoint.load(Path(arguments["zeroshot"])).classifier
    train, monitor = (
        load_images(each, start.spec.transform, workspace.images, report)
        for each in (benchmark.train, benchmark.validation or benchmark.reference)
    )
    folder = context.folder / EPOCHS
    tuned = train_classifier(
        start, train, spec, folder, monitor=monitor, device=device, report=report
    )
    provenance = {
        "made_by": "finetune",
        "job": context.job,
        "benchmark": benchmark.title,
        "finetune": spec.to_json(),
    }
    checkpoint.save(out, tuned, provenance, dtype=arguments.get("dtype", "float32"))
    result = {
        "checkpoint": workspace.recorded(out),
        "epochs": [workspace.recorded(path) for path in epoch_checkpoints(folder)],
    }
    if arguments.get("sweep", True):
        run = sweep(
            arguments["zeroshot"],
            out,
            arguments["benchmark"],
            name=name,
            title=arguments.get("title"),
            workspace=workspace,
            device=device,
            report=report,
        )
        result["run"] = run.name
    return result


def rehearse(arguments: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Take the first steps of a training to see what the whole would take; nothing is kept.

    Args:
        arguments: `zeroshot`, `benchmark` and `spec`, as of "finetune".
        context: of the job.

    Returns:
        the fields of `rehearse.Rehearsal`.
    """
    from wiseft import checkpoint
    from wiseft.datasets import open_benchmark
    from wiseft.images import load_images
    from wiseft.rehearse import rehearse as take_first_steps

    context.warm.clear()
    spec = _spec(arguments, context)
    train_set = open_benchmark(arguments["benchmark"]).train
    start = checkpoint.load(Path(arguments["zeroshot"])).classifier
    transform, folder = start.spec.transform, context.workspace.images
    train = load_images(train_set, transform, folder, context.report)
    found = take_first_steps(start, train, spec, context.device, context.report)
    return {**asdict(found), "losses": list(found.losses)}


def _spec(arguments: Mapping[str, Any], context: Context) -> FinetuneSpec:
    """The settings; what the device chooses is kept, so that another one goes on alike."""
    from wiseft.finetune import training_precision

    path = context.folder / SPEC
    if not path.exists():
        chosen = {"precision": training_precision(context.device)}
        write_json(path, {**chosen, **arguments["spec"]})
    return FinetuneSpec(**read_json(path))
