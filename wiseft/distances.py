"""How far the weights of two models are apart, layer by layer, without torch."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import nan, sqrt
from pathlib import Path

import numpy as np
import pandas as pd

from wiseft.errors import Incompatible
from wiseft.layers import layer_of
from wiseft.progress import Progress, Report, silent
from wiseft.weight_headers import read_pieces, tensor_forms


@dataclass(frozen=True)
class TensorDistance:
    """One tensor in both models.

    Attributes:
        name: of the tensor.
        size: number of values.
        square: sum of the squares of the zero-shot values.
        moved: sum of the squares of the differences.
    """

    name: str
    size: int
    square: float
    moved: float


def tensor_distances(
    zeroshot: Path, finetuned: Path, report: Report = silent
) -> list[TensorDistance]:
    """The distance of every floating tensor, running statistics of BatchNorm included.

    One tensor after the other is read from both files, in pieces, whatever their precision.

    Args:
        zeroshot, finetuned: safetensors files with the same tensors.
        report: told how many tensors have been compared.

    Raises:
        Missing, Invalid: where a file is not there or damaged.
        Incompatible: where their tensors have other names or shapes.
    """
    ours, theirs = tensor_forms(zeroshot), tensor_forms(finetuned)
    if {name: each.shape for name, each in ours.items()} != {
        name: each.shape for name, each in theirs.items()
    }:
        raise Incompatible(
            f"{zeroshot} and {finetuned} do not hold the same tensors, so that no distance lies "
            "between them."
        )
    names = [name for name, form in ours.items() if form.floating]
    found = []
    for done, name in enumerate(names, start=1):
        square = moved = 0.0
        pieces = zip(
            read_pieces(zeroshot, ours[name]), read_pieces(finetuned, theirs[name]), strict=True
        )
        for start, end in pieces:
            square += float(np.vdot(start, start))
            end -= start
            moved += float(np.vdot(end, end))
        found.append(TensorDistance(name, ours[name].size, square, moved))
        report(Progress("comparing weights", done, len(names)))
    return found


def relative_distance(tensors: Iterable[TensorDistance]) -> float:
    """||theta_1 - theta_0|| / ||theta_0|| over all values of `tensors`; NaN where theta_0 is 0."""
    tensors = list(tensors)
    square = sum(each.square for each in tensors)
    return sqrt(sum(each.moved for each in tensors) / square) if square > 0 else nan


def layer_table(tensors: Iterable[TensorDistance]) -> pd.DataFrame:
    """A row a layer, in order of depth.

    Returns:
        columns `layer`; `tensors` and `values`, how many there are; `norm`, ||theta_0||;
        `distance`, ||theta_1 - theta_0||; `relative`, their ratio (`relative_distance`).
    """
    tensors = list(tensors)
    rows = []
    for layer in sorted({layer_of(each.name) for each in tensors}):
        members = [each for each in tensors if layer_of(each.name) == layer]
        rows.append(_row(members) | {"layer": layer.title, "tensors": len(members)})
    return pd.DataFrame(
        rows, columns=["layer", "tensors", "values", "norm", "distance", "relative"]
    )


def tensor_table(tensors: Iterable[TensorDistance]) -> pd.DataFrame:
    """A row a tensor, in order of depth; columns `layer`, `tensor`, then as in `layer_table`."""
    ordered = sorted(tensors, key=lambda each: (layer_of(each.name), each.name))
    rows = [
        _row([each]) | {"layer": layer_of(each.name).title, "tensor": each.name} for each in ordered
    ]
    return pd.DataFrame(rows, columns=["layer", "tensor", "values", "norm", "distance", "relative"])


def _row(tensors: list[TensorDistance]) -> dict[str, float | str]:
    return {
        "values": sum(each.size for each in tensors),
        "norm": sqrt(sum(each.square for each in tensors)),
        "distance": sqrt(sum(each.moved for each in tensors)),
        "relative": relative_distance(tensors),
    }
