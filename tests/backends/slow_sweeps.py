"""The tasks of wiseft for two processes: whoever sweeps waits for help at its first image.

The run is named after what becomes of the helper: "shared" works, "killed" is killed at its first
evaluation, and "stuck" never ends it.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import tests.models  # noqa: F401
from tests.jobs.helpers import until
from tests.jobs.tasks import count
from wiseft import tasks
from wiseft.jobs.context import Context, Task
from wiseft.progress import Progress
from wiseft.registry import Registry

HELPER = "helper"
"""The file with the process that helps, in the folder of the job."""


def sweep(arguments: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """A sweep whose first alpha takes until a helper has begun another."""

    def report(progress: Progress) -> None:
        context.report(progress)
        if progress.stage.startswith("evaluating"):
            until((context.folder / HELPER).exists)

    (context.folder / "pid").write_text(str(os.getpid()))
    return tasks.sweep(arguments, replace(context, report=report))


def evaluate(arguments: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """An evaluation by the helper."""
    (context.folder / HELPER).write_text(str(os.getpid()))
    if arguments["run"] == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if arguments["run"] == "stuck":
        time.sleep(1000)
    return tasks.evaluate(arguments, context)


TASKS = Registry[Task]("task", {"sweep": sweep, "evaluate": evaluate, "count": count})
