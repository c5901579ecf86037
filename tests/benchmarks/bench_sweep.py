"""A 21-alpha sweep over real images, against loading, decoding and evaluating anew each alpha.

Usage: python -m tests.benchmarks.bench_sweep [FOLDER] [--model demo] [--pretrained FILE]

FOLDER is a benchmark folder; `../shared/images/pacs` where it is not given. The library starts
with an empty workspace, so that its time includes decoding every image once.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from tests import plain
from wiseft import checkpoint, clip
from wiseft.datasets import open_benchmark
from wiseft.finetune import finetune
from wiseft.images import load_images
from wiseft.recipes import default_spec
from wiseft.sweeps import PAPER_GRID, sweep
from wiseft.workspace import Workspace


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=Path("../shared/images/pacs"))
    parser.add_argument("--model", default="demo")
    parser.add_argument("--pretrained")
    options = parser.parse_args()
    benchmark = open_benchmark(options.folder)
    sets = [benchmark.reference.name, *(shift.name for shift in benchmark.shifts)]
    with tempfile.TemporaryDirectory() as folder:
        ends = _two_checkpoints(Path(folder), options)

        start = time.perf_counter()
        run = sweep(*ends, options.folder, workspace=Workspace(Path(folder) / "state"))
        ours = time.perf_counter() - start

        start = time.perf_counter()
        sweep(*ends, options.folder, workspace=Workspace(Path(folder) / "state"))
        again = time.perf_counter() - start

        start, images, different = time.perf_counter(), 0, 0
        for alpha in PAPER_GRID:
            model = plain.merged(*(checkpoint.load(path).classifier for path in ends), alpha)
            for name in sets:
                scores = plain.logits(model, plain.opened(options.folder / name))
                images += len(scores)
                found = run.predictions(name, alpha).predicted
                different += int(np.sum(found != scores.argmax(axis=1)))
        theirs = time.perf_counter() - start

    print(f"{len(PAPER_GRID)} alphas over {len(sets)} sets, {images // len(PAPER_GRID)} images")
    print(f"plain loop             {theirs:8.1f} s")
    print(f"sweep, empty workspace {ours:8.1f} s   {theirs / ours:6.1f} times faster")
    print(f"sweep, second time     {again:8.1f} s   {theirs / again:6.1f} times faster")
    print(f"predictions that differ: {different} of {images}")


def _two_checkpoints(folder: Path, options: argparse.Namespace) -> tuple[Path, Path]:
    """The zero-shot classifier of the model for the benchmark, and one epoch of fine-tuning."""
    benchmark = open_benchmark(options.folder)
    model = clip.load_clip(options.model, options.pretrained, "cpu")
    zeroshot = clip.zeroshot_classifier(model, benchmark.class_names, benchmark.templates)
    spec = replace(default_spec(zeroshot.spec.architecture, "end-to-end"), epochs=1, batch_size=32)
    train = load_images(benchmark.train, zeroshot.spec.transform, folder / "images")
    tuned = finetune(zeroshot, train, spec, folder / "epochs")
    paths = folder / "zeroshot.safetensors", folder / "finetuned.safetensors"
    for path, classifier in zip(paths, (zeroshot, tuned), strict=True):
        checkpoint.save(path, classifier, {})
    return paths


if __name__ == "__main__":
    main()
