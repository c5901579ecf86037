"""Settings of a training that cannot be used, found without loading torch."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import get_args

from wiseft.errors import Invalid
from wiseft.specs import FinetuneSpec, HeadStart, Loss, Method, Optimizer


def refuse_unusable_settings(spec: FinetuneSpec) -> None:
    """Raise `Invalid`, with the first problem in a sentence, where `spec` contradicts itself."""
    for problems in (_of_values(spec), _of_options(spec)):
        for problem in problems:
            raise Invalid(problem)


def refuse_one_device_only(spec: FinetuneSpec) -> None:
    """Raise `Invalid` where `spec` is computed on one device, and several are asked for."""
    if spec.method == "linear":
        raise Invalid(
            "The method linear trains on features that are computed once, which is quick on one "
            "device; choose 1 device."
        )
    if spec.loss == "contrastive":
        raise Invalid(
            "The contrastive loss compares all images of a batch with each other, on one device; "
            "choose 1 device."
        )


def _of_values(spec: FinetuneSpec) -> Iterator[str]:
    """Numbers and names out of range."""
    for what, value, known in (
        ("method", spec.method, get_args(Method)),
        ("loss", spec.loss, get_args(Loss)),
        ("start of the head", spec.head, get_args(HeadStart)),
        ("optimizer", spec.optimizer, get_args(Optimizer)),
    ):
        if value not in known:
            yield f"The {what} must be one of {', '.join(known)}, not {value!r}."
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
    if not 0 <= spec.distillation <= 1:
        yield f"The share of distillation must be from 0 to 1, not {spec.distillation:g}."
    if not 0 <= spec.l2_pull < math.inf:
        yield f"The pull to the zero-shot weights must be 0 or more, not {spec.l2_pull:g}."
    if not 0 <= spec.ema_decay < 1:
        yield (
            "The decay of the moving average must be at least 0 and below 1, "
            f"not {spec.ema_decay:g}."
        )
    if spec.shots is not None and spec.shots < 1:
        yield f"There must be at least 1 image a class, not {spec.shots}."


def _of_options(spec: FinetuneSpec) -> Iterator[str]:
    """Options that do not go together."""
    if spec.precision == "float16":
        yield "Training in float16 would need loss scaling; choose float32 or bfloat16."
    if spec.optimizer == "lbfgs" and spec.method != "linear":
        yield "L-BFGS needs the loss of all images at each step: use it with the method linear."
    if spec.optimizer == "lbfgs" and spec.ema_decay:
        yield "L-BFGS takes too few steps for a moving average; leave the average out."
    if spec.method == "linear":
        for used, what in (
            (spec.last_blocks is not None, "last blocks"),
            (spec.head == "probe", "a probe"),
            (spec.compile, "torch.compile"),
        ):
            if used:
                yield f"The method linear is not used with {what}; leave it out."
    if spec.loss == "contrastive":
        for used, what in (
            (spec.method == "linear", "the method linear"),
            (spec.last_blocks is not None, "last blocks"),
            (spec.head != "zero-shot", "a head of its own"),
            (spec.label_smoothing > 0, "label smoothing"),
            (spec.distillation > 0, "distillation"),
            (spec.compile, "torch.compile"),
        ):
            if used:
                yield f"The contrastive loss does not go together with {what}; leave it out."
