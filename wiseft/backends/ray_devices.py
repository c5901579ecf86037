"""Several devices of a cluster for one job, through `ray.train.torch`."""

from __future__ import annotations

import logging
import os
import pkgutil
import platform
import shutil
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from wiseft.backends.ray_helpers import DEVICES, own_device, ray_helpers
from wiseft.errors import Invalid, WiseftError, portable
from wiseft.jobs import Job
from wiseft.jobs.context import Cancelled, Context, Warm
from wiseft.jobs.running import logged
from wiseft.progress import Progress, silent
from wiseft.text import number_of
from wiseft.workspace import Workspace

log = logging.getLogger(__name__)
log.setLevel(logging.INFO)

LOOK_SECONDS = 0.2
"""Between two looks at whether enough devices are free."""

GUARD_SECONDS = 1.0
"""Between two looks at whether a worker still lives."""

PATIENCE_SECONDS = 24 * 3600
"""To wait for another process of the group; the death of one is noticed without."""

SETTINGS = {
    "RAY_CHDIR_TO_TRIAL_DIR": "0",  # paths mean the same in every process
    "RAY_TRAIN_HEALTH_CHECK_INTERVAL_S": "0.5",  # how soon a death and the end are noticed
}
"""What Ray Train is told by way of the environment, unless it is set there already."""


@dataclass(frozen=True)
class Devices:
    """Runs tasks of one job on devices of the cluster: an `OnDevices`.

    Each device has a process; together they are a process group of torch. The first of them reports
    to the worker that holds the job, which has no device of its own.

    Attributes:
        context: of the job, in the worker that holds it.
        tasks: "module:name" of the registry of tasks.
        worker: handle of the actor of that worker.
        workers: what the names of all workers of the workspace begin with.
    """

    context: Context
    tasks: str
    worker: Any
    workers: str

    def __call__(self, task: str, arguments: Mapping[str, Any], devices: int) -> Mapping[str, Any]:
        """The result of the task.

        Raises:
            Invalid: where the cluster has not so many devices.
            WiseftError: where a process has died; what the task itself raises.
        """
        kind = self._wait_for(devices)
        given = {
            "task": task,
            "devices": devices,
            "arguments": dict(arguments),
            "tasks": self.tasks,
            "root": str(self.context.workspace.root),
            "job": str(self.context.folder.parent),
            "worker": self.worker,
        }
        self.context.report(Progress(f"starting {number_of(devices, 'process')}", 0, devices))
        found = self._by_one(kind, given) if devices == 1 else self._by_group(kind, given)
        if found["error"]:
            raise found["error"]
        return found["result"]

    def _by_group(self, kind: str, given: dict[str, Any]) -> dict[str, Any]:
        """What the first of several processes found, one group of torch."""
        from ray.train import RunConfig, ScalingConfig, TrainingFailedError
        from ray.train.torch import TorchConfig, TorchTrainer

        for name, value in SETTINGS.items():
            os.environ.setdefault(name, value)
        folder = self.context.folder / "ray"
        trainer = TorchTrainer(
            _in_group,
            train_loop_config=given,
            # Processes compare notes on the CPU, and sum gradients where these are.
            torch_config=TorchConfig(
                backend="cpu:gloo,cuda:nccl" if kind == "GPU" else "gloo",
                timeout_s=PATIENCE_SECONDS,
            ),
            scaling_config=ScalingConfig(
                num_workers=given["devices"],
                use_gpu=kind == "GPU",
                resources_per_worker={kind: 1},
            ),
            run_config=RunConfig(name=given["task"], storage_path=str(folder.resolve())),
        )
        try:
            found: Any = trainer.fit().return_value
        except TrainingFailedError as error:
            raise _died(error) from error
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        return found

    def _by_one(self, kind: str, given: dict[str, Any]) -> dict[str, Any]:
        """What a single process found."""
        import ray
        from ray.exceptions import RayError

        process: Any = ray.remote(_alone).options(max_retries=0, **DEVICES[kind])
        try:
            return ray.get(process.remote(given))
        except RayError as error:
            raise _died(error) from error

    def _wait_for(self, devices: int) -> str:
        """Wait until so many devices are free; what kind of resource they are."""
        import ray

        there = ray.cluster_resources()
        kind = "GPU" if "GPU" in there else "CPU"
        if there.get(kind, 0) < devices:
            raise Invalid(
                f"The job asks for {devices} devices, and the cluster has "
                f"{int(there.get(kind, 0))}; resume it on so many (`resume ID --devices N`), or "
                "start further nodes first."
            )
        self._send_away()
        while (free := int(ray.available_resources().get(kind, 0))) < devices:
            self.context.report(Progress(f"waiting for {devices} free devices", free, devices))
            time.sleep(LOOK_SECONDS)
        return kind

    def _send_away(self) -> None:
        """Let workers that are warm, and have nothing to do, give their devices back."""
        import ray

        for name in ray.util.list_named_actors():
            if name.startswith(self.workers):
                with suppress(ValueError):  # it has just gone
                    ray.get_actor(name).leave.remote()


def _in_group(given: dict[str, Any]) -> dict[str, Any]:
    """What one process of a group does."""
    from ray.train import get_context
    from ray.train.torch import get_device

    rank = get_context().get_world_rank()
    if rank == 0:
        _guard(given["worker"])
    return _do(given, str(get_device()), rank)


def _alone(given: dict[str, Any]) -> dict[str, Any]:
    """What a single process does; other devices may do parts of it."""
    return _do(given, own_device(), 0)


def _do(given: dict[str, Any], device: str, rank: int) -> dict[str, Any]:
    """The `result` or `error` of a task."""
    job, leads = Job(Path(given["job"])), rank == 0
    context = Context(
        workspace=Workspace(Path(given["root"])),
        device=device,
        job=job.id,
        folder=job.work,
        report=partial(_tell, given["worker"].report) if leads else silent,
        note=partial(_tell, given["worker"].note) if leads else lambda text: None,
        warm=Warm(),
    )
    if given["devices"] == 1:
        context = replace(context, helpers=partial(ray_helpers, context, given["tasks"]))
    with logged(job):
        where = f"process {os.getpid()} on {platform.node()}, {device}"
        log.info("%s, %d of %d: %s", given["task"], rank + 1, given["devices"], where)
        try:
            task = pkgutil.resolve_name(given["tasks"])[given["task"]]
            return {"result": dict(task(given["arguments"], context)), "error": None}
        except Exception as error:
            if not isinstance(error, WiseftError | Cancelled):
                log.exception("In %s:", where)
            return {"result": None, "error": portable(error)}


def _died(error: Exception) -> WiseftError:
    """What is said of a process that has died; what Ray says is in the log."""
    log.error("Ray says: %s", error)
    return WiseftError(
        "A process of this job has ended before its time; its log says more. What was saved is "
        "kept: resume the job."
    )


class Guard:
    """An actor that gives the devices of a job back where the worker that holds it has died.

    Ray does so when whoever started that worker is gone, which may be never; Ray Train does, but
    for clusters without a dashboard.
    """

    def watch(self, worker: Any, devices: Any) -> None:
        """Stay until the placement group `devices` is no more."""
        import ray
        from ray.actor import exit_actor
        from ray.exceptions import ActorDiedError, ActorUnavailableError

        while ray.util.placement_group_table(devices).get("state") == "CREATED":
            try:
                ray.get(worker.__ray_ready__.remote())
            except ActorUnavailableError:
                pass
            except ActorDiedError:
                ray.util.remove_placement_group(devices)
            time.sleep(GUARD_SECONDS)
        exit_actor()


def _guard(worker: Any) -> None:
    """Have the devices of this process and the others guarded."""
    import ray

    actor: Any = ray.remote(Guard).options(num_cpus=0, lifetime="detached")
    actor.remote().watch.remote(worker, ray.util.get_current_placement_group())


def _tell(method: Any, what: Progress | str) -> None:
    """Tell the worker that holds the job, and raise what it raises."""
    import ray

    error: Any = ray.get(method.remote(what))
    if error:
        raise error
