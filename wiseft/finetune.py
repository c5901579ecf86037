"""Fine-tune a zero-shot classifier, end-to-end or its head alone; resumable after any epoch."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torchvision.transforms import InterpolationMode, v2

from wiseft import checkpoint
from wiseft.classifier import ImageClassifier, normalize_pixels
from wiseft.device import autocast
from wiseft.epochs import Epochs
from wiseft.errors import Invalid
from wiseft.evaluate import evaluate
from wiseft.images import Images
from wiseft.metrics import accuracy
from wiseft.predictions import Predictions
from wiseft.progress import Progress, Report, silent
from wiseft.recipes import learning_rate
from wiseft.specs import SCHEMA, FinetuneSpec, Method, digest

FEATURE_BATCH = 64
"""Images a forward pass when the features of a frozen encoder are computed."""


def finetune(
    classifier: ImageClassifier,
    train: Images,
    spec: FinetuneSpec,
    folder: Path,
    *,
    monitor: Images | None = None,
    device: str = "cpu",
    report: Report = silent,
) -> ImageClassifier:
    """Train a copy of `classifier` with cross entropy on `train`.

    Every epoch leaves `epoch_<k>.safetensors` in `folder`. Where the folder holds epochs of this
    very training, it goes on after the last of them: on a CPU to the same weights, bit for bit, as
    if it had never stopped; on a GPU as far as its kernels add in a fixed order.

    Args:
        classifier: the start, as a rule zero-shot; it is not changed.
        train: decoded for the classifier's transform.
        spec: how to train.
        folder: for the epochs of this training and of no other.
        monitor: a set whose accuracy is reported after each epoch; it does not change the weights.
        device: where to compute.
        report: told `loss`, `lr` and `images_per_second` at each step, and `accuracy` on
            `monitor` after each epoch.

    Returns:
        the fine-tuned classifier, on the CPU, in eval mode.

    Raises:
        Invalid: where the spec or the labels cannot be used, or the loss is not a finite number.
        Incompatible: where `folder` holds the epochs of another training.
        StorageError: where `folder` cannot be written.
    """
    problem = next(_problems(spec, classifier, train), None)
    if problem:
        raise Invalid(problem)
    model = deepcopy(classifier).eval().to(device).to(memory_format=torch.channels_last)
    trained = model.head if spec.method == "linear" else model
    optimizer = torch.optim.AdamW(
        trained.parameters(),
        lr=0.0,  # set at each step
        betas=(0.9, 0.999),
        eps=1e-8,
        weight_decay=spec.weight_decay,
    )
    training = digest(
        {
            "schema": SCHEMA,
            "spec": asdict(spec),
            "start": checkpoint.fingerprint(classifier),
            "data": train.version,
        }
    )
    epochs = Epochs(folder, training)
    finished = epochs.resume(model, optimizer)
    if finished < spec.epochs:
        task = _TASKS[spec.method](model, train, spec, device, report)
        labels = torch.from_numpy(train.labels).to(device)
        for epoch in range(finished, spec.epochs):
            with _seeded(device, spec.seed, epoch):
                trained.train()
                done = _train_epoch(epoch, task.logits, labels, optimizer, spec, report)
            trained.eval()
            values = {} if monitor is None else {"accuracy": accuracy(task.predict(monitor)).value}
            provenance = {"made_by": "finetune", "finetune": asdict(spec), **values}
            epochs.keep(epoch + 1, model, optimizer, provenance)
            report(replace(done, values=values))
    return model.to("cpu").to(memory_format=torch.contiguous_format)


@dataclass(frozen=True)
class _Task:
    """What the methods do each in its own way.

    Attributes:
        logits: of the training images at the places [B]: [B, C], on the device, to be
            differentiated.
        predict: what the model, as it is at that moment, says of a set.
    """

    logits: Callable[[Tensor], Tensor]
    predict: Callable[[Images], Predictions]


def _end_to_end(
    model: ImageClassifier, train: Images, spec: FinetuneSpec, device: str, report: Report
) -> _Task:
    def logits(places: Tensor) -> Tensor:
        pixels = torch.from_numpy(train.pixels[places.numpy()]).to(device)
        if spec.crop_scale < 1:
            pixels = _cropped(pixels, spec.crop_scale)
        batch = normalize_pixels(pixels, model.spec.transform)
        with autocast(device, spec.precision):
            return model(batch)

    def predict(images: Images) -> Predictions:
        return evaluate(model, images, device=device, report=report)[0]

    return _Task(logits, predict)


def _linear(
    model: ImageClassifier, train: Images, spec: FinetuneSpec, device: str, report: Report
) -> _Task:
    """The features are computed once, in float32 as in evaluation, and without crops."""

    @cache
    def features(images: Images) -> Tensor:
        return _features(model, images, device, report)

    @torch.no_grad()
    def predict(images: Images) -> Predictions:
        return Predictions.from_logits(model.head(features(images)).cpu().numpy(), images.labels)

    of_train = features(train)
    return _Task(lambda places: model.head(of_train[places]), predict)


_TASKS: dict[Method, Callable[..., _Task]] = {"end-to-end": _end_to_end, "linear": _linear}


def _train_epoch(
    epoch: int,
    logits: Callable[[Tensor], Tensor],
    labels: Tensor,
    optimizer: torch.optim.Optimizer,
    spec: FinetuneSpec,
    report: Report,
) -> Progress:
    """One pass over the training images, in an order from torch's generator; its last report."""
    parameters = [each for group in optimizer.param_groups for each in group["params"]]
    # As many images in one step as in another, so that none learns from a handful.
    batches = torch.randperm(len(labels)).tensor_split(math.ceil(len(labels) / spec.batch_size))
    steps = spec.epochs * len(batches)
    started, seen = time.perf_counter(), 0
    progress = Progress(f"epoch {epoch + 1} of {spec.epochs}", epoch * len(batches), steps)
    for places in batches:
        rate = learning_rate(progress.done, steps, spec)
        for group in optimizer.param_groups:
            group["lr"] = rate
        loss = F.cross_entropy(logits(places), labels[places], label_smoothing=spec.label_smoothing)
        value = loss.item()
        if not math.isfinite(value):
            raise Invalid(
                f"The loss is no longer a finite number at step {progress.done + 1} of {steps}; "
                f"lower the learning rate ({spec.learning_rate:g}). Finished epochs are kept."
            )
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(parameters, spec.clip_norm)
        optimizer.step()
        seen += len(places)
        speed = seen / (time.perf_counter() - started)
        values = {"loss": value, "lr": rate, "images_per_second": speed}
        progress = replace(progress, done=progress.done + 1, values=values)
        report(progress)
    return progress


@torch.no_grad()
def _features(model: ImageClassifier, images: Images, device: str, report: Report) -> Tensor:
    """Features of a frozen encoder [N, D], on the device."""
    found = []
    for start in range(0, len(images), FEATURE_BATCH):
        batch = torch.from_numpy(np.array(images.pixels[start : start + FEATURE_BATCH]))
        found.append(model.features(normalize_pixels(batch.to(device), model.spec.transform)))
        report(Progress(f"features of {images.name}", start + len(batch), len(images)))
    return torch.cat(found)


def _cropped(pixels: Tensor, smallest: float) -> Tensor:
    """Every image [B, S, S, 3] cropped at random and resized: [B, 3, S, S].

    A crop keeps `smallest` of the area or more, and has an aspect ratio of 3/4 to 4/3, as in
    open_clip's training.
    """
    size = pixels.shape[1]
    crop = v2.RandomResizedCrop(size, (smallest, 1.0), interpolation=InterpolationMode.BICUBIC)
    return torch.stack([crop(image) for image in pixels.permute(0, 3, 1, 2)])


@contextmanager
def _seeded(device: str, *seed: int) -> Iterator[None]:
    """In this block torch's random numbers are a function of `seed`; outside nothing changes."""
    with torch.random.fork_rng([device] if torch.device(device).type == "cuda" else []):
        torch.manual_seed(int(digest(seed)[:15], 16))
        yield


def _problems(spec: FinetuneSpec, classifier: ImageClassifier, train: Images) -> Iterator[str]:
    """Why this cannot be trained, a sentence each."""
    classes = classifier.head.out_features
    if len(train) == 0:
        yield "There are no training images."
    elif not 0 <= train.labels.min() <= train.labels.max() < classes:
        yield (
            f"The training images have class ids {train.labels.min()} to {train.labels.max()}, "
            f"the checkpoint has {classes} classes; make it anew for the classes of these images."
        )
    if spec.method not in _TASKS:
        yield f"The method must be one of {', '.join(_TASKS)}, not {spec.method!r}."
    if spec.epochs < 1 or spec.batch_size < 1:
        yield f"Epochs ({spec.epochs}) and batch size ({spec.batch_size}) must be at least 1."
    if not 0 < spec.learning_rate < math.inf:
        yield f"The learning rate must be above 0, not {spec.learning_rate:g}."
    if not 0 <= spec.weight_decay < math.inf:
        yield f"The weight decay must be 0 or more, not {spec.weight_decay:g}."
    if spec.warmup_steps < 0:
        yield f"The warm-up must be 0 steps or more, not {spec.warmup_steps}."
    if not 0 <= spec.label_smoothing < 1:
        yield f"The label smoothing must be at least 0 and below 1, not {spec.label_smoothing:g}."
    if not spec.clip_norm > 0:
        yield f"The gradient norm must be clipped above 0, not at {spec.clip_norm:g}."
    if not 0 < spec.crop_scale <= 1:
        yield f"The crop scale must be above 0 and at most 1, not {spec.crop_scale:g}."
    if spec.precision == "float16":
        yield "Training in float16 would need loss scaling; choose float32 or bfloat16."
