"""What only a cluster has: several nodes, and a package that may be missing."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.backends.makers import on_cluster, ray_backend, ray_cluster
from tests.jobs.helpers import count, finished, until
from wiseft.backends import RayBackend, chosen_backend
from wiseft.errors import Missing, UnknownName, WiseftError
from wiseft.jobs import Ledger
from wiseft.workspace import Workspace


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
def test_a_job_does_not_wait_for_a_busy_worker_while_a_node_is_free(workspace: Workspace):
    backend = ray_backend(workspace, workers=2)
    long = backend.submit(count("long", steps=1000, pause=0.05))
    until(long.history)
    quick = backend.submit(count("quick"))
    assert quick.wait(lambda progress: None, look=backend.ensure_running).status == "done"
    assert long.status == "running"
    long.cancel()
    assert long.wait(lambda progress: None).status == "cancelled"


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


@pytest.mark.parametrize("said_by", ["RAY_ADDRESS", "file"])
def test_a_cluster_that_is_gone_is_not_waited_for(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said_by: str
):
    ray = pytest.importorskip("ray")

    def wait_for_minutes(*arguments: object, **options: object) -> None:
        raise AssertionError("Ray was asked")

    monkeypatch.setattr(ray, "is_initialized", lambda: False)
    monkeypatch.setattr(ray, "init", wait_for_minutes)
    monkeypatch.setattr("ray._private.services.find_gcs_addresses", set)
    monkeypatch.setenv("RAY_TMPDIR", str(tmp_path))
    if said_by == "file":
        (tmp_path / "ray").mkdir()
        (tmp_path / "ray" / "ray_current_cluster").write_text("127.0.0.1:1")
        monkeypatch.delenv("RAY_ADDRESS", raising=False)
    else:
        monkeypatch.setenv("RAY_ADDRESS", "127.0.0.1:1")
    with pytest.raises(WiseftError, match=r"No Ray cluster answers \(auto\); start one"):
        RayBackend(workspace).submit(count("a"))


SUBMIT = """
import sys, time
from pathlib import Path
from tests.jobs.helpers import count, ledger_of
from wiseft.backends import RayBackend
from wiseft.workspace import Workspace

workspace = Workspace(Path(sys.argv[1]))
tasks = "tests.jobs.tasks:TASKS"
backend = RayBackend(
    workspace, ledger_of(workspace), address=sys.argv[2], tasks=tasks, idle_seconds=0.2
)
print(backend.submit(count("a", steps=40, pause=0.05)).id, flush=True)
time.sleep(1000)
"""


@on_cluster
def test_a_job_outlives_who_submitted_it(workspace: Workspace):
    program = [sys.executable, "-c", SUBMIT, str(workspace.root), ray_cluster().address]
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as submitter:
        assert submitter.stdout is not None
        job = Ledger(workspace.jobs).job(submitter.stdout.readline().strip())
        until(lambda: job.history())
        submitter.kill()
    assert job.status == "running"
    assert job.wait(lambda progress: None).result == {"counted": 40, "from": 0}
    assert job.state.attempt == 1


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
