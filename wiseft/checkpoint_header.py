"""What a checkpoint says of itself, read from its header alone and without torch.

A checkpoint is one safetensors file. Its metadata has, under the key "wiseft", a JSON object:

    schema       version of this record
    spec         architecture, preprocessing, class names and templates (`specs.ModelSpec`)
    fingerprint  SHA-256 of what the model computes (`checkpoint.fingerprint`)
    provenance   when, with which versions and how the model was made
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open

from wiseft.errors import Incompatible, Invalid
from wiseft.specs import SCHEMA, ModelSpec
from wiseft.weight_files import weight_format

KEY = "wiseft"
"""Of the record in the metadata of the file."""


@dataclass(frozen=True)
class CheckpointInfo:
    """The header of a checkpoint.

    Attributes:
        spec: which model, for which classes and images.
        fingerprint: SHA-256 (hex) of what it computes.
        provenance: how it was made: `created` (ISO 8601, UTC), `versions`, and whatever its maker
            wrote down.
        size: of the file, in bytes.
    """

    spec: ModelSpec
    fingerprint: str
    provenance: Mapping[str, Any]
    size: int


def describe(path: Path) -> CheckpointInfo:
    """The header of a checkpoint; its weights are not read.

    Raises:
        Missing: where there is no such file.
        Invalid: where it is a folder, empty, damaged, or not a safetensors file.
        Incompatible: where another program or a newer version of this one wrote it.
    """
    kind = weight_format(path)
    if kind in ("pickle", "torchscript"):
        raise Invalid(
            f"{path} is a PyTorch file, not a checkpoint of wiseft; where it holds the weights of "
            "a CLIP model, make a checkpoint with `python -m wiseft zeroshot --pretrained`."
        )
    if kind == "other":
        raise Invalid(f"{path} is not a checkpoint: it is no safetensors file.")
    try:
        with safe_open(path, framework="numpy") as file:
            metadata = file.metadata() or {}
    except SafetensorError as error:
        raise Invalid(
            f"{path} is a truncated or damaged safetensors file ({error}); copy or make it again."
        ) from error
    if KEY not in metadata:
        raise Incompatible(
            f"{path} is a safetensors file of another program; where it holds the weights of a "
            "CLIP model, make a checkpoint with `python -m wiseft zeroshot --pretrained`."
        )
    return _parsed(metadata[KEY], path)


def _parsed(text: str, path: Path) -> CheckpointInfo:
    try:
        record = json.loads(text)
        schema = int(record["schema"])
        if schema > SCHEMA:
            raise Incompatible(
                f"{path} was written by a newer version of wiseft (schema {schema}; this version "
                f"reads up to {SCHEMA}); upgrade wiseft."
            )
        return CheckpointInfo(
            spec=ModelSpec.from_json(record["spec"]),
            fingerprint=record["fingerprint"],
            provenance=record["provenance"],
            size=path.stat().st_size,
        )
    except (ValueError, KeyError, TypeError) as error:
        raise Invalid(
            f"The description in {path} is damaged ({error!r}); make the checkpoint again."
        ) from error
