"""An estimate of time and memory before a training, from a rehearsal of its first steps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from wiseft.app.following import follow, kept_job
from wiseft.app.parts import note, problem
from wiseft.app.submitting import submit
from wiseft.specs import digest
from wiseft.text import duration, number_of
from wiseft.workspace import Workspace

_MEMORY = "rehearsal"


def rehearsal_section(
    workspace: Workspace, arguments: Mapping[str, Any], epochs: Mapping[int, int]
) -> None:
    """A button that rehearses, its progress, and what was found.

    Args:
        workspace: where jobs go.
        arguments: of the training, the first one of a grid.
        epochs: how many trainings have so many epochs; the first is that of `arguments`.
    """
    same = digest(arguments)
    kept = st.session_state.get(_MEMORY, {})
    job = kept_job(workspace, kept.get("job"))
    current = kept.get("settings") == same
    if job is not None and not follow(workspace, job):
        return
    if job is not None and current:
        state = job.state
        if state.status == "done":
            note(estimate(state.result, epochs), state.result["note"])
            return
        if state.message:
            problem(state.message)
    elif job is not None:
        note("The settings have changed since the last rehearsal.")
    if st.button("Rehearse ten steps"):
        asked = submit(workspace, "rehearse", arguments, "Rehearsal")
        st.session_state[_MEMORY] = {"job": asked.id, "settings": same}
        st.rerun()


def estimate(result: Mapping[str, Any], epochs: Mapping[int, int]) -> str:
    """What a rehearsal found, in sentences.

    Args:
        result: of the job "rehearse".
        epochs: as of `rehearsal_section`.
    """
    first, trainings = next(iter(epochs)), sum(epochs.values())
    seconds = result["seconds"]
    whole = sum(count * seconds * each / first for each, count in epochs.items())
    words = [f"Training takes about {duration(seconds)}"]
    if speed := result["images_per_second"]:
        words.append(f"at {speed:,.0f} images/s")
    if memory := result["peak_bytes"]:
        words.append(f"with {memory / 2**30:.1f} GiB of memory")
    grid = (
        f" All {number_of(trainings, 'training')} together take about {duration(whole)}."
        if trainings > 1
        else ""
    )
    return (
        f"{' '.join(words)}.{grid} Reading the images for the first time, and evaluating the path "
        "afterwards, come on top."
    )
