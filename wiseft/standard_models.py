"""The standard models that published sweeps are held against.

The table stands in `data/published`; SOURCES.md there says where it comes from and which models
are in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from wiseft.frontier import MEAN
from wiseft.published import COUNTS, FOLDER, SHIFTS, PublishedSweep, damaged, read_table, share
from wiseft.robustness import Baseline, effective_robustness, fit_line, fit_two_lines

SAME_CLASSES = {
    "imagenet_r": "imagenet_on_r_classes",
    "objectnet": "imagenet_on_objectnet_classes",
    "imagenet_a": "imagenet_on_a_classes",
}
"""ImageNet restricted to the classes of a shift; published for standard models alone."""

FILTER = "resnet50"
"""The model whose errors ImageNet-A was selected by: it parts, and is no part of, the fit there."""


@dataclass(frozen=True, eq=False)
class Measured:
    """Standard models on one shift: names [M], accuracies [M] on the reference and under shift."""

    names: tuple[str, ...]
    reference: NDArray[np.float64]
    shift: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class StandardModels:
    """Models trained on ImageNet alone, without any intervention.

    Attributes:
        names: of the models [M].
        accuracy: fractions [M] on ImageNet, its shifts, their `MEAN`, and ImageNet on
            `SAME_CLASSES`; NaN where not published.
    """

    names: tuple[str, ...]
    accuracy: Mapping[str, NDArray[np.float64]]

    def on(self, shift: str, *, same_classes: bool = False) -> Measured:
        """The models that were measured on `shift` (or `MEAN`).

        Args:
            shift: of ImageNet.
            same_classes: whether the reference is ImageNet on the classes of the shift rather
                than all of ImageNet, which is all that sweeps are published with.
        """
        x, y = self.accuracy[_reference(shift, same_classes)], self.accuracy[shift]
        kept = ~np.isnan(x) & ~np.isnan(y)
        if shift == "imagenet_a":
            kept[self.names.index(FILTER)] = False
        names = tuple(name for name, keep in zip(self.names, kept, strict=True) if keep)
        return Measured(names, x[kept], y[kept])

    def baseline(self, shift: str, *, same_classes: bool = False) -> Baseline:
        """What accuracy on `shift` goes with accuracy on the reference; arguments as for `on`."""
        models = self.on(shift, same_classes=same_classes)
        if shift != "imagenet_a":
            return fit_line(models.reference, models.shift)
        pivot = self.accuracy[_reference(shift, same_classes)][self.names.index(FILTER)]
        return fit_two_lines(models.reference, models.shift, float(pivot))


def load_standard_models(folder: Path = FOLDER) -> StandardModels:
    """The models that the baseline is fitted to, from the table `standard_models.csv`.

    Raises `Invalid` where the table cannot be read or is damaged.
    """
    path = folder / "standard_models.csv"
    shifts = SHIFTS["imagenet"]
    columns = ("imagenet", *shifts, *SAME_CLASSES.values())
    rows = read_table(path, ("model", *columns))
    names = tuple(row["model"] for row in rows)
    if len(set(names)) < len(names) or FILTER not in names:
        raise damaged(path, f"a model stands in it twice, or {FILTER} is not in it")
    try:
        accuracy = {each: np.array([share(row[each]) for row in rows]) for each in columns}
    except ValueError as error:
        raise damaged(path, str(error)) from error
    mean = np.mean([accuracy[shift] for shift in shifts], axis=0)
    return StandardModels(names, accuracy | {MEAN: mean})


def sweeps_frame(sweeps: Sequence[PublishedSweep], standard: StandardModels) -> pd.DataFrame:
    """One row a sweep, set and alpha; `MEAN` of all shifts of ImageNet stands among the sets.

    Columns: sweep, title, group, source, set, alpha, accuracy and its 95 % interval (low, high),
    count, and for shifts of ImageNet effective_robustness. Shares are fractions.
    """
    baselines = {name: standard.baseline(name) for name in (*SHIFTS["imagenet"], MEAN)}
    tables = []
    for each in sweeps:
        frontier = each.frontier
        reference = frontier.curve(frontier.reference)
        mean = (MEAN,) if each.measures(MEAN) else ()
        for name in (frontier.reference, *frontier.shifts, *mean):
            curve, bounds = frontier.curve(name), frontier.bounds(name)
            measured = frontier.shifts if name == MEAN else (name,)
            beyond = np.full(len(curve), np.nan)
            if name in baselines:
                beyond = effective_robustness(reference, curve, baselines[name])
            tables.append(
                pd.DataFrame(
                    {
                        "sweep": each.id,
                        "title": each.title,
                        "group": each.group,
                        "source": each.source,
                        "set": name,
                        "alpha": frontier.alphas,
                        "accuracy": curve,
                        "low": bounds[:, 0],
                        "high": bounds[:, 1],
                        "count": sum(COUNTS[one] for one in measured),
                        "effective_robustness": beyond,
                    }
                )
            )
    return pd.concat(tables, ignore_index=True)


def _reference(shift: str, same_classes: bool) -> str:
    return SAME_CLASSES.get(shift, "imagenet") if same_classes else "imagenet"
