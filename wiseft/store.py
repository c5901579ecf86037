"""Finished evaluations on disk, found again by key from any process.

One small safetensors file an evaluation, `<folder>/<key>/<alpha>.safetensors`, and one compressed
file a path, `<folder>/<key>/<kind>.npz`, with `<kind>-steps.npz` beside it where accuracy is known
as a step function, and `leading.npz` with what competes for each image. Files are whole or absent,
and of two writers of the same file both write the same, so processes that sweep a run at the same
time cannot harm each other.
"""

from __future__ import annotations

import hashlib
import json
import logging
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, Literal, TypeVar
from zipfile import BadZipFile

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from wiseft.alpha_path import AlphaPath, Deviation
from wiseft.files import written_aside
from wiseft.leading import Leading
from wiseft.predictions import Predictions
from wiseft.specs import SCHEMA, EvalKey
from wiseft.steps import WinningIntervals

log = logging.getLogger(__name__)

ALPHA_DECIMALS = 4
"""Alphas are rounded to this many decimals, in file names and everywhere else."""


PathKind = Literal["weights", "outputs"]
"""Of a path: weights interpolated, or the outputs of the two ends."""

_LEADING = "leading.npz"

_INSIDE = 0.5
"""Any alpha between the ends: all but the ends have one key."""

_SWEEP_AGAIN = "sweep the run again to replace it"

_DAMAGE = (
    *(OSError, ValueError, KeyError, TypeError, EOFError),
    *(BadZipFile, zlib.error, SafetensorError),
)
"""What reading a damaged file raises."""

T = TypeVar("T")


class Store:
    """Evaluations by key.

    Args:
        folder: where new evaluations are written.
        shipped: further folders that are read and never written.
    """

    def __init__(self, folder: Path, shipped: Sequence[Path] = ()) -> None:
        self.folder = folder
        self.folders = (folder, *shipped)

    def get(self, key: EvalKey, alpha: float) -> Predictions | None:
        """The evaluation at `alpha`, or None where there is none that can be trusted.

        A damaged file is reported in the log and treated as absent, so that it is made anew.
        """
        return self._first(_file(key, alpha), _read, "it will be evaluated again")

    def put(self, key: EvalKey, alpha: float, predictions: Predictions) -> None:
        """Keep an evaluation. Raises `StorageError` where it cannot be written."""
        path = self.folder / _file(key, alpha)
        tensors = _pack(predictions)
        metadata = {"schema": str(SCHEMA), "sha256": _checksum(tensors.values())}
        with written_aside(path) as temporary:
            save_file(tensors, temporary, metadata)

    def get_path(self, key: EvalKey, kind: PathKind) -> AlphaPath | None:
        """The path over all alphas, or None where there is none that can be trusted."""
        return self._first(_beside(key, f"{kind}.npz"), _read_path, _SWEEP_AGAIN)

    def put_path(self, key: EvalKey, kind: PathKind, found: AlphaPath) -> None:
        """Keep a path. Raises `StorageError` where it cannot be written."""
        self._put_arrays(_beside(key, f"{kind}.npz"), _pack_path(found))

    def get_steps(self, key: EvalKey, kind: PathKind) -> WinningIntervals | None:
        """Where each image is predicted correctly, exactly; None where this is not known.

        It is for the output-space ensemble, and for weights that differ in the head alone.
        """
        return self._first(_beside(key, f"{kind}-steps.npz"), _read_steps, _SWEEP_AGAIN)

    def put_steps(self, key: EvalKey, kind: PathKind, found: WinningIntervals) -> None:
        """Keep where each image is predicted correctly. Raises `StorageError`."""
        header = np.array(json.dumps({"schema": SCHEMA}))
        self._put_arrays(
            _beside(key, f"{kind}-steps.npz"),
            {"header": header, **{each.name: getattr(found, each.name) for each in fields(found)}},
        )

    def get_leading(self, key: EvalKey) -> Leading | None:
        """The leading classes of each image of a path of weights; None where they are not known."""
        return self._first(_beside(key, _LEADING), _read_leading, _SWEEP_AGAIN)

    def put_leading(self, key: EvalKey, found: Leading) -> None:
        """Keep the leading classes of each image. Raises `StorageError`."""
        header = {"schema": SCHEMA, "sources": found.sources}
        steps = np.diff(found.probability, axis=0, prepend=np.zeros_like(found.probability[:1]))
        arrays = {"alphas": found.alphas, "classes": found.classes, "probability": steps}
        self._put_arrays(_beside(key, _LEADING), {"header": np.array(json.dumps(header)), **arrays})

    def alphas(self, key: EvalKey) -> tuple[float, ...]:
        """The alphas of which there is a file, ascending."""
        interior = {
            float(path.stem)
            for folder in self.folders
            for path in (folder / key.digest(_INSIDE)).glob("*.safetensors")
            if not path.name.startswith(".")
        }
        ends = {
            end
            for folder in self.folders
            for end in (0.0, 1.0)
            if (folder / _file(key, end)).exists()
        }
        return tuple(sorted(interior | ends))

    def state(self, key: EvalKey) -> list[tuple[str, int]]:
        """What changes when more is kept for `key`, the two ends aside, which other runs share:
        its files, each with the time when it was written.
        """
        return [
            (file.name, file.stat().st_mtime_ns)
            for folder in self.folders
            for file in sorted((folder / key.digest(_INSIDE)).glob("[!.]*"))
        ]

    def _first(self, file: str, read: Callable[[Path], T], advice: str) -> T | None:
        """What the first folder with that file has in it, unless it is damaged."""
        for folder in self.folders:
            path = folder / file
            if not path.exists():
                continue
            try:
                return read(path)
            except _DAMAGE as error:
                log.warning("%s is damaged (%s); %s.", path, error, advice)
        return None

    def _put_arrays(self, file: str, arrays: dict[str, Any]) -> None:
        with written_aside(self.folder / file) as temporary, temporary.open("wb") as opened:
            np.savez_compressed(opened, **arrays)


def _beside(key: EvalKey, name: str) -> str:
    """A file beside the evaluations between the two ends."""
    return f"{key.digest(_INSIDE)}/{name}"


def _file(key: EvalKey, alpha: float) -> str:
    return f"{key.digest(alpha)}/{alpha:.{ALPHA_DECIMALS}f}.safetensors"


def _pack(predictions: Predictions) -> dict[str, np.ndarray]:
    """The arrays of `predictions`, class ids in the smallest type that holds them."""
    highest = max(predictions.labels.max(initial=0), predictions.predicted.max(initial=0))
    ids = np.min_scalar_type(int(highest))
    return {
        "labels": predictions.labels.astype(ids),
        "predicted": predictions.predicted.astype(ids),
        "confidence": predictions.confidence,
        "true_probability": predictions.true_probability,
    }


def _read(path: Path) -> Predictions:
    with safe_open(path, framework="numpy") as file:
        metadata = file.metadata() or {}
        if metadata.get("schema") != str(SCHEMA):
            raise ValueError(f"schema {metadata.get('schema')}, expected {SCHEMA}")
        tensors = {name: file.get_tensor(name) for name in _FIELDS}
    if _checksum(tensors.values()) != metadata.get("sha256"):
        raise ValueError("checksum does not match")
    return Predictions(
        labels=tensors["labels"].astype(np.int64),
        predicted=tensors["predicted"].astype(np.int64),
        confidence=tensors["confidence"],
        true_probability=tensors["true_probability"],
    )


def _pack_path(path: AlphaPath) -> dict[str, Any]:
    """The arrays of `path`, each alpha as its difference from the one before: mostly zeros.

    Probabilities are kept in steps of 1/255, which makes three bytes an image and alpha before
    compression.
    """
    ids = np.min_scalar_type(int(path.predicted.max(initial=0)))
    deviation = None if path.deviation is None else asdict(path.deviation)
    return {
        "header": np.array(json.dumps({"schema": SCHEMA, "deviation": deviation})),
        "alphas": path.alphas,
        "labels": path.labels,
        "exact": path.exact,
        **{
            name: np.diff(rows, axis=0, prepend=np.zeros_like(rows[:1]))
            for name, rows in (
                ("predicted", path.predicted.astype(ids)),
                ("confidence", _in_steps(path.confidence)),
                ("true_probability", _in_steps(path.true_probability)),
            )
        },
    }


def _in_steps(probabilities: np.ndarray) -> np.ndarray:
    return np.round(probabilities.astype(np.float32) * 255).astype(np.uint8)


def _read_path(path: Path) -> AlphaPath:
    with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
        header = json.loads(str(file["header"]))
        if header["schema"] != SCHEMA:
            raise ValueError(f"schema {header['schema']}, expected {SCHEMA}")
        predicted, confidence, true_probability = (
            np.cumsum(file[name], axis=0, dtype=file[name].dtype)
            for name in ("predicted", "confidence", "true_probability")
        )
        deviation = header["deviation"]
        return AlphaPath(
            alphas=file["alphas"],
            labels=file["labels"],
            predicted=predicted,
            confidence=(confidence / np.float32(255)).astype(np.float16),
            true_probability=(true_probability / np.float32(255)).astype(np.float16),
            exact=file["exact"],
            deviation=None
            if deviation is None
            else Deviation(**{**deviation, "alphas": tuple(deviation["alphas"])}),
        )


def _read_steps(path: Path) -> WinningIntervals:
    with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
        header = json.loads(str(file["header"]))
        if header["schema"] != SCHEMA:
            raise ValueError(f"schema {header['schema']}, expected {SCHEMA}")
        return WinningIntervals(**{each.name: file[each.name] for each in fields(WinningIntervals)})


def _read_leading(path: Path) -> Leading:
    with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
        header = json.loads(str(file["header"]))
        if header["schema"] != SCHEMA:
            raise ValueError(f"schema {header['schema']}, expected {SCHEMA}")
        return Leading(
            alphas=file["alphas"],
            classes=file["classes"],
            probability=np.cumsum(file["probability"], axis=0, dtype=np.uint8),
            sources=tuple(header["sources"]),
        )


_FIELDS = ("labels", "predicted", "confidence", "true_probability")


def _checksum(arrays: Iterable[np.ndarray]) -> str:
    total = hashlib.sha256()
    for array in arrays:
        total.update(np.ascontiguousarray(array).tobytes())
    return total.hexdigest()
