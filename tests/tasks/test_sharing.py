"""A sweep of which some alphas are evaluated elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from wiseft.jobs import Ledger, Request
from wiseft.jobs.context import Context, Part, Turns, Warm
from wiseft.jobs.worker import Worker
from wiseft.progress import Progress, silent
from wiseft.runs import Run
from wiseft.tasks import TASKS, sweep
from wiseft.workspace import Workspace


@pytest.fixture
def context(workspace: Workspace) -> Context:
    return Context(workspace, "cpu", "job", workspace.root, silent, lambda sentence: None, Warm())


@pytest.fixture
def arguments(ends: tuple[Path, Path], shapes: Path) -> dict[str, Any]:
    start, end = map(str, ends)
    given = {"zeroshot": start, "finetuned": end, "benchmark": str(shapes), "name": "mine"}
    return {**given, "batch_size": 3}


def helped_by(context: Context, keeps: Callable[[float], bool]) -> Context:
    """The same, with a helper that takes every second part; it does those that it `keeps` word on.

    It is a process of its own in all but name: models, images and progress are its own.
    """
    other = replace(context, warm=Warm(), report=silent)

    @contextmanager
    def helpers(task: str) -> Iterator[Turns]:
        def turns(parts: Sequence[Part]) -> Iterator[Part | None]:
            yield from parts[::2]
            yield None
            for part in parts[1::2]:
                if keeps(part["alpha"]):
                    TASKS[task](part, other)
                yield part

        yield turns

    return replace(context, helpers=helpers)


def keeps_word(alpha: float) -> bool:
    """At which alphas the helper does what it is said to have done."""
    return alpha > 0.5


def kept(run: Run) -> dict[str, list[np.ndarray]]:
    """All numbers of a run."""
    found: dict[str, list[np.ndarray]] = {}
    for each in run.record.sets:
        tables = [run.predictions(each.name, alpha) for alpha in run.evaluated]
        if len(run.alphas) > len(run.evaluated):
            tables += [run.path(each.name, "weights"), run.path(each.name, "outputs")]
        found[each.name] = [
            array
            for table in tables
            for array in (table.predicted, table.confidence, table.true_probability)
        ]
    return found


@pytest.mark.parametrize("further", [{"tolerance": 1.0}, {"alphas": [0, 0.3, 0.6, 1, 1.5]}])
def test_what_is_evaluated_elsewhere_is_the_same_and_not_evaluated_again(
    context: Context, arguments, tmp_path: Path, further: dict[str, Any]
):
    arguments = {**arguments, **further}
    seen: list[Progress] = []
    sweep(arguments, replace(helped_by(context, keeps_word), report=seen.append))
    run = context.workspace.run("mine")
    alone = replace(context, workspace=Workspace(tmp_path / "alone"), warm=Warm())
    sweep(arguments, alone)
    expected = alone.workspace.run("mine")
    assert run.evaluated == expected.evaluated
    theirs = kept(expected)
    for name, arrays in kept(run).items():
        for found, other in zip(arrays, theirs[name], strict=True):
            np.testing.assert_array_equal(found, other)
    assert not list(context.workspace.scratch.glob("*.npy"))
    here = {float(each.stage.split()[-1]) for each in seen if "at alpha" in each.stage}
    assert 0 < len(here) < len(run.evaluated)
    assert {alpha for alpha in run.evaluated if not keeps_word(alpha)} <= here


def test_images_that_are_evaluated_elsewhere_count_as_done(context: Context, arguments):
    seen: list[Progress] = []
    helped = helped_by(context, lambda alpha: True)
    sweep({**arguments, "alphas": [0, 0.5, 1]}, replace(helped, report=seen.append))
    told = [each for each in seen if each.stage.startswith(("evaluating", "waiting"))]
    assert {each.total for each in told} == {3 * (8 + 8)}
    assert [each.done for each in told] == sorted(each.done for each in told)
    [waited] = [each.done for each in told if each.stage == "waiting for other devices"]
    assert waited == 2 * (8 + 8)


def test_a_worker_offers_its_helpers_to_the_job(workspace: Workspace, ledger: Ledger, arguments):
    offered: list[str] = []

    def equip(context: Context) -> Context:
        offered.append(context.job)
        return helped_by(context, keeps_word)

    job = ledger.submit(Request("sweep", {**arguments, "alphas": [0, 0.6, 1]}))
    Worker(workspace, TASKS, ("cpu",), idle_seconds=0.0, equip=equip).run()
    assert (job.status, job.state.message) == ("done", None)
    assert offered == [job.id]
    assert workspace.run("mine").evaluated == (0, 0.6, 1)
