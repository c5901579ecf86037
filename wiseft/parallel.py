"""One training in several processes at once, each with a device and a share of every batch.

Each process draws the random numbers of the whole batch, takes its share of the images, and
computes their part of the gradient; the sum of the parts is the gradient of the batch, so that all
take the step that one device would have taken, within rounding. They talk through the default
process group of torch.distributed, which whoever starts them sets up: with gloo for tensors on the
CPU, and for those on GPUs whatever is fast, as "cpu:gloo,cuda:nccl".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TypeVar

import torch
import torch.distributed as dist
from torch import Tensor

from wiseft.errors import portable

T = TypeVar("T")

BUCKET = 2**23
"""Numbers that are summed in one go (32 MiB in float32): few messages, and little memory."""

_FINE, _YES, _LEAVING = range(3)
"""What a process says when all compare notes; the highest counts."""


class Group:
    """The processes that train one model; alone, a process shares nothing and waits for nobody.

    What they say to each other they say in the same order: every method is called by all of them.

    Args:
        rank: of this process, from 0; the first speaks for all to the world.
        size: how many they are.
    """

    def __init__(self, rank: int = 0, size: int = 1) -> None:
        self.rank = rank
        self.size = size
        self._over = False

    @classmethod
    def current(cls) -> Group:
        """Those of torch's default process group; alone where there is none."""
        return cls(dist.get_rank(), dist.get_world_size()) if dist.is_initialized() else cls()

    @property
    def leads(self) -> bool:
        """Whether this is the process that reports and writes."""
        return self.rank == 0

    def share(self, batch: Tensor) -> Tensor:
        """The part of a batch that this process computes; parts differ by one at most."""
        return batch.tensor_split(self.size)[self.rank]

    @torch.no_grad()
    def sum_(self, tensors: Sequence[Tensor]) -> None:
        """Replace tensors that each process has by their sums, the same in all, bit for bit."""
        if self.size == 1:
            return
        for bucket in _buckets(tensors):
            flat = torch.cat([each.reshape(-1) for each in bucket])
            dist.all_reduce(flat)
            for each, part in zip(bucket, flat.split([t.numel() for t in bucket]), strict=True):
                each.copy_(part.view_as(each))

    def any(self, mine: bool) -> bool:
        """Whether it is so in any of the processes.

        Raises:
            Exception: that of another process, which has left `together`.
        """
        if self.size == 1:
            return mine
        said = self._compare(_YES if mine else _FINE)
        if said == _LEAVING:
            self._over = True
            raise next(error for error in self._errors(None) if error is not None)
        return said == _YES

    def one(self, make: Callable[[], T]) -> T:
        """What the first process makes, in all of them."""
        if self.size == 1:
            return make()
        box = [make() if self.leads else None]
        self.any(False)
        dist.broadcast_object_list(box)
        return box[0]  # pyright: ignore[reportReturnType]

    def same_(self, tensors: Sequence[Tensor]) -> None:
        """Replace tensors by those of the first process."""
        if self.size > 1:
            self.any(False)
            for each in tensors:
                dist.broadcast(each, 0)

    def in_turn(self, make: Callable[[], T]) -> T:
        """What each makes for itself, the others once the first has: it leaves files for them."""
        if self.leads:
            made = make()
            self.any(False)
            return made
        self.any(False)
        return make()

    @contextmanager
    def together(self) -> Iterator[None]:
        """In this block an error in one process is raised in all, when they next compare notes.

        All enter it, and none leaves before the others are through. What the processes do
        together they do in here.
        """
        try:
            yield
            self.any(False)
        except BaseException as error:
            if self.size > 1 and not self._over:
                self._over = True
                with suppress(RuntimeError):  # where the others are gone, nobody has to be told
                    self._compare(_LEAVING)
                    self._errors(error)
            raise

    def _compare(self, mine: int) -> int:
        """The highest of what the processes say."""
        said = torch.tensor(mine)
        dist.all_reduce(said, dist.ReduceOp.MAX)
        return int(said)

    def _errors(self, mine: BaseException | None) -> list[BaseException | None]:
        """The errors of all processes."""
        found: list[BaseException | None] = [None] * self.size
        dist.all_gather_object(found, mine and portable(mine))
        return found


def _buckets(tensors: Sequence[Tensor]) -> Iterator[list[Tensor]]:
    """Tensors in runs of up to `BUCKET` numbers, or one that is larger."""
    bucket: list[Tensor] = []
    for tensor in tensors:
        if bucket and sum(each.numel() for each in bucket) + tensor.numel() > BUCKET:
            yield bucket
            bucket = []
        bucket.append(tensor)
    if bucket:
        yield bucket
