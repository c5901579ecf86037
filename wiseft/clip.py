"""The only door to open_clip: CLIP models, their preprocessing, and zero-shot classifiers.

QuickGELU, the activation of OpenAI's models, is not in the weights but in the architecture's
name. Weights under the name with the other activation would load without an error and predict
worse; where they can be told apart, they are refused here.
"""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import open_clip
import torch
import torch.nn.functional as F
from huggingface_hub import try_to_load_from_cache
from huggingface_hub.constants import ENDPOINT
from open_clip.constants import HF_SAFE_WEIGHTS_NAME, HF_WEIGHTS_NAME
from torch import Tensor, nn

from wiseft import tower
from wiseft.classifier import ImageClassifier
from wiseft.errors import Incompatible, Invalid, Missing, UnknownName
from wiseft.progress import Progress, Report, silent
from wiseft.specs import ModelSpec, Transform
from wiseft.state_dicts import read_state_dict
from wiseft.weights import difference, not_finite

DEMO = "demo"
"""The name of the CLIP model that is shipped: `wiseft-signs` with the weights in `DEMO_FILE`."""

DEMO_FILE = Path(__file__).resolve().parents[1] / "data" / "demo" / "clip.safetensors"

PROMPTS_PER_BATCH = 256
"""Prompts that go through the text tower at once, unless one class alone has more."""

CONNECT_SECONDS = 10
"""How long to wait for the host of pretrained weights to answer."""

OpenClip = open_clip.CLIP | open_clip.CustomTextCLIP | open_clip.CoCa

_QUICKGELU = "-quickgelu"


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
    config = _config(architecture)
    tag = None if pretrained is None else _tag(architecture, config, str(pretrained))
    downloaded = None if tag is None else _downloaded(architecture, tag)
    tokenizer = _tokenizer(architecture)
    model = _build(architecture, config)
    if downloaded is not None:
        # open_clip reads old forms of its own files too; its annotation leaves out CoCa.
        open_clip.load_checkpoint(model, downloaded)  # pyright: ignore[reportArgumentType]
    elif pretrained is not None:
        _load_file(model, architecture, config, Path(pretrained))
    return Clip(
        architecture=architecture,
        transform=_transform(architecture, config, tag),
        model=model.to(device).eval(),
        tokenizer=tokenizer,
    )


def build_encoder(architecture: str) -> nn.Module:
    """The image tower of an architecture, with random weights, in eval mode.

    Raises:
        UnknownName: for an architecture that open_clip does not know.
    """
    config = _config(architecture)
    towers = open_clip.CLIP(
        config["embed_dim"],
        open_clip.CLIPVisionCfg(**config["vision_cfg"]),
        # The text tower is thrown away, so it is the smallest there can be.
        open_clip.CLIPTextCfg(context_length=1, vocab_size=1, width=1, heads=1, layers=1),
        quick_gelu=_has_quick_gelu(config),
    )
    return towers.visual.eval()


def build_classifier(spec: ModelSpec) -> ImageClassifier:
    """A classifier of the form that `spec` describes, with random weights, in eval mode.

    Raises:
        UnknownName: for an architecture that open_clip does not know.
    """
    encoder = build_encoder(spec.architecture)
    width: int = _config(spec.architecture)["embed_dim"]
    return ImageClassifier(encoder, nn.Linear(width, len(spec.class_names)), spec).eval()


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


def _config(architecture: str) -> dict[str, Any]:
    """A copy of open_clip's description of an architecture.

    Its image tower returns embeddings alone (CoCa's would return its tokens too), and no tower
    fetches weights of its own.
    """
    known = open_clip.list_models()
    config = open_clip.get_model_config(architecture) if architecture in known else None
    if config is None:
        raise UnknownName("architecture", architecture, [DEMO, *known])
    config["vision_cfg"] |= {"output_tokens": False, "timm_model_pretrained": False}
    config["text_cfg"] |= {"hf_model_pretrained": False}
    return config


def _has_quick_gelu(config: dict[str, Any]) -> bool:
    """Whether an architecture, or the model that a tag stands for, computes with QuickGELU."""
    return config.get("quick_gelu", False)


def _build(architecture: str, config: dict[str, Any]) -> OpenClip:
    """Both towers of an architecture, with random weights."""
    custom_text = config.get("custom_text", False) or "hf_model_name" in config["text_cfg"]
    if "multimodal_cfg" in config:
        kind = open_clip.CoCa
    else:
        kind = open_clip.CustomTextCLIP if custom_text else open_clip.CLIP
    try:
        return kind(**{name: value for name, value in config.items() if name != "custom_text"})
    except (ImportError, OSError, RuntimeError) as error:
        raise Missing(
            f"The text tower of {architecture} cannot be built: it takes the package "
            f"`transformers` and a description from huggingface.co ({_first_line(error)})."
        ) from error


def _tokenizer(architecture: str) -> Callable[[list[str]], Tensor]:
    try:
        return open_clip.get_tokenizer(architecture)
    except (ImportError, OSError) as error:
        raise Missing(
            f"The tokenizer of {architecture} cannot be loaded: it takes the package "
            f"`transformers` and a vocabulary from huggingface.co ({_first_line(error)})."
        ) from error


def _transform(architecture: str, config: dict[str, Any], tag: str | None) -> Transform:
    """The preprocessing of a tag.

    For other weights, that of the architecture's tags where all have the same, else OpenAI's.
    """
    size: int = config["vision_cfg"].get("image_size", 224)
    tags = open_clip.list_pretrained_tags_by_model(architecture) if tag is None else [tag]
    used = {
        Transform(
            size=size,
            mean=tuple(each["mean"]),
            std=tuple(each["std"]),
            interpolation=each["interpolation"],
            resize_mode=each["resize_mode"],
        )
        for each in (open_clip.get_pretrained_cfg(architecture, tag) for tag in tags)
    }
    if len(used) == 1:
        return used.pop()
    return Transform(size, open_clip.OPENAI_DATASET_MEAN, open_clip.OPENAI_DATASET_STD)


def _tag(architecture: str, config: dict[str, Any], pretrained: str) -> str | None:
    """`pretrained`, where it is a tag of the architecture; None where it can be a file.

    open_clip lists many tags of QuickGELU models under both names.
    """
    known = open_clip.is_pretrained_cfg(architecture, pretrained)
    trained = open_clip.get_pretrained_cfg(architecture, pretrained)
    fits = known and _has_quick_gelu(trained) == _has_quick_gelu(config)
    if not fits and open_clip.is_pretrained_cfg(_twin(architecture), pretrained):
        raise Incompatible(_other_activation(architecture, repr(pretrained)))
    if known:
        return pretrained
    path = Path(pretrained)
    if path.exists() or path.suffix or path.name != pretrained:
        return None
    tags = open_clip.list_pretrained_tags_by_model(architecture)
    raise UnknownName(f"file, or pretrained tag of {architecture},", pretrained, tags)


def _twin(architecture: str) -> str:
    """The name of the same architecture with the other activation."""
    if architecture.endswith(_QUICKGELU):
        return architecture.removesuffix(_QUICKGELU)
    return architecture + _QUICKGELU


def _other_activation(architecture: str, weights: str) -> str:
    """Why `weights` are refused under the name of an architecture, and the name that is right."""
    trained = "GELU" if architecture.endswith(_QUICKGELU) else "QuickGELU"
    return (
        f"The weights {weights} were trained with {trained}, which {architecture} does not have; "
        f"use the architecture {_twin(architecture)} for them."
    )


def _downloaded(architecture: str, tag: str) -> str:
    """The file with the weights of a tag, from the cache or else from the internet."""
    source = open_clip.get_pretrained_cfg(architecture, tag)
    repository, _, name = source["hf_hub"].rpartition("/")
    for each in [name] if name else [HF_SAFE_WEIGHTS_NAME, HF_WEIGHTS_NAME]:
        cached = try_to_load_from_cache(repository, each)
        if isinstance(cached, str):
            return cached
    try:
        _check_online()
        return open_clip.download_pretrained(source)
    except (OSError, RuntimeError) as error:
        raise Missing(
            f"The weights {tag!r} of {architecture} could not be downloaded "
            f"({_first_line(error)}); connect to the internet, or name a file that holds them."
        ) from error


def _check_online() -> None:
    """Raise OSError where the host of the weights cannot be reached.

    The download itself would find out only after a minute of trying again.
    """
    try:
        urllib.request.urlopen(ENDPOINT, timeout=CONNECT_SECONDS).close()
    except urllib.error.HTTPError:
        return  # an answer, if an unfriendly one


def _load_file(model: OpenClip, architecture: str, config: dict[str, Any], path: Path) -> None:
    """Load the weights in a file into `model`, every tensor of it."""
    if path == DEMO_FILE and not path.exists():
        raise Missing(
            f"The demo's model {path} is not there; `python -m wiseft pretrain` makes it."
        )
    weights = read_state_dict(path)
    unlike = difference(model.state_dict(), weights.tensors)
    if unlike:
        raise Incompatible(
            f"{path} does not hold the weights of {architecture}: it {unlike}. "
            "Name the architecture that it was trained with."
        )
    if weights.openai and not _has_quick_gelu(config):
        raise Incompatible(_other_activation(architecture, f"in {path}"))
    damaged = not_finite(weights.tensors)
    if damaged:
        raise Invalid(f"The tensor {damaged} in {path} holds NaN or infinite weights.")
    model.load_state_dict(weights.tensors)


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n")[0].rstrip(".")
