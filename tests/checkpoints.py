"""Checkpoints with made-up weights, written without torch."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file

from wiseft.checkpoint_header import KEY
from wiseft.specs import SCHEMA, ModelSpec, Transform

SPEC = ModelSpec(
    architecture="ViT-B-32-quickgelu",
    transform=Transform(8, (0.0, 0.1, 0.2), (1.0, 1.0, 1.0)),
    class_names=("cat", "dog"),
    templates=("a {}",),
)

WEIGHTS: dict[str, NDArray[Any]] = {
    "encoder.conv1.weight": np.full((2, 2), 3.0, np.float32),
    "encoder.transformer.resblocks.0.attn.weight": np.full((4,), 2.0, np.float32),
    "encoder.transformer.resblocks.1.attn.weight": np.full((4,), 2.0, np.float32),
    "encoder.ln_post.weight": np.ones(2, np.float32),
    "head.weight": np.array([[3.0, 0.0], [0.0, 4.0]], np.float32),
}


def write_checkpoint(
    path: Path,
    weights: Mapping[str, NDArray[Any]] | None = None,
    *,
    spec: ModelSpec = SPEC,
    made_by: str = "zeroshot",
    **provenance: Any,
) -> Path:
    """A checkpoint whose header says what the arguments say, and is believed unless loaded."""
    record = {
        "schema": SCHEMA,
        "spec": spec.to_json(),
        "fingerprint": "f" * 64,
        "provenance": {"made_by": made_by, **provenance},
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(dict(WEIGHTS if weights is None else weights), path, {KEY: json.dumps(record)})
    return path
