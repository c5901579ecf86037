"""Fine-tune a zero-shot classifier by any method of `recipes.METHODS`; resumable at any moment."""

from __future__ import annotations

import time
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import torch

from wiseft import checkpoint
from wiseft.classifier import ImageClassifier
from wiseft.clip import Clip
from wiseft.device import fast_bf16
from wiseft.epochs import Epochs
from wiseft.images import Images
from wiseft.methods.checks import refuse_unusable
from wiseft.methods.contrastive import fingerprint, load_towers
from wiseft.methods.shots import few_shot, short_classes
from wiseft.metrics import accuracy
from wiseft.parallel import Group
from wiseft.progress import Progress, Report, silent
from wiseft.specs import SCHEMA, FinetuneSpec, Precision, digest
from wiseft.text import number_of
from wiseft.training import Training, own_random_numbers

SAVE_EVERY = 30.0
"""Seconds of training after which its state is saved."""

SAVE_SHARE = 0.05
"""Of the time, at most, that goes into saving states."""


def finetune(
    classifier: ImageClassifier,
    train: Images,
    spec: FinetuneSpec,
    folder: Path,
    *,
    monitor: Images | None = None,
    device: str = "cpu",
    report: Report = silent,
    save_every: float = SAVE_EVERY,
    group: Group | None = None,
) -> ImageClassifier:
    """Train a copy of `classifier` on `train`.

    Every epoch leaves `epoch_<k>.safetensors` in `folder`, and the state of the training is saved
    there at the end of each epoch and every so often between. Where the folder holds the state of
    this very training, it goes on from there, however it came to its end: on a CPU to the same
    weights, bit for bit, as if it had never stopped; on a GPU as far as its kernels add in a fixed
    order. With another number of devices it goes on to the same weights within rounding.

    Args:
        classifier: the start, as a rule zero-shot; it is not changed.
        train: decoded for the classifier's transform.
        spec: how to train.
        folder: for the epochs of this training and of no other.
        monitor: a set whose accuracy is reported after each epoch; it does not change the weights.
        device: where to compute.
        report: told `loss`, `lr` and `images_per_second` at each step, and `accuracy` on
            `monitor` after each epoch. Training ends with any error that it raises.
        save_every: seconds between two saved states; more where saving takes long, so that it
            takes no more than `SAVE_SHARE` of the time.
        group: the processes that train this model together, each with a device of its own; all
            are inside `Group.together`, and the first alone reports and uses folder and monitor.

    Returns:
        the fine-tuned classifier, on the CPU, in eval mode.

    Raises:
        Invalid: where the spec or the labels cannot be used, the loss is not a finite number, or
            memory does not suffice for a single image.
        Incompatible: where `folder` holds the epochs of another training.
        StorageError: where `folder` cannot be written.
    """
    group = group or Group()
    if not group.leads:
        report, monitor = silent, None
    refuse_unusable(spec, classifier, train, group.size)
    towers = towers_for(classifier, spec)
    epochs = Epochs(folder, _key(classifier, train, spec, towers))
    state = group.one(epochs.load_state)
    shown, note = chosen_images(train, spec)
    with own_random_numbers(device):
        training = Training(classifier, shown, spec, device, report, towers, group)
        training.begin(state)
        if note and state is None:
            report(Progress("choosing images", 0, training.steps, note=note))
        saved_at, cost = time.perf_counter(), 0.0
        while training.step < training.steps:
            done = training.advance()
            if not group.leads:
                continue
            report(done)
            epoch, rest = divmod(training.step, training.epoch_steps)
            values = {}
            if rest == 0:
                with training.averaged():
                    if monitor is not None:
                        predictions = training.objective.predict(monitor, device, report)
                        values["accuracy"] = accuracy(predictions).value
                    provenance = {"made_by": "finetune", "finetune": spec.to_json(), **values}
                    epochs.keep(epoch, training.objective.classifier(), provenance)
            since = time.perf_counter() - saved_at
            if rest == 0 or since >= max(save_every, cost / SAVE_SHARE):
                started = time.perf_counter()
                epochs.save_state(training.state())
                saved_at = time.perf_counter()
                cost = saved_at - started
            if rest == 0:
                report(replace(done, values=values, note=""))
        with training.averaged():
            tuned = deepcopy(training.objective.classifier())
    return tuned.to("cpu").to(memory_format=torch.contiguous_format)


def training_precision(device: str) -> Precision:
    """The faster precision for training on `device` that keeps the range of float32."""
    return "bfloat16" if fast_bf16(device) else "float32"


def chosen_images(train: Images, spec: FinetuneSpec) -> tuple[Images, str]:
    """The images that are trained on, and a sentence where there are fewer than asked for."""
    if spec.shots is None:
        return train, ""
    short = short_classes(train.labels, spec.shots)
    have = "has" if short == 1 else "have"
    note = (
        f"{number_of(short, 'class')} {have} fewer than {spec.shots} images: all of theirs are "
        "used."
    )
    return few_shot(train, spec.shots, spec.seed), note if short else ""


def towers_for(classifier: ImageClassifier, spec: FinetuneSpec) -> Clip | None:
    """The CLIP model with the text tower, where the loss needs it; errors as in `load_towers`."""
    return load_towers(classifier, spec.text_tower) if spec.loss == "contrastive" else None


def _key(
    classifier: ImageClassifier, train: Images, spec: FinetuneSpec, towers: Clip | None
) -> str:
    """A digest of all that the weights depend on."""
    record = {
        "schema": SCHEMA,
        "spec": spec.to_json(),
        "start": checkpoint.fingerprint(classifier),
        "data": train.version,
    }
    if towers is not None:
        record["towers"] = fingerprint(towers)
    return digest(record)
