"""The command that tells which classes gain and pay between two alphas, and what is confused."""

from __future__ import annotations

import argparse
import math
from typing import Any

import pandas as pd

from wiseft.cli.command import Command, Result
from wiseft.cli.show import Console, percent, table
from wiseft.errors import Invalid
from wiseft.spreadsheets import to_csv
from wiseft.text import coefficient, number_of, points
from wiseft.unmarked import without_marked
from wiseft.workspace import Workspace

CONFUSIONS = 10
"""Confusions that are printed for people; `--json` has all."""


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", help="name of a run; `runs` lists them")
    parser.add_argument("--set", required=True, help="an evaluation set of the run, as night")
    parser.add_argument("--alpha", required=True, type=float, help="mixing coefficient to look at")
    parser.add_argument("--against", type=float, help="what it is compared with (default: 1)")
    parser.add_argument(
        "--without-marked",
        action="store_true",
        help="leave out images that were marked as wrongly labelled or unusable",
    )
    parser.add_argument("--csv", action="store_true", help="print a line a class as CSV")


def _errors(options: argparse.Namespace, console: Console) -> Result:
    if options.csv and options.json:
        raise Invalid("Choose one of --json and --csv.")
    for value in (options.alpha, options.against):
        if value is not None and not math.isfinite(value):
            raise Invalid(f"Alpha {value} is not a number; write 0.5.")
    run = Workspace().run(options.run)
    if options.without_marked:
        run = without_marked(run)
    classes = run.per_class(options.set, options.alpha, options.against)
    if options.csv:
        return {}, to_csv(classes).decode("utf-8").splitlines()
    confusions = run.confusions(options.set, options.alpha, options.against)
    left_out = len(run.whole.path(options.set)) - len(run.path(options.set))
    record: dict[str, Any] = {
        "run": run.name,
        "set": options.set,
        "alpha": options.alpha,
        "against": run.compared if options.against is None else options.against,
        "left_out": left_out,
        "classes": _records(classes),
        "confusions": _records(confusions),
    }
    ordered = classes.sort_values("accuracy_change", ascending=False, kind="stable")
    against = f"alpha {coefficient(record['against'])}"
    marked = f"; {number_of(left_out, 'marked image')} left out" if options.without_marked else ""
    lines = [
        f"Run {run.name}, {options.set}, alpha {coefficient(options.alpha)} against {against}"
        f"{marked}; * is more than noise (exact McNemar test, Holm's correction).",
        *table(
            ["class", "images", "accuracy", "precision", "F1", "change, pp", "fixed", "broken", ""],
            [
                [
                    row["class"],
                    f"{row['count']:,}",
                    *(_percent(row[metric]) for metric in ("accuracy", "precision", "f1")),
                    points(row["accuracy_change"]),
                    str(row["fixed"]),
                    str(row["broken"]),
                    "*" if row["accuracy_clear"] else "",
                ]
                for row in ordered.to_dict("records")
            ],
        ),
        "",
        *table(
            ["confusion", "images", "compared", "change", ""],
            [
                [
                    f"{row['true']} read as {row['predicted']}",
                    str(row["count"]),
                    str(row["compared"]),
                    f"{row['change']:+d}",
                    "*" if row["clear"] else "",
                ]
                for row in confusions.head(CONFUSIONS).to_dict("records")
            ],
        ),
    ]
    return record, lines


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a table; what is not defined is None."""
    return frame.astype(object).where(frame.notna(), None).to_dict("records")


def _percent(share: float) -> str:
    return "-" if math.isnan(share) else percent(share)


ERRORS = Command(
    name="errors",
    summary="classes that gain and pay between two alphas, and confusions",
    description="Print accuracy, precision and F1 of every class at one alpha, what changes "
    "against another, and the confusions that change most; with --json also the intervals and "
    "all confusions, with --csv a line a class.",
    example="python -m wiseft errors signs-end-to-end --set night --alpha 0.63 --against 0",
    add_arguments=_arguments,
    run=_errors,
)
