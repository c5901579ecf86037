"""Tasks that compute nothing, for the tests of what runs them."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from wiseft.errors import Invalid
from wiseft.files import write_json, written_aside
from wiseft.jobs.arguments import Check
from wiseft.jobs.context import Context, OutOfMemory, Task
from wiseft.progress import Progress
from wiseft.registry import Registry


def count(arguments: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Count to `steps`, `pause` seconds each, from where the last attempt came to."""
    (context.folder / "pid").write_text(str(os.getpid()))
    file = context.folder / "counted"
    first = int(file.read_text()) if file.exists() else 0
    steps = arguments.get("steps", 5)
    for step in range(first + 1, steps + 1):
        time.sleep(arguments.get("pause", 0.0))
        # Told before it is kept, as a training does: what is told twice is one line of history.
        context.report(Progress("counting", step, steps, {"loss": 1 / step}))
        with written_aside(file) as temporary:
            temporary.write_text(str(step))
    with (context.workspace.root / "finished").open("a") as finished:
        finished.write(f"{arguments.get('name', context.job)}\n")
    return {"counted": steps, "from": first}


def look(arguments: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """An interactive job: says which jobs are running, itself included, and in which process."""
    return {"running": sorted(_running(context)), "pid": os.getpid()}


def _running(context: Context) -> list[str]:
    from wiseft.jobs import Ledger

    return [job.id for job in Ledger(context.workspace.jobs).jobs() if job.status == "running"]


def large(arguments: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """An interactive job that has room only when nothing else runs."""
    if len(_running(context)) > 1:
        raise OutOfMemory("There is no memory for it.")
    return {}


def fail(arguments: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Fail in the way that is asked for."""
    how = arguments["how"]
    if how == "refusal":
        raise Invalid("This cannot be used; use something else.")
    if how == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if how == "write":
        write_json(Path(arguments["path"]), {"content": "x" * arguments.get("size", 1)})
    if how == "array":
        np.zeros(3)[7]
    return {}


def nap(arguments: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Take so many seconds and no processor, and leave a file."""
    time.sleep(arguments["seconds"])
    context.folder.mkdir(parents=True, exist_ok=True)
    (context.folder / arguments["name"]).touch()
    return {}


TASKS = Registry[Task](
    "task", {"count": count, "look": look, "large": large, "fail": fail, "nap": nap}
)


def unchecked(arguments: Mapping[str, Any], workspace: object) -> dict[str, Any]:
    return dict(arguments)


CHECKS = Registry[Check]("task", dict.fromkeys(TASKS, unchecked))
