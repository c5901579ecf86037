"""Alpha sweeps that others published.

The table stands in `data/published`; SOURCES.md there says where every figure comes from.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Literal, TypeVar, get_args

import numpy as np

from wiseft.errors import Invalid
from wiseft.frontier import MEAN, Frontier
from wiseft.metrics import clopper_pearson

FOLDER = Path(__file__).resolve().parents[1] / "data" / "published"

HALFWAY = 0.5
"""The alpha that the paper recommends where nothing else is known."""

Group = Literal["paper", "third-party"]
Tuned = Literal["end-to-end", "linear classifier"]
Row = Mapping[str, str]
Name = TypeVar("Name", bound=str)

TITLES = {
    "imagenet": "ImageNet",
    "imagenet_v2": "ImageNet-V2",
    "imagenet_r": "ImageNet-R",
    "imagenet_sketch": "ImageNet-Sketch",
    "objectnet": "ObjectNet",
    "imagenet_a": "ImageNet-A",
    "cifar10": "CIFAR-10",
    "cifar10_1": "CIFAR-10.1",
    "cifar10_2": "CIFAR-10.2",
}

COUNTS = {
    "imagenet": 50_000,
    "imagenet_v2": 10_000,
    "imagenet_r": 30_000,
    "imagenet_sketch": 50_889,
    "objectnet": 18_574,
    "imagenet_a": 7_500,
    "cifar10": 10_000,
    "cifar10_1": 2_000,
    "cifar10_2": 2_000,
}
"""Images of every set."""

SHIFTS = {
    "imagenet": ("imagenet_v2", "imagenet_r", "imagenet_sketch", "objectnet", "imagenet_a"),
    "cifar10": ("cifar10_1", "cifar10_2"),
}
"""The shifts of every reference set; the mean of all shifts is taken for ImageNet alone."""

HEADLINE = (
    ("paper-vitl14-336-head", 0.0),
    ("paper-vitl14-336-e2e", 1.0),
    ("paper-vitl14-336-e2e", 0.5),
    ("paper-vitb16-e2e", 0.0),
    ("paper-vitb16-e2e", 1.0),
    ("paper-vitb16-e2e", 0.5),
)
"""The rows of the paper's headline table, each a sweep and an alpha.

Of its two evaluations of zero-shot ViT-L/14@336 the paper prints that of the linear classifier.
"""

LEARNING_RATES = (
    "vitb32-laion-400m-imagenet-e2e-lr3e-07",
    "vitb32-laion-400m-imagenet-e2e-lr3e-06",
    "vitb32-laion-400m-imagenet-e2e-lr3e-05",
    "vitb32-laion-400m-imagenet-e2e-lr0.0003",
)
"""Sweeps that differ in nothing but the learning rate; the last is too high to interpolate."""

_DESCRIPTION = (
    "id",
    "title",
    "group",
    "source",
    "model",
    "tuned",
    "fine_tuned_on",
    "learning_rate",
)
"""What all rows of one sweep have in common."""

_REFERENCES = {"ImageNet": "imagenet", "CIFAR-10": "cifar10"}
"""What the table calls the reference sets."""


@dataclass(frozen=True, eq=False)
class PublishedSweep:
    """One sweep as published.

    Attributes:
        id: stands for the sweep in a URL and in the table.
        title: readable and different for every sweep.
        group: whether the authors of the method published it, in a refereed paper.
        source: where it was published.
        model: architecture, and pretraining where that names the model.
        tuned: what was fine-tuned.
        learning_rate: as people write it, "3e-4"; empty where it was not published.
        frontier: accuracies along alpha, from 0 to 1; intervals follow from the size of the sets.
    """

    id: str
    title: str
    group: Group
    source: str
    model: str
    tuned: Tuned
    learning_rate: str
    frontier: Frontier

    def measures(self, shift: str) -> bool:
        """Whether there is accuracy on `shift`; on `MEAN`, whether on all shifts of ImageNet."""
        shifts = self.frontier.shifts
        return shifts == SHIFTS["imagenet"] if shift == MEAN else shift in shifts


def load_sweeps(folder: Path = FOLDER) -> tuple[PublishedSweep, ...]:
    """Every published sweep, in the order of the table `sweeps.csv`.

    Raises `Invalid` where the table cannot be read or is damaged.
    """
    path = folder / "sweeps.csv"
    rows = read_table(path, (*_DESCRIPTION, "alpha", *TITLES))
    sweeps = []
    for name, group in groupby(rows, key=lambda row: row["id"]):
        try:
            sweeps.append(_sweep(list(group)))
        except ValueError as error:
            raise damaged(path, f"{name}: {error}") from error
    if len({each.id for each in sweeps}) < len(sweeps):
        raise damaged(path, "the rows of a sweep do not stand together")
    return tuple(sweeps)


def read_table(path: Path, columns: Iterable[str]) -> Sequence[Row]:
    """The rows of a CSV file. Raises `Invalid` where it cannot be read or lacks a column."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, strict=True))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise damaged(path, str(error)) from error
    if not rows:
        raise damaged(path, "it has no rows")
    for number, row in enumerate(rows, start=2):
        missing = [each for each in columns if row.get(each) is None]
        if missing or None in row:
            lack = f"no {missing[0]}" if missing else "more cells than the first"
            raise damaged(path, f"line {number} has {lack}")
    return rows


def share(text: str) -> float:
    """A percentage as a fraction 0..1; NaN where the cell is empty. Raises `ValueError`."""
    value = float(text or "nan") / 100
    if not (math.isnan(value) or 0 <= value <= 1):
        raise ValueError(f"{text} is not a percentage")
    return value


def damaged(path: Path, reason: str) -> Invalid:
    """The error for a table that cannot be used."""
    return Invalid(f"{path} cannot be used ({reason}); restore it from the repository.")


def _sweep(rows: Sequence[Row]) -> PublishedSweep:
    """One sweep from its rows. Raises `ValueError` where they are damaged."""
    first = rows[0]
    for column in _DESCRIPTION:
        if any(row[column] != first[column] for row in rows):
            raise ValueError(f"its rows differ in {column}")
    return PublishedSweep(
        id=first["id"],
        title=first["title"],
        group=_one_of(get_args(Group), first["group"]),
        source=first["source"],
        model=first["model"],
        tuned=_one_of(get_args(Tuned), first["tuned"]),
        learning_rate=first["learning_rate"],
        frontier=_frontier(rows, _REFERENCES[_one_of(tuple(_REFERENCES), first["fine_tuned_on"])]),
    )


def _one_of(known: Sequence[Name], text: str) -> Name:
    for each in known:
        if each == text:
            return each
    raise ValueError(f"{text!r} is not one of {', '.join(known)}")


def _frontier(rows: Sequence[Row], reference: str) -> Frontier:
    alphas = np.array([float(row["alpha"]) for row in rows])
    if alphas[0] != 0 or alphas[-1] != 1 or not (np.diff(alphas) > 0).all():
        raise ValueError("its alphas do not ascend from 0 to 1")
    found = {
        name: np.array([share(row[name]) for row in rows])
        for name in (reference, *SHIFTS[reference])
    }
    accuracy = {name: values for name, values in found.items() if not np.isnan(values).all()}
    if reference not in accuracy or len(accuracy) == 1:
        raise ValueError("it has no accuracy on its reference set, or on no shift")
    if any(np.isnan(values).any() for values in accuracy.values()):
        raise ValueError("it has no accuracy at some alphas")
    return Frontier(
        run=rows[0]["id"],
        reference=reference,
        shifts=tuple(name for name in accuracy if name != reference),
        validation=None,
        matched={},
        titles=TITLES,
        alphas=alphas,
        exact=np.ones(len(alphas), bool),
        deviation={},
        accuracy=accuracy,
        interval={
            name: clopper_pearson(np.round(values * COUNTS[name]), COUNTS[name])
            for name, values in accuracy.items()
        },
        count={name: COUNTS[name] for name in accuracy},
    )
