"""The settings of a fine-tuning, each in plain words: what the form asks, in its order."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, get_args, get_origin, get_type_hints

from wiseft.recipes import METHODS
from wiseft.specs import FinetuneSpec

FIXED = ("method", "loss", "optimizer")
"""Fields that the choice of a method settles."""

Kind = Literal["list", "integer", "number", "flag", "choice", "text"]


@dataclass(frozen=True)
class Setting:
    """One field of a `FinetuneSpec`, as people see it.

    Attributes:
        label: its name.
        help: what it does, in one line.
        advanced: whether it is out of sight at first.
        grid: whether several values can be given, for a training with each.
        low, high: the least and the greatest that it can be, where it is a number.
        none: what it means to leave it empty, where that can be.
    """

    label: str
    help: str
    advanced: bool = True
    grid: bool = False
    low: float | None = 0
    high: float | None = None
    none: str = ""


SETTINGS: dict[str, Setting] = {
    "epochs": Setting("Epochs", "How often every image is seen.", advanced=False, grid=True, low=1),
    "learning_rate": Setting(
        "Learning rate",
        "How far a step moves the weights. Too high unlearns what the model knew.",
        advanced=False,
        grid=True,
    ),
    "batch_size": Setting(
        "Batch size",
        "Images that are averaged for one step. More need more memory.",
        advanced=False,
        low=1,
    ),
    "shots": Setting(
        "Images of each class",
        "Train on so few of each class, drawn by the seed.",
        advanced=False,
        low=1,
        none="all there are",
    ),
    "seed": Setting("Seed", "Another seed, another order of the images and other crops."),
    "weight_decay": Setting("Weight decay", "Pulls all weights towards zero a little."),
    "warmup_steps": Setting(
        "Warm-up steps", "The learning rate rises over these; a tenth of all steps at most."
    ),
    "clip_norm": Setting("Gradient norm", "No step follows a gradient longer than this."),
    "crop_scale": Setting(
        "Smallest crop", "Share of an image that random crops keep; 1 is no crop.", high=1
    ),
    "label_smoothing": Setting(
        "Label smoothing", "Share of each target that goes to all classes alike.", high=1
    ),
    "head": Setting("Start of the head", "What the last layer starts from."),
    "last_blocks": Setting(
        "Last blocks", "Train so many blocks at the end of the encoder.", low=1, none="all of them"
    ),
    "distillation": Setting(
        "Distillation", "Share of the loss that asks for the zero-shot model's answers.", high=1
    ),
    "l2_pull": Setting("Pull to zero-shot", "Keeps the weights near the zero-shot ones."),
    "ema_decay": Setting(
        "Moving average", "Keep the average of the weights with this decay; 0 is none.", high=1
    ),
    "ema_debiased": Setting(
        "Debias the average", "Leave the zero-shot weights out of the moving average."
    ),
    "text_tower": Setting(
        "Text tower",
        "open_clip's tag, or a file, of the weights with the text tower.",
        none="that of the demo's model",
    ),
    "precision": Setting("Precision", "Of the forward pass.", none="what suits the device"),
    "compile": Setting("Compile", "Compile the model first: slow to start, then faster."),
}
"""By the name of the field. A field that is not here, and not `FIXED`, is missing in the form."""


def kind_of(name: str) -> Kind:
    """What kind of value a field takes."""
    if SETTINGS[name].grid:
        return "list"
    annotation = _HINTS[name]
    if get_origin(annotation) is Literal:
        return "choice"
    members = set(get_args(annotation)) or {annotation}
    kinds: tuple[tuple[type, Kind], ...] = ((bool, "flag"), (int, "integer"), (float, "number"))
    for type_, kind in kinds:
        if type_ in members:
            return kind
    return "text"


def choices_of(name: str) -> tuple[str, ...]:
    """The values of a field of the kind "choice"."""
    return get_args(_HINTS[name])


def asked_for(spec: FinetuneSpec) -> list[str]:
    """The fields that matter to a training of this kind, in the order of the form."""
    left_out: set[str] = set()
    if spec.method == "linear":
        left_out |= {"crop_scale", "last_blocks", "compile"}
    if spec.optimizer == "lbfgs":
        left_out |= {"learning_rate", "batch_size", "warmup_steps", "clip_norm"}
        left_out |= {"ema_decay", "ema_debiased"}
    if spec.loss == "contrastive":
        left_out |= {"last_blocks", "head", "label_smoothing", "distillation", "compile"}
    else:
        left_out.add("text_tower")
    return [name for name in SETTINGS if name not in left_out]


def method_of(spec: FinetuneSpec) -> str:
    """The method that a spec is closest to.

    It trains the same part from the same head with the same loss; of those, it has the most of
    the method's options.
    """
    values = asdict(spec)

    def closeness(name: str) -> int:
        options = METHODS[name].options.items()
        return sum(1 if values[each] == value else -1 for each, value in options)

    def alike(name: str) -> bool:
        other = asdict(replace(FinetuneSpec(), **METHODS[name].options))
        return all(other[each] == values[each] for each in (*FIXED, "head"))

    return max(filter(alike, METHODS), key=closeness, default=next(iter(METHODS)))


def settings_in_words(spec: FinetuneSpec, precision: str | None = None) -> dict[str, str]:
    """Values by their labels, those left out that do not matter to a training of this kind.

    Args:
        spec: of the training.
        precision: of its forward pass; None where the device chooses.
    """
    values = asdict(spec) | {"precision": precision}
    words = {
        SETTINGS[name].label: _in_words(values[name], SETTINGS[name]) for name in asked_for(spec)
    }
    return {"Method": METHODS[method_of(spec)].title, **words}


_HINTS = get_type_hints(FinetuneSpec)


def _in_words(value: Any, setting: Setting) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    return setting.none if value is None else str(value)
