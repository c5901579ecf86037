"""What only a cluster has: several nodes, and a package that may be missing."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable

import pytest

from tests.backends.makers import ON_CLUSTER, ray_backend
from tests.jobs.helpers import count, finished, until
from wiseft.backends import RayBackend, chosen_backend
from wiseft.errors import Missing, UnknownName, WiseftError
from wiseft.jobs import Ledger
from wiseft.workspace import Workspace


def on_cluster(test: Callable[..., None]) -> Callable[..., None]:
    for mark in ON_CLUSTER:
        test = mark(test)
    return test


@pytest.fixture
def workspace(state_folder) -> Workspace:
    return Workspace(state_folder)


@on_cluster
def test_jobs_run_on_all_nodes_at_once_and_each_of_them_once(workspace: Workspace):
    backend = ray_backend(workspace, workers=2)
    names = [str(number) for number in range(6)]
    jobs = [backend.submit(count(name, steps=8, pause=0.1)) for name in names]
    until(lambda: sum(job.status == "running" for job in jobs) == 2)
    for job in jobs:
        assert job.wait(lambda progress: None, look=backend.ensure_running).status == "done"
    assert sorted(finished(workspace)) == names
    assert {job.state.attempt for job in jobs} == {1}
    workers = {(job.work / "pid").read_text() for job in jobs}
    assert len(workers) == 2
    assert str(os.getpid()) not in workers


@on_cluster
def test_jobs_of_other_backends_are_left_alone(workspace: Workspace):
    backend = ray_backend(workspace)
    other = backend.ledger.submit(count("other"))
    job = backend.submit(count("own"))
    assert job.wait(lambda progress: None, look=backend.ensure_running).status == "done"
    assert other.status == "queued"


def test_without_ray_a_sentence_says_how_to_install_it(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(Missing, match="pip install"):
        RayBackend(workspace).submit(count("a"))
    assert Ledger(workspace.jobs).jobs() == ()


def test_where_no_cluster_is_a_sentence_says_so(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
):
    ray = pytest.importorskip("ray")
    monkeypatch.setattr(ray, "is_initialized", lambda: False)

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # nobody listens there
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(WiseftError, match="ray start --head"):
            RayBackend(workspace, address=address).submit(count("a"))
    assert Ledger(workspace.jobs).jobs() == ()


def test_the_backend_is_chosen_by_name_or_by_the_environment(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
):
    assert chosen_backend(workspace).name == "local"
    monkeypatch.setenv("WISEFT_BACKEND", "ray")
    monkeypatch.setenv("WISEFT_RAY_ADDRESS", "10.0.0.1:6379")
    chosen = chosen_backend(workspace)
    assert isinstance(chosen, RayBackend)
    assert chosen.address == "10.0.0.1:6379"
    assert chosen_backend(workspace, "local").name == "local"
    with pytest.raises(UnknownName, match="Did you mean 'ray'"):
        chosen_backend(workspace, "rai")
