"""Processes that train together, for the tests: torch.distributed with gloo, on 127.0.0.1."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist

from wiseft.errors import portable
from wiseft.parallel import Group

SECONDS = 60
"""Longest wait for the others; it only ends a test that has failed."""

DIED = "died"
"""What came of a process that was killed."""


@cache
def _processes() -> ForkServerContext:
    """Processes that start in a moment, since what they need is imported once."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.test_training", "wiseft.checkpoint"])
    return context


def in_group(store: Path, size: int, work: Callable[..., Any], *arguments: Any) -> list[Any]:
    """What `work(group, *arguments)` returns or raises in each of so many processes.

    Args:
        store: a file that is not there yet, by which the processes find each other.
        size: how many processes.
        work: a function of a module.
        arguments: that can be pickled, as can what is returned.
    """
    pairs = [_processes().Pipe(duplex=False) for _ in range(size)]
    group = [
        _processes().Process(
            target=_take_part, args=(pair[1], store, rank, size, work, arguments), daemon=True
        )
        for rank, pair in enumerate(pairs)
    ]
    for process, (_, ours) in zip(group, pairs, strict=True):
        process.start()
        ours.close()
    found = []
    for process, (theirs, _) in zip(group, pairs, strict=True):
        assert theirs.poll(2 * SECONDS), "waited in vain"
        try:
            found.append(theirs.recv())
        except EOFError:
            found.append(DIED)
        process.join(SECONDS)
        assert process.exitcode is not None
    return found


def _take_part(
    answer: Connection,
    store: Path,
    rank: int,
    size: int,
    work: Callable[..., Any],
    arguments: tuple[Any, ...],
) -> None:
    os.environ["GLOO_SOCKET_IFNAME"] = "lo"
    torch.set_num_threads(1)  # the models are too small for more
    url = f"file://{store}"
    dist.init_process_group("gloo", url, timedelta(seconds=SECONDS), world_size=size, rank=rank)
    group = Group.current()
    try:
        with group.together():
            found = work(group, *arguments)
    except BaseException as error:
        found = portable(error)
    answer.send(found)
    dist.destroy_process_group()
