"""What `submit` can hand over: the arguments of each task, and the requests they make."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wiseft.cli.command import add_benchmark, add_precision, positive
from wiseft.cli.finetune import OPTIONS
from wiseft.cli.results import parse_alphas
from wiseft.jobs import Request, finetune_grid
from wiseft.recipes import METHODS
from wiseft.registry import Registry

BY = "cli"
"""The submitter of all jobs from the command line."""


@dataclass(frozen=True)
class Submission:
    """A task as a word after `submit`.

    Attributes:
        summary: what it does, in a line.
        add_arguments: declares its arguments.
        requests: makes the jobs that are asked for.
    """

    summary: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    requests: Callable[[argparse.Namespace], Sequence[Request]]


def _finetune_arguments(parser: argparse.ArgumentParser) -> None:
    _training_arguments(parser)
    parser.add_argument("--name", help="of the run and its checkpoint (default: made up)")
    parser.add_argument("--title", help="of the run, in words")
    parser.add_argument("--dtype", choices=("float32", "float16"), help="of the checkpoint")
    parser.add_argument(
        "--devices", type=positive, help="train on so many devices of a cluster together"
    )
    parser.add_argument("--no-sweep", dest="sweep", action="store_false", help="train only")


def _training_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("zeroshot", type=Path, help="zero-shot checkpoint to start from")
    add_benchmark(parser)
    parser.add_argument("--method", choices=tuple(METHODS), default="end-to-end")
    add_precision(parser, None, "bfloat16 where the device is faster with it")
    group = parser.add_argument_group(
        "options of the method (default: what suits it); a list with commas makes a job of each"
    )
    for name, how in OPTIONS.items():
        if "action" in how:
            group.add_argument(name, default=None, **how)
        else:
            field = {"dest": how["dest"]} if "dest" in how else {}
            group.add_argument(name, type=_several(how.get("type", str)), help=how["help"], **field)


def _several(one: Callable[[str], Any]) -> Callable[[str], list[Any]]:
    """Reads a list with commas, each of its values by `one`."""

    def values(text: str) -> list[Any]:
        return [one(each.strip()) for each in text.split(",")]

    return values


def _training(task: str, options: argparse.Namespace, *further: str) -> Sequence[Request]:
    """One request, or a grid where an option has several values."""
    fields = [how.get("dest", name[2:].replace("-", "_")) for name, how in OPTIONS.items()]
    given = _given(options, *fields, "precision")
    grid = {name: each for name, each in given.items() if isinstance(each, list) and len(each) > 1}
    arguments = {
        "zeroshot": str(options.zeroshot),
        "benchmark": options.benchmark,
        "method": options.method,
        "spec": {
            name: each[0] if isinstance(each, list) else each
            for name, each in given.items()
            if name not in grid
        },
        **_given(options, *further),
    }
    title = arguments.get("title") or _title(task, options)
    return finetune_grid(Request(task, arguments, title, BY), grid)


def _title(task: str, options: argparse.Namespace) -> str:
    """What a list of jobs says of this one."""
    verb = {"finetune": "Fine-tune", "rehearse": "Rehearse", "sweep": "Sweep"}[task]
    start = options.zeroshot.stem if task != "sweep" else options.finetuned.stem
    return f"{verb} {start} on {Path(options.benchmark).name}"


def _given(options: argparse.Namespace, *names: str) -> dict[str, Any]:
    """The options of these names that have a value."""
    return {name: value for name in names if (value := vars(options)[name]) is not None}


def _sweep_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("zeroshot", type=Path, help="checkpoint at alpha 0")
    parser.add_argument("finetuned", type=Path, help="checkpoint at alpha 1")
    add_benchmark(parser)
    parser.add_argument("--alphas", help="evaluate these and no others: 0,0.5,1 or 0:1:0.05")
    parser.add_argument("--name", help="of the run (default: benchmark and fine-tuned file)")
    parser.add_argument("--title", help="of the run, in words")


def _sweep(options: argparse.Namespace) -> Sequence[Request]:
    arguments = {
        "zeroshot": str(options.zeroshot),
        "finetuned": str(options.finetuned),
        "benchmark": options.benchmark,
        **_given(options, "name", "title"),
    }
    if options.alphas is not None:
        arguments["alphas"] = parse_alphas(options.alphas)
    return [Request("sweep", arguments, options.title or _title("sweep", options), BY)]


def _zeroshot_arguments(parser: argparse.ArgumentParser) -> None:
    add_benchmark(parser)
    parser.add_argument("--model", help="open_clip architecture, or demo (default: demo)")
    parser.add_argument("--pretrained", help="open_clip tag, or a local checkpoint of it")
    parser.add_argument("--name", help="of the checkpoint (default: made up)")


def _zeroshot(options: argparse.Namespace) -> Sequence[Request]:
    arguments = {
        "benchmark": options.benchmark,
        **_given(options, "model", "pretrained", "name"),
    }
    title = f"Zero-shot classifier for {Path(options.benchmark).name}"
    return [Request("zeroshot", arguments, title, BY)]


def _evaluate_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", help="name of a run; `runs` lists them")
    parser.add_argument("--alpha", type=float, required=True, help="mixing coefficient")


def _evaluate(options: argparse.Namespace) -> Sequence[Request]:
    title = f"Evaluate {options.run} at {options.alpha:g}"
    arguments = {"run": options.run, "alpha": options.alpha}
    return [Request("evaluate", arguments, title, BY, interactive=True)]


SUBMISSIONS = Registry[Submission](
    "task",
    {
        "finetune": Submission(
            "fine-tune a zero-shot checkpoint, then sweep",
            _finetune_arguments,
            lambda options: _training(
                "finetune", options, "name", "title", "dtype", "devices", "sweep"
            ),
        ),
        "rehearse": Submission(
            "measure the first steps of a training",
            _training_arguments,
            lambda options: _training("rehearse", options),
        ),
        "sweep": Submission(
            "evaluate every alpha between two checkpoints", _sweep_arguments, _sweep
        ),
        "zeroshot": Submission(
            "build a zero-shot classifier from class names", _zeroshot_arguments, _zeroshot
        ),
        "evaluate": Submission("evaluate a run at one alpha", _evaluate_arguments, _evaluate),
    },
)
