"""Who does which part of a job, on a cluster that is played by threads of this process."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.jobs.helpers import count, ledger_of, until
from wiseft.backends import ray_helpers as module
from wiseft.backends.ray_helpers import ray_helpers
from wiseft.jobs.context import Context, Part, Warm
from wiseft.progress import silent
from wiseft.workspace import Workspace

ray = pytest.importorskip("ray")

PARTS = [{"number": number} for number in range(12)]


class Remote:
    """A method of an actor."""

    def __init__(self, call: Callable[..., Any]) -> None:
        self.call = call

    def remote(self, *arguments: Any) -> Callable[[], Any]:
        return lambda: self.call(*arguments)


class Actor:
    """A helper that does parts as the test says."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster, self.killed = cluster, threading.Event()
        self.place, self.do = Remote(lambda: cluster.place(self)), Remote(self._do)

    def _do(self, task: str, part: Part) -> None:
        assert task == "evaluate"
        self.cluster.do(part, self)
        if self.killed.is_set():
            raise ray.exceptions.RayActorError
        self.cluster.elsewhere.append(part)


class Cluster:
    """What the helpers see of Ray; a device is free again when its actor is killed."""

    def __init__(self, free: int) -> None:
        self.free = free
        self.actors: list[Actor] = []
        self.elsewhere: list[Part] = []
        self.place: Callable[[Actor], Any] = lambda actor: "a thread"
        self.do: Callable[[Part, Actor], Any] = lambda part, actor: None

    def available_resources(self) -> dict[str, float]:
        return {"CPU": float(self.free)}

    def options(self, **asked: int) -> Cluster:
        assert asked == {"num_cpus": 1}
        return self

    def remote(self, *arguments: Any) -> Any:
        if arguments == (module.RayHelper,):
            return self
        self.free -= 1
        self.actors.append(Actor(self))
        return self.actors[-1]

    def get(self, answer: Callable[[], Any], timeout: float | None = None) -> Any:
        return answer()

    def kill(self, actor: Actor) -> None:
        if not actor.killed.is_set():
            actor.killed.set()
            self.free += 1


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Cluster:
    played = Cluster(free=2)
    for name in ("available_resources", "remote", "get", "kill"):
        monkeypatch.setattr(ray, name, getattr(played, name))
    return played


@pytest.fixture
def context(state_folder) -> Context:
    workspace = Workspace(state_folder)
    return Context(workspace, "cpu", "job", workspace.root, silent, lambda sentence: None, Warm())


def done_here(
    cluster: Cluster, context: Context, parts: list[Part] = PARTS, seconds: float = 0.02
) -> list[Part]:
    """The parts that nobody else had done when their turn came, each of which takes so long."""
    here = []
    with ray_helpers(context, "tasks", "evaluate") as turns:
        for part in turns(parts):
            if part is not None and part not in cluster.elsewhere:
                time.sleep(seconds)
                here.append(part)
    assert all(actor.killed.is_set() for actor in cluster.actors)
    assert cluster.free >= 0
    return here


def numbers(parts: list[Part]) -> list[int]:
    return sorted(part["number"] for part in parts)


def test_parts_are_shared_with_the_devices_that_are_free(cluster: Cluster, context: Context):
    cluster.do = lambda part, actor: time.sleep(0.02)
    here = done_here(cluster, context)
    assert len(cluster.actors) == 2
    assert 0 < len(here) < len(PARTS)
    assert numbers(here + cluster.elsewhere) == numbers(PARTS)


def test_where_no_device_is_free_everything_is_done_here(cluster: Cluster, context: Context):
    cluster.free = 0
    assert numbers(done_here(cluster, context)) == numbers(PARTS)
    assert cluster.actors == []


@pytest.mark.parametrize(("parts", "helpers"), [(1, 0), (2, 1), (4, 3)])
def test_no_more_devices_are_taken_than_there_are_parts_for(
    cluster: Cluster, context: Context, parts: int, helpers: int
):
    cluster.free = 10
    cluster.do = lambda part, actor: time.sleep(0.05)
    done_here(cluster, context, PARTS[:parts])
    assert len(cluster.actors) == helpers


def test_a_helper_that_fails_is_told_of_once_and_not_replaced(
    cluster: Cluster, context: Context, caplog: pytest.LogCaptureFixture
):
    cluster.free = 1

    def fail(part: Part, actor: Actor) -> None:
        raise ray.exceptions.RayError("It is lost.")

    cluster.do = fail
    assert numbers(done_here(cluster, context)) == numbers(PARTS)
    assert [actor.killed.is_set() for actor in cluster.actors] == [True]
    [warning] = [each.message for each in caplog.records if each.levelname == "WARNING"]
    assert warning == "Lost a thread (It is lost.); the job goes on without."


def test_a_helper_that_takes_too_long_is_overtaken(cluster: Cluster, context: Context):
    cluster.do = lambda part, actor: actor.killed.wait()
    assert numbers(done_here(cluster, context)) == numbers(PARTS)
    assert len(cluster.actors) == 2
    assert cluster.elsewhere == []


def test_a_helper_that_is_never_ready_gets_nothing(cluster: Cluster, context: Context):
    cluster.place = lambda actor: actor.killed.wait()
    assert numbers(done_here(cluster, context)) == numbers(PARTS)
    assert len(cluster.actors) == 2
    assert cluster.elsewhere == []


def test_helpers_leave_when_another_job_waits(cluster: Cluster, context: Context):
    cluster.do = lambda part, actor: time.sleep(0.02)
    ledger = ledger_of(context.workspace)
    with ray_helpers(context, "tasks", "evaluate") as turns:
        for done, part in enumerate(turns(PARTS * 10)):
            if part not in cluster.elsewhere:
                time.sleep(0.02)
            if done == 3:  # what does not need a device of the cluster
                ledger.submit(count("other"))
                ledger.submit(replace(count("quick"), backend="ray", interactive=True))
            if done == 6:
                assert not any(actor.killed.is_set() for actor in cluster.actors)
                ledger.submit(replace(count("other"), backend="ray"))
                until(lambda: all(actor.killed.is_set() for actor in cluster.actors))
    assert len(cluster.actors) == 2


def test_helpers_stay_for_the_next_parts_but_not_for_long(
    cluster: Cluster, context: Context, monkeypatch: pytest.MonkeyPatch
):
    cluster.do = lambda part, actor: time.sleep(0.01)
    with ray_helpers(context, "tasks", "evaluate") as turns:
        for batch in (PARTS[:6], PARTS[6:]):
            for part in turns(batch):
                if part is not None and part not in cluster.elsewhere:
                    time.sleep(0.02)
        assert not any(actor.killed.is_set() for actor in cluster.actors)
        monkeypatch.setattr(module, "IDLE_SECONDS", 0.0)
        until(lambda: all(actor.killed.is_set() for actor in cluster.actors))
    assert len(cluster.actors) == 2
