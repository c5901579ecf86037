"""open_clip's architectures: their pretrained tags, their preprocessing, their activation.

QuickGELU, the activation of OpenAI's models, is not in the weights but in the architecture's
name. Weights under the name with the other activation would load without an error and predict
worse; where they can be told apart, they are refused here.
"""

from __future__ import annotations

import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import open_clip
from huggingface_hub import try_to_load_from_cache
from huggingface_hub.constants import ENDPOINT
from open_clip.constants import HF_SAFE_WEIGHTS_NAME, HF_WEIGHTS_NAME

from wiseft.errors import Incompatible, Missing, UnknownName
from wiseft.specs import Transform

CONNECT_SECONDS = 10
"""How long to wait for the host of pretrained weights to answer."""

_QUICKGELU = "-quickgelu"


@dataclass(frozen=True, eq=False)
class Architecture:
    """An architecture of CLIP models by name.

    Attributes:
        name: open_clip's, QuickGELU variant included.
        config: open_clip's description of it, changed in two ways: the image tower returns
            embeddings alone (CoCa's would return its tokens too), and no tower fetches weights
            of its own.
    """

    name: str
    config: dict[str, Any]

    @classmethod
    def named(cls, name: str) -> Architecture:
        """The architecture called `name`. Raises `UnknownName`."""
        known = open_clip.list_models()
        config = open_clip.get_model_config(name) if name in known else None
        if config is None:
            raise UnknownName("architecture", name, known)
        config["vision_cfg"] |= {"output_tokens": False, "timm_model_pretrained": False}
        config["text_cfg"] |= {"hf_model_pretrained": False}
        return cls(name, config)

    @property
    def embedding_size(self) -> int:
        """Dimensions of the space that images and texts share."""
        return self.config["embed_dim"]

    @property
    def quick_gelu(self) -> bool:
        """Whether it computes with QuickGELU."""
        return self.config.get("quick_gelu", False)

    def tag(self, pretrained: str) -> str | None:
        """`pretrained`, where it is one of the tags; None where it can be the name of a file.

        Raises:
            Incompatible: where the weights of this tag are of a model with the other activation.
                open_clip lists many under both names.
            UnknownName: where it is neither.
        """
        known = open_clip.is_pretrained_cfg(self.name, pretrained)
        trained = open_clip.get_pretrained_cfg(self.name, pretrained).get("quick_gelu", False)
        fits = known and trained == self.quick_gelu
        if not fits and open_clip.is_pretrained_cfg(self._twin, pretrained):
            raise self.other_activation(repr(pretrained))
        if known:
            return pretrained
        path = Path(pretrained)
        if path.exists() or path.suffix or path.name != pretrained:
            return None
        tags = open_clip.list_pretrained_tags_by_model(self.name)
        raise UnknownName(f"file, or pretrained tag of {self.name},", pretrained, tags)

    def other_activation(self, weights: str) -> Incompatible:
        """Why `weights` are refused, with the name of the architecture that they are for."""
        trained = "GELU" if self.quick_gelu else "QuickGELU"
        return Incompatible(
            f"The weights {weights} were trained with {trained}, which {self.name} does not "
            f"have; use the architecture {self._twin} for them."
        )

    def transform(self, tag: str | None) -> Transform:
        """The preprocessing of a tag.

        For other weights, where `tag` is None, that of all tags if they agree, else OpenAI's.
        """
        size: int = self.config["vision_cfg"].get("image_size", 224)
        tags = open_clip.list_pretrained_tags_by_model(self.name) if tag is None else [tag]
        used = {
            Transform(
                size=size,
                mean=tuple(each["mean"]),
                std=tuple(each["std"]),
                interpolation=each["interpolation"],
                resize_mode=each["resize_mode"],
            )
            for each in (open_clip.get_pretrained_cfg(self.name, tag) for tag in tags)
        }
        if len(used) == 1:
            return used.pop()
        return Transform(size, open_clip.OPENAI_DATASET_MEAN, open_clip.OPENAI_DATASET_STD)

    def download(self, tag: str) -> str:
        """The file with the weights of a tag, from the local cache or else from the internet.

        Raises:
            Missing: where it is in neither, or there is no connection.
        """
        source = open_clip.get_pretrained_cfg(self.name, tag)
        repository, _, file = source["hf_hub"].rpartition("/")
        for name in [file] if file else [HF_SAFE_WEIGHTS_NAME, HF_WEIGHTS_NAME]:
            cached = try_to_load_from_cache(repository, name)
            if isinstance(cached, str):
                return cached
        try:
            _check_online()
            return open_clip.download_pretrained(source)
        except (OSError, RuntimeError) as error:
            reason = str(error).strip().split("\n")[0].rstrip(".")
            raise Missing(
                f"The weights {tag!r} of {self.name} could not be downloaded ({reason}); connect "
                "to the internet, or name a file that holds them."
            ) from error

    @property
    def _twin(self) -> str:
        """The name of the same architecture with the other activation."""
        if self.name.endswith(_QUICKGELU):
            return self.name.removesuffix(_QUICKGELU)
        return self.name + _QUICKGELU


def _check_online() -> None:
    """Raise OSError where the host of the weights cannot be reached.

    The download itself would find out only after a minute of trying again.
    """
    try:
        urllib.request.urlopen(ENDPOINT, timeout=CONNECT_SECONDS).close()
    except urllib.error.HTTPError:
        return  # an answer, if an unfriendly one
