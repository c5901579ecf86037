"""Fine-tune: from a folder of images and a zero-shot classifier to a run, as a job."""

from __future__ import annotations

import streamlit as st

from wiseft.app import address, benchmarks, checkpoints
from wiseft.app.earlier import Earlier, earlier, earlier_trainings
from wiseft.app.page import errors_as_sentences, page
from wiseft.app.parts import lead, note, problem, section
from wiseft.app.pickers import select, show, widget_key
from wiseft.app.rehearsals import rehearsal_section
from wiseft.app.starts import make_start, starts
from wiseft.app.submitting import JOBS_PAGE, submit_grid
from wiseft.app.training_fields import method_of
from wiseft.app.training_form import Asked, training_form
from wiseft.app.training_words import epoch_counts, plan_sentence, trainings_note
from wiseft.backends import RayBackend, chosen_backend
from wiseft.errors import UnknownName
from wiseft.jobs import read_only
from wiseft.known_benchmarks import known_benchmarks, labels
from wiseft.recipes import METHODS, default_spec
from wiseft.workspace import Workspace

_AGAIN = "again"


def view(workspace: Workspace) -> None:
    """The page, from its URL."""
    like = asked_earlier(workspace)
    top = st.container()
    controls = st.container(key="controls", horizontal=True, vertical_alignment="bottom")
    with controls:
        benchmark = pick_benchmark(workspace)
        if not any(each.added for each in known_benchmarks(workspace)):
            st.page_link("run/data.py", label="Add your own images")
    inventory = benchmarks.inventory(benchmark)
    first = like.zeroshot if like is not None and like.benchmark == benchmark else None
    known = starts(workspace, inventory.class_names, first)
    if not known:
        with top:
            lead(f"There is no zero-shot classifier for {inventory.title} yet")
        make_start(workspace, benchmark, inventory.title)
        return
    start = address.among(address.asked("start"), known, next(iter(known)), "checkpoint")
    method = address.among(address.asked("method"), METHODS, next(iter(METHODS)), "method")
    address.publish(start=start.value, method=method.text)
    with controls:
        names = {name: name.removesuffix(checkpoints.SUFFIX) for name in known}
        select("start", "Starts from", names, start.value)
        select("method", "Method", {each: METHODS[each].title for each in METHODS}, method.value)
        pick_earlier(workspace)
    note(METHODS[method.value].summary, method.note)
    architecture = checkpoints.opened(known[start.value]).info.spec.architecture
    spec, precision = default_spec(architecture, method.value), None
    if like is not None and method_of(like.spec) == method.value:
        spec, precision = like.spec, like.precision
        note(f"The settings are those of “{like.title}”.")
    section(
        "How to train", f"At first stands what suits the model ({METHODS[method.value].source})."
    )
    key = "-".join([architecture, method.value, st.query_params.get(_AGAIN, "")])
    with st.container(key="training"):
        asked = training_form(spec, precision, key)
    with top:
        lead(plan_sentence(METHODS[method.value].title, asked, inventory))
    arguments = {
        "zeroshot": str(known[start.value]),
        "benchmark": benchmark,
        "spec": dict(asked.settings),
    }
    section("How long it takes", "A rehearsal trains for ten steps and keeps nothing of them.")
    rehearsal_section(workspace, arguments, epoch_counts(asked))
    section("Start", "It runs in the background: this page, and the browser, can be closed.")
    note(trainings_note(asked))
    words = METHODS[method.value].title
    title = f"{inventory.title}, {words[0].lower()}{words[1:]}"
    start_form(workspace, arguments, asked, title)


def start_form(
    workspace: Workspace, arguments: dict[str, object], asked: Asked, title: str
) -> None:
    """Name it, and go; then comes the view of its job.

    Args:
        workspace: where jobs go.
        arguments: of the training.
        asked: what the form says.
        title: of the run where none is typed.
    """
    with (
        st.form("start", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        typed = st.text_input("Title of the run", key="run-title", placeholder=title, width=360)
        name = st.text_input(
            "Name in links", key="run-name", placeholder="made from the benchmark", width=240
        )
        devices = devices_field(workspace)
        go = st.form_submit_button("Fine-tune", type="primary")
    if go:
        with errors_as_sentences():
            title = typed.strip() or title
            whole = {
                **arguments,
                "title": title,
                "name": name.strip() or None,
                "devices": devices if devices > 1 else None,
            }
            jobs = submit_grid(workspace, whole, asked.grid, title)
            st.switch_page(JOBS_PAGE, query_params={"job": jobs[0].id})


def devices_field(workspace: Workspace) -> int:
    """On how many devices to train together: a choice where jobs go to a cluster."""
    if chosen_backend(workspace).name != RayBackend.name:
        return 1
    return st.number_input("Devices", min_value=1, value=1, step=1, key="run-devices", width=120)


def asked_earlier(workspace: Workspace) -> Earlier | None:
    """The training whose settings the URL asks for; where it says no more, they fill the rest."""
    name = st.query_params.get(_AGAIN)
    if name is None:
        return None
    try:
        like = earlier(workspace, name)
    except UnknownName as error:
        problem(str(error))
        return None
    if "benchmark" not in st.query_params:
        address.forget("start")
        address.publish(benchmark=like.benchmark, method=method_of(like.spec))
    return like


def pick_benchmark(workspace: Workspace) -> str:
    """The benchmark that the URL names, with a control to change it."""
    known = {each.name: each for each in known_benchmarks(workspace)}
    wanted = address.among(address.asked("benchmark"), known, next(iter(known)), "benchmark")
    address.publish(benchmark=wanted.text)
    select("benchmark", "Benchmark", labels(known.values()), wanted.value)
    return wanted.value


def pick_earlier(workspace: Workspace) -> None:
    """A list of earlier trainings, to start from the settings of one."""
    titles = earlier_trainings(workspace)
    if titles:
        show(_AGAIN, st.query_params.get(_AGAIN))
        st.selectbox(
            "Settings of an earlier training",
            list(titles),
            None,
            key=widget_key(_AGAIN),
            format_func=lambda name: titles[name],
            on_change=take_earlier,
            placeholder="none",
            width=280,
        )


def take_earlier() -> None:
    """Open the page anew with the settings of the training that was chosen."""
    name = st.session_state[widget_key(_AGAIN)]
    st.query_params.clear()
    address.forget("start", "method")
    if name is not None:
        st.query_params[_AGAIN] = name


with page("finetune"):
    if read_only():
        lead("This app is read-only")
        note("Results can be looked at; nothing can be trained here.")
    else:
        view(Workspace())
