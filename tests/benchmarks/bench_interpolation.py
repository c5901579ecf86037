"""Time and memory of moving a ViT-B-32 to another alpha: `WeightPath` against the plain way.

    python -m tests.benchmarks.bench_interpolation

The plain way is a dict comprehension over two state dicts and `load_state_dict`. The weights are
random; neither way depends on their values. Memory is read from /proc, so on Linux only.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import torch

from wiseft.classifier import ImageClassifier
from wiseft.clip import build_classifier
from wiseft.merging import WeightPath
from wiseft.specs import ModelSpec, Transform

SPEC = ModelSpec(
    architecture="ViT-B-32",
    transform=Transform(224, (0.5, 0.5, 0.5), (0.25, 0.25, 0.25)),
    class_names=tuple(f"class {number}" for number in range(1000)),
    templates=("{}",),
)
ALPHAS = [step / 20 for step in range(1, 20)]


def plainly(zeroshot: ImageClassifier, finetuned: ImageClassifier) -> Callable[[float], object]:
    """Interpolation as one writes it by hand."""
    start, end, model = zeroshot.state_dict(), finetuned.state_dict(), build_classifier(SPEC)
    return lambda alpha: model.load_state_dict(
        {name: (1 - alpha) * start[name] + alpha * end[name] for name in start}
    )


def measure(move: Callable[[float], object]) -> tuple[float, float]:
    """Median seconds of one move, and the most memory it took beyond what was held, in MB."""
    move(0.5)
    seconds = []
    held = _memory("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")  # sets the high-water mark back
    for alpha in ALPHAS:
        started = time.perf_counter()
        move(alpha)
        seconds.append(time.perf_counter() - started)
    return median(seconds), _memory("VmHWM") - held


def _memory(kind: str) -> float:
    """A line of /proc/self/status, in MB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(kind))


def main() -> None:
    ends = build_classifier(SPEC), build_classifier(SPEC)
    plain_seconds, plain_memory = measure(plainly(*ends))
    path_seconds, path_memory = measure(WeightPath(*ends).at)
    size = sum(each.nbytes for each in ends[0].state_dict().values()) / 2**20
    print(f"ViT-B-32 classifier, {size:.0f} MB of weights, {torch.get_num_threads()} threads")
    print(f"plain       {1000 * plain_seconds:8.1f} ms   {plain_memory:6.0f} MB extra at the peak")
    print(f"WeightPath  {1000 * path_seconds:8.1f} ms   {path_memory:6.0f} MB extra at the peak")
    print(f"ratio       {plain_seconds / path_seconds:8.1f} x")


if __name__ == "__main__":
    main()
