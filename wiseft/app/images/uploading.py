"""An image of one's own: predicted by the checkpoints at hand, as a job that goes before others."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from wiseft.app import address
from wiseft.app.following import follow, kept_job
from wiseft.app.images.cards import OTHER
from wiseft.app.images.opened import draw_opened, whole_uri
from wiseft.app.page import errors_as_sentences
from wiseft.app.parts import note, problem, section
from wiseft.app.pickers import widget_key
from wiseft.app.results import can_evaluate
from wiseft.app.submitting import submit
from wiseft.app.theme import taken_colour
from wiseft.datasets.decode import read_rgb
from wiseft.errors import Invalid, UnreadableImage
from wiseft.jobs import Job, read_only
from wiseft.palette import TAKEN
from wiseft.runs import Run
from wiseft.text import coefficient
from wiseft.workspace import Workspace

_KEY = "uploaded"

LARGEST = 32
"""Megabytes of an image."""

TOP = 4
"""Classes that are followed, beside those that lead elsewhere along alpha."""


def upload_section(run: Run, alpha: float, versus: float, *, bright: bool) -> None:
    """Choose an image, and see what the models along alpha say of it."""
    section(
        "An image of your own",
        "What the models of this run say of it along alpha. It is kept in the job that predicts "
        "it, and deleted with it.",
    )
    if read_only():
        note("This app is read-only: it predicts no further images.")
    elif not can_evaluate(run):
        note(
            "The checkpoints of this run are not on this machine, so that it cannot predict "
            "further images."
        )
    else:
        with (
            st.container(key="upload-box"),
            st.form("upload", border=False, clear_on_submit=True),
        ):
            given = st.file_uploader(
                "An image file", type=None, max_upload_size=LARGEST, key=widget_key("upload")
            )
            if st.form_submit_button("Predict it"):
                with errors_as_sentences():
                    if given is None:
                        raise Invalid("Choose an image file first.")
                    job = predict_upload(run, given.name, given.getvalue())
                    address.publish(**{_KEY: job.id})
    with errors_as_sentences():
        _predicted(run, alpha, versus, bright=bright)


def predict_upload(run: Run, name: str, content: bytes) -> Job:
    """Ask for the prediction of an image.

    Raises:
        WiseftError: where it cannot be read or predicted; the message says why.
    """
    suffix = Path(name).suffix.lower()
    with tempfile.NamedTemporaryFile(suffix=suffix) as file:
        file.write(content)
        file.flush()
        try:
            read_rgb(Path(file.name))
        except UnreadableImage as error:
            raise Invalid(f"{name} cannot be read: {error}.") from error
    stored = f"image{suffix}"
    arguments = {"run": run.name, "image": stored, "top": TOP}
    files = {stored: content}
    return submit(
        Workspace(), "predict", arguments, f"Predict {name}", interactive=True, files=files
    )


def prediction_data(
    found: Mapping[str, Any], file: Path, title: str, alpha: float, versus: float, *, bright: bool
) -> dict[str, Any]:
    """The result of the job as the panel of an opened image shows it.

    Args:
        found: what the task "predict" returns.
        file: the image.
        title: what it is called.
        alpha, versus: the two alphas; the nearest that were predicted are shown.
        bright: whether dark images are brightened.
    """
    alphas, names = np.asarray(found["alphas"]), list(found["classes"])
    shares = np.asarray(found["probabilities"], dtype=float)
    winners = shares.argmax(axis=0).tolist()
    colours = {place: str(place) for place in range(TAKEN)}
    tones = [colours.get(place, OTHER) for place in range(len(names))]
    confidence = np.rint(100 * shares.max(axis=0)).astype(int).tolist()
    stretches = _stretches(winners)
    at, other = (int(np.abs(alphas - each).argmin()) for each in (alpha, versus))
    try:
        image = read_rgb(file)
        picture = {"uri": whole_uri(image), "size": list(image.size), "missing": ""}
    except UnreadableImage as error:
        picture = {"uri": None, "size": [256, 256], "missing": f"{title}: {error}"}
    spans = [(*(coefficient(alphas[i]) for i in each[:2]), each[2]) for each in stretches]
    return {
        **picture,
        "alphas": alphas.tolist(),
        "at": at,
        "versus": other,
        "tones": [taken_colour(place) for place in range(TAKEN)],
        "stretches": [[a, b, tones[i], names[i]] for a, b, i in stretches],
        "confidence": confidence,
        "id": file.parent.parent.name,
        "bright": bright,
        "position": title,
        "set": "your image",
        "source": "",
        "true": "",
        "now": _reading(names, tones, winners, confidence, at),
        "then": _reading(names, tones, winners, confidence, other),
        "title": _title(names, stretches, alphas),
        "flips": "",
        "curves": {
            "alphas": alphas.tolist(),
            "about": "Probability of the leading classes along alpha",
            "lines": [
                {
                    "name": names[i],
                    "tone": tones[i],
                    "values": np.round(100 * shares[i], 1).tolist(),
                }
                for i in range(min(len(names), 2 * TOP))
            ],
        },
        "name": "prediction",
        "table": [
            {
                "alphas": first if first == last else f"{first}–{last}",
                "name": names[i],
                "tone": tones[i],
                "confidence": round(100 * float(shares[i, a : b + 1].mean())),
            }
            for (first, last, _), (a, b, i) in zip(spans, stretches, strict=True)
        ],
    }


def _predicted(run: Run, alpha: float, versus: float, *, bright: bool) -> None:
    """What has been found of the image that the URL names, or how far that is."""
    workspace, id = Workspace(), address.asked(_KEY, optional=True)
    job = kept_job(workspace, id)
    if job is None or job.request.task != "predict" or job.request.arguments["run"] != run.name:
        if id:
            address.forget(_KEY)
        return
    address.publish(**{_KEY: job.id})
    if not follow(workspace, job):
        return
    if (message := job.state.message) is not None or job.status != "done":
        problem(f"The image was not predicted: {message or job.status}")
        st.button("Dismiss", key="dismiss-upload", on_click=address.forget, args=(_KEY,))
        return
    file = job.work / job.request.arguments["image"]
    title = job.request.title.removeprefix("Predict ")
    data = prediction_data(job.state.result, file, title, alpha, versus, bright=bright)
    with st.container(key="predicted"):
        draw_opened(data, widget_key("predicted"))


def forget_upload() -> None:
    """Close the prediction."""
    address.forget(_KEY)


def _stretches(winners: Sequence[int]) -> list[tuple[int, int, int]]:
    """First and last index of neighbouring alphas with the same winner, and the winner."""
    found, start = [], 0
    for winner, group in groupby(winners):
        count = len(list(group))
        found.append((start, start + count - 1, winner))
        start += count
    return found


def _reading(
    names: Sequence[str],
    tones: Sequence[str],
    winners: Sequence[int],
    confidence: Sequence[int],
    at: int,
) -> dict[str, Any]:
    place = winners[at]
    return {"name": names[place], "tone": tones[place], "confidence": confidence[at]}


def _title(
    names: Sequence[str], stretches: Sequence[tuple[int, int, int]], alphas: np.ndarray
) -> str:
    """The finding: what the image is read as, and where that changes."""
    first, *others = stretches
    if not others:
        return f"Read as {names[first[2]]} at every alpha"
    parts = [f"{names[each[2]]} from α {coefficient(alphas[each[0]])}" for each in others]
    return f"Read as {names[first[2]]}, as " + ", then as ".join(parts[:3])
