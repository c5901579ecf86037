"""The door to open_clip: CLIP models by name, and the zero-shot classifiers they make."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import open_clip
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from wiseft import tower
from wiseft.architectures import Architecture
from wiseft.classifier import ImageClassifier
from wiseft.errors import Incompatible, Invalid, Missing
from wiseft.model_names import DEMO
from wiseft.progress import Progress, Report, silent
from wiseft.specs import ModelSpec, Transform
from wiseft.state_dicts import read_state_dict
from wiseft.weights import difference, not_finite

DEMO_FILE = Path(__file__).resolve().parents[1] / "data" / "demo" / "clip.safetensors"
"""The weights of the model that is shipped, a `wiseft-signs`."""

PROMPTS_PER_BATCH = 256
"""Prompts that go through the text tower at once, unless one class alone has more."""

OpenClip = open_clip.CLIP | open_clip.CustomTextCLIP | open_clip.CoCa


@dataclass(frozen=True, eq=False)
class Clip:
    """A CLIP model and what belongs to it.

    Attributes:
        architecture: open_clip's name, QuickGELU variant included.
        transform: preprocessing of the images.
        model: both towers and the logit scale, in float32.
        tokenizer: texts to token ids [N, L].
    """

    architecture: str
    transform: Transform
    model: OpenClip
    tokenizer: Callable[[list[str]], Tensor]

    @property
    def encoder(self) -> nn.Module:
        """The image tower: pixels [B, 3, S, S] to embeddings [B, D]."""
        return self.model.visual

    def embed(self, texts: Sequence[str]) -> Tensor:
        """Text embeddings of length one [N, D]."""
        tokens = self.tokenizer(list(texts)).to(self.model.logit_scale.device)
        return self.model.encode_text(tokens, normalize=True)


def load_clip(architecture: str, pretrained: str | Path | None = None, device: str = "cpu") -> Clip:
    """A CLIP model by name, in eval mode.

    Args:
        architecture: open_clip's name, such as "ViT-B-32-quickgelu"; or `DEMO`.
        pretrained: one of open_clip's tags for the architecture, or a file with weights of it;
            None for random weights (the shipped ones for `DEMO`).
        device: where the model is put.

    Raises:
        UnknownName: for an architecture or a tag that is not known.
        Missing: for a file that is not there, and for weights or a tokenizer that cannot be
            downloaded.
        Incompatible: where the weights are not of this architecture, QuickGELU included.
        Invalid: where a file cannot be read or holds weights that are not finite.
    """
    if architecture == DEMO:
        architecture, pretrained = tower.ARCHITECTURE, pretrained or DEMO_FILE
    known = Architecture.named(architecture)
    tag = None if pretrained is None else known.tag(str(pretrained))
    downloaded = None if tag is None else known.download(tag)
    tokenizer = _tokenizer(known)
    model = _build(known)
    if downloaded is not None:
        # open_clip reads old forms of its own files too; its annotation leaves out CoCa.
        open_clip.load_checkpoint(model, downloaded)  # pyright: ignore[reportArgumentType]
    elif pretrained is not None:
        _load_file(model, known, Path(pretrained))
    return Clip(
        architecture=architecture,
        transform=known.transform(tag),
        model=model.to(device).eval(),
        tokenizer=tokenizer,
    )


def build_classifier(spec: ModelSpec) -> ImageClassifier:
    """A classifier of the form that `spec` describes, with random weights, in eval mode.

    Raises:
        UnknownName: for an architecture that open_clip does not know.
    """
    architecture = Architecture.named(spec.architecture)
    head = nn.Linear(architecture.embedding_size, len(spec.class_names))
    return ImageClassifier(_build_encoder(architecture), head, spec).eval()


def zeroshot_classifier(
    clip: Clip,
    class_names: Sequence[str],
    templates: Sequence[str],
    report: Report = silent,
) -> ImageClassifier:
    """The classifier that a CLIP model is without any training, in eval mode, on its device.

    Per class, every template is filled with the name and embedded; the embeddings, of length one,
    are averaged, the mean is brought to length one again and multiplied by exp(logit scale): a
    row of the head. The bias is zero. SigLIP's logit bias is left out, since it is the same for
    all classes and changes neither predictions nor their softmax probabilities.
    Source: Radford et al., ICML 2021, section 3.1; Wortsman et al., CVPR 2022, section 2.

    Args:
        clip: the model; the classifier shares its image tower.
        class_names: readable names [C].
        templates: prompts with `{}` where the class name goes.
        report: told how many classes have been embedded.

    Raises:
        Invalid: where there are no classes or no templates, or a template has no `{}`.
    """
    if not class_names or not templates:
        raise Invalid("A zero-shot classifier needs one class name and one template at least.")
    for template in templates:
        if "{}" not in template:
            raise Invalid(f"The template {template!r} has no {{}} where the class name goes.")
    with torch.no_grad():
        rows = torch.cat(list(_class_embeddings(clip, class_names, templates, report)))
        head = nn.Linear(rows.shape[1], rows.shape[0], device=rows.device)
        head.weight.copy_(rows * clip.model.logit_scale.exp())
        head.bias.zero_()
    spec = ModelSpec(clip.architecture, clip.transform, tuple(class_names), tuple(templates))
    return ImageClassifier(clip.encoder, head, spec).eval()


def _class_embeddings(
    clip: Clip, class_names: Sequence[str], templates: Sequence[str], report: Report
) -> Iterator[Tensor]:
    """Mean embeddings of length one [n, D], of one batch of classes after the other."""
    per_batch = max(1, PROMPTS_PER_BATCH // len(templates))
    for start in range(0, len(class_names), per_batch):
        names = class_names[start : start + per_batch]
        prompts = [template.replace("{}", name) for name in names for template in templates]
        embeddings = clip.embed(prompts).unflatten(0, (len(names), len(templates)))
        yield F.normalize(embeddings.mean(dim=1), dim=-1)
        report(Progress("zero-shot head", start + len(names), len(class_names)))


def _build_encoder(architecture: Architecture) -> nn.Module:
    """The image tower of an architecture, with random weights."""
    towers = open_clip.CLIP(
        architecture.embedding_size,
        open_clip.CLIPVisionCfg(**architecture.config["vision_cfg"]),
        # The text tower is thrown away, so it is the smallest there can be.
        open_clip.CLIPTextCfg(context_length=1, vocab_size=1, width=1, heads=1, layers=1),
        quick_gelu=architecture.quick_gelu,
    )
    return towers.visual


def _build(architecture: Architecture) -> OpenClip:
    """Both towers of an architecture, with random weights."""
    config = {name: each for name, each in architecture.config.items() if name != "custom_text"}
    if "multimodal_cfg" in config:
        kind = open_clip.CoCa
    elif architecture.config.get("custom_text") or "hf_model_name" in config["text_cfg"]:
        kind = open_clip.CustomTextCLIP
    else:
        kind = open_clip.CLIP
    try:
        return kind(**config)
    except (ImportError, OSError, RuntimeError) as error:
        raise _needs_transformers(f"The text tower of {architecture.name}", error) from error


def _tokenizer(architecture: Architecture) -> Callable[[list[str]], Tensor]:
    try:
        return open_clip.get_tokenizer(architecture.name)
    except (ImportError, OSError) as error:
        raise _needs_transformers(f"The tokenizer of {architecture.name}", error) from error


def _needs_transformers(part: str, error: Exception) -> Missing:
    reason = str(error).strip().split("\n")[0].rstrip(".")
    return Missing(
        f"{part} could not be made: it takes the package `transformers` and files from "
        f"huggingface.co ({reason})."
    )


def _load_file(model: OpenClip, architecture: Architecture, path: Path) -> None:
    """Load the weights in a file into `model`, every tensor of it."""
    if path == DEMO_FILE and not path.exists():
        raise Missing(
            f"The demo's model {path} is not there; `python -m wiseft pretrain` makes it."
        )
    weights = read_state_dict(path)
    unlike = difference(model.state_dict(), weights.tensors)
    if unlike:
        raise Incompatible(
            f"{path} does not hold the weights of {architecture.name}: it {unlike}. "
            "Name the architecture that it was trained with."
        )
    if weights.openai and not architecture.quick_gelu:
        raise architecture.other_activation(f"in {path}")
    damaged = not_finite(weights.tensors)
    if damaged:
        raise Invalid(f"The tensor {damaged} in {path} holds NaN or infinite weights.")
    model.load_state_dict(weights.tensors)
