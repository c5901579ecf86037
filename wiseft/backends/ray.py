"""A Ray cluster: workers on any of its nodes, for the same folders of jobs.

A worker is a detached actor with a device of its own, so nothing depends on the process that
submitted a job. All nodes see the workspace at the same path (a network file system), and wiseft is
installed on each. Ray itself is imported when a job is submitted, and nothing of it before.
"""

from __future__ import annotations

import logging
import os
import socket
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from wiseft.backends.ray_helpers import DEVICES
from wiseft.backends.ray_worker import RayWorker, prefix_of
from wiseft.errors import Missing, WiseftError
from wiseft.jobs import Job, Ledger, Request
from wiseft.jobs.permission import refuse_read_only
from wiseft.workspace import Workspace

RAY = "ray"
"""The name of this backend."""

ADDRESS = "WISEFT_RAY_ADDRESS"
"""The environment variable that says where the cluster is; by default, the one of this machine."""

NAMESPACE = "wiseft"
"""Of the names of the actors."""

TASKS = "wiseft.tasks:TASKS"
"""Where workers find what they can do."""

IDLE_SECONDS = 60.0
"""How long a worker without jobs keeps its device."""

LOOK_SECONDS = 2.0
"""Between two looks at the workers while the queue stays as it is."""

ANSWER_SECONDS = 2.0
"""To wait for workers to answer. One that does not is being started, or waits for a device."""


CONNECT_SECONDS = 5.0
"""To wait for the cluster to take a connection."""


class RayBackend:
    """Starts workers on the cluster when there are jobs; it needs the package Ray.

    Args:
        workspace: whose jobs; at the same path on every node.
        ledger: of its jobs.
        address: of the cluster; the value of `ADDRESS`, or else the one of this machine.
        tasks: "module:name" of the registry of tasks, importable on every node.
        workers: how many there are at most; one for each GPU of the cluster where None, or for
            each CPU where it has no GPU.
        idle_seconds: how long a worker waits for another job.
    """

    name = RAY

    def __init__(
        self,
        workspace: Workspace,
        ledger: Ledger | None = None,
        *,
        address: str | None = None,
        tasks: str = TASKS,
        workers: int | None = None,
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        self.workspace = workspace
        self.ledger = ledger or Ledger(workspace.jobs)
        self.address = address or os.environ.get(ADDRESS) or "auto"
        self.tasks = tasks
        self.workers = workers
        self.idle_seconds = idle_seconds
        self._looked = (-1, 0.0)

    def submit(self, request: Request, files: Mapping[str, bytes] | None = None) -> Job:
        """Put a job into the queue and start workers for it.

        Raises:
            Missing: where Ray is not installed.
            WiseftError: where the cluster does not answer, or as `Ledger.submit`.
        """
        refuse_read_only()
        connect(self.address)
        job = self.ledger.submit(replace(request, backend=self.name), files)
        self.ensure_running()
        return job

    def ensure_running(self) -> None:
        """Start workers where jobs wait; at most one for each device of the cluster."""
        refuse_read_only()
        bell, now = self.ledger.bell, time.monotonic()
        if self._looked[0] == bell and now - self._looked[1] < LOOK_SECONDS:
            return
        waiting = [
            job.request.devices > 1
            for job in self.ledger.queue()
            if job.request.backend == self.name
        ]
        if waiting:
            ray = connect(self.address)
            kind = "GPU" if _count(ray, "GPU") else "CPU"
            most = self.workers or max(_count(ray, kind), 1)
            # A worker that is busy is of no use to a job that waits.
            busy = sum(
                job.request.backend == self.name
                and job.request.devices == 1
                and job.status == "running"
                for job in self.ledger.jobs()
            )
            if single := waiting.count(False):
                self._start(ray, min(single + busy, most), most, DEVICES[kind])
            if any(waiting):
                self._start(ray, 1, 1, {"num_cpus": 0}, several=True)
        self._looked = (bell, now)

    def _start(
        self, ray: Any, wanted: int, most: int, options: dict[str, int], *, several: bool = False
    ) -> None:
        """Wake the workers there are, and start what is missing of those that are wanted.

        A worker for jobs that take several devices at once holds none itself.
        """
        root = str(self.workspace.root.resolve())
        prefix = f"{prefix_of(root)}-several" if several else prefix_of(root)
        actors, awake = {}, {}
        for slot in range(most):
            try:
                actors[slot] = ray.get_actor(f"{prefix}-{slot}", namespace=NAMESPACE)
                awake[slot] = actors[slot].wake.remote()
            except ValueError:
                continue
        gone = set()
        if awake:
            ready, _ = ray.wait(
                list(awake.values()), num_returns=len(awake), timeout=ANSWER_SECONDS
            )
            gone = {slot for slot, answer in awake.items() if answer in ready and not _get(answer)}
        alive = actors.keys() - gone
        free = [slot for slot in range(most) if slot not in alive]
        for slot in free[: max(wanted - len(alive), 0)]:
            name = f"{prefix}-{slot}"
            actor = ray.remote(RayWorker).options(
                name=name,
                namespace=NAMESPACE,
                lifetime="detached",
                get_if_exists=slot not in gone,
                **options,
            )
            try:
                actor.remote(root, name, self.tasks, self.idle_seconds, several)
            except ValueError:  # the name of one that has just gone is not free yet
                self._looked = (-1, 0.0)


def connect(address: str) -> Any:
    """The module Ray, connected to the cluster at `address`.

    Raises:
        Missing: where it is not installed.
        WiseftError: where no cluster answers.
    """
    # The statistics of usage that Ray sends home unless it is told not to.
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    try:
        import ray
    except ImportError as error:
        raise Missing(
            'The backend "ray" needs the package Ray: pip install "ray[train]"; the backend '
            '"local" needs nothing.'
        ) from error
    if not ray.is_initialized():
        try:
            found = _found(address)
            _knock(found)
            ray.init(found, namespace=NAMESPACE, log_to_driver=False, logging_level=logging.ERROR)
        except (OSError, ValueError, RuntimeError) as error:
            raise WiseftError(
                f"No Ray cluster answers ({address}); start one with `ray start --head`, or set "
                f"{ADDRESS} to the address of one."
            ) from error
    return ray


def _found(address: str) -> str:
    """The host and port that "auto" stands for on this machine.

    They may be those of a cluster that is gone: Ray takes what RAY_ADDRESS says, or the cluster
    that was started last. Raises `OSError` where there is none.
    """
    from ray._private.services import canonicalize_bootstrap_address

    found = canonicalize_bootstrap_address(address) if address == "auto" else address
    return found or address


def _knock(address: str) -> None:
    """Raise `OSError` where nobody listens there; Ray itself would try for minutes."""
    host, found, port = address.rpartition(":")
    if found and port.isdigit():
        socket.create_connection((host.strip("[]"), int(port)), CONNECT_SECONDS).close()


def _count(ray: Any, resource: str) -> int:
    """How many devices of a kind the cluster has."""
    return int(ray.cluster_resources().get(resource, 0))


def _get(answer: Any) -> bool:
    """What a worker answered; False where it has died."""
    import ray
    from ray.exceptions import RayActorError

    try:
        return ray.get(answer)
    except RayActorError:
        return False
