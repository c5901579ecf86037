"""Data: the benchmarks that are known, what is in each, and what is odd about it."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from wiseft.app import address, benchmarks
from wiseft.app.benchmark_tables import benchmark_sentence, counts_table, remarks_list, sets_table
from wiseft.app.downloads import download
from wiseft.app.page import errors_as_sentences, page
from wiseft.app.parts import lead, note, problem, section
from wiseft.app.pickers import select
from wiseft.app.samples import samples_table
from wiseft.app.theme import is_dark
from wiseft.app.typed_paths import existing_path
from wiseft.charts.counts import counts_figure
from wiseft.charts.template import CONFIG
from wiseft.datasets.folder_check import layout_problems
from wiseft.datasets.inventory import Inventory
from wiseft.errors import WiseftError
from wiseft.jobs import read_only
from wiseft.known_benchmarks import (
    KnownBenchmark,
    add_benchmark,
    known_benchmarks,
    labels,
    remove_benchmark,
)
from wiseft.workspace import Workspace

MOST_CLASSES = 60
"""Classes in the drawing and the table; the download has all of them."""

LAYOUT = """photos/
├── train/dog/001.jpg …   fine-tuned on
├── test/dog/101.jpg …    in distribution
├── validation/ …         optional: in distribution too, to choose alpha on
├── sketch/dog/s1.png …   a shift; it may have some of the classes only
├── night/ …              another
└── benchmark.toml        optional: class names, titles, prompt templates"""


def view(workspace: Workspace) -> None:
    """The page, from its URL."""
    known = {each.name: each for each in known_benchmarks(workspace)}
    wanted = address.among(address.asked("benchmark"), known, next(iter(known)), "benchmark")
    chosen = known[wanted.value]
    address.publish(benchmark=wanted.text)
    with st.container(key="controls", horizontal=True, vertical_alignment="bottom"):
        select("benchmark", "Benchmark", labels(known.values()), chosen.name)
        if not read_only():
            fits = {"benchmark": chosen.name}
            st.page_link("run/finetune.py", label="Fine-tune on it", query_params=fits)
            if chosen.added:
                removal(workspace, chosen)
    note(wanted.note)
    if not read_only():
        adding_part(workspace, first=not any(each.added for each in known.values()))
    try:
        inventory = benchmarks.inventory(chosen.name)
    except WiseftError as error:
        lead(f"{chosen.title} cannot be opened")
        for sentence in layout_problems(Path(chosen.name)) or [str(error)]:
            problem(sentence)
    else:
        benchmark_sections(chosen, inventory)


def benchmark_sections(chosen: KnownBenchmark, inventory: Inventory) -> None:
    """All that is shown of a benchmark."""
    lead(benchmark_sentence(inventory))
    section("The sets", "What each is for, what is in it, and where its files are expected.")
    st.html(sets_table(inventory))
    remarks_section(chosen, inventory)
    section(
        "A few images",
        "The first image of some classes in every set: training images above, the others below.",
    )
    st.html(samples_table(benchmarks.samples(chosen.name)))
    counts_section(inventory)


def remarks_section(chosen: KnownBenchmark, inventory: Inventory) -> None:
    """What to know before one trains on these images."""
    total = sum(each.images for each in inventory.sets)
    drawn = benchmarks.is_drawn(chosen.name)
    partly = not drawn and total > benchmarks.READ_AT_ONCE
    about = (
        f"{benchmarks.READ_AT_ONCE:,} of {total:,} images were read for this, spread over all sets."
        if partly
        else f"Every image was read for this, {total:,} in all."
    )
    section("What to know of it", "Drawn from a seed: every image can be read." if drawn else about)
    everything = partly and not read_only() and st.button("Read every image", type="tertiary")
    sentences = benchmarks.what_to_know(chosen.name, everything)
    st.html(remarks_list(sentences or ["Nothing is odd about these images."]))


def counts_section(inventory: Inventory) -> None:
    """Images of every class in every set: drawn, in numbers, and to take away."""
    table, titles = inventory.to_frame(), {each.name: each.title for each in inventory.sets}
    more = f" The first {MOST_CLASSES} are shown." if len(table) > MOST_CLASSES else ""
    section(
        "Images of every class",
        f"The area of a square is a number of images; a cross is none.{more}",
    )
    with st.container(key="beside"):
        left, right = st.columns([1, 1.28], gap="large")
        with left:
            st.plotly_chart(
                counts_figure(table.head(MOST_CLASSES), titles, dark=is_dark()),
                theme=None,
                config=CONFIG,
                key="counts",
                alt=f"Images of every class in every set of {inventory.title}",
            )
        with right:
            st.html(counts_table(inventory, MOST_CLASSES))
    download("Download these counts (CSV)", "image-counts", lambda: table.rename(columns=titles))


def removal(workspace: Workspace, chosen: KnownBenchmark) -> None:
    """Forget a folder that was added."""
    if st.button(
        "Remove from this list",
        type="tertiary",
        help="The images stay where they are, and so do the runs on them.",
    ):
        with errors_as_sentences():
            remove_benchmark(workspace, chosen.name)
            address.forget("benchmark")
            st.rerun()


def adding_part(workspace: Workspace, *, first: bool) -> None:
    """Add a folder by its path; it is checked first.

    Args:
        workspace: that is to know it.
        first: whether it would be the first; how is then in sight.
    """
    with st.expander(
        "Add a folder of your own images", expanded=first, key="add-a-folder", type="compact"
    ):
        adding_form(workspace)


def adding_form(workspace: Workspace) -> None:
    """How the folders are laid out, and a field for the path of one."""
    st.code(LAYOUT, language=None)
    with (
        st.form("add", border=False, enter_to_submit=True),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        text = st.text_input(
            "Folder on the machine that serves this app",
            key="folder",
            placeholder="/data/photos",
            width=520,
        )
        asked = st.form_submit_button("Add")
    if asked:
        with errors_as_sentences():
            folder = existing_path(text, "folder")
            if found := layout_problems(folder):
                for sentence in found:
                    problem(sentence)
                return
            added = add_benchmark(workspace, folder)
            address.publish(benchmark=added.name)
            st.rerun()


with page("data"):
    view(Workspace())
