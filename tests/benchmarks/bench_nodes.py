"""Which interpolation of logits, through which alphas? Every candidate against the truth.

Usage: python -m tests.benchmarks.bench_nodes ZEROSHOT FINETUNED [BENCHMARK] [--every 1]

Evaluates the test sets of BENCHMARK (`signs` where it is not given) at all 101 alphas. Each way of
interpolating sees some of them, equally spaced or denser at the ends (Chebyshev), and is asked for
all others. The baseline is the straight line between neighbours. Accuracy is compared set by set:
the largest and the mean deviation in percentage points, and the largest share of images whose
predicted class differs. The last lines are the path that the library makes of the same logits:
how many alphas it asked for, what it measured of itself, and the truth. `--every 3` takes every
third image.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import BarycentricInterpolator, CubicSpline, PchipInterpolator, interp1d

from wiseft import checkpoint
from wiseft.alpha_path import GRID, compared
from wiseft.datasets import open_benchmark
from wiseft.evaluate import logits
from wiseft.images import load_images
from wiseft.interpolation import spline_weights
from wiseft.merging import WeightPath
from wiseft.paths import PathSet, build_paths
from wiseft.predictions import Predictions

COUNTS = (3, 5, 7, 9, 13, 17)

Values = NDArray[np.float64]

INTERPOLATIONS: dict[str, Callable[[Values, Values, Values], Values]] = {
    "straight lines": lambda nodes, values, at: interp1d(nodes, values, axis=0)(at),
    "PCHIP": lambda nodes, values, at: PchipInterpolator(nodes, values)(at),
    "spline, natural": lambda nodes, values, at: np.tensordot(
        spline_weights(nodes.tolist(), at), values, axes=1
    ),
    "spline, not-a-knot": lambda nodes, values, at: CubicSpline(nodes, values)(at),
    "one polynomial": lambda nodes, values, at: BarycentricInterpolator(nodes, values)(at),
}
"""Nodes [K], logits there [K, N, C] and alphas [A] to logits at these [A, N, C]."""

PLACEMENTS: dict[str, Callable[[int], Values]] = {
    "equal": lambda count: np.linspace(0, 1, count),
    "Chebyshev": lambda count: (1 - np.cos(np.linspace(0, np.pi, count))) / 2,
}


@dataclass(frozen=True)
class Truth:
    """Logits of one set at all of GRID [A, N, C], and the true classes [N]."""

    logits: NDArray[np.float32]
    labels: NDArray[np.int64]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("zeroshot", type=Path)
    parser.add_argument("finetuned", type=Path)
    parser.add_argument("benchmark", nargs="?", default="signs")
    parser.add_argument("--every", type=int, default=1)
    options = parser.parse_args()
    sets = _evaluated(options.zeroshot, options.finetuned, options.benchmark, options.every)
    images = ", ".join(f"{name} {len(truth.labels)}" for name, truth in sets.items())
    print(f"Images: {images}")
    print(f"{'':34}{'accuracy, pp':>16}{'class differs':>16}")
    print(f"{'interpolation':20} {'nodes':>13}{'most':>8}{'mean':>8}{'most':>15}")
    for count in COUNTS:
        for placed, place in PLACEMENTS.items():
            nodes = np.unique(np.round(place(count) * (len(GRID) - 1)).astype(int))
            for name, interpolate in INTERPOLATIONS.items():
                most, mean, changed = _deviation(sets, nodes, interpolate)
                print(
                    f"{name:20} {count:3} {placed:>9}{100 * most:8.2f}{100 * mean:8.3f}"
                    f"{100 * changed:14.2f}%"
                )
    _report_path(sets)


def _evaluated(zeroshot: Path, finetuned: Path, name: str, every: int) -> dict[str, Truth]:
    benchmark = open_benchmark(name)
    ends = (checkpoint.load(path).classifier for path in (zeroshot, finetuned))
    path = WeightPath(*ends, "cpu")
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for each in (benchmark.reference, *benchmark.shifts):
            images = load_images(each, path.model.spec.transform, Path(folder))
            part = slice(None, None, every)
            images = replace(
                images,
                pixels=images.pixels[part],
                labels=images.labels[part],
                sources=images.sources[part],
            )
            rows = [logits(path.at(alpha), images) for alpha in GRID.tolist()]
            found[each.name] = Truth(np.stack(rows), images.labels)
    return found


def _deviation(
    sets: Mapping[str, Truth],
    nodes: NDArray[np.int64],
    interpolate: Callable[[Values, Values, Values], Values],
) -> tuple[float, float, float]:
    """Largest and mean deviation of accuracy, and largest share of changed classes; fractions."""
    others = np.setdiff1d(np.arange(len(GRID)), nodes)
    accuracy, changed = [], []
    for truth in sets.values():
        guessed = interpolate(GRID[nodes], truth.logits[nodes], GRID[others]).argmax(axis=2)
        known = truth.logits[others].argmax(axis=2)
        accuracy.append((guessed == truth.labels).mean(1) - (known == truth.labels).mean(1))
        changed.append((guessed != known).mean(1))
    off = np.abs(accuracy)
    return float(off.max()), float(off.mean()), float(np.max(changed))


def _report_path(sets: Mapping[str, Truth]) -> None:
    """What `build_paths` makes of the same logits at its default tolerance."""
    at = {alpha: index for index, alpha in enumerate(GRID.tolist())}

    def evaluate(alphas: Sequence[float]) -> dict[float, dict[str, NDArray[np.float32]]]:
        return {
            alpha: {name: truth.logits[at[alpha]] for name, truth in sets.items()}
            for alpha in alphas
        }

    asked = [PathSet(name, name, truth.labels) for name, truth in sets.items()]
    for name, path in build_paths(evaluate, asked).items():
        truth = sets[name]
        known = {
            alpha: Predictions.from_logits(truth.logits[index], truth.labels)
            for alpha, index in at.items()
        }
        off = compared(path, known, tuple(known))
        measured = path.deviation.accuracy if path.deviation else 0.0
        print(
            f"{name:20} {int(path.exact.sum()):3} evaluated; accuracy off by at most "
            f"{100 * off.accuracy:.2f} pp, {100 * measured:.2f} measured; "
            f"class differs {100 * off.changed:.2f}%"
        )


if __name__ == "__main__":
    main()
