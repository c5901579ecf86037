"""What a training will take, from its first steps; nothing is written."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch

from wiseft.classifier import ImageClassifier
from wiseft.finetune import chosen_images, towers_for
from wiseft.images import Images
from wiseft.methods.checks import refuse_unusable
from wiseft.progress import Report, silent
from wiseft.specs import FinetuneSpec
from wiseft.training import Training, own_random_numbers

STEPS = 10
"""Steps of a rehearsal, unless the training has fewer."""

_CLEAR_PEAK = Path("/proc/self/clear_refs")
_STATUS = Path("/proc/self/status")


@dataclass(frozen=True)
class Rehearsal:
    """What the first steps of a training showed.

    Attributes:
        images_per_second: trained on, the first step left out, which is slower.
        seconds: that the whole training will take, features and probe included, evaluations and
            saving left out.
        peak_bytes: of the device's memory that was in use at once; on a CPU of the whole
            process's memory; None where the system does not tell.
        losses: of each step.
        note: a sentence, where batches had to be divided or classes have few images.
    """

    images_per_second: float
    seconds: float
    peak_bytes: int | None
    losses: tuple[float, ...]
    note: str


def rehearse(
    classifier: ImageClassifier,
    train: Images,
    spec: FinetuneSpec,
    device: str = "cpu",
    report: Report = silent,
) -> Rehearsal:
    """Take the first ten steps of a training and throw them away.

    Where the features of all images would be needed, those of a random part of them do, and what
    they took is scaled up.

    Args:
        classifier: the start; it is not changed.
        train: the training images.
        spec: how they would be trained on.
        device: where to compute.
        report: told about every step.

    Raises:
        WiseftError: where the training itself would.
    """
    refuse_unusable(spec, classifier, train)
    towers = towers_for(classifier, spec)
    train, note = chosen_images(train, spec)
    part = train
    if spec.method == "linear" or spec.head == "probe":
        part = _part(train, STEPS * spec.batch_size)
    scale = len(train) / len(part)
    _forget_peak(device)
    with own_random_numbers(device):
        started = time.perf_counter()
        training = Training(classifier, part, spec, device, report, towers)
        training.begin()
        losses = []
        marks = [started]
        while training.step < min(STEPS, training.steps):
            done = training.advance()
            losses.append(done.values["loss"])
            note = done.note or note
            marks.append(time.perf_counter())
            report(done)
    full_batch = spec.optimizer == "lbfgs"
    step = float(np.mean(np.diff(marks[1:]))) if len(marks) > 2 else marks[1] - marks[0]
    step *= scale if full_batch else 1.0
    batch = len(train) if full_batch else min(spec.batch_size, len(train))
    steps = spec.epochs * -(-len(train) // batch)
    preparation = (marks[1] - marks[0]) * scale
    return Rehearsal(
        images_per_second=len(train) * spec.epochs / (step * steps),
        seconds=preparation + step * (steps - 1),
        peak_bytes=_peak(device),
        losses=tuple(losses),
        note=note,
    )


def _part(images: Images, count: int) -> Images:
    """`count` of the images, drawn evenly; all where there are no more."""
    if count >= len(images):
        return images
    chosen = np.sort(np.random.default_rng(0).choice(len(images), count, replace=False))
    return replace(
        images,
        pixels=images.pixels[chosen],
        labels=images.labels[chosen],
        sources=tuple(images.sources[index] for index in chosen),
    )


def _forget_peak(device: str) -> None:
    """Let the measurement of the highest memory begin anew."""
    if torch.device(device).type == "cuda":
        torch.cuda.reset_peak_memory_stats(device)
    elif _CLEAR_PEAK.exists():
        with suppress(OSError):  # some containers forbid it: the peak is that of the process then
            _CLEAR_PEAK.write_text("5")


def _peak(device: str) -> int | None:
    """The highest memory since `_forget_peak`, in bytes."""
    kind = torch.device(device).type
    if kind == "cuda":
        return torch.cuda.max_memory_allocated(device)
    if kind == "cpu" and _STATUS.exists():
        [line] = [each for each in _STATUS.read_text().splitlines() if each.startswith("VmHWM:")]
        return int(line.split()[1]) * 1024
    return None
