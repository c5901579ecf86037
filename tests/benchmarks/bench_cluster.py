"""One sweep on a Ray cluster of two nodes on this machine, against the same with one of them taken.

Usage: python -m tests.benchmarks.bench_cluster [BENCHMARK] [--alphas 41] [--rounds 3]

BENCHMARK is a benchmark folder or a registered name; `../shared/images/pacs` where it is not given.
Each node has one CPU and computes on one thread. Images have been decoded before; to load the
program and the models is part of the time, in the helper too. What was found is compared.
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from tests.backends.makers import ray_cluster, stop_ray
from tests.benchmarks.bench_sweep import two_checkpoints
from wiseft.backends import RayBackend
from wiseft.backends.ray import connect
from wiseft.datasets import open_benchmark
from wiseft.jobs import Job, Request
from wiseft.runs import Run
from wiseft.sweeps import sweep
from wiseft.workspace import Workspace


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("benchmark", nargs="?", default="../shared/images/pacs")
    parser.add_argument("--alphas", type=int, default=41)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    benchmark = open_benchmark(options.benchmark)
    with tempfile.TemporaryDirectory() as folder:
        ends = two_checkpoints(Path(folder), benchmark, "demo")
        decoded = Workspace(Path(folder) / "decoded")
        sweep(*ends, benchmark.name, alphas=[0], workspace=decoded, device="cpu")
        arguments = {
            "zeroshot": str(ends[0]),
            "finetuned": str(ends[1]),
            "benchmark": benchmark.name,
            "alphas": np.linspace(0, 1, options.alphas).tolist(),
            "name": "swept",
        }
        ray = connect(ray_cluster().address)
        for turn in range(options.rounds):
            taken = ray.remote(num_cpus=1)(_Taken).remote()
            ray.get(taken.is_there.remote())
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
