"""Time of every view of Classes, Images, Flips and Slices, against plain pandas, loops and sklearn.

    python -m tests.benchmarks.bench_errors

The path is made up: 50,000 images, 1,000 classes, 101 alphas. Plain ways that walk over all alphas
do so over every tenth, scaled. What a page draws comes on top.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from statistics import median
from typing import Any

import numpy as np
import pandas as pd
from sklearn.metrics import cohen_kappa_score, confusion_matrix, precision_recall_fscore_support

from wiseft import breakdown, calibration, confusions, diversity, flips, margins, slices
from wiseft.alpha_path import GRID, PAPER_GRID, AlphaPath
from wiseft.app.classes.overview import packed
from wiseft.gallery import Filter, Gallery
from wiseft.leading import STEPS, Leading
from wiseft.significance import mcnemar

IMAGES, CLASSES = 50_000, 1_000
HERE, THERE = 60, 100
TENTHS = range(0, 101, 10)
GOAL = 0.3
"""Seconds that a change may take."""


def made_up(seed: int = 0) -> AlphaPath:
    """Images are correct on a stretch of alpha or not at all, and flicker a little."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, CLASSES, IMAGES)
    rival = rng.integers(0, CLASSES, IMAGES)
    from_, to = np.sort(rng.uniform(-0.7, 1.7, (2, IMAGES)), axis=0)
    inside = (GRID[:, None] >= from_) & (GRID[:, None] <= to)
    inside ^= rng.random(inside.shape) < 0.01
    confidence = (np.round(rng.beta(4, 1, inside.shape) * 255) / 255).astype(np.float16)
    predicted = np.where(inside, labels, rival).astype(np.uint16)
    return AlphaPath(GRID, labels, predicted, confidence, confidence, np.ones(101, dtype=bool))


def made_up_leading(path: AlphaPath, seed: int = 0) -> Leading:
    """The true class and three others of each image at the alphas of the paper."""
    rng = np.random.default_rng(seed)
    shares = rng.dirichlet([4, 1, 1, 1], (len(PAPER_GRID), IMAGES))
    classes = np.column_stack([path.labels, rng.integers(0, CLASSES, (IMAGES, 3))])
    steps = np.round(shares * STEPS).astype(np.uint8)
    return Leading(np.array(PAPER_GRID), classes, steps)


def seconds(run: Callable[[], Any], times: int) -> float:
    """Median over some calls."""
    found = []
    for _ in range(times):
        started = time.perf_counter()
        run()
        found.append(time.perf_counter() - started)
    return median(found)


def plain_flips(path: AlphaPath) -> pd.DataFrame:
    """Fixed and broken by class, as one writes it with pandas."""
    frame = pd.DataFrame(
        {
            "class": path.labels,
            "now": path.predicted[HERE] == path.labels,
            "before": path.predicted[THERE] == path.labels,
        }
    )
    along = pd.DataFrame(path.predicted == path.labels)
    frame["flips"] = (along.astype(int).diff().abs().sum()).to_numpy()
    frame["fixed"], frame["broken"] = frame.now & ~frame.before, frame.before & ~frame.now
    return frame.groupby("class").agg("mean")


def plain_error(path: AlphaPath, alphas: range) -> list[float]:
    """Equal-mass expected calibration error by sorting, alpha after alpha."""
    errors = []
    for at in alphas:
        confidence = path.confidence[at].astype(float)
        correct = path.predicted[at] == path.labels
        pieces = np.array_split(np.argsort(confidence, kind="stable"), 15)
        errors.append(sum(abs((correct[p] - confidence[p]).sum()) for p in pieces) / len(correct))
    return errors


def plain_slices(path: AlphaPath, columns: list[slices.Column]) -> list[pd.DataFrame]:
    """Accuracy and test of every slice with pandas."""
    tables = []
    for column in columns:
        frame = pd.DataFrame(
            {
                "slice": np.array(column.slices, dtype=object)[column.codes],
                "now": path.predicted[HERE] == path.labels,
                "before": path.predicted[THERE] == path.labels,
            }
        )
        frame["fixed"], frame["broken"] = frame.now & ~frame.before, frame.before & ~frame.now
        table = frame.groupby("slice").agg("sum")
        table["p"] = [mcnemar(f, b) for f, b in zip(table.fixed, table.broken, strict=True)]
        tables.append(table)
    return tables


def main() -> None:
    path, names = made_up(), [f"class {number}" for number in range(CLASSES)]
    now, before, hits = path.at(HERE), path.at(THERE), path.hits
    gallery, rng = Gallery.of({"set": path}), np.random.default_rng(1)
    numbers = [slices.column_of_numbers(each, each, rng.random(IMAGES)) for each in "abcde"]
    by_class = slices.Column("class", "Class", tuple(names), path.labels)
    columns = [*numbers, by_class]
    counts, leading = breakdown.class_counts(path), made_up_leading(path)
    bits = diversity.Bits.of(path)
    _ = gallery.correct, gallery.has_outcome("between", HERE, THERE)

    def scaled(run: Callable[[range], Any]) -> Callable[[], float]:
        return lambda: seconds(lambda: run(TENTHS), 1) * 101 / len(TENTHS)

    views: list[tuple[str, Callable[[], Any], Callable[[], float] | None]] = [
        (
            "classes: table of two alphas",
            lambda: breakdown.per_class(now, before, names),
            lambda: seconds(
                lambda: [
                    precision_recall_fscore_support(each.labels, each.predicted, zero_division=0)
                    for each in (now, before)
                ],
                1,
            ),
        ),
        (
            "classes: counts along alpha",
            lambda: breakdown.class_counts(path),
            scaled(
                lambda alphas: [
                    pd.Series(path.predicted[at] == path.labels).groupby(path.labels).sum()
                    for at in alphas
                ]
            ),
        ),
        (
            "classes: best alpha of each, tested",
            lambda: breakdown.best_alphas(path, counts, THERE),
            None,
        ),
        ("classes: all of them, packed", lambda: packed(counts.values("accuracy")), None),
        (
            "classes: confusions",
            lambda: confusions.confusion_pairs(now, before, names),
            lambda: seconds(
                lambda: [confusion_matrix(each.labels, each.predicted) for each in (now, before)], 1
            ),
        ),
        (
            "images: a filter and its counts",
            lambda: (
                gallery.select(Filter(outcome="broken"), HERE, THERE),
                gallery.counts(Filter(), HERE, THERE),
            ),
            None,
        ),
        ("flips: steps", lambda: flips.at_each_step(hits), None),
        (
            "flips: classes",
            lambda: flips.per_class_flips(hits, path.labels, names, HERE, THERE),
            lambda: seconds(lambda: plain_flips(path), 1),
        ),
        (
            "flips: diversity along alpha",
            lambda: diversity.diversity(path, THERE),
            scaled(
                lambda alphas: [
                    cohen_kappa_score(path.predicted[at], path.predicted[THERE]) for at in alphas
                ]
            ),
        ),
        ("flips: bits of a set, once", lambda: diversity.Bits.of(path), None),
        ("flips: another compared alpha", lambda: bits.one_correct(THERE), None),
        ("flips: margins along alpha", lambda: margins.margins_along(path, leading), None),
        ("flips: overrides", lambda: diversity.overrides(path, 0, 100), None),
        ("flips: confidence", lambda: diversity.certainty(path), None),
        (
            "flips: calibration along alpha",
            lambda: calibration.calibration(path),
            scaled(lambda alphas: plain_error(path, alphas)),
        ),
        (
            "flips: reliability, bootstrap",
            lambda: (calibration.reliability(now), calibration.error_interval(now)),
            None,
        ),
        (
            "slices: all that lose",
            lambda: slices.losing_slices(hits, columns, HERE, THERE),
            lambda: seconds(lambda: plain_slices(path, columns), 1),
        ),
        (
            "slices: 1,000 along alpha",
            lambda: slices.slice_hits(hits, by_class),
            None,
        ),
    ]
    print(f"{IMAGES:,} images, {CLASSES:,} classes, {len(GRID)} alphas; goal {1000 * GOAL:.0f} ms")
    for name, run, plain in views:
        run()
        here = seconds(run, 5)
        line = f"{name:34} {1000 * here:7.1f} ms"
        if plain is not None:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                other = plain()
            line += f"   plain {1000 * other:9.1f} ms   ratio {other / here:7.1f}"
        print(line + ("" if here <= GOAL else "   MISSES THE GOAL"))


if __name__ == "__main__":
    main()
