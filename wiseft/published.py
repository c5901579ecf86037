"""Alpha sweeps that others published, and the standard models to hold them against.

The tables stand in `data/published`; its SOURCES.md says where every figure comes from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from wiseft.errors import Invalid
from wiseft.frontier import MEAN, Frontier
from wiseft.metrics import clopper_pearson
from wiseft.robustness import Baseline, fit_line, fit_two_lines

FOLDER = Path(__file__).resolve().parents[1] / "data" / "published"

Group = Literal["paper", "third-party"]
Tuned = Literal["end-to-end", "linear classifier"]

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

SAME_CLASSES = {
    "imagenet_r": "imagenet_on_r_classes",
    "objectnet": "imagenet_on_objectnet_classes",
    "imagenet_a": "imagenet_on_a_classes",
}
"""ImageNet restricted to the classes of a shift; published for standard models alone."""

FILTER = "resnet50"
"""The model whose errors ImageNet-A was selected by: it parts, and is no part of, the fit there."""

_DESCRIPTION = ["id", "title", "group", "source", "model", "tuned", "fine_tuned_on"]
_REFERENCES = {"ImageNet": "imagenet", "CIFAR-10": "cifar10"}


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
        learning_rate: None where it was not published.
        frontier: accuracies along alpha, from 0 to 1; intervals follow from the size of the sets.
    """

    id: str
    title: str
    group: Group
    source: str
    model: str
    tuned: Tuned
    learning_rate: float | None
    frontier: Frontier

    def measures(self, shift: str) -> bool:
        """Whether there is accuracy on `shift`; on `MEAN`, whether on all shifts of ImageNet."""
        shifts = self.frontier.shifts
        return shifts == SHIFTS["imagenet"] if shift == MEAN else shift in shifts


@dataclass(frozen=True, eq=False)
class StandardModels:
    """Models trained on ImageNet alone, without any intervention.

    Attributes:
        accuracy: a row a model, by name; columns "imagenet", its shifts, `MEAN`, and ImageNet on
            `SAME_CLASSES`; fractions, NaN where not published.
    """

    accuracy: pd.DataFrame

    def on(self, shift: str, *, same_classes: bool = False) -> pd.DataFrame:
        """The models measured on `shift` (or `MEAN`): columns "reference" and "shift".

        Args:
            shift: of ImageNet.
            same_classes: whether the reference is ImageNet on the classes of the shift rather
                than all of ImageNet. Sweeps are published with the latter.
        """
        reference = SAME_CLASSES.get(shift, "imagenet") if same_classes else "imagenet"
        models = self.accuracy.drop(index=FILTER) if shift == "imagenet_a" else self.accuracy
        pair = models[[reference, shift]].dropna()
        return pair.set_axis(["reference", "shift"], axis="columns")

    def baseline(self, shift: str, *, same_classes: bool = False) -> Baseline:
        """What accuracy on `shift` goes with accuracy on the reference; arguments as for `on`."""
        models = self.on(shift, same_classes=same_classes)
        x, y = models["reference"], models["shift"]
        if shift != "imagenet_a":
            return fit_line(x, y)
        pivot = self.accuracy.loc[FILTER, SAME_CLASSES[shift] if same_classes else "imagenet"]
        return fit_two_lines(x, y, float(pivot))


def load_sweeps(folder: Path = FOLDER) -> tuple[PublishedSweep, ...]:
    """Every published sweep, in the order of the table `sweeps.csv`.

    Raises `Invalid` where the table cannot be read or is damaged.
    """
    path = folder / "sweeps.csv"
    columns = [*_DESCRIPTION, "learning_rate", "alpha", *TITLES]
    try:
        table = _read(path, columns, text=_DESCRIPTION)
        return tuple(_sweep(rows) for _, rows in table.groupby("id", sort=False))
    except (OSError, ValueError) as error:
        raise _damaged(path, error) from error


def load_standard_models(folder: Path = FOLDER) -> StandardModels:
    """The models that the baseline is fitted to, from the table `standard_models.csv`.

    Raises `Invalid` where the table cannot be read or is damaged.
    """
    path = folder / "standard_models.csv"
    sets = ["imagenet", *SHIFTS["imagenet"]]
    try:
        table = _read(path, ["model", *sets, *SAME_CLASSES.values()], text=["model"])
        table = _fractions(table.set_index("model"))
        if not table.index.is_unique or FILTER not in table.index:
            raise ValueError(f"models must stand in it once, {FILTER} among them")
        table[MEAN] = table[sets[1:]].mean(axis="columns", skipna=False)
        return StandardModels(table)
    except (OSError, ValueError) as error:
        raise _damaged(path, error) from error


def _damaged(path: Path, error: Exception) -> Invalid:
    reason = " ".join(str(error).split())
    return Invalid(f"{path} cannot be used ({reason}); restore it from the repository.")


def _read(path: Path, columns: Sequence[str], text: Sequence[str]) -> pd.DataFrame:
    """The table in `path`, those columns alone; all but `text` are numbers."""
    table = pd.read_csv(path, dtype=dict.fromkeys(text, str))
    missing = [each for each in columns if each not in table.columns]
    if missing:
        raise ValueError(f"it has no column {missing[0]!r}")
    wrong = [each for each in columns if (table[each].dtype.kind in "iuf") == (each in text)]
    if wrong or table[list(text)].isna().any(axis=None):
        raise ValueError(f"{wrong[0]!r} is not all numbers" if wrong else "a description is empty")
    return table[list(columns)]


def _fractions(percentages: pd.DataFrame) -> pd.DataFrame:
    if ((percentages < 0) | (percentages > 100)).any(axis=None):
        raise ValueError("an accuracy is not between 0 and 100 %")
    return percentages / 100


def _sweep(rows: pd.DataFrame) -> PublishedSweep:
    """One sweep from its rows. Raises `ValueError` that names it."""
    first = rows.iloc[0]
    name = first["id"]
    if (rows[_DESCRIPTION].nunique() > 1).any() or rows["learning_rate"].nunique() > 1:
        raise ValueError(f"the rows of {name!r} differ in more than alpha and accuracies")
    for column, known in (
        ("group", get_args(Group)),
        ("tuned", get_args(Tuned)),
        ("fine_tuned_on", tuple(_REFERENCES)),
    ):
        if first[column] not in known:
            raise ValueError(f"the {column} of {name!r} is not one of {', '.join(known)}")
    alphas = rows["alpha"].to_numpy(float)
    if alphas[0] != 0 or alphas[-1] != 1 or not (np.diff(alphas) > 0).all():
        raise ValueError(f"the alphas of {name!r} do not ascend from 0 to 1")
    rate = first["learning_rate"]
    return PublishedSweep(
        id=name,
        title=first["title"],
        group=first["group"],
        source=first["source"],
        model=first["model"],
        tuned=first["tuned"],
        learning_rate=None if np.isnan(rate) else float(rate),
        frontier=_frontier(name, _REFERENCES[first["fine_tuned_on"]], alphas, rows),
    )


def _frontier(
    name: str, reference: str, alphas: NDArray[np.float64], rows: pd.DataFrame
) -> Frontier:
    accuracies = _fractions(rows[[reference, *SHIFTS[reference]]]).dropna(axis=1, how="all")
    shifts = tuple(each for each in SHIFTS[reference] if each in accuracies)
    if reference not in accuracies or not shifts or accuracies.isna().any(axis=None):
        raise ValueError(f"{name!r} has no reference accuracy, no shift, or gaps")
    accuracy = {each: accuracies[each].to_numpy() for each in (reference, *shifts)}
    return Frontier(
        run=name,
        reference=reference,
        shifts=shifts,
        validation=None,
        matched={},
        titles=TITLES,
        alphas=alphas,
        exact=np.ones(len(alphas), bool),
        deviation={},
        accuracy=accuracy,
        interval={
            each: clopper_pearson(np.round(values * COUNTS[each]), COUNTS[each])
            for each, values in accuracy.items()
        },
        count={each: COUNTS[each] for each in accuracy},
    )
