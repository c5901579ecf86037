"""Where a fine-tuning can start: the zero-shot checkpoints of a benchmark, or one made first."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from wiseft.app import checkpoints
from wiseft.app.following import follow, kept_job
from wiseft.app.parts import note, problem
from wiseft.app.submitting import submit
from wiseft.checkpoint_files import known_checkpoints
from wiseft.errors import WiseftError
from wiseft.model_names import DEMO
from wiseft.workspace import Workspace

_MAKING = "making"


def starts(
    workspace: Workspace, class_names: Sequence[str], first: Path | None = None
) -> dict[str, Path]:
    """The checkpoints for these classes that nobody has fine-tuned, by name, newest first.

    Args:
        workspace: whose checkpoints.
        class_names: of the benchmark.
        first: one that comes before all others where it is still there.
    """
    found = {
        name: path
        for name, path in known_checkpoints(workspace).items()
        if _is_start(path, tuple(class_names))
    }
    if first is None or not _is_start(first, tuple(class_names)):
        return found
    same = (name for name, path in found.items() if path.resolve() == first.resolve())
    return {next(same, str(first)): first} | found


def make_start(workspace: Workspace, benchmark: str, title: str) -> None:
    """Offer to make the demo model's zero-shot classifier for a benchmark; rerun when it is there.

    Args:
        workspace: where it is kept.
        benchmark: its name.
        title: of the benchmark.
    """
    note(
        "Fine-tuning starts from a zero-shot classifier: a CLIP model that has read the names of "
        "the classes. The small model that ships makes one in seconds; a larger CLIP model is "
        "made into one on the page Checkpoints."
    )
    kept = st.session_state.get(_MAKING, {})
    job = kept_job(workspace, kept.get(benchmark))
    if job is not None and not follow(workspace, job):
        return
    if job is not None and (message := job.state.message):
        problem(message)
    with st.container(horizontal=True, vertical_alignment="center", key="make-start"):
        if st.button("Make one with the small model", type="primary"):
            asked = submit(
                workspace,
                "zeroshot",
                {"benchmark": benchmark, "model": DEMO},
                f"Zero-shot classifier for {title}",
            )
            st.session_state[_MAKING] = {benchmark: asked.id}
            st.rerun()
        st.page_link("run/checkpoints.py", label="Checkpoints")


def _is_start(path: Path, class_names: tuple[str, ...]) -> bool:
    try:
        info = checkpoints.opened(path).info
    except WiseftError:
        return False
    return info.spec.class_names == class_names and info.provenance.get("made_by") != "finetune"
