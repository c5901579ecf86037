"""Other runs over the frontier of one: which can be, and which the URL asks for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from wiseft.app import results
from wiseft.errors import Incompatible, Invalid, UnknownName, WiseftError
from wiseft.run_records import RunRecord
from wiseft.runs import Run

MOST = 6
"""Runs over another that can still be told apart."""


@dataclass(frozen=True)
class Overlays:
    """What the URL asks for, made good.

    Attributes:
        runs: that are drawn over another.
        notes: a sentence for each that was asked for and is not.
    """

    runs: tuple[Run, ...] = ()
    notes: tuple[str, ...] = ()


def comparable(run: Run, runs: Iterable[Run]) -> dict[str, Run]:
    """Those of the other `runs`, by name, with the reference set and the shifts of `run`."""
    tested = _tested(run.record)
    return {
        other.name: other
        for other in runs
        if other.name != run.name and _tested(other.record) == tested
    }


def overlays(text: str, run: Run, runs: Mapping[str, Run]) -> Overlays:
    """The runs that are asked for over `run`.

    Args:
        text: from the URL, names with commas between them.
        run: that others are drawn over.
        runs: all there are, by name.
    """
    found: list[Run] = []
    notes: list[str] = []
    for name in filter(None, dict.fromkeys(text.split(","))):
        try:
            if len(found) == MOST:
                raise Invalid(f"“{name}” is left out: at most {MOST} runs are drawn over another.")
            found.append(_overlay(name, run, runs))
        except WiseftError as refusal:
            notes.append(str(refusal))
    return Overlays(tuple(found), tuple(notes))


def _overlay(name: str, run: Run, runs: Mapping[str, Run]) -> Run:
    """The run called `name`. Raises `WiseftError` where it cannot be drawn over `run`."""
    if name not in runs:
        raise UnknownName("run", name, runs)
    if name == run.name:
        raise Invalid(f"“{name}” is the run that is shown: choose another to compare it with.")
    if name not in comparable(run, runs.values()):
        raise Incompatible(
            f"“{name}” is not compared with “{run.name}”: they were not measured on the same "
            "images of the same sets."
        )
    results.frontier(runs[name])
    return runs[name]


def _tested(record: RunRecord) -> dict[tuple[str, str], tuple[str, tuple[int, ...] | None]]:
    """Data and classes of all test sets by their role and name."""
    return {
        (each.role, each.name): (each.data, each.classes)
        for each in record.sets
        if each.role != "validation"
    }
