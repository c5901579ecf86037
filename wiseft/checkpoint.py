"""Classifiers as files: one safetensors file that needs nothing beside it and runs no code.

Its header is described in `checkpoint_header`; its tensors are those of the classifier's state
dict, so that other programs can load them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from wiseft import __version__
from wiseft.checkpoint_header import KEY, CheckpointInfo, describe
from wiseft.classifier import ImageClassifier
from wiseft.clip import build_classifier
from wiseft.errors import Incompatible, Invalid, StorageError
from wiseft.files import written_aside
from wiseft.specs import SCHEMA, ModelSpec, digest
from wiseft.weights import as_float32, difference, not_finite

__all__ = ["Checkpoint", "CheckpointInfo", "describe", "fingerprint", "load", "save"]

FileDtype = Literal["float32", "float16"]
"""Of the floating weights in a file; they are float32 again when loaded."""

_DTYPES: dict[FileDtype, torch.dtype] = {"float32": torch.float32, "float16": torch.float16}


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """A classifier and where it comes from.

    Attributes:
        classifier: on the CPU, in float32 and eval mode.
        provenance: how it was made (`CheckpointInfo.provenance`).
        fingerprint: SHA-256 (hex) of what it computes; its evaluations are kept under it.
    """

    classifier: ImageClassifier
    provenance: Mapping[str, Any]
    fingerprint: str


def save(
    path: Path,
    classifier: ImageClassifier,
    provenance: Mapping[str, Any],
    dtype: FileDtype = "float32",
) -> None:
    """Write a classifier to `path`, whole or not at all; it may be on any device and stays there.

    Args:
        path: of the safetensors file; parent folders are made.
        classifier: the model.
        provenance: how it was made, as JSON types; the time and the versions of wiseft, torch and
            open_clip are added.
        dtype: of the weights in the file.

    Raises:
        Invalid: where a weight is NaN or infinite, or too large for float16.
        StorageError: where the disk is full or `path` cannot be written.
    """
    tensors = classifier.state_dict()
    diverged = not_finite(tensors)
    if diverged:
        raise Invalid(
            f"The model was not saved: its tensor {diverged} holds NaN or infinite weights. "
            "Where training made them, lower the learning rate."
        )
    stored = {name: _stored(tensor, dtype) for name, tensor in tensors.items()}
    overflown = not_finite(stored)
    if overflown:
        raise Invalid(
            f"The model was not saved: weights of {overflown} are too large for {dtype}; "
            "save it in float32."
        )
    record = {
        "schema": SCHEMA,
        "spec": classifier.spec.to_json(),
        "fingerprint": _fingerprint(classifier.spec, as_float32(stored)),
        "provenance": {**provenance, "created": _now(), "versions": _versions()},
    }
    with written_aside(path) as temporary:
        try:
            save_file(stored, temporary, metadata={KEY: json.dumps(record)})
        except SafetensorError as error:  # it has the errors of the disk too
            raise StorageError(
                f"{path} was not written ({error}); free some space or choose another folder."
            ) from error


def load(path: Path) -> Checkpoint:
    """The classifier in a file that `save` wrote.

    Raises:
        Missing: where there is no such file.
        Invalid: where it is not a checkpoint or is damaged, or its weights are not finite or not
            those that were saved.
        Incompatible: where another program or a newer version of this one wrote it, or its
            weights are not of the architecture it names.
        UnknownName: where this version of open_clip does not know the architecture.
    """
    info = describe(path)
    classifier = build_classifier(info.spec)
    tensors = as_float32(load_file(path))
    unlike = difference(classifier.state_dict(), tensors)
    if unlike:
        raise Incompatible(
            f"{path} does not hold the weights of a {info.spec.architecture} for "
            f"{len(info.spec.class_names)} classes, as it says it does: it {unlike}."
        )
    damaged = not_finite(tensors)
    if damaged:
        raise Invalid(f"The tensor {damaged} in {path} holds NaN or infinite weights.")
    if _fingerprint(info.spec, tensors) != info.fingerprint:
        raise Invalid(
            f"{path} was damaged or edited after it was saved: its fingerprint does not fit its "
            "content. Copy or make it again."
        )
    classifier.load_state_dict(tensors)
    return Checkpoint(classifier, info.provenance, info.fingerprint)


def fingerprint(classifier: ImageClassifier) -> str:
    """SHA-256 (hex) of what a classifier computes, of whichever device and file it comes.

    It covers the architecture, the preprocessing, the class names and all weights as float32;
    not the templates, whose effect is in the weights.
    """
    return _fingerprint(classifier.spec, as_float32(classifier.state_dict()))


def _fingerprint(spec: ModelSpec, tensors: Mapping[str, Tensor]) -> str:
    described = {
        "schema": SCHEMA,
        "architecture": spec.architecture,
        "transform": asdict(spec.transform),
        "class_names": spec.class_names,
        "tensors": {name: [str(each.dtype), list(each.shape)] for name, each in tensors.items()},
    }
    hashed = hashlib.sha256(digest(described).encode("ascii"))
    for name in sorted(tensors):
        hashed.update(tensors[name].cpu().contiguous().numpy().data)
    return hashed.hexdigest()


def _stored(tensor: Tensor, dtype: FileDtype) -> Tensor:
    """A copy on the CPU that shares memory with no other tensor, as the format demands."""
    target = _DTYPES[dtype] if tensor.is_floating_point() else tensor.dtype
    return tensor.to("cpu", target, copy=True, memory_format=torch.contiguous_format)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _versions() -> dict[str, str]:
    return {
        "wiseft": __version__,
        "torch": version("torch"),
        "open_clip": version("open_clip_torch"),
    }
