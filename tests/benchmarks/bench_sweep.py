"""Sweeps over real images, against loading, decoding and evaluating anew each alpha.

Usage: python -m tests.benchmarks.bench_sweep [BENCHMARK] [--model demo] [--pretrained FILE]
           [--checkpoints ZEROSHOT FINETUNED] [--plain 21] [--verify]

BENCHMARK is a benchmark folder or a registered name; `../shared/images/pacs` where it is not given.
The checkpoints are made here, the second by one epoch of fine-tuning, where none are given. The
library sweeps once over the 21 alphas of the paper, and once over its whole path of 101 alphas;
both start with an empty workspace, to which no evaluations are shipped, so that their time
includes decoding every image once. `--plain` takes the plain loop over fewer alphas and multiplies
its time, as it does the same at each. With `--verify` every alpha of the path is evaluated as well,
and the path held against that.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from PIL import Image

import wiseft.workspace
from tests import plain
from tests.tuned import tuned_ends
from wiseft import checkpoint
from wiseft.alpha_path import PAPER_GRID, Deviation, compared
from wiseft.datasets import open_benchmark
from wiseft.datasets.base import Benchmark, ImageSet
from wiseft.runs import Run
from wiseft.sweeps import sweep
from wiseft.workspace import Workspace

Result = TypeVar("Result")
Ends = tuple[Path, Path]

TIE = 1e-4
"""Logits nearer to each other than this may trade places by rounding alone."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("benchmark", nargs="?", default="../shared/images/pacs")
    parser.add_argument("--model", default="demo")
    parser.add_argument("--pretrained")
    parser.add_argument("--checkpoints", type=Path, nargs=2)
    parser.add_argument("--plain", type=int, default=len(PAPER_GRID), choices=(3, 5, 11, 21))
    parser.add_argument("--verify", action="store_true")
    options = parser.parse_args()
    benchmark = open_benchmark(options.benchmark)
    with tempfile.TemporaryDirectory() as folder:
        wiseft.workspace.DEMO = Path(folder) / "nothing-shipped"
        if options.checkpoints:
            ends = options.checkpoints[0], options.checkpoints[1]
        else:
            ends = tuned_ends(
                Path(folder),
                benchmark,
                epochs=1,
                model=options.model,
                pretrained=options.pretrained,
            )

        def swept(state: str, **how: Any) -> Callable[[], Run]:
            workspace = Workspace(Path(folder) / state)
            return lambda: sweep(*ends, benchmark.name, workspace=workspace, **how)

        ours, run = _timed(swept("points", alphas=PAPER_GRID))
        again, _ = _timed(swept("points", alphas=PAPER_GRID))
        whole, path = _timed(swept("path"))
        few = PAPER_GRID[:: (len(PAPER_GRID) - 1) // (options.plain - 1)]
        measured, found = _timed(lambda: _plain_loop(benchmark, ends, few))
        theirs = measured * len(PAPER_GRID) / len(few)

        print(f"{len(found)} sets, {sum(each.shape[1] for each in found.values())} images")
        alphas = f"{len(PAPER_GRID)} alphas"
        print(f"plain loop, {alphas:24} {theirs:8.1f} s, from {len(few)} alphas")
        _line(f"sweep, {alphas}", ours, theirs)
        _line(f"sweep, {alphas}, second time", again, theirs)
        _line(f"whole path, {len(path.alphas)} alphas", whole, theirs)
        print("predictions that differ from the plain loop, ties apart")
        print(f"  of the sweep                     {_differing(run, found, few)}")
        print(f"  of the path at the same alphas   {_differing(path, found, few)}")
        _report_path(path)
        if options.verify:
            exact, truth = _timed(swept("truth", exact=True))
            _verify(path, truth, exact)


def _plain_loop(benchmark: Benchmark, ends: Ends, alphas: Sequence[float]) -> dict[str, np.ndarray]:
    """By set, the predicted classes [A, N] at `alphas`; -1 in a tie."""
    sets = (benchmark.reference, *benchmark.shifts)
    found: dict[str, list[np.ndarray]] = {each.name: [] for each in sets}
    for alpha in alphas:
        start, end = (checkpoint.load(path).classifier for path in ends)
        model = plain.merged(start, end, alpha)
        for each in sets:
            scores = plain.logits(model, _opened(benchmark, each))
            second, first = np.sort(scores, axis=1)[:, -2:].T
            found[each.name].append(np.where(first - second > TIE, scores.argmax(axis=1), -1))
    return {name: np.stack(rows) for name, rows in found.items()}


def _opened(benchmark: Benchmark, image_set: ImageSet) -> Iterator[Image.Image]:
    """The images of a set: files of a folder, or drawn."""
    root = Path(benchmark.name)
    if not root.is_dir():
        return plain.drawn(image_set)
    sources = (image_set.source(index) for index in range(len(image_set)))
    return (Image.open(root / source).convert("RGB") for source in sources)


def _differing(run: Run, found: dict[str, np.ndarray], alphas: Sequence[float]) -> str:
    """How many predictions of a run are not those of the plain loop, where that has no tie."""
    different = sum(
        int(np.sum((row >= 0) & (run.predictions(name, alpha).predicted != row)))
        for name, rows in found.items()
        for alpha, row in zip(alphas, rows, strict=True)
    )
    return f"{different} of {sum(int(np.sum(rows >= 0)) for rows in found.values())}"


def _report_path(run: Run) -> None:
    """Evaluations that the path took, and what it measured of itself."""
    nodes = run.frontier().alphas[run.frontier().exact]
    print(f"\nthe path: {len(nodes)} evaluations at {', '.join(f'{each:g}' for each in nodes)}")
    for record in run.record.sets:
        deviation = run.path(record.name).deviation
        if deviation is not None:
            at = ", ".join(f"{each:g}" for each in deviation.alphas)
            print(f"  measured at {at:28} {_in_words(record.name, deviation)}")


def _verify(run: Run, truth: Run, seconds: float) -> None:
    """The path against true evaluations of every alpha."""
    print(f"\nevery alpha evaluated, {seconds:.1f} s; largest deviations of the path from that")
    for record in run.record.sets:
        path, exact = run.path(record.name), truth.path(record.name)
        known = {alpha: exact.at(i) for i, alpha in enumerate(exact.alphas.tolist())}
        print(f"  {_in_words(record.name, compared(path, known, tuple(known)))}")


def _in_words(name: str, deviation: Deviation) -> str:
    accuracy, changed = 100 * deviation.accuracy, 100 * deviation.changed
    return f"{name:12} accuracy {accuracy:.3f} pp, other predicted classes {changed:.3f} %"


def _line(what: str, seconds: float, theirs: float) -> None:
    print(f"{what:36} {seconds:8.1f} s   {theirs / seconds:6.1f} times faster")


def _timed(work: Callable[[], Result]) -> tuple[float, Result]:
    """Seconds that `work` takes, and what it returns."""
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


if __name__ == "__main__":
    main()
