"""Frozen descriptions of a computation, and the keys made from them.

A key is the SHA-256 of canonical JSON of what can change a result, and of nothing else.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal

SCHEMA = 1
"""Version of every record and key; raised when their meaning changes."""

Interpolation = Literal["bilinear", "bicubic"]
ResizeMode = Literal["shortest", "squash", "longest"]
Precision = Literal["float32", "bfloat16", "float16"]
Method = Literal["end-to-end", "linear"]
HeadStart = Literal["zero-shot", "random", "probe"]
Loss = Literal["cross-entropy", "contrastive"]
Optimizer = Literal["adamw", "lbfgs"]


def digest(value: Any) -> str:
    """SHA-256 (64 hex digits) of the canonical JSON of `value`: sorted keys, no white space."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


@dataclass(frozen=True)
class Transform:
    """Preprocessing of a model: resize, centre crop, scale to 0..1, normalise.

    Attributes:
        size: height and width of the model's input, in pixels.
        interpolation: filter of the resize.
        resize_mode: "shortest" resizes the shorter side and crops the centre; "squash" ignores
            the aspect ratio; "longest" resizes the longer side and pads with black.
        mean, std: of the three channels, for pixels in 0..1.
    """

    size: int
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    interpolation: Interpolation = "bicubic"
    resize_mode: ResizeMode = "shortest"

    @property
    def geometry(self) -> dict[str, Any]:
        """What the decoded uint8 pixels depend on: all but the normalisation."""
        return {"size": self.size, "filter": self.interpolation, "mode": self.resize_mode}


@dataclass(frozen=True)
class ModelSpec:
    """What a checkpoint must carry so that loading it needs nothing from the caller.

    Attributes:
        architecture: open_clip's name of the image tower, QuickGELU variant included.
        transform: the preprocessing that the weights were trained with.
        class_names: readable names [C], in the order of the head's rows.
        templates: the prompt templates of the zero-shot head.
    """

    architecture: str
    transform: Transform
    class_names: tuple[str, ...]
    templates: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """The spec as JSON types; `from_json` is its inverse."""
        return asdict(self)

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> ModelSpec:
        """The spec in `record`. Raises KeyError or TypeError where a field is missing."""
        transform = dict(record["transform"])
        transform["mean"] = tuple(transform["mean"])
        transform["std"] = tuple(transform["std"])
        return cls(
            architecture=record["architecture"],
            transform=Transform(**transform),
            class_names=tuple(record["class_names"]),
            templates=tuple(record["templates"]),
        )


@dataclass(frozen=True)
class FinetuneSpec:
    """How a zero-shot classifier is fine-tuned; the defaults are the paper's recipe for CLIP.

    Source: Wortsman et al., CVPR 2022, appendix on hyper-parameters: AdamW, cosine schedule after
    a linear warm-up, gradient norm clipped at 1, images cropped at random to 90 % or more. The
    options that make other methods of it can be combined; `recipes.METHODS` names combinations.

    Attributes:
        method: "end-to-end" trains image encoder and head; "linear" the head alone, on frozen
            features.
        epochs: passes over the training set; with L-BFGS, rounds of `solvers.LBFGS_ITERATIONS`.
        batch_size: images a step; with L-BFGS every step sees all.
        learning_rate: the highest value of the schedule; L-BFGS searches its own.
        weight_decay: AdamW's decoupled decay; with L-BFGS half of it times the squared norm of
            the weights is added to the loss.
        warmup_steps: steps over which the learning rate rises linearly from zero; shortened to a
            tenth of all steps where there are fewer than ten times as many.
        label_smoothing: share of the target spread evenly over all classes, 0..1.
        clip_norm: largest norm of the gradient over all parameters; not with L-BFGS.
        crop_scale: smallest share of the image's area that random cropping keeps; 1 is no crop.
        seed: of the order of the images, the crops, the choice of few images, a random head, and
            dropout where the model has any.
        precision: of the forward pass in training; weights and optimiser stay in float32.
        head: what training starts from: the zero-shot head; random rows of the same lengths; or
            a linear probe, fitted from the zero-shot head before the encoder moves.
        last_blocks: train only so many of the encoder's last blocks, what follows them, and the
            head; None for all.
        loss: "contrastive" trains image and text tower as in pretraining, on class prompts.
        optimizer: "lbfgs" is for the method "linear".
        text_tower: open_clip's tag or the file with the text tower, for the contrastive loss;
            None is enough for the demo's model, which is shipped.
        distillation: share of the loss that is the cross entropy to the zero-shot model's
            probabilities, 0..1.
        l2_pull: half of it times the squared distance to the zero-shot weights is added to the
            loss.
        ema_decay: of a moving average over the steps, which is kept instead of the last weights;
            0 for none.
        ema_debiased: the average is over the trained weights alone; otherwise the start has
            the share `ema_decay ** steps` in it.
        shots: images of each class that are trained on, chosen by the seed; None for all.
        compile: compile the forward pass with torch.compile.
    """

    method: Method = "end-to-end"
    epochs: int = 10
    batch_size: int = 512
    learning_rate: float = 3e-5
    weight_decay: float = 0.1
    warmup_steps: int = 500
    label_smoothing: float = 0.0
    clip_norm: float = 1.0
    crop_scale: float = 0.9
    seed: int = 0
    precision: Precision = "float32"
    head: HeadStart = "zero-shot"
    last_blocks: int | None = None
    loss: Loss = "cross-entropy"
    optimizer: Optimizer = "adamw"
    text_tower: str | None = None
    distillation: float = 0.0
    l2_pull: float = 0.0
    ema_decay: float = 0.0
    ema_debiased: bool = True
    shots: int | None = None
    compile: bool = False

    def to_json(self) -> dict[str, Any]:
        """The spec as JSON types, for keys and provenance; `FinetuneSpec(**record)` is its inverse.

        Fields from `head` on are left out where they have their defaults, so that adding an
        option changes the key of no training that does not use it.
        """
        values, names = asdict(self), [each.name for each in fields(self)]
        optional = names[names.index("head") :]
        defaults = asdict(FinetuneSpec())
        return {
            name: value
            for name, value in values.items()
            if name not in optional or value != defaults[name]
        }


@dataclass(frozen=True)
class EvalKey:
    """Names the evaluations of one image set along the path between two models.

    Attributes:
        zeroshot, finetuned: fingerprints of the two ends (`checkpoint.fingerprint`).
        data: `ImageSet.version` of the images.
        classes: the class ids that the logits are restricted to; None for all.
        precision: of the forward pass.
    """

    zeroshot: str
    finetuned: str
    data: str
    classes: tuple[int, ...] | None
    precision: Precision = "float32"

    def digest(self, alpha: float) -> str:
        """The key of what is evaluated at `alpha`, the alpha itself left out.

        At 0 and 1 only one of the two models counts, so that runs which share a model share its
        evaluations.
        """
        record = {"schema": SCHEMA, **asdict(self)}
        if alpha == 0:
            del record["finetuned"]
        if alpha == 1:
            del record["zeroshot"]
        return digest(record)
