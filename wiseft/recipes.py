"""How to train what: named methods, the defaults of fine-tuning, and its learning rate."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from wiseft.registry import Registry
from wiseft.specs import FinetuneSpec

DEMO_ARCHITECTURE = "wiseft-signs"
"""The architecture of the demo's small model, as `tower` names it; written here without torch."""


@dataclass(frozen=True)
class Recipe:
    """A method by name: the options of a `FinetuneSpec` in which it differs from end-to-end.

    Attributes:
        title: in words, for people.
        summary: what it does, in a sentence.
        source: where it comes from.
        options: fields of the spec and their values.
    """

    title: str
    summary: str
    source: str
    options: Mapping[str, Any] = field(default_factory=dict)


METHODS = Registry[Recipe](
    "method",
    {
        "end-to-end": Recipe(
            "End-to-end",
            "Trains the image encoder and the head from the zero-shot classifier.",
            "Wortsman et al., CVPR 2022, section 2",
        ),
        "linear": Recipe(
            "Linear classifier",
            "Trains the head alone, on features that are computed once.",
            "Wortsman et al., CVPR 2022, section 2",
            {"method": "linear", "weight_decay": 0.0},
        ),
        "linear-lbfgs": Recipe(
            "Linear classifier, L-BFGS",
            "Fits the head alone on all features at once, without a learning rate.",
            "Radford et al., ICML 2021, appendix A.3",
            {"method": "linear", "optimizer": "lbfgs", "epochs": 5, "weight_decay": 1e-6},
        ),
        "lp-ft": Recipe(
            "Linear probe, then fine-tune",
            "Fits the head on frozen features first, then trains encoder and head together.",
            "Kumar et al., ICLR 2022",
            {"head": "probe"},
        ),
        "last-blocks": Recipe(
            "Last blocks",
            "Trains the last block of the encoder, what follows it, and the head.",
            "Yosinski et al., NeurIPS 2014",
            {"last_blocks": 1},
        ),
        "random-head": Recipe(
            "Random head",
            "Trains end-to-end from a head that knows nothing; as a rule it fails under shift.",
            "Wortsman et al., CVPR 2022, appendix",
            {"head": "random"},
        ),
        "label-smoothing": Recipe(
            "Label smoothing",
            "Trains end-to-end with a tenth of each target spread over all classes.",
            "Szegedy et al., CVPR 2016, section 7",
            {"label_smoothing": 0.1},
        ),
        "ema": Recipe(
            "Moving average",
            "Trains end-to-end and keeps the debiased average of the weights of all steps.",
            "Wortsman et al., CVPR 2022, appendix",
            {"ema_decay": 0.999},
        ),
        "l2-sp": Recipe(
            "Pull to zero-shot",
            "Trains end-to-end with a penalty on the distance to the zero-shot weights.",
            "Li et al., ICML 2018",
            {"l2_pull": 0.01, "weight_decay": 0.0},
        ),
        "distillation": Recipe(
            "Distillation",
            "Trains end-to-end, with half of the loss towards the zero-shot model's answers.",
            "Hinton et al., 2015; Wortsman et al., CVPR 2022, appendix",
            {"distillation": 0.5},
        ),
        "flyp": Recipe(
            "Fine-tune like pretraining",
            "Trains both towers on images and class prompts with CLIP's contrastive loss.",
            "Goyal et al., CVPR 2023",
            {"loss": "contrastive"},
        ),
    },
)


def default_spec(architecture: str, method: str) -> FinetuneSpec:
    """What suits a model that nothing is known of but its architecture.

    For CLIP models this is the paper's recipe; the head alone takes a higher learning rate, since
    its rows are as long as the logit scale, about 100. The demo's small model, which is trained
    on a CPU, takes smaller batches and a higher rate still.

    Args:
        architecture: open_clip's name of the model.
        method: a name in `METHODS`.

    Raises:
        UnknownName: where there is no such method.
    """
    options = METHODS[method].options
    linear = options.get("method") == "linear"
    if architecture == DEMO_ARCHITECTURE:
        rate = 1e-2 if linear else 2e-3
        base = FinetuneSpec(epochs=8, batch_size=128, learning_rate=rate, crop_scale=1.0)
    elif linear:
        base = FinetuneSpec(batch_size=256, learning_rate=1e-3)
    else:
        base = FinetuneSpec()
    return replace(base, **options)


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
