"""A training in two processes that share each batch, against the same training in one.

Usage: python -m tests.benchmarks.bench_devices [BENCHMARK] [--checkpoint FILE] [--epochs 3]
           [--batch-size 64] [--shots N] [--rounds 2]

BENCHMARK is a benchmark folder or a registered name; `../shared/images/pacs` where it is not given.
The demo's model, or that of a zero-shot checkpoint, is trained end-to-end in float32, with crops,
label smoothing, a moving average and a pull to the start. The processes share the cores of this
machine, and talk by gloo; the best of some rounds counts. How far the results are apart is told of
the weights and of what they say of the test images, beside how far apart one process with one
thread and with two are, which add in another order too.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from tests.groups import in_group
from wiseft import checkpoint, clip
from wiseft.classifier import ImageClassifier
from wiseft.datasets import open_benchmark
from wiseft.evaluate import logits as logits_of
from wiseft.finetune import finetune
from wiseft.images import load_images
from wiseft.parallel import Group
from wiseft.progress import Progress
from wiseft.recipes import default_spec
from wiseft.specs import FinetuneSpec

WAYS = {
    "1 process, 1 thread": (1, 1),
    "1 process, 2 threads": (1, 2),
    "2 processes, 1 thread each": (2, 1),
}
"""How many processes, and threads of each; the others are compared with the first."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("benchmark", nargs="?", default="../shared/images/pacs")
    parser.add_argument("--checkpoint", type=Path)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--shots", type=int, help="images of each class (default: all)")
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()
    benchmark = open_benchmark(options.benchmark)
    if options.checkpoint:
        start = checkpoint.load(options.checkpoint).classifier
    else:
        model = clip.load_clip(clip.DEMO)
        start = clip.zeroshot_classifier(model, benchmark.class_names, benchmark.templates)
    options_of_all = {"crop_scale": 0.9, "label_smoothing": 0.1, "ema_decay": 0.9, "l2_pull": 1e-3}
    spec = replace(default_spec(start.spec.architecture, "end-to-end"), **options_of_all)
    given = {"epochs": options.epochs, "batch_size": options.batch_size, "shots": options.shots}
    spec = replace(spec, **given)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        checkpoint.save(folder / "zeroshot.safetensors", start, {})
        transform, images = start.spec.transform, folder / "images"
        load_images(benchmark.train, transform, images)
        test = load_images(benchmark.reference, transform, images)
        speeds = dict.fromkeys(WAYS, 0.0)
        for _ in range(options.rounds):
            for way, (processes, threads) in WAYS.items():
                shutil.rmtree(folder / way, ignore_errors=True)
                (folder / way).mkdir()
                how = (options.benchmark, spec, folder, folder / way, threads)
                speed = in_group(folder / way / "store", processes, train, *how)[0]
                speeds[way] = max(speeds[way], speed)
        tuned = {
            way: checkpoint.load(folder / way / f"epoch_{spec.epochs}.safetensors").classifier
            for way in WAYS
        }
    print(f"{spec.epochs} epochs, batches of {spec.batch_size}, best of {options.rounds} rounds")
    first, *others = WAYS
    logits = {way: logits_of(each, test) for way, each in tuned.items()}
    for way, speed in speeds.items():
        print(f"{way:28} {speed:6.0f} images/s, ratio {speed / speeds[first]:.2f}")
    moved = largest(tuned[first], start)
    print(f"weights have moved by up to {moved:.1e}; logits spread by {logits[first].std():.2f}")
    for way in others:
        apart = np.abs(logits[way] - logits[first])
        classes = [each.argmax(axis=1) for each in (logits[way], logits[first])]
        print(
            f"{way:28} weights differ by {largest(tuned[way], tuned[first]):.1e} at most, logits "
            f"by {apart.max():.1e} (mean {apart.mean():.1e}), "
            f"{np.sum(classes[0] != classes[1])} of {len(test):,} predicted classes"
        )


def largest(one: ImageClassifier, other: ImageClassifier) -> float:
    """The largest difference of any weight."""
    there = other.state_dict()
    return max(float((each - there[name]).abs().max()) for name, each in one.state_dict().items())


def train(
    group: Group, benchmark: str, spec: FinetuneSpec, inputs: Path, folder: Path, threads: int
) -> float:
    """Images a second of the last epoch, over all processes."""
    torch.set_num_threads(threads)
    speeds: list[float] = []

    def note(progress: Progress) -> None:
        if "images_per_second" in progress.values:
            speeds.append(progress.values["images_per_second"])

    start = checkpoint.load(inputs / "zeroshot.safetensors").classifier
    images = load_images(open_benchmark(benchmark).train, start.spec.transform, inputs / "images")
    finetune(start, images, spec, folder, report=note, group=group)
    return speeds[-1] if speeds else 0.0


if __name__ == "__main__":
    main()
