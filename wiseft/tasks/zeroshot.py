"""The task "zeroshot": a zero-shot classifier for the classes of a benchmark."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wiseft.jobs.context import Context
from wiseft.model_names import DEMO
from wiseft.tasks.kept import checkpoint_file, name_of


def zeroshot(arguments: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Build a zero-shot classifier with a CLIP model and keep it in the workspace.

    Args:
        arguments: `benchmark`; `model` (open_clip's architecture, or "demo"), `pretrained`,
            `name` and `dtype` where given.
        context: of the job.

    Returns:
        `checkpoint`: its path, from the workspace on.
    """
    from wiseft.datasets import open_benchmark
    from wiseft.zeroshot import make_zeroshot

    context.warm.clear()
    benchmark = open_benchmark(arguments["benchmark"])
    model = arguments.get("model", DEMO)
    name = arguments.get("name") or name_of(context, benchmark.title, model)
    out = checkpoint_file(name, context)
    make_zeroshot(
        out,
        benchmark,
        model,
        arguments.get("pretrained"),
        dtype=arguments.get("dtype", "float32"),
        device=context.device,
        provenance={"job": context.job},
        report=context.report,
    )
    return {"checkpoint": context.workspace.recorded(out)}
