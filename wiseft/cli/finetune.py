"""The command that fine-tunes."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from wiseft.cli.command import (
    Command,
    Result,
    add_benchmark,
    add_device,
    add_dtype,
    add_precision,
    positive,
)
from wiseft.cli.show import Console
from wiseft.recipes import METHODS, default_spec
from wiseft.specs import FinetuneSpec, HeadStart, digest
from wiseft.workspace import Workspace

if TYPE_CHECKING:
    from wiseft.rehearse import Rehearsal

OPTIONS: dict[str, dict[str, Any]] = {
    "--epochs": {"type": positive, "help": "passes over the images"},
    "--batch-size": {"type": positive, "help": "images a step"},
    "--lr": {"type": float, "dest": "learning_rate", "help": "highest learning rate"},
    "--weight-decay": {"type": float, "help": "decay of the weights"},
    "--warmup-steps": {"type": int, "help": "steps over which the learning rate rises"},
    "--clip-norm": {"type": float, "help": "largest norm of the gradient"},
    "--crop-scale": {"type": float, "help": "share of the area that crops keep; 1 for none"},
    "--shots": {"type": positive, "help": "train on so many images of each class"},
    "--last-blocks": {"type": positive, "help": "train so many of the encoder's last blocks"},
    "--head": {"choices": get_args(HeadStart), "help": "what the head starts from"},
    "--label-smoothing": {"type": float, "help": "share of the target spread over all classes"},
    "--distillation": {"type": float, "help": "share of the loss to the zero-shot answers"},
    "--l2": {"type": float, "dest": "l2_pull", "help": "pull to the zero-shot weights"},
    "--ema": {"type": float, "dest": "ema_decay", "help": "decay of a moving average to keep"},
    "--ema-biased": {
        "action": "store_const",
        "const": False,
        "dest": "ema_debiased",
        "help": "leave the start in the moving average",
    },
    "--text-tower": {"help": "open_clip tag or file with the text tower, for the method flyp"},
    "--compile": {"action": "store_const", "const": True, "help": "use torch.compile"},
    "--seed": {"type": int, "help": "of everything that is drawn (default: 0)"},
}
"""Options that set the field of a `FinetuneSpec`, by the words of the command line."""


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("checkpoint", type=Path, help="zero-shot checkpoint to start from")
    add_benchmark(parser)
    methods = "; ".join(f"{name}: {METHODS[name].title}" for name in METHODS)
    parser.add_argument(
        "--method",
        choices=tuple(METHODS),
        default="end-to-end",
        metavar="METHOD",
        help=f"{methods} (default: end-to-end)",
    )
    chosen = parser.add_argument_group("options of the method (default: what suits it)")
    for name, how in OPTIONS.items():
        chosen.add_argument(name, default=None, **how)
    parser.add_argument("--out", type=Path, required=True, help="checkpoint to write")
    parser.add_argument(
        "--folder",
        type=Path,
        help="where a checkpoint is kept each epoch, and found again to resume "
        "(default: named after the output and what is trained, in the workspace)",
    )
    parser.add_argument(
        "--rehearse",
        action="store_true",
        help="take ten steps, tell what the training will take, and write nothing",
    )
    add_dtype(parser)
    add_device(parser)
    add_precision(parser, None, "bfloat16 where the device is faster with it")


def _run(options: argparse.Namespace, console: Console) -> Result:
    from wiseft import checkpoint
    from wiseft.datasets import open_benchmark
    from wiseft.device import checked_device, default_device
    from wiseft.finetune import finetune, training_precision
    from wiseft.images import load_images
    from wiseft.rehearse import rehearse

    device = checked_device(options.device) if options.device else default_device()
    workspace = Workspace()
    benchmark = open_benchmark(options.benchmark)
    loaded = checkpoint.load(options.checkpoint)
    start = loaded.classifier
    spec = chosen_spec(options, start.spec.architecture)
    spec = replace(spec, precision=options.precision or training_precision(device))
    train = load_images(benchmark.train, start.spec.transform, workspace.images, console.report)
    if options.rehearse:
        return _estimated(rehearse(start, train, spec, device, console.report), spec)
    monitored = benchmark.validation or benchmark.reference
    monitor = load_images(monitored, start.spec.transform, workspace.images, console.report)
    training = digest([spec.to_json(), loaded.fingerprint, train.version])
    tuned = finetune(
        start,
        train,
        spec,
        options.folder or workspace.checkpoints / f"{options.out.stem}-{training[:8]}",
        monitor=monitor,
        device=device,
        report=console.report,
    )
    provenance = {"made_by": "finetune", "benchmark": benchmark.title, "finetune": spec.to_json()}
    checkpoint.save(options.out, tuned, provenance, dtype=options.dtype)
    record = {"checkpoint": str(options.out), "images": len(train), "spec": spec.to_json()}
    few = "" if spec.shots is None else f", up to {spec.shots} of each class"
    return record, [
        f"Fine-tuned {options.method} on {len(train):,} images{few}, {spec.epochs} epochs: "
        f"{options.out}"
    ]


def chosen_spec(options: argparse.Namespace, architecture: str) -> FinetuneSpec:
    """The spec of the method, with the options that were given in place of its own."""
    spec = default_spec(architecture, options.method)
    given = vars(options)
    fields = (how.get("dest", name[2:].replace("-", "_")) for name, how in OPTIONS.items())
    return replace(spec, **{each: given[each] for each in fields if given[each] is not None})


def _estimated(found: Rehearsal, spec: FinetuneSpec) -> Result:
    """What a rehearsal found."""
    record = {
        "images_per_second": found.images_per_second,
        "seconds": found.seconds,
        "peak_bytes": found.peak_bytes,
        "losses": list(found.losses),
        "note": found.note,
        "spec": spec.to_json(),
    }
    memory = "" if found.peak_bytes is None else f", {found.peak_bytes / 2**30:.1f} GiB of memory"
    return record, [
        f"About {found.seconds:,.0f} s for {spec.epochs} epochs at "
        f"{found.images_per_second:,.0f} images/s{memory}; loss {found.losses[0]:.3g} at first, "
        f"{found.losses[-1]:.3g} after {len(found.losses)} steps.",
        *([found.note] if found.note else []),
    ]


FINETUNE = Command(
    name="finetune",
    summary="fine-tune a zero-shot classifier",
    description="Fine-tune a zero-shot checkpoint on the training images of a benchmark. What is "
    "not given is chosen for method and model: the paper's recipe for CLIP, a fitting one for the "
    "demo. Started again after it was stopped, it goes on where it was.",
    example="python -m wiseft finetune zeroshot.safetensors photos/ --method lp-ft --shots 16 "
    "--out finetuned.safetensors",
    add_arguments=_arguments,
    run=_run,
    writes=True,
)
