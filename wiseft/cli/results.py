"""Commands that evaluate runs and show what is known."""

from __future__ import annotations

import argparse
import platform
from importlib import metadata, util
from pathlib import Path
from typing import Any

from wiseft import __version__
from wiseft.cli.choosing import add_rule_arguments, choose, rule_settings
from wiseft.cli.command import (
    Command,
    Result,
    add_benchmark,
    add_device,
    add_precision,
    positive,
)
from wiseft.cli.show import Console, percent, table
from wiseft.errors import Invalid
from wiseft.frontier import MEAN, path_sentence
from wiseft.paths import TOLERANCE
from wiseft.runs import Run
from wiseft.workspace import DEMO, Workspace


def parse_alphas(text: str) -> list[float]:
    """The alphas in `text`: numbers with commas, or `first:last:step`. Raises `Invalid`."""
    problem = f"{text!r} is not a list of alphas; write 0,0.5,1 or 0:1:0.05."
    try:
        if ":" not in text:
            return [float(part) for part in text.split(",")]
        first, last, step = (float(part) for part in text.split(":"))
    except ValueError as error:
        raise Invalid(problem) from error
    if not step > 0 or not last >= first or (last - first) / step > 10_000:
        raise Invalid(problem)
    return [first + i * step for i in range(round((last - first) / step) + 1)]


def _sweep_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("zeroshot", type=Path, help="checkpoint at alpha 0")
    parser.add_argument("finetuned", type=Path, help="checkpoint at alpha 1")
    add_benchmark(parser)
    how = parser.add_mutually_exclusive_group()
    how.add_argument(
        "--alphas",
        help="evaluate these and no others: 0,0.5,1 or first:last:step (the paper's: 0:1:0.05)",
    )
    how.add_argument("--exact", action="store_true", help="evaluate every alpha of 0:1:0.01")
    how.add_argument(
        "--tolerance",
        type=float,
        default=100 * TOLERANCE,
        help="percentage points that interpolated accuracies may be off where they are checked "
        f"(default: {100 * TOLERANCE:g})",
    )
    parser.add_argument("--batch-size", type=positive, default=64, help="(default: 64)")
    parser.add_argument("--name", help="of the run (default: benchmark and fine-tuned file)")
    parser.add_argument("--title", help="of the run, in words")
    add_device(parser)
    add_precision(parser, "float32", "float32")


def _sweep(options: argparse.Namespace, console: Console) -> Result:
    alphas = None if options.alphas is None else parse_alphas(options.alphas)
    from wiseft.sweeps import sweep

    run = sweep(
        options.zeroshot,
        options.finetuned,
        options.benchmark,
        alphas=alphas,
        tolerance=options.tolerance / 100,
        exact=options.exact,
        name=options.name,
        title=options.title,
        batch_size=options.batch_size,
        device=options.device,
        precision=options.precision,
        report=console.report,
    )
    return _record(run), _lines(run)


def _record(run: Run) -> dict[str, Any]:
    """The frontier of `run`, where it is known exactly, and the images that could not be read."""
    skipped = {
        each.name: [{"image": source, "reason": reason} for source, reason in each.skipped]
        for each in run.record.sets
        if each.skipped
    }
    best = {each.name: run.steps(each.name) for each in run.record.sets}
    return {
        **run.frontier().to_json(),
        "best_exactly": {
            name: steps.best()._asdict() for name, steps in best.items() if steps is not None
        },
        "skipped": skipped,
    }


def _lines(run: Run) -> list[str]:
    """The same as a table, a line for each alpha."""
    frontier = run.frontier()
    columns = [*frontier.accuracy, *([MEAN] if frontier.shifts else [])]
    curves = [frontier.curve(name) for name in columns]
    return [
        f"Run {run.name}: accuracy in per cent at {len(frontier.alphas)} alphas.",
        path_sentence(frontier),
        *table(
            ["alpha", *columns],
            [
                [f"{alpha:g}", *(percent(curve[i]) for curve in curves)]
                for i, alpha in enumerate(frontier.alphas)
            ],
        ),
        *(
            f"Skipped in {each.name}: {source} ({reason})"
            for each in run.record.sets
            for source, reason in each.skipped
        ),
    ]


SWEEP = Command(
    name="sweep",
    summary="evaluate every alpha between two checkpoints",
    description="Evaluate the interpolated model on the reference set and on every shift of a "
    "benchmark, at as many alphas as it takes to know all of 0, 0.01, ..., 1 within a tolerance. "
    "What has been evaluated before is not evaluated again.",
    example="python -m wiseft sweep zeroshot.safetensors finetuned.safetensors photos/",
    add_arguments=_sweep_arguments,
    run=_sweep,
    writes=True,
)


def _frontier_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", help="name of a run; `runs` lists them")
    add_rule_arguments(parser)


def _frontier(options: argparse.Namespace, console: Console) -> Result:
    settings = rule_settings(options)
    run = Workspace().run(options.run)
    if options.rule is not None:
        return choose(run, options.rule, settings, options.against)
    return _record(run), _lines(run)


FRONTIER = Command(
    name="frontier",
    summary="accuracies of a run along alpha, or an alpha by a rule",
    description="Print the accuracy of every set at every evaluated alpha; with --json also the "
    "95 % intervals and the counts. With --rule, print the alpha that it chooses, on which images, "
    "and the accuracies there.",
    example="python -m wiseft frontier signs-end-to-end --rule within_loss --loss 2 --against 0.5",
    add_arguments=_frontier_arguments,
    run=_frontier,
)


def _runs(options: argparse.Namespace, console: Console) -> Result:
    runs = Workspace().runs()
    records = [
        {
            "run": run.name,
            "title": run.record.title,
            "benchmark": run.record.benchmark,
            "zeroshot": run.record.zeroshot.path,
            "finetuned": run.record.finetuned.path,
            "alphas": list(run.alphas) if run.evaluated else [],
            "evaluated": list(run.evaluated),
        }
        for run in runs
    ]
    lines = table(
        ["run", "alphas", "evaluated", "title"],
        [
            [run.name, str(len(record["alphas"])), str(len(run.evaluated)), run.record.title]
            for run, record in zip(runs, records, strict=True)
        ],
    )
    return {"runs": records}, lines if runs else ["No runs yet; make one with `sweep`."]


RUNS = Command(
    name="runs",
    summary="list the runs",
    description="List the runs of the workspace and the shipped ones.",
    example="python -m wiseft runs",
    add_arguments=lambda parser: None,
    run=_runs,
)

_PACKAGES = (
    "torch",
    "torchvision",
    "open_clip_torch",
    "streamlit",
    "plotly",
    "pandas",
    "numpy",
    "pillow",
)


def _doctor(options: argparse.Namespace, console: Console) -> Result:
    from wiseft.datasets.signs import draws_pinned_world
    from wiseft.device import default_device

    workspace = Workspace()
    record: dict[str, Any] = {
        "wiseft": __version__,
        "python": platform.python_version(),
        "device": default_device(),
        "packages": {name: metadata.version(name) for name in _PACKAGES},
        "state": str(workspace.root),
        "runs": len(workspace.runs()),
        "demo": str(DEMO) if (DEMO / "clip.safetensors").exists() else None,
        "signs_as_shipped": draws_pinned_world(),
    }
    optional = {name: util.find_spec(name) is not None for name in ("ray", "wilds")}
    record["optional"] = optional
    lines = [
        f"wiseft {__version__}, Python {record['python']}",
        f"device: {record['device']}",
        "packages: " + ", ".join(f"{name} {v}" for name, v in record["packages"].items()),
        "optional: " + ", ".join(f"{n} {'yes' if y else 'no'}" for n, y in optional.items()),
        f"state: {record['state']} ({record['runs']} runs)",
        f"demo: {record['demo'] or 'not here'}",
        "street signs: drawn here "
        + (
            "exactly as shipped" if record["signs_as_shipped"] else "with other pixels than shipped"
        ),
    ]
    return record, lines


DOCTOR = Command(
    name="doctor",
    summary="device, versions, and where the state is",
    description="Print the device, the versions of what is installed, and where the state is.",
    example="python -m wiseft doctor",
    add_arguments=lambda parser: None,
    run=_doctor,
)
