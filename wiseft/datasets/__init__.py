"""Benchmarks by name, or from a folder of one's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from wiseft.datasets import folder, signs
from wiseft.datasets.base import Benchmark
from wiseft.errors import Missing
from wiseft.registry import Registry

BENCHMARKS = Registry[Callable[[], Benchmark]]("benchmark", {"signs": signs.benchmark})


def open_benchmark(name: str | Path) -> Benchmark:
    """The benchmark of that name, or else the one in that folder.

    Raises:
        Missing: where there is neither; the message lists the names that exist.
        WiseftError: where the folder is not laid out as a benchmark.
    """
    if str(name) in BENCHMARKS:
        return BENCHMARKS[str(name)]()
    path = Path(name).expanduser()
    if not path.exists():
        raise Missing(
            f"There is neither a benchmark nor a folder named {str(name)!r}. "
            f"Known benchmarks: {', '.join(BENCHMARKS)}."
        )
    return folder.open_folder(path)
