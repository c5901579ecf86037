"""Time, memory and disk that a path takes at the size of ImageNet.

    python -m tests.benchmarks.bench_path [--images 50000] [--classes 1000]

The logits are made up: smooth along alpha, at five nodes, on disk as a sweep has them. What is
plain interpolates the logits of all classes with numpy and takes the highest; where it would take
minutes it is measured on the first images and scaled, which is marked "scaled". Memory is that of
the process without the pages that are mapped from files, which the system can drop at any time; it
is sampled from /proc, so on Linux only.
"""

from __future__ import annotations

import argparse
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from wiseft.alpha_path import GRID, AlphaPath
from wiseft.breakdown import per_class
from wiseft.interpolation import interpolated, spline_weights
from wiseft.predictions import Predictions
from wiseft.specs import EvalKey
from wiseft.steps import StepFunction, winning_intervals
from wiseft.store import Store

NODES = (0.0, 0.25, 0.5, 0.75, 1.0)

CHUNK = 1000
"""Images at a time, wherever there are logits of all classes in memory."""

SUBSET = 2000
"""Images that the plain way over all alphas is measured on."""

Result = TypeVar("Result")
Logits = Sequence[NDArray[np.float32]]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, default=50_000)
    parser.add_argument("--classes", type=int, default=1000)
    options = parser.parse_args()
    count, classes = options.images, options.classes
    with tempfile.TemporaryDirectory() as folder:
        logits, labels = made_up(Path(folder), count, classes)
        written = sum(each.nbytes for each in logits) / 2**20
        print(f"{count:,} images, {classes:,} classes, {len(NODES)} nodes: {written:,.0f} MB")
        path = compare_building(logits, labels)
        compare_reading(path, logits, classes)
        compare_storing(path, Path(folder))
        compare_steps(logits, labels)


def made_up(folder: Path, count: int, classes: int) -> tuple[Logits, NDArray[np.int64]]:
    """Logits [count, classes] at every node, mapped from `folder`, and labels.

    Zero-shot is correct on about two thirds of the images, the path bends, and its ends differ.
    """
    random = np.random.default_rng(0)
    labels = random.integers(0, classes, count)
    files = [folder / f"{node}.npy" for node in NODES]
    opened = [np.lib.format.open_memmap(file, "w+", np.float32, (count, classes)) for file in files]
    for first in range(0, count, CHUNK):
        part = slice(first, first + CHUNK)
        truth = labels[part]
        shape = (len(truth), classes)
        start, end, bend = (random.standard_normal(shape, np.float32) for _ in range(3))
        shared = random.standard_normal(shape, np.float32)
        start, end = 2 * shared + start, 2 * shared + 2 * end
        rows = np.arange(len(truth))
        start[rows, truth] += 8.5
        end[rows, truth] += 11
        for node, file in zip(NODES, opened, strict=True):
            curved = np.float32(np.sin(np.pi * node)) * bend
            file[part] = np.float32(1 - node) * start + np.float32(node) * end + curved
    for each in opened:
        each.flush()
    return [np.load(file, mmap_mode="r") for file in files], labels


def compare_building(logits: Logits, labels: NDArray[np.int64]) -> AlphaPath:
    """The path, against the plain way over all of its alphas."""
    subset = min(SUBSET, len(labels))
    plain, highest = timed(lambda: plainly([each[:subset] for each in logits], GRID))
    plain *= len(labels) / subset
    (seconds, path), memory = with_memory(
        lambda: timed(lambda: interpolated(NODES, logits, labels, GRID))
    )
    print(f"\nthe path over {len(GRID)} alphas, with probabilities")
    line("plain, classes alone, scaled", plain)
    line("interpolated", seconds, plain, f"{memory:,.0f} MB extra at the peak")
    changed = np.mean(path.predicted[:, :subset] != highest)
    print(f"predicted classes that differ from the plain ones: {100 * changed:.4f} %")
    return path


def plainly(logits: Logits, alphas: NDArray[np.float64]) -> NDArray[np.intp]:
    """The highest class of every image at every alpha [A, N]."""
    weights = spline_weights(NODES, alphas).astype(np.float32)
    stacked = np.stack(logits)
    return np.stack([np.tensordot(row, stacked, axes=1).argmax(axis=1) for row in weights])


def compare_reading(path: AlphaPath, logits: Logits, classes: int) -> None:
    """All views of one alpha that is not a node, from the path and from logits."""
    names = [f"class {number}" for number in range(classes)]
    ends = path.at(0), path.at(len(GRID) - 1)
    index = 37

    def views(found: Predictions) -> Predictions:
        found.correct.mean()
        per_class(found, ends[1], names)
        np.bincount(found.labels * classes + found.predicted, minlength=classes**2)
        np.histogram(found.confidence, bins=20, range=(0, 1))
        return found

    def plain() -> Predictions:
        weights = spline_weights(NODES, GRID[[index]]).astype(np.float32)[0]
        parts = []
        for first in range(0, len(path), CHUNK):
            part = slice(first, first + CHUNK)
            mixed = np.tensordot(weights, np.stack([each[part] for each in logits]), axes=1)
            parts.append(Predictions.from_logits(mixed, path.labels[part]))
        return views(
            Predictions(
                labels=np.concatenate([each.labels for each in parts]),
                predicted=np.concatenate([each.predicted for each in parts]),
                confidence=np.concatenate([each.confidence for each in parts]),
                true_probability=np.concatenate([each.true_probability for each in parts]),
            )
        )

    slow, truth = timed(plain)
    fast = median(timed(lambda: views(path.at(index)))[0] for _ in range(9))
    off = np.abs(path.at(index).confidence - truth.confidence).max()
    print("\naccuracy, class table, confusion matrix and histogram of one alpha")
    line("plain, from logits", slow)
    line("from the path", fast, slow)
    print(f"largest difference of a confidence: {off:.4f}")


def compare_storing(path: AlphaPath, folder: Path) -> None:
    """The path on disk, against making it anew."""
    store = Store(folder / "store")
    key = EvalKey("zeroshot", "finetuned", "data", None, "float32")
    written, _ = timed(lambda: store.put_path(key, "weights", path))
    read, found = timed(lambda: store.get_path(key, "weights"))
    size = sum(file.stat().st_size for file in store.folder.rglob("*.npz"))
    per_image = size / path.predicted.size
    memory = path.predicted.nbytes + path.confidence.nbytes + path.true_probability.nbytes
    print("\nthe path on disk")
    print(f"{size / 2**20:.1f} MB, {per_image:.2f} bytes an image and alpha,", end=" ")
    print(f"{memory / size:.1f} times smaller than in memory")
    line("written", written)
    line("read", read)
    assert found is not None
    assert np.array_equal(found.predicted, path.predicted)


def compare_steps(logits: Logits, labels: NDArray[np.int64]) -> None:
    """The exact accuracy between two ends, against the plain way over the alphas of the path."""
    ends = logits[0], logits[-1]
    subset = min(SUBSET, len(labels))

    def plain() -> NDArray[np.float64]:
        start, end = (each[:subset] for each in ends)
        mixed = ((np.float32(1 - a) * start + np.float32(a) * end).argmax(axis=1) for a in GRID)
        return np.array([(each == labels[:subset]).mean() for each in mixed])

    slow, _ = timed(plain)
    slow *= len(labels) / subset
    (seconds, steps), memory = with_memory(
        lambda: timed(lambda: StepFunction(winning_intervals(*ends, labels)))
    )
    search, (best, low, high) = timed(steps.best)
    print(f"\nthe best alpha of the output-space ensemble: {best:.4f} from {low:.6f} to {high:.6f}")
    line(f"plain, {len(GRID)} alphas, scaled", slow)
    line("exact", seconds + search, slow, f"{memory:,.0f} MB extra at the peak")
    print(f"{len(steps.jumps):,} jumps; best among them in {1000 * search:.0f} ms")


def line(what: str, seconds: float, plain: float | None = None, more: str = "") -> None:
    """One line of the report."""
    ratio = "" if plain is None else f"{plain / seconds:8.1f} times faster"
    print(f"{what:32}{seconds:10.3f} s{ratio}   {more}".rstrip())


def timed(work: Callable[[], Result]) -> tuple[float, Result]:
    """Seconds that `work` takes, and what it returns."""
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def with_memory(work: Callable[[], Result]) -> tuple[Result, float]:
    """What `work` returns, and the most memory it took beyond what was held before, in MB."""
    held = peak = anonymous_memory()
    over = threading.Event()

    def watch() -> None:
        nonlocal peak
        while not over.wait(0.002):
            peak = max(peak, anonymous_memory())

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        return work(), peak - held
    finally:
        over.set()
        watcher.join()


def anonymous_memory() -> float:
    """Memory of this process that is not mapped from files, in MB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(each.split()[1]) / 1024 for each in lines if each.startswith("RssAnon"))


if __name__ == "__main__":
    main()
