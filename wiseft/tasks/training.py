"""The tasks "finetune" and its dry run, "rehearse"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from wiseft.checkpoint_files import EPOCHS, epoch_checkpoints
from wiseft.errors import Invalid
from wiseft.files import read_json, write_json
from wiseft.jobs.context import Context
from wiseft.specs import FinetuneSpec
from wiseft.tasks.evaluation import sweep
from wiseft.tasks.kept import checkpoint_file, name_of

SPEC = "spec.json"
"""The settings of a training once its device has had its say; the same when it is resumed."""


def finetune(arguments: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Fine-tune a zero-shot checkpoint, keep it in the workspace, and sweep the path to it.

    The checkpoints of all epochs stay in the folder of the job.

    Args:
        arguments: `zeroshot`, `benchmark` and `spec`; `name` and `title` of the run, `dtype` of
            the checkpoint, `sweep` (False: none), and on how many `devices` to train where given.
        context: of the job.

    Returns:
        `checkpoint` and `epochs`: paths from the workspace on; `run`: the name of the run.
    """
    if arguments.get("devices", 1) > 1:
        return _on_several_devices(arguments, context)
    context.warm.clear()
    result = _train(arguments, context)
    if arguments.get("sweep", True):
        result |= sweep(_path_to(arguments, context, result), context)
    return result


def _on_several_devices(arguments: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Train on all of them together, then sweep on one, the others being free again."""
    devices = arguments["devices"]
    if context.on_devices is None:
        raise Invalid(
            f"A job of this machine runs on one device, not {devices}; resume it with "
            "`--devices 1`."
        )
    training = {**arguments, "devices": 1, "sweep": False}
    result = dict(context.on_devices("finetune", training, devices))
    if arguments.get("sweep", True):
        result |= context.on_devices("sweep", _path_to(arguments, context, result), 1)
    return result


def _train(arguments: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Train on this device, or, in a group of processes, as one of them."""
    from wiseft import checkpoint
    from wiseft.datasets import open_benchmark
    from wiseft.finetune import finetune as train_classifier
    from wiseft.images import load_images
    from wiseft.parallel import Group

    workspace, device, report = context.workspace, context.device, context.report
    folder = context.folder / EPOCHS
    group = Group.current()
    with group.together():
        spec = group.one(lambda: _spec(arguments, context))
        benchmark = open_benchmark(arguments["benchmark"])
        out = checkpoint_file(_name(arguments, context), context)
        start = checkpoint.load(Path(arguments["zeroshot"])).classifier
        transform, images = start.spec.transform, workspace.images
        train, monitor = (
            group.in_turn(partial(load_images, each, transform, images, report))
            for each in (benchmark.train, benchmark.validation or benchmark.reference)
        )
        tuned = train_classifier(
            start, train, spec, folder, monitor=monitor, device=device, report=report, group=group
        )
        if group.leads:
            provenance = {
                "made_by": "finetune",
                "job": context.job,
                "benchmark": benchmark.title,
                "finetune": spec.to_json(),
            }
            checkpoint.save(out, tuned, provenance, dtype=arguments.get("dtype", "float32"))
    return {
        "checkpoint": workspace.recorded(out),
        "epochs": [workspace.recorded(path) for path in epoch_checkpoints(folder)],
    }


def _path_to(
    arguments: Mapping[str, Any], context: Context, trained: Mapping[str, Any]
) -> dict[str, Any]:
    """The arguments of the sweep of the path to what was trained."""
    return {
        "zeroshot": arguments["zeroshot"],
        "finetuned": str(context.workspace.root / trained["checkpoint"]),
        "benchmark": arguments["benchmark"],
        "name": _name(arguments, context),
        "title": arguments.get("title"),
    }


def _name(arguments: Mapping[str, Any], context: Context) -> str:
    """Of the checkpoint and the run; the same whenever and wherever this job runs."""
    from wiseft.datasets import open_benchmark

    title = open_benchmark(arguments["benchmark"]).title
    return arguments.get("name") or name_of(context, title, arguments["spec"]["method"])


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
