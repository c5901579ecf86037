"""The checkpoints that jobs make, in the folder of the workspace."""

from __future__ import annotations

from pathlib import Path

from wiseft.checkpoint_header import describe
from wiseft.errors import Invalid
from wiseft.jobs.context import Context
from wiseft.text import slug


def checkpoint_file(name: str, context: Context) -> Path:
    """Where the checkpoint `name` of this job is written.

    Raises:
        Invalid: where there is one of that name that this job has not made.
    """
    path = context.workspace.checkpoints / f"{name}.safetensors"
    if path.exists() and describe(path).provenance.get("job") != context.job:
        raise Invalid(f"There is a checkpoint {path.name} already; choose another name.")
    return path


def name_of(context: Context, *words: str) -> str:
    """A name from words, and from the job so that no other has it."""
    return f"{slug(' '.join(words))}-{context.job[-4:]}"
