"""The settings of trainings that were, to start another from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from wiseft.app import checkpoints
from wiseft.errors import UnknownName, WiseftError
from wiseft.jobs import Job, Ledger
from wiseft.specs import FinetuneSpec
from wiseft.workspace import Workspace


@dataclass(frozen=True)
class Earlier:
    """A training that was asked for.

    Attributes:
        title: what is said of it.
        benchmark: its name.
        zeroshot: the checkpoint that it started from.
        spec: how it trained.
        precision: of its forward pass; None where the device chose.
    """

    title: str
    benchmark: str
    zeroshot: Path
    spec: FinetuneSpec
    precision: str | None = None


def earlier_trainings(workspace: Workspace) -> dict[str, str]:
    """Titles of all trainings whose settings are known, by the name that `earlier` takes.

    The jobs, newest first, then the runs whose fine-tuned checkpoint says how it was made.
    """
    jobs = [job for job in Ledger(workspace.jobs).jobs() if job.request.task == "finetune"]
    made = {job.state.result.get("run") for job in jobs}
    runs = {
        run.name: run.record.title
        for run in workspace.runs()
        if run.name not in made and _settings(run.finetuned) is not None
    }
    return {job.id: job.request.title for job in jobs} | runs


def earlier(workspace: Workspace, name: str) -> Earlier:
    """The settings of a job or a run by its name. Raises `UnknownName` where they are not known."""
    for job in Ledger(workspace.jobs).jobs():
        if job.id == name and job.request.task == "finetune":
            return of_job(job)
    for run in workspace.runs():
        settings = _settings(run.finetuned) if run.name == name else None
        if settings is not None:
            spec = _spec(settings)
            return Earlier(run.record.title, run.record.benchmark, run.zeroshot, spec)
    raise UnknownName("training", name, earlier_trainings(workspace))


def of_job(job: Job) -> Earlier:
    """The settings of a job "finetune" or "rehearse"."""
    arguments = job.request.arguments
    settings = arguments["spec"]
    return Earlier(
        title=job.request.title,
        benchmark=arguments["benchmark"],
        zeroshot=Path(arguments["zeroshot"]),
        spec=_spec(settings),
        precision=settings.get("precision"),
    )


def _settings(checkpoint: Path) -> Mapping[str, Any] | None:
    try:
        return checkpoints.opened(checkpoint).info.provenance.get("finetune")
    except WiseftError:
        return None


def _spec(settings: Mapping[str, Any]) -> FinetuneSpec:
    """The spec with the settings that this version knows."""
    known = {each.name for each in fields(FinetuneSpec)}
    return FinetuneSpec(**{name: value for name, value in settings.items() if name in known})
