"""How to train what: the defaults of fine-tuning, and its learning rate along the way."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Protocol

from wiseft.device import fast_bf16
from wiseft.specs import FinetuneSpec, Method, Precision
from wiseft.tower import ARCHITECTURE as DEMO_ARCHITECTURE


def default_spec(architecture: str, method: Method) -> FinetuneSpec:
    """What suits a model that nothing is known of but its architecture.

    For CLIP models this is the paper's recipe; the head alone takes a higher learning rate, since
    its rows are as long as the logit scale, about 100. The demo's small model, which is trained
    on a CPU, takes smaller batches and a higher rate still.
    """
    linear = method == "linear"
    if architecture == DEMO_ARCHITECTURE:
        demo = FinetuneSpec(method, epochs=8, batch_size=128, learning_rate=2e-3, crop_scale=1.0)
        return replace(demo, learning_rate=1e-2, weight_decay=0.0) if linear else demo
    if linear:
        return FinetuneSpec(method, batch_size=256, learning_rate=1e-3, weight_decay=0.0)
    return FinetuneSpec(method)


def training_precision(device: str) -> Precision:
    """The faster precision for training on `device` that keeps the range of float32."""
    return "bfloat16" if fast_bf16(device) else "float32"


class Schedule(Protocol):
    """What the learning rate of a training depends on; the specs of all trainings have it."""

    @property
    def learning_rate(self) -> float:
        """The highest value."""
        ...

    @property
    def warmup_steps(self) -> int:
        """Steps over which it rises linearly from zero."""
        ...


def learning_rate(step: int, steps: int, spec: Schedule) -> float:
    """The rate of one step: linear warm-up, then half a cosine to zero.

    Source: Wortsman et al., CVPR 2022, appendix on hyper-parameters.

    Args:
        step: 0 to `steps` - 1.
        steps: of the whole training.
        spec: its highest rate, and its warm-up, which takes a tenth of all steps at most.
    """
    warmup = min(spec.warmup_steps, steps // 10)
    if step < warmup:
        return spec.learning_rate * (step + 1) / warmup
    return spec.learning_rate * 0.5 * (1 + math.cos(math.pi * (step - warmup) / (steps - warmup)))
