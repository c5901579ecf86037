"""The Fine-tune page, without any worker."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from tests.app.conftest import Open
from tests.app.jobs import ended, write_job
from tests.app.pages import finding_of, shown
from tests.checkpoints import SPEC, write_checkpoint
from wiseft.backends import RayBackend
from wiseft.jobs import Job, Ledger, Request
from wiseft.known_benchmarks import add_benchmark
from wiseft.recipes import default_spec
from wiseft.specs import FinetuneSpec
from wiseft.workspace import Workspace

pytestmark = pytest.mark.usefixtures("no_workers")

FIELDS = "ViT-B-32-quickgelu-{}-"


@pytest.fixture
def zoo(tmp_path: Path) -> Path:
    """Twelve training images of two classes, in a folder that the workspace knows."""
    root = tmp_path / "zoo"
    for folder, count in (("train", 6), ("test", 3), ("night", 3)):
        for name in ("cat", "dog"):
            (root / folder / name).mkdir(parents=True)
            for number in range(count):
                pixels = np.full((8, 8, 3), number, np.uint8)
                Image.fromarray(pixels).save(root / folder / name / f"{number}.png")
    add_benchmark(Workspace(), root)
    return root


@pytest.fixture
def start(zoo: Path) -> Path:
    """A zero-shot checkpoint for the zoo."""
    return write_checkpoint(Workspace().checkpoints / "start.safetensors")


def submitted() -> list[Job]:
    return list(Ledger(Workspace().jobs).jobs())


def field(name: str, method: str = "end-to-end", again: str = "") -> str:
    """What the widget of a setting is called."""
    return f"{name}-{FIELDS.format(method)}{again}"


def press(app: AppTest, label: str) -> AppTest:
    (button,) = (each for each in app.button if each.label == label)
    return button.click().run()


def arguments() -> dict[str, Any]:
    """Of the only job there is."""
    (job,) = submitted()
    return dict(job.request.arguments)


def test_a_folder_alone_is_enough_to_begin(open_page: Open, zoo: Path):
    app = open_page("finetune", benchmark=str(zoo))
    assert finding_of(app) == "There is no zero-shot classifier for zoo yet"
    press(app, "Make one with the small model")
    (job,) = submitted()
    assert job.request.task == "zeroshot"
    assert job.request.arguments == {"benchmark": str(zoo), "model": "demo"}
    assert "Zero-shot classifier for zoo: waiting for the device" in shown(app)
    assert [each.label for each in app.button] == ["Cancel"]
    write_checkpoint(Workspace().checkpoints / "made.safetensors")
    ended("done").write(job.folder)
    app.run()
    assert finding_of(app) == "End-to-end on 12 images of zoo: 10 epochs of 1 step"


def test_why_no_checkpoint_was_made_is_said(open_page: Open, zoo: Path):
    app = press(open_page("finetune", benchmark=str(zoo)), "Make one with the small model")
    ended("failed", message="The model is not there.").write(submitted()[0].folder)
    assert "The model is not there." in shown(app.run())
    assert app.button[0].label == "Make one with the small model"


def test_it_opens_with_what_suits_the_model(open_page: Open, zoo: Path, start: Path):
    app = open_page("finetune")
    assert app.query_params == {
        "benchmark": str(zoo),
        "start": "start.safetensors",
        "method": "end-to-end",
    }
    assert app.text_input(key=field("learning_rate")).value == "3e-05"
    app = open_page("finetune", method="linear")
    assert app.text_input(key=field("learning_rate", "linear")).value == "0.001"
    assert finding_of(app) == "Linear classifier on 12 images of zoo: 10 epochs of 1 step"


def test_only_zero_shot_checkpoints_of_these_classes_are_offered(
    open_page: Open, zoo: Path, start: Path
):
    folder = Workspace().checkpoints
    write_checkpoint(folder / "tuned.safetensors", made_by="finetune")
    other = replace(SPEC, class_names=("fox", "owl"))
    write_checkpoint(folder / "other.safetensors", spec=other)
    (folder / "damaged.safetensors").write_bytes(b"damaged")
    app = open_page("finetune")
    assert app.selectbox(key="finetune-start").options == ["start"]


def test_it_is_submitted_as_it_stands(open_page: Open, zoo: Path, start: Path):
    app = open_page("finetune")
    app.text_input(key=field("epochs")).set_value("3").run()
    app.number_input(key=field("shots")).set_value(4).run()
    assert finding_of(app) == "End-to-end on 8 images of zoo: 3 epochs of 1 step"
    app.text_input(key="run-title").set_value("My zoo")
    press(app, "Fine-tune")
    found = arguments()
    spec = asdict(replace(default_spec(SPEC.architecture, "end-to-end"), epochs=3, shots=4))
    del spec["precision"]
    assert found == {
        "zeroshot": str(start),
        "benchmark": str(zoo),
        "title": "My zoo",
        "spec": spec,
    }
    assert app.query_params["job"] == submitted()[0].id
    assert finding_of(app) == "My zoo is next"
    assert "by this browser" in shown(app)


def test_on_a_cluster_several_devices_can_be_asked_for(
    open_page: Open, start: Path, monkeypatch: pytest.MonkeyPatch
):
    asked: list[Request] = []

    def submit(backend: RayBackend, request: Request, files: object = None) -> Job:
        asked.append(request)
        return backend.ledger.submit(request)

    assert "run-devices" not in [each.key for each in open_page("finetune").number_input]
    monkeypatch.setenv("WISEFT_BACKEND", "ray")
    monkeypatch.setattr(RayBackend, "submit", submit)
    app = open_page("finetune")
    app.number_input(key="run-devices").set_value(4)
    press(app, "Fine-tune")
    assert [each.devices for each in asked] == [4]
    assert arguments()["devices"] == 4


def test_lists_make_a_grid_which_is_told_before(open_page: Open, zoo: Path, start: Path):
    app = open_page("finetune")
    app.text_input(key=field("learning_rate")).set_value("1e-5, 3e-5, 1e-4").run()
    app.text_input(key=field("epochs")).set_value("4, 10").run()
    assert finding_of(app) == "End-to-end on 12 images of zoo, in 6 trainings"
    assert "2 numbers of epochs times 3 learning rates make 6 trainings." in shown(app)
    press(app, "Fine-tune")
    specs = [job.request.arguments["spec"] for job in submitted()]
    assert {(each["learning_rate"], each["epochs"]) for each in specs} == {
        (rate, epochs) for rate in (1e-5, 3e-5, 1e-4) for epochs in (4, 10)
    }
    assert "zoo, end-to-end, epochs 4, learning rate 1e-05" in {
        job.request.title for job in submitted()
    }
    assert "The grid" in shown(app)


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("learning_rate", "fast", "Learning rate must be numbers above 0"),
        ("epochs", "2.5", "Epochs must be whole numbers of 1 or more"),
        ("epochs", ",".join(map(str, range(1, 66))), "That is 65 trainings"),
    ],
)
def test_what_cannot_be_trained_is_a_sentence(
    open_page: Open, start: Path, name: str, text: str, words: str
):
    app = open_page("finetune")
    app.text_input(key=field(name)).set_value(text).run()
    assert words in shown(app)
    assert "Fine-tune" not in [each.label for each in app.button]


def test_a_name_that_cannot_be_used_is_a_sentence(open_page: Open, start: Path):
    app = open_page("finetune")
    app.text_input(key="run-name").set_value("a/b")
    press(app, "Fine-tune")
    assert "'a/b' cannot name a run" in shown(app)
    assert not submitted()


def test_a_rehearsal_tells_how_long_it_takes(open_page: Open, start: Path):
    app = open_page("finetune")
    app.text_input(key=field("epochs")).set_value("10, 20").run()
    press(app, "Rehearse ten steps")
    (job,) = submitted()
    assert job.request.task == "rehearse"
    assert job.request.arguments["spec"]["epochs"] == 10
    assert "Rehearsal: waiting for the device" in shown(app)
    result = {"seconds": 60.0, "images_per_second": 640.0, "peak_bytes": 2**31, "note": "So."}
    ended("done", result=result).write(job.folder)
    app.run()
    assert (
        "Training takes about 1 min at 640 images/s with 2.0 GiB of memory. "
        "All 2 trainings together take about 3 min." in shown(app)
    )
    assert "So." in shown(app)
    app.text_input(key=field("epochs")).set_value("20").run()
    assert "The settings have changed since the last rehearsal." in shown(app)
    assert "Training takes about" not in shown(app)


def test_why_a_rehearsal_failed_is_said(open_page: Open, start: Path):
    app = press(open_page("finetune"), "Rehearse ten steps")
    ended("failed", message="There is no memory.").write(submitted()[0].folder)
    assert "There is no memory." in shown(app.run())


def job_like(start: Path, zoo: Path, root: Path, **settings: Any) -> Job:
    spec = asdict(replace(FinetuneSpec(), **settings))
    return write_job(
        root,
        ended("done"),
        title="An earlier one",
        arguments={"zeroshot": str(start), "benchmark": str(zoo), "spec": spec},
    )


def test_again_opens_with_the_settings_of_a_job(
    open_page: Open, zoo: Path, start: Path, state_folder: Path
):
    write_checkpoint(Workspace().checkpoints / "newer.safetensors")
    job = job_like(start, zoo, state_folder, method="linear", epochs=7, weight_decay=0.5)
    app = open_page("finetune", again=job.id)
    assert app.query_params["method"] == "linear"
    assert app.query_params["start"] == "start.safetensors"
    assert finding_of(app) == "Linear classifier on 12 images of zoo: 7 epochs of 1 step"
    assert "The settings are those of “An earlier one”." in shown(app)
    assert app.number_input(key=field("weight_decay", "linear", job.id)).value == 0.5
    app.selectbox(key="finetune-method").set_value("end-to-end").run()
    assert finding_of(app) == "End-to-end on 12 images of zoo: 10 epochs of 1 step"


def test_an_earlier_training_is_chosen_from_a_list(
    open_page: Open, zoo: Path, start: Path, state_folder: Path
):
    job = job_like(start, zoo, state_folder, epochs=7)
    app = open_page("finetune")
    app.selectbox(key="finetune-again").set_value(job.id).run()
    assert app.query_params["again"] == job.id
    assert finding_of(app).endswith("7 epochs of 1 step")


def test_an_unknown_earlier_training_is_noted(open_page: Open, start: Path):
    app = open_page("finetune", again="gone")
    assert "There is no training named 'gone'." in shown(app)
    assert finding_of(app).startswith("End-to-end")


def test_read_only_nothing_can_be_asked_for(
    open_page: Open, start: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("WISEFT_READ_ONLY", "1")
    app = open_page("finetune")
    assert finding_of(app) == "This app is read-only"
    assert not [*app.button, *app.selectbox, *app.text_input]


def test_a_folder_that_is_gone_is_a_sentence(open_page: Open, zoo: Path):
    zoo.rename(zoo.with_name("moved"))
    assert "zoo" in shown(open_page("finetune", benchmark=str(zoo)))
    assert not submitted()
