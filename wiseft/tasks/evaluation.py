"""The tasks that evaluate: "sweep", and the interactive ones "evaluate" and "predict"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from wiseft.alpha_path import PAPER_GRID
from wiseft.errors import Invalid
from wiseft.jobs.context import Context, OutOfMemory
from wiseft.runs import Run

if TYPE_CHECKING:
    from wiseft.evaluator import Spread
    from wiseft.tasks.opened import OpenedRun

BATCH_SIZE = 64
"""Images a forward pass."""

TOP = 5
"""Classes that are told of an image where the request names no number."""


def sweep(arguments: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Evaluate the path between two checkpoints, as `sweeps.sweep`.

    Args:
        arguments: as of that function, paths and numbers.
        context: of the job.

    Returns:
        `run`: the name of the run.
    """
    from wiseft.sweeps import sweep as sweep_path

    context.warm.clear()
    with shared_out(context, arguments.get("batch_size", BATCH_SIZE)) as spread:
        run = sweep_path(
            **arguments,
            workspace=context.workspace,
            device=context.device,
            report=context.report,
            spread=spread,
        )
    return {"run": run.name}


@contextmanager
def shared_out(context: Context, batch_size: int = BATCH_SIZE) -> Iterator[Spread]:
    """In this block, the evaluations of a sweep are shared with the helpers of the job."""
    with context.helpers("evaluate") as turns:

        def spread(
            run: Run, alphas: Sequence[float], *, with_logits: bool
        ) -> Iterator[float | None]:
            same = {"run": run.name, "batch_size": batch_size, "with_logits": with_logits}
            for part in turns([{**same, "alpha": alpha} for alpha in alphas]):
                yield None if part is None else part["alpha"]

        yield spread


def evaluate(arguments: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Evaluate every set of a run at one alpha, and keep what is found with the rest.

    Args:
        arguments: `run` and `alpha`; for a part of a sweep, its `batch_size`, and `with_logits`
            as of `Evaluator.evaluate_at`.
        context: of the job.

    Returns:
        `run` and `alpha`, rounded as evaluations are kept.
    """
    from wiseft.evaluator import Evaluator
    from wiseft.sweeps import checked_alphas

    run = context.workspace.run(arguments["run"])
    alphas = checked_alphas([arguments["alpha"]])
    with _between_steps(context.device):
        opened = _opened(run, context)
        evaluator = Evaluator(
            run=run,
            path=opened.path,
            views=opened.views,
            read=opened.read,
            scratch=context.workspace.scratch,
            batch_size=arguments.get("batch_size", BATCH_SIZE),
            device=context.device,
            report=context.report,
        )
        evaluator.evaluate_at(alphas, with_logits=arguments.get("with_logits", False))
    return {"run": run.name, "alpha": alphas[0]}


def predict(arguments: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """What the models along the path of a run say of one image.

    Args:
        arguments: `run`; `image`, the name of a file that was submitted with the job, or an
            absolute path; `top`, how many classes, where given.
        context: of the job.

    Returns:
        `alphas` [A], those of the paper; `classes` [K]: those that are among the `top` at some
        alpha, the most probable first; `probabilities` [K][A].
    """
    from wiseft.predict import predict as predict_image

    run = context.workspace.run(arguments["run"])
    top = arguments.get("top", TOP)
    file = context.folder / arguments["image"]
    if not file.is_file():
        raise Invalid(f"The image {arguments['image']} is not there; give its absolute path.")
    found: list[dict[str, float]] = []
    named: set[str] = set()
    with _between_steps(context.device):
        path = _opened(run, context).path
        for alpha in PAPER_GRID:
            classifier = path.at(alpha)
            ranked = predict_image(classifier, file, len(run.record.class_names), context.device)
            found.append(dict(ranked))
            named |= {name for name, _ in ranked[:top]}
    classes = sorted(named, key=lambda name: -max(each[name] for each in found))
    return {
        "alphas": list(PAPER_GRID),
        "classes": classes,
        "probabilities": [[each[name] for each in found] for name in classes],
    }


def _opened(run: Run, context: Context) -> OpenedRun:
    """The models and images of a run, kept warm for the next job on it."""
    from wiseft.tasks.opened import OpenedRun

    key = (run.record, run.zeroshot, run.finetuned)
    return context.warm.get(key, lambda: OpenedRun(run, context))


@contextmanager
def _between_steps(device: str) -> Iterator[None]:
    """A block that leaves no trace in the training between whose steps it may run.

    Raises:
        OutOfMemory: where the device has no memory for it.
    """
    import torch

    gpus = [device] if torch.device(device).type == "cuda" else []
    try:
        # What is made here outlives the block, so it must not be marked as made for inference.
        with torch.random.fork_rng(gpus), torch.inference_mode(False):
            yield
    except torch.OutOfMemoryError as error:
        raise OutOfMemory(
            "There is not enough free memory on the device; try again when nothing else runs."
        ) from error
