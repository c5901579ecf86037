"""One sweep on several devices of a cluster."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.backends.makers import ON_CLUSTER, ray_backend
from tests.backends.slow_sweeps import HELPER
from tests.jobs.helpers import until, worker_of
from tests.shapes import write_ends, write_shapes
from wiseft.backends import RayBackend
from wiseft.jobs import Ledger, Request
from wiseft.runs import Run
from wiseft.sweeps import sweep
from wiseft.workspace import Workspace

pytestmark = list(ON_CLUSTER)

DONE = re.compile(r"Done by process (\d+) on \S+ \(node (\w+)\): .*alpha ([\d.]+)")
"""What the log says of an alpha that a helper has evaluated."""


@pytest.fixture
def workspace(state_folder: Path) -> Workspace:
    return Workspace(state_folder)


@pytest.fixture
def backend(workspace: Workspace) -> RayBackend:
    tasks = "tests.backends.slow_sweeps:TASKS"
    return ray_backend(workspace, ledger=Ledger(workspace.jobs), tasks=tasks)


@pytest.fixture
def arguments(tmp_path: Path) -> dict[str, object]:
    start, end = write_ends(tmp_path)
    return {
        "zeroshot": str(start),
        "finetuned": str(end),
        "benchmark": str(write_shapes(tmp_path / "shapes")),
        "tolerance": 1.0,
    }


@pytest.fixture
def one_thread() -> Iterator[None]:
    """As in a worker that has one CPU: more of them add in another order."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def same(run: Run, other: Run) -> bool:
    """Whether two runs have the same evaluations and the same paths, bit for bit."""
    assert run.evaluated == other.evaluated
    assert run.record.sets == other.record.sets
    for each in run.record.sets:
        for path, expected in zip(
            (run.path(each.name), run.path(each.name, "outputs")),
            (other.path(each.name), other.path(each.name, "outputs")),
            strict=True,
        ):
            for name in ("exact", "predicted", "confidence", "true_probability"):
                np.testing.assert_array_equal(getattr(path, name), getattr(expected, name))
            assert path.deviation == expected.deviation
        for alpha in run.evaluated:
            found, expected = (one.predictions(each.name, alpha) for one in (run, other))
            np.testing.assert_array_equal(found.true_probability, expected.true_probability)
    return True


@pytest.mark.usefixtures("one_thread")
@pytest.mark.parametrize("name", ["shared", "killed"])
def test_a_sweep_with_helpers_is_the_same_as_without(
    backend: RayBackend, workspace: Workspace, arguments, tmp_path: Path, name: str
):
    job = backend.submit(Request("sweep", {**arguments, "name": name}))
    state = job.wait(lambda progress: None, look=backend.ensure_running)
    assert (state.status, state.message) == ("done", None)
    alone = sweep(**arguments, workspace=Workspace(tmp_path / "alone"), device="cpu")
    assert same(workspace.run(name), alone)
    assert not list(workspace.scratch.iterdir())
    helped = DONE.findall(job.log())
    if name == "shared":
        assert 0 < len(helped) < len(alone.evaluated)
        assert len({float(alpha) for _, _, alpha in helped}) == len(helped)
        assert worker_of(job) not in {int(process) for process, _, _ in helped}
    else:
        assert not helped
        assert "the job goes on without" in job.log()


def test_a_helper_ends_with_the_worker_that_it_helps(
    backend: RayBackend, arguments, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("wiseft.jobs.job.HEARTBEAT_LOST", 0.0)
    job = backend.submit(Request("sweep", {**arguments, "name": "stuck"}))
    helper = job.work / HELPER
    until(lambda: helper.exists() and helper.read_text())
    os.kill(worker_of(job), signal.SIGKILL)
    until(lambda: not _alive(int(helper.read_text())))
    assert job.status == "interrupted"


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
