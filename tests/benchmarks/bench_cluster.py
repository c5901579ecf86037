"""A Ray cluster of two nodes on this machine against one: what sharing costs, and a whole sweep.

Usage: python -m tests.benchmarks.bench_cluster [BENCHMARK] [--alphas 41] [--rounds 3]

BENCHMARK is a benchmark folder or a registered name; `../shared/images/pacs` where it is not given.
Each node has one CPU and computes on one thread. Images have been decoded before; to load the
program and the models is part of the time, in the helper too. What was found is compared. Before
that, parts that wait instead of computing show what sharing itself costs where cores are scarce.
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from tests.backends.makers import ray_cluster, stop_ray
from tests.jobs.tasks import nap
from tests.tuned import tuned_ends
from wiseft.backends import RayBackend
from wiseft.backends.ray import connect
from wiseft.backends.ray_helpers import ray_helpers
from wiseft.datasets import open_benchmark
from wiseft.jobs import Job, Request
from wiseft.jobs.context import Context, Warm
from wiseft.progress import silent
from wiseft.runs import Run
from wiseft.sweeps import sweep
from wiseft.workspace import Workspace

NAPS, NAP_SECONDS = 60, 0.5
"""Parts that wait instead of computing."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("benchmark", nargs="?", default="../shared/images/pacs")
    parser.add_argument("--alphas", type=int, default=41)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    benchmark = open_benchmark(options.benchmark)
    with tempfile.TemporaryDirectory() as folder:
        ends = tuned_ends(Path(folder), benchmark, epochs=1)
        decoded = Workspace(Path(folder) / "decoded")
        sweep(*ends, benchmark.name, alphas=[0], workspace=decoded, device="cpu")
        arguments = {
            "zeroshot": str(ends[0]),
            "finetuned": str(ends[1]),
            "benchmark": benchmark.name,
            "alphas": np.linspace(0, 1, options.alphas).tolist(),
            "name": "swept",
        }
        # As a rule Ray's processes let all others go first, which then are part of the measurement.
        os.environ["RAY_worker_niceness"] = "0"  # noqa: SIM112 (Ray spells it so)
        ray = connect(ray_cluster().address)
        _report_naps(ray, Workspace(Path(folder) / "naps"))
        for turn in range(options.rounds):
            taken = _take_a_device(ray)
            alone, expected = _swept(arguments, Workspace(Path(folder) / f"alone-{turn}"), decoded)
            ray.kill(taken)
            shared, found = _swept(arguments, Workspace(Path(folder) / f"shared-{turn}"), decoded)
            one, two, helped = _seconds(alone), _seconds(shared), shared.log().count("Done by")
            print(
                f"{options.alphas} alphas, one worker {one:.1f} s, two {two:.1f} s, "
                f"{one / two:.2f} times faster; the helper did {helped}; the same, bit for bit: "
                f"{found == expected}; load of the machine {os.getloadavg()[1]:.1f}",
                flush=True,
            )
        stop_ray()


class _Taken:
    """Has the device of a node."""

    def is_there(self) -> bool:
        return True


def _take_a_device(ray: Any) -> Any:
    """Whoever has the device of one node now; end it to give the device back."""
    taken = ray.remote(num_cpus=1)(_Taken).remote()
    ray.get(taken.is_there.remote())
    return taken


def _report_naps(ray: Any, workspace: Workspace) -> None:
    """Share parts that wait with one helper, which is started in the meantime."""
    taken = _take_a_device(ray)  # as the worker of a job has one
    folder = workspace.jobs / ".naps" / "work"
    context = Context(workspace, "cpu", ".naps", folder, silent, lambda note: None, Warm())
    parts = [{"name": str(number), "seconds": NAP_SECONDS} for number in range(NAPS)]
    here, begun = 0, time.perf_counter()
    with ray_helpers(context, "tests.jobs.tasks:TASKS", "nap") as turns:
        for part in turns(parts):
            if part is not None and not (folder / part["name"]).exists():
                nap(part, context)
                here += 1
    took = time.perf_counter() - begun
    ray.kill(taken)
    alone = NAPS * NAP_SECONDS
    print(
        f"{NAPS} parts that wait {NAP_SECONDS} s: {took:.1f} s instead of {alone:.1f}, "
        f"{alone / took:.2f} times faster; the helper did {NAPS - here}",
        flush=True,
    )


def _swept(
    arguments: dict[str, Any], workspace: Workspace, decoded: Workspace
) -> tuple[Job, dict[tuple[str, float], bytes]]:
    """The job that has done it, and what it found."""
    shutil.copytree(decoded.images, workspace.images)
    backend = RayBackend(workspace, address=ray_cluster().address, workers=1, idle_seconds=0.2)
    job = backend.submit(Request("sweep", arguments))
    state = job.wait(lambda progress: None, look=backend.ensure_running)
    if state.status != "done":
        raise SystemExit(f"The sweep is {state.status}: {state.message}")
    return job, _found(workspace.run("swept"))


def _found(run: Run) -> dict[tuple[str, float], bytes]:
    """The probabilities of the true classes, by set and alpha."""
    return {
        (each.name, alpha): run.predictions(each.name, alpha).true_probability.tobytes()
        for each in run.record.sets
        for alpha in run.evaluated
    }


def _seconds(job: Job) -> float:
    """From when it was begun to its end."""
    state = job.state
    assert state.started is not None
    assert state.ended is not None
    return state.ended - state.started


if __name__ == "__main__":
    main()
