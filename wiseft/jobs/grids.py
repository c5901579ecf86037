"""Several trainings at once, such as the paper's grid of learning rates and epochs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import Any

from wiseft.errors import Invalid
from wiseft.jobs.records import Request


def finetune_grid(request: Request, over: Mapping[str, Sequence[Any]]) -> tuple[Request, ...]:
    """One request for each combination of settings, the last setting varying fastest.

    The combination is appended to the name and the title of each, so that the runs can be told
    apart: `photos-learning-rate-1e-05-epochs-10`.

    Args:
        request: of the task "finetune", with what all have in common.
        over: values by the name of a field of `FinetuneSpec`.

    Raises:
        Invalid: where a setting has no values.
    """
    for name, values in over.items():
        if not values:
            raise Invalid(f"The grid has no values for {name!r}; give at least one.")
    arguments = request.arguments
    requests = []
    for values in product(*over.values()):
        chosen = dict(zip(over, values, strict=True))
        words = [f"{name.replace('_', ' ')} {_plain(value)}" for name, value in chosen.items()]
        own = dict(arguments)
        own["spec"] = {**arguments.get("spec", {}), **chosen}
        if arguments.get("name"):
            own["name"] = "-".join([arguments["name"], *words]).replace(" ", "-")
        if arguments.get("title"):
            own["title"] = ", ".join([arguments["title"], *words])
        title = ", ".join([request.title or request.task, *words])
        requests.append(replace(request, arguments=own, title=title))
    return tuple(requests)


def _plain(value: Any) -> str:
    """A value as it can stand in a name."""
    return f"{value:g}" if isinstance(value, float) else str(value)
