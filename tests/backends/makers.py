"""How the tests come by each backend."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING

import pytest

from tests.jobs.helpers import ledger_of, program, until
from wiseft.backends import Backend, LocalBackend, RayBackend
from wiseft.jobs import Ledger
from wiseft.jobs.devices import device_lock
from wiseft.jobs.locks import is_held
from wiseft.workspace import Workspace

if TYPE_CHECKING:
    from ray.cluster_utils import Cluster

# Ray reads these when it is imported, which no module of the tests may do before this one: as on
# Windows and macOS, the loopback address is that of a node.
os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"
os.environ["RAY_USAGE_STATS_ENABLED"] = "0"


def local(workspace: Workspace) -> Iterator[Backend]:
    yield LocalBackend(workspace, ledger_of(workspace), program(idle=0.2))
    until(lambda: not is_held(device_lock(workspace.jobs, "cpu")))


@cache
def ray_cluster() -> Cluster:
    """A cluster of two nodes, a CPU each, on this machine.

    It listens on 127.0.0.1 and nowhere else.
    """
    pytest.importorskip("ray")
    from ray.cluster_utils import Cluster

    node = {
        "num_cpus": 1,
        "num_gpus": 0,
        "object_store_memory": 80 * 2**20,
        "node_ip_address": "127.0.0.1",
        "include_dashboard": False,
    }
    cluster = Cluster(initialize_head=True, head_node_args=node)
    cluster.add_node(**node)
    return cluster


def stop_ray() -> None:
    """End the cluster, where it was started."""
    if ray_cluster.cache_info().currsize:
        import ray

        ray.shutdown()
        ray_cluster().shutdown()


def ray_backend(
    workspace: Workspace,
    workers: int = 1,
    ledger: Ledger | None = None,
    tasks: str = "tests.jobs.tasks:TASKS",
) -> RayBackend:
    """The backend "ray" on the two nodes, with the tasks of the tests."""
    return RayBackend(
        workspace,
        ledger or ledger_of(workspace),
        address=ray_cluster().address,
        tasks=tasks,
        workers=workers,
        idle_seconds=0.2,
    )


def on_ray(workspace: Workspace) -> Iterator[Backend]:
    yield ray_backend(workspace)


MAKERS: dict[str, Callable[[Workspace], Iterator[Backend]]] = {"local": local, "ray": on_ray}
"""By name: yields a backend that has the tasks of the tests, then takes its processes away."""

ON_CLUSTER = (pytest.mark.slow, pytest.mark.xdist_group("cluster"))
"""What needs the cluster: it takes long to start, and all of it runs in one process."""

MARKS = {name: ON_CLUSTER if name == "ray" else () for name in MAKERS}
"""Of the tests of each backend."""


def on_cluster(test: Callable[..., None]) -> Callable[..., None]:
    """Mark a test that needs the cluster."""
    for mark in ON_CLUSTER:
        test = mark(test)
    return test
