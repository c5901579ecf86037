"""Helpers of a job on the cluster: actors on devices that are free, which do parts of it.

The parts of a job stand in one list. The worker of the job takes from it, and so does each helper
that is ready; the results lie in the workspace, which all nodes share. Nothing is waited for: a
device that is busy is left alone, a helper that is not ready gets nothing, and the part of one that
died or takes too long is done by the others.
"""

from __future__ import annotations

import logging
import os
import pkgutil
import platform
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from wiseft.errors import Invalid
from wiseft.jobs import Job, Ledger
from wiseft.jobs.context import Context, Part, Turns, Warm
from wiseft.progress import silent
from wiseft.workspace import Workspace

log = logging.getLogger(__name__)
log.setLevel(logging.INFO)

DEVICES = {"GPU": {"num_gpus": 1, "num_cpus": 0}, "CPU": {"num_cpus": 1}}
"""By the kind of device as Ray calls it: what an actor asks for to have one of its own."""

LEASE_SECONDS = 300.0
"""How long a helper has its device at a time: then it is somebody else's turn, if anyone waits."""

IDLE_SECONDS = 30.0
"""How long a helper without a part keeps its device: the next ones may come in a moment."""

START_SECONDS = 60.0
"""How long a helper may take to be ready."""

END_SECONDS = 5.0
"""How long it may take until a helper that was ended is known to be."""

LOOK_SECONDS = 0.1
"""Between two looks at the helpers, while there is nothing else to do."""


@contextmanager
def ray_helpers(context: Context, tasks: str, task: str) -> Iterator[Turns]:
    """In this block, helpers do parts of a job.

    Args:
        context: of the job.
        tasks: "module:name" of the registry of tasks.
        task: the name of the one that does a part.
    """
    crew = _Crew(context, tasks, task)
    try:
        yield crew.turns
    finally:
        crew.dismiss()


def own_device() -> str:
    """The device of the actor that this process is, as torch calls it."""
    import ray

    return "cuda:0" if ray.get_gpu_ids() else "cpu"


class RayHelper:
    """An actor that does parts of a job, its models warm from one to the next.

    Args:
        root: of the workspace.
        tasks: "module:name" of the registry of tasks.
        job: id of the job.
    """

    def __init__(self, root: str, tasks: str, job: str) -> None:
        workspace = Workspace(Path(root))
        self._tasks = pkgutil.resolve_name(tasks)
        self._context = Context(
            workspace=workspace,
            device=own_device(),
            job=job,
            folder=workspace.jobs / job / "work",
            report=silent,
            note=lambda sentence: None,
            warm=Warm(),
        )

    def place(self) -> str:
        """Where it is, in words; it answers when it is ready."""
        import ray

        node = ray.get_runtime_context().get_node_id()[:8]
        return f"process {os.getpid()} on {platform.node()} (node {node})"

    def do(self, task: str, part: Part) -> None:
        """Do a part; its results lie in the workspace."""
        self._tasks[task](part, self._context)


class _Crew:
    """The helpers of one job, and the list of its parts.

    Every part is in one of three places until it has had its turn: not begun, in the hands of a
    helper, or done by one.
    """

    def __init__(self, context: Context, tasks: str, task: str) -> None:
        self._context = context
        self._tasks = tasks
        self._task = task
        self._ledger = Ledger(context.workspace.jobs)
        self._kind = "CPU" if context.device == "cpu" else "GPU"
        self._changed = threading.Condition()
        self._waiting: deque[Part] = deque()
        self._handed: list[Part] = []
        self._done: deque[Part] = deque()
        self._helpers: dict[threading.Thread, Any] = {}
        self._starting = 0
        self._longest = 0.0  # seconds that a part has taken here
        self._trusted = True
        self._dismissed = False

    def turns(self, parts: Sequence[Part]) -> Iterator[Part | None]:
        """Each part once, when it has been done elsewhere or is to be done here: a `Turns`."""
        with self._changed:
            self._waiting, self._handed, self._done = deque(parts), [], deque()
            self._changed.notify_all()
        left, since = len(parts), time.monotonic()
        while left:
            self._recruit()
            while self._done:
                left -= 1
                yield self._done.popleft()
            # What was handed out before the last part here was done should take no longer.
            late = time.monotonic() - since > self._longest
            if (part := self._take(late)) is not None:
                left -= 1
                begun = time.monotonic()
                yield part
                since = time.monotonic()
                self._longest = max(self._longest, since - begun)
            elif left:
                yield None
                with self._changed:
                    self._changed.wait(LOOK_SECONDS)

    def dismiss(self) -> None:
        """Give all devices back, at once."""
        with self._changed:
            self._dismissed = True
            self._changed.notify_all()
        for helper in self._helpers.values():
            _kill(helper)
        for thread in self._helpers:
            thread.join(END_SECONDS)

    def _take(self, late: bool) -> Part | None:
        """A part that is to be done here: one that is not begun, else one that is late."""
        with self._changed:
            if self._waiting:
                return self._waiting.popleft()
            return self._handed.pop(0) if late and self._handed else None

    def _recruit(self) -> None:
        """Start helpers on the devices that are free; never more than there are parts for them."""
        self._helpers = {each: actor for each, actor in self._helpers.items() if each.is_alive()}
        wanted = len(self._waiting) - 1 - len(self._helpers)
        if wanted < 1 or not self._trusted or self._others_wait():
            return
        import ray
        from ray.exceptions import RayError

        try:
            free = int(ray.available_resources().get(self._kind, 0)) - self._starting
            for _ in range(min(wanted, free)):
                actor: Any = ray.remote(RayHelper).options(**DEVICES[self._kind])
                root = str(self._context.workspace.root)
                helper = actor.remote(root, self._tasks, self._context.job)
                thread = threading.Thread(target=self._employ, args=(helper,), daemon=True)
                self._helpers[thread] = helper
                with self._changed:
                    self._starting += 1
                thread.start()
        except (RayError, OSError, RuntimeError) as error:
            log.warning("No helpers can be started (%s); the job goes on without.", _words(error))
            self._trusted = False

    def _employ(self, helper: Any) -> None:
        """Hand parts to a helper until its device is wanted elsewhere: runs in a thread."""
        import ray
        from ray.exceptions import GetTimeoutError, RayError

        part, place = None, "a helper"
        try:
            try:
                place = ray.get(helper.place.remote(), timeout=START_SECONDS)
            finally:
                with self._changed:
                    self._starting -= 1
            since = time.monotonic()
            while (part := self._hand_out(since)) is not None:
                ray.get(helper.do.remote(self._task, part))
                self._take_back(part)
                log.info("Done by %s: %s", place, _named(part))
        except GetTimeoutError:
            log.info("No device has become free for a helper within %g seconds.", START_SECONDS)
        except RayError as error:
            if not self._dismissed:
                log.warning("Lost %s (%s); the job goes on without.", place, _words(error))
            self._trusted = False
            self._take_back(part, undone=True)
        finally:
            _kill(helper)

    def _hand_out(self, since: float) -> Part | None:
        """The next part for a helper that has its device since then; None when it is to leave."""
        idle_since = time.monotonic()
        while not (self._dismissed or self._others_wait()):
            with self._changed:
                now = time.monotonic()
                if now - since > LEASE_SECONDS or now - idle_since > IDLE_SECONDS:
                    break
                if self._waiting:
                    part = self._waiting.popleft()
                    self._handed.append(part)
                    return part
                self._changed.wait(1.0)
        return None

    def _take_back(self, part: Part | None, *, undone: bool = False) -> None:
        """A part comes back from a helper; nothing is to be done where others have done it."""
        with self._changed:
            if part in self._handed:
                self._handed.remove(part)
                (self._waiting if undone else self._done).append(part)
                self._changed.notify_all()

    def _others_wait(self) -> bool:
        """Whether another job of the cluster may have use for the devices."""
        own = self._context.job
        try:
            return any(_waits(job) for job in self._ledger.jobs() if job.id != own)
        except Invalid:  # one that is just being deleted
            return False


def _waits(job: Job) -> bool:
    """Whether a job waits for a device; one that takes several begins, and then waits for them."""
    request, status = job.request, job.status
    if request.backend != "ray":
        return False
    waiting = status == "queued" and not request.interactive
    return waiting or (status == "running" and request.devices > 1)


def _kill(helper: Any) -> None:
    """End an actor, whether or not it has begun."""
    import ray

    ray.kill(helper)


def _named(part: Part) -> str:
    return ", ".join(f"{name} {value}" for name, value in part.items())


def _words(error: BaseException) -> str:
    """The last line of an error of Ray, which says what has happened."""
    lines = str(error).strip().splitlines()
    return lines[-1].strip()[:160] if lines else type(error).__name__
