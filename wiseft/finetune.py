"""Fine-tune a zero-shot classifier, end-to-end or its head alone; resumable after any epoch."""

from __future__ import annotations

import logging
import math
import pickle
import time
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torchvision.transforms import InterpolationMode, v2

from wiseft import checkpoint
from wiseft.classifier import ImageClassifier, normalize_pixels
from wiseft.device import autocast
from wiseft.errors import Invalid, WiseftError
from wiseft.evaluate import evaluate
from wiseft.files import written_aside
from wiseft.images import Images
from wiseft.metrics import accuracy
from wiseft.progress import Progress, Report, silent
from wiseft.recipes import learning_rate
from wiseft.specs import SCHEMA, FinetuneSpec, digest

log = logging.getLogger(__name__)

STATE = "training_state.pt"
"""The optimiser after the newest epoch, beside that epoch's checkpoint."""

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

    Every epoch leaves `epoch_<k>.safetensors` in `folder`. Where the folder holds epochs of the
    same training, it goes on after the last of them, to the same weights bit for bit on the same
    device as if it had never stopped.

    Args:
        classifier: the start, as a rule zero-shot; it is not changed.
        train: decoded for the classifier's transform.
        spec: how to train.
        folder: for the epochs; epochs of another training in it are overwritten.
        monitor: a set whose accuracy is reported after each epoch.
        device: where to compute.
        report: told loss, learning rate and images a second at each step, and `accuracy` on
            `monitor` after each epoch.

    Returns:
        the fine-tuned classifier, on the CPU, in eval mode.

    Raises:
        Invalid: where the spec or the labels cannot be used, or the loss is not a finite number.
        StorageError: where `folder` cannot be written.
    """
    _check(spec, classifier, train)
    model = deepcopy(classifier).to(device).to(memory_format=torch.channels_last)
    trained = model.head if spec.method == "linear" else model
    parameters = list(trained.parameters())
    # The rate is set at each step.
    optimizer = torch.optim.AdamW(parameters, lr=0.0, weight_decay=spec.weight_decay)
    identity = digest(
        {
            "schema": SCHEMA,
            "spec": asdict(spec),
            "start": checkpoint.fingerprint(classifier),
            "data": train.version,
        }
    )
    finished = _resume(folder, identity, model, optimizer)
    task = _task(model, train, monitor, spec, device, report)
    steps = spec.epochs * math.ceil(len(train) / spec.batch_size)
    for epoch in range(finished, spec.epochs):
        with torch.random.fork_rng():
            torch.manual_seed(int(digest([spec.seed, epoch])[:15], 16))
            trained.train()
            _train_epoch(epoch, steps, task, parameters, optimizer, train, spec, device, report)
        trained.eval()
        values = {} if monitor is None else {"accuracy": task.accuracy()}
        provenance = {
            "made_by": "finetune",
            "finetune": asdict(spec),
            "epoch": epoch + 1,
            **values,
        }
        checkpoint.save(_epoch_file(folder, epoch + 1), model, provenance)
        state = {"identity": identity, "epoch": epoch + 1, "optimizer": optimizer.state_dict()}
        with written_aside(folder / STATE) as temporary:
            torch.save(state, temporary)
        done = (epoch + 1) * steps // spec.epochs
        report(Progress(f"epoch {epoch + 1} of {spec.epochs}", done, steps, values))
    return model.to("cpu").to(memory_format=torch.contiguous_format).eval()


@dataclass(frozen=True)
class _Task:
    """What differs between training all and training the head.

    Attributes:
        logits: of the training images at the places [B], on the device [B, C].
        accuracy: on the monitored set, as the model is now.
    """

    logits: Callable[[Tensor], Tensor]
    accuracy: Callable[[], float]


def _task(
    model: ImageClassifier,
    train: Images,
    monitor: Images | None,
    spec: FinetuneSpec,
    device: str,
    report: Report,
) -> _Task:
    transform = model.spec.transform
    if spec.method == "linear":
        features, _ = _features(model, train, device, report)
        held_out = None if monitor is None else _features(model, monitor, device, report)

        @torch.no_grad()
        def head_accuracy() -> float:
            assert held_out is not None
            return (model.head(held_out[0]).argmax(dim=1) == held_out[1]).float().mean().item()

        return _Task(lambda places: model.head(features[places]), head_accuracy)

    def logits(places: Tensor) -> Tensor:
        pixels = torch.from_numpy(train.pixels[places.numpy()])
        if spec.crop_scale < 1:
            pixels = _cropped(pixels, spec.crop_scale)
        batch = normalize_pixels(pixels.to(device), transform)
        with autocast(device, spec.precision):
            return model(batch)

    def full_accuracy() -> float:
        assert monitor is not None
        return accuracy(evaluate(model, monitor, device=device)[0]).value

    return _Task(logits, full_accuracy)


def _train_epoch(
    epoch: int,
    steps: int,
    task: _Task,
    parameters: list[nn.Parameter],
    optimizer: torch.optim.Optimizer,
    train: Images,
    spec: FinetuneSpec,
    device: str,
    report: Report,
) -> None:
    """One pass over the training images, in an order from torch's generator."""
    labels = torch.from_numpy(train.labels)
    started, seen = time.perf_counter(), 0
    first = epoch * steps // spec.epochs
    order = torch.randperm(len(train))
    for step, places in enumerate(order.split(spec.batch_size), start=first):
        rate = learning_rate(step, steps, spec)
        for group in optimizer.param_groups:
            group["lr"] = rate
        loss = F.cross_entropy(
            task.logits(places),
            labels[places].to(device),
            label_smoothing=spec.label_smoothing,
        )
        if not math.isfinite(loss.item()):
            raise Invalid(
                f"The loss is no longer a finite number at step {step + 1} of {steps}; "
                f"lower the learning rate ({spec.learning_rate:g})."
            )
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(parameters, spec.clip_norm)
        optimizer.step()
        seen += len(places)
        values = {
            "loss": loss.item(),
            "lr": rate,
            "images_per_second": seen / (time.perf_counter() - started),
        }
        report(Progress(f"epoch {epoch + 1} of {spec.epochs}", step + 1, steps, values))


@torch.no_grad()
def _features(
    model: ImageClassifier, images: Images, device: str, report: Report
) -> tuple[Tensor, Tensor]:
    """Features of a frozen encoder [N, D], and labels [N], both on the device."""
    found = []
    for start in range(0, len(images), FEATURE_BATCH):
        batch = torch.from_numpy(np.array(images.pixels[start : start + FEATURE_BATCH]))
        found.append(model.features(normalize_pixels(batch.to(device), model.spec.transform)))
        report(Progress(f"features of {images.name}", start + len(batch), len(images)))
    return torch.cat(found), torch.from_numpy(images.labels).to(device)


def _cropped(pixels: Tensor, smallest: float) -> Tensor:
    """Every image [B, S, S, 3] cropped at random to `smallest` of its area or more, and resized."""
    size = pixels.shape[1]
    crop = v2.RandomResizedCrop(size, (smallest, 1.0), interpolation=InterpolationMode.BICUBIC)
    return torch.stack([crop(image) for image in pixels.permute(0, 3, 1, 2)]).permute(0, 2, 3, 1)


def _resume(
    folder: Path, identity: str, model: ImageClassifier, optimizer: torch.optim.Optimizer
) -> int:
    """Put model and optimiser into the state after the last epoch in `folder`; how many it were.

    A damaged state is reported in the log, and training starts from the beginning.
    """
    path = folder / STATE
    if not path.exists():
        return 0
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
        if state["identity"] != identity:
            return 0
        weights = checkpoint.load(_epoch_file(folder, state["epoch"])).classifier
        model.load_state_dict(weights.state_dict())
        optimizer.load_state_dict(state["optimizer"])
    except (RuntimeError, pickle.UnpicklingError, EOFError, KeyError, ValueError, WiseftError) as e:
        log.warning("%s cannot be resumed (%s); training starts from the beginning.", path, e)
        return 0
    return int(state["epoch"])


def _epoch_file(folder: Path, epoch: int) -> Path:
    return folder / f"epoch_{epoch}.safetensors"


def _check(spec: FinetuneSpec, classifier: ImageClassifier, train: Images) -> None:
    """Refuse what cannot be trained."""
    for problem in _problems(spec, classifier, train):
        raise Invalid(problem)


def _problems(spec: FinetuneSpec, classifier: ImageClassifier, train: Images) -> Iterator[str]:
    if len(train) == 0:
        yield "There are no training images."
    elif train.labels.max() >= classifier.head.out_features:
        yield "The training images have more classes than the checkpoint; make it anew."
    if spec.epochs < 1 or spec.batch_size < 1:
        yield f"Epochs ({spec.epochs}) and batch size ({spec.batch_size}) must be at least 1."
    if not 0 < spec.learning_rate < math.inf:
        yield f"The learning rate must be above 0, not {spec.learning_rate:g}."
    if not 0 <= spec.weight_decay < math.inf:
        yield f"The weight decay must be 0 or more, not {spec.weight_decay:g}."
    if not 0 <= spec.label_smoothing < 1:
        yield f"The label smoothing must be in 0..1, not {spec.label_smoothing:g}."
    if not 0 < spec.crop_scale <= 1:
        yield f"The crop scale must be in 0..1, not {spec.crop_scale:g}."
    if spec.precision == "float16":
        yield "Training in float16 would need loss scaling; choose float32 or bfloat16."
