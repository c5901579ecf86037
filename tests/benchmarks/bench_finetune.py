"""Training speed, against a plain PyTorch loop over the same model and images.

Usage: python -m tests.benchmarks.bench_finetune [BENCHMARK] [--checkpoint FILE] [--epochs 2]
           [--batch-size 64] [--crop-scale 0.9] [--rounds 3]

BENCHMARK is a benchmark folder or a registered name; `../shared/images/pacs` where it is not
given. The plain loop opens, crops, resizes and normalises every image with PIL and torchvision in
each epoch, in a DataLoader, and trains in float32 with the same optimiser and schedule. The linear
classifier is trained by the same loop with a frozen encoder, and here on cached features, with
the time that these take and without. All images of the benchmark are decoded here beforehand,
which is counted apart, since it is done once for all trainings. All take turns for some rounds,
and the best of each counts, since other programs may be using the machine.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import torch
import torch.nn.functional as F
from PIL import Image
from torch.utils.data import DataLoader, Dataset
from torchvision.transforms import v2

from tests import plain
from wiseft import checkpoint, clip
from wiseft.classifier import ImageClassifier
from wiseft.datasets import open_benchmark
from wiseft.datasets.base import Benchmark, ImageSet
from wiseft.finetune import finetune, training_precision
from wiseft.images import Images, load_images
from wiseft.progress import Progress
from wiseft.recipes import default_spec, learning_rate
from wiseft.specs import FinetuneSpec

PLAIN, FROZEN = "plain loop, float32", "plain loop, frozen encoder"
"""What the lines below each are compared with."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("benchmark", nargs="?", default="../shared/images/pacs")
    parser.add_argument("--checkpoint", type=Path)
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--crop-scale", type=float, default=0.9)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    benchmark = open_benchmark(options.benchmark)
    start = _start(benchmark, options.checkpoint)
    how = {"epochs": options.epochs, "batch_size": options.batch_size}
    end_to_end, linear = (
        replace(default_spec(start.spec.architecture, method), crop_scale=options.crop_scale, **how)
        for method in ("end-to-end", "linear")
    )
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        train = load_images(benchmark.train, start.spec.transform, Path(folder) / "images")
        decoding = time.perf_counter() - started
        print(f"{len(train)} images, batches of {options.batch_size}, {options.epochs} epochs")
        print(f"decoding, once for all trainings: {decoding:.1f} s")
        precisions = dict.fromkeys(["float32", training_precision("cpu")])
        many = replace(linear, epochs=10 * options.epochs)
        found: dict[str, list[float]] = {}
        for round_ in range(options.rounds):
            place = Path(folder) / str(round_)
            _note(found, PLAIN, _plain_loop(start, benchmark.train, end_to_end, frozen=False))
            for each in precisions:
                spec = replace(end_to_end, precision=each)
                _note(found, f"finetune, {each}", _ours(start, train, spec, place / each)[0])
            _note(found, FROZEN, _plain_loop(start, benchmark.train, linear, frozen=True))
            total, steps = _ours(start, train, many, place / "linear")
            _note(found, f"linear, {many.epochs} epochs, features included", total)
            _note(found, "linear, steps alone", steps)
    print(f"best of {options.rounds} rounds {'images/s':>33}   ratio")
    plain_speed = 0.0
    for what, speeds in found.items():
        plain_speed = max(speeds) if what in (PLAIN, FROZEN) else plain_speed
        print(f"{what:42} {max(speeds):9.0f} {max(speeds) / plain_speed:7.1f}")


def _note(found: dict[str, list[float]], what: str, speed: float) -> None:
    found.setdefault(what, []).append(speed)


def _start(benchmark: Benchmark, path: Path | None) -> ImageClassifier:
    if path is not None:
        return checkpoint.load(path).classifier
    model = clip.load_clip(clip.DEMO)
    return clip.zeroshot_classifier(model, benchmark.class_names, benchmark.templates)


def _ours(
    start: ImageClassifier, train: Images, spec: FinetuneSpec, folder: Path
) -> tuple[float, float]:
    """Images a second of the whole training, checkpoints and states included, and of its steps."""
    speeds: list[float] = []

    def note(progress: Progress) -> None:
        if "images_per_second" in progress.values:
            speeds.append(progress.values["images_per_second"])

    started = time.perf_counter()
    finetune(start, train, spec, folder, report=note)
    return spec.epochs * len(train) / (time.perf_counter() - started), speeds[-1]


class _Opened(Dataset[tuple[torch.Tensor, int]]):
    """Images opened, augmented and normalised one by one, as PIL images."""

    def __init__(self, images: ImageSet, start: ImageClassifier, spec: FinetuneSpec) -> None:
        transform = start.spec.transform
        bicubic = v2.InterpolationMode.BICUBIC
        self.images = images
        self.prepare = v2.Compose(
            [
                v2.RandomResizedCrop(transform.size, (spec.crop_scale, 1.0), interpolation=bicubic),
                v2.ToImage(),
                v2.ToDtype(torch.float32, scale=True),
                v2.Normalize(transform.mean, transform.std),
            ]
            if spec.crop_scale < 1
            else plain.preprocess(transform).transforms
        )

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, index: int) -> tuple[torch.Tensor, int]:
        image: Image.Image = self.images.read(index)
        return self.prepare(image), int(self.images.labels[index])


def _plain_loop(
    start: ImageClassifier, images: ImageSet, spec: FinetuneSpec, *, frozen: bool
) -> float:
    """Images a second of what one would write by hand."""
    model = deepcopy(start).train()
    if frozen:
        model.encoder.requires_grad_(False).eval()
    loader = DataLoader(
        _Opened(images, start, spec),
        batch_size=spec.batch_size,
        shuffle=True,
        num_workers=len(os.sched_getaffinity(0)),
    )
    trained = [each for each in model.parameters() if each.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=spec.learning_rate, weight_decay=spec.weight_decay)
    started, step = time.perf_counter(), 0
    for _ in range(spec.epochs):
        for pixels, labels in loader:
            for group in optimizer.param_groups:
                group["lr"] = learning_rate(step, spec.epochs * len(loader), spec)
            optimizer.zero_grad()
            F.cross_entropy(model(pixels), labels).backward()
            torch.nn.utils.clip_grad_norm_(trained, spec.clip_norm)
            optimizer.step()
            step += 1
    return spec.epochs * len(images) / (time.perf_counter() - started)


if __name__ == "__main__":
    main()
