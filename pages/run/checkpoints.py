"""Checkpoints: what two of them are, whether they fit together, and how far apart they are."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import streamlit as st

from wiseft.app import benchmarks, checkpoints
from wiseft.app.checkpoint_words import (
    checkpoints_table,
    distance_sentence,
    fit_sentences,
    layers_in_numbers,
)
from wiseft.app.downloads import download
from wiseft.app.page import errors_as_sentences, page
from wiseft.app.parts import lead, note, section
from wiseft.app.submitting import submit, where_to_watch
from wiseft.app.theme import is_dark
from wiseft.charts.distances import distance_figure
from wiseft.charts.template import CONFIG
from wiseft.checkpoint_files import CheckpointFile, differences, known_checkpoints
from wiseft.distances import TensorDistance, layer_table, relative_distance, tensor_table
from wiseft.errors import Invalid, WiseftError
from wiseft.jobs import read_only
from wiseft.known_benchmarks import KnownBenchmark, known_benchmarks, labels
from wiseft.model_names import DEMO, model_names
from wiseft.workspace import Workspace


def view(workspace: Workspace) -> None:
    """The page, from its URL."""
    known = known_checkpoints(workspace)
    if not known:
        lead("There are no checkpoints yet")
        note("Make one from the weights of a CLIP model and the class names of a benchmark.")
    else:
        with errors_as_sentences():
            pair_sections(workspace, known)
    if not read_only():
        zeroshot_section(workspace)


def pair_sections(workspace: Workspace, known: dict[str, Path]) -> None:
    """Two checkpoints: chosen, described, compared, and swept."""
    default = checkpoints.default_pair(known)
    with st.container(key="controls", horizontal=True, vertical_alignment="bottom"):
        wanted = [checkpoints.pick_checkpoint(end, known, default[end]) for end in default]
    start, end = (checkpoints.checkpoint_path(each, known) for each in wanted)
    zeroshot, finetuned = checkpoints.opened(start), checkpoints.opened(end)
    unlike = differences(zeroshot, finetuned)
    tensors = [] if unlike else checkpoints.distances(start, end)
    layers = layer_table(tensors)
    if unlike:
        lead("These two checkpoints cannot be mixed")
    else:
        lead(distance_sentence(layers, relative_distance(tensors)))
    note(*fit_sentences(unlike))
    section("What they are", "From the headers of the files.")
    st.html(checkpoints_table(zeroshot, finetuned))
    if not unlike:
        distance_section(layers, tensors)
        if not read_only():
            sweep_section(workspace, zeroshot, finetuned)


def distance_section(layers: pd.DataFrame, tensors: list[TensorDistance]) -> None:
    """How far apart they are, layer by layer."""
    section(
        "How far apart they are",
        "‖θ₁ − θ₀‖ ∕ ‖θ₀‖ over all values of a layer, running statistics included, from the "
        "pixels down to the classes.",
    )
    with st.container(key="beside"):
        left, right = st.columns(2, gap="large")
        with left:
            st.plotly_chart(
                distance_figure(layers, dark=is_dark()),
                theme=None,
                config=CONFIG,
                key="distances",
                alt="Relative distance of the weights of every layer",
            )
        with right:
            st.html(layers_in_numbers(layers))
    download(
        "Download the distance of every tensor (CSV)",
        "weight-distances",
        lambda: tensor_table(tensors),
    )


def sweep_section(
    workspace: Workspace, zeroshot: CheckpointFile, finetuned: CheckpointFile
) -> None:
    """Evaluate every alpha between the two, as a job."""
    section("Sweep them", "Evaluates the sets of a benchmark along alpha, in the background.")
    names = zeroshot.info.spec.class_names
    fitting = labels(each for each in known_benchmarks(workspace) if has_classes(each, names))
    if not fitting:
        note("No known benchmark has the classes of these checkpoints; add its folder under Data.")
        return
    with (
        st.form("sweep", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        benchmark = pick_benchmark(fitting, "sweep-benchmark")
        name = st.text_input("Name of the run", key="run-name", placeholder="made from both")
        title = st.text_input("Title", key="run-title", placeholder="made from both")
        asked = st.form_submit_button("Sweep")
    if asked:
        arguments = {
            "zeroshot": str(zeroshot.path),
            "finetuned": str(finetuned.path),
            "benchmark": benchmark,
            "name": name.strip() or None,
            "title": title.strip() or None,
        }
        what = title.strip() or name.strip() or f"{fitting[benchmark]}, {finetuned.path.stem}"
        with errors_as_sentences():
            where_to_watch(submit(workspace, "sweep", arguments, f"Sweep {what}"))


def zeroshot_section(workspace: Workspace) -> None:
    """Make a checkpoint from the weights of a CLIP model and the class names of a benchmark."""
    section(
        "Make a zero-shot checkpoint",
        "From a CLIP model and the class names of a benchmark. Weights are a tag of open_clip, "
        "such as openai, or a file; the model named demo brings its own.",
    )
    options = labels(known_benchmarks(workspace))
    with (
        st.form("zeroshot", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        model = st.selectbox("Model", model_names(), key="model", width=280)
        weights = st.text_input("Weights: a tag or a path", key="weights", placeholder="openai")
        benchmark = pick_benchmark(options, "zeroshot-benchmark")
        name = st.text_input(
            "Name of the checkpoint", key="checkpoint-name", placeholder="made from both"
        )
        asked = st.form_submit_button("Make it")
    if asked:
        with errors_as_sentences():
            if model != DEMO and not weights.strip():
                raise Invalid(f"Name the weights of {model}: a tag of open_clip, or a file.")
            arguments = {
                "model": model,
                "pretrained": weights.strip() or None,
                "benchmark": benchmark,
                "name": name.strip() or None,
            }
            what = f"Zero-shot {name.strip() or model} for {options[benchmark]}"
            where_to_watch(submit(workspace, "zeroshot", arguments, what))


def pick_benchmark(options: dict[str, str], key: str) -> str:
    """A list of benchmarks, titles by name."""
    return st.selectbox(
        "Benchmark", list(options), key=key, format_func=lambda name: options[name], width=280
    )


def has_classes(known: KnownBenchmark, names: tuple[str, ...]) -> bool:
    """Whether a benchmark is there and has these classes, in this order."""
    try:
        return benchmarks.benchmark(known.name).class_names == names
    except WiseftError:
        return False


with page("checkpoints"):
    view(Workspace())
