"""The Checkpoints page, from its URL to what it shows, without a browser."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1.element_tree import PageLink

import wiseft.workspace
from tests.app.conftest import ROOT, Open
from tests.app.pages import finding_of, html_of, shown, table_of
from tests.checkpoints import SPEC, WEIGHTS, write_checkpoint
from tests.folders import write_images
from wiseft.jobs import Ledger
from wiseft.known_benchmarks import add_benchmark
from wiseft.workspace import Workspace

MOVED = {**WEIGHTS, "head.weight": 1.5 * WEIGHTS["head.weight"]}


@pytest.fixture
def pair(state_folder: Path) -> Path:
    """A zero-shot checkpoint and one whose head was moved by half; the folder of both."""
    folder = state_folder / "checkpoints"
    write_checkpoint(folder / "start.safetensors")
    provenance = {"benchmark": "Zoo", "finetune": {"method": "linear", "learning_rate": 0.1}}
    write_checkpoint(folder / "tuned.safetensors", MOVED, made_by="finetune", **provenance)
    return folder


def submitted() -> list[tuple[str, Mapping[str, object]]]:
    requests = [job.request for job in Ledger(Workspace().jobs).jobs()]
    return [(each.task, each.arguments) for each in requests]


def press(app, label: str):
    next(each for each in app.button if each.label == label).click()
    return app.run()


def test_an_empty_workspace_says_what_to_do(open_page: Open):
    app = open_page("checkpoints")
    assert finding_of(app) == "There are no checkpoints yet"
    assert "Make a zero-shot checkpoint" in shown(app)


def test_it_opens_on_a_pair_that_fits(open_page: Open, pair: Path):
    app = open_page("checkpoints")
    assert finding_of(app) == "Fine-tuning moved the head alone, by 50.0 % of its norm"
    assert app.query_params == {"zeroshot": "start.safetensors", "finetuned": "tuned.safetensors"}
    assert "They fit together" in shown(app)
    facts = {row[0]: row[1:] for row in table_of(app, "numbers pair")}
    assert facts["Architecture"] == ["ViT-B-32-quickgelu"] * 2
    assert facts["Classes"] == ["2 classes cat, dog"] * 2
    assert facts["Weights"] == ["18 in float32"] * 2
    assert facts["Made"] == [
        "from class names",
        "by fine-tuning, Zoo method linear, learning rate 0.1",
    ]
    assert facts["Fingerprint"] == ["ffffffffffff…"] * 2
    layers = table_of(app, "numbers")
    assert [row[0] for row in layers][-1] == "head"
    assert layers[-1][3:] == ["5", "2.5", "50.0 %"]
    assert layers[0] == ["stem", "1", "4", "6", "0", "0.0 %"]


def test_a_zeroshot_checkpoint_without_a_partner_is_not_opened_on(open_page: Open, pair: Path):
    newest = write_checkpoint(pair / "new.safetensors", spec=replace(SPEC, class_names=("fox",)))
    os.utime(newest, (2e9, 2e9))
    app = open_page("checkpoints")
    assert app.query_params["zeroshot"] == "start.safetensors"
    (pair / "tuned.safetensors").unlink()
    app = open_page("checkpoints")
    assert app.query_params["zeroshot"] == app.query_params["finetuned"] == "new.safetensors"


def test_the_layer_that_moved_most_is_named(open_page: Open, pair: Path):
    block = "encoder.transformer.resblocks.1.attn.weight"
    more = {**MOVED, block: 3 * WEIGHTS[block]}
    write_checkpoint(pair / "more.safetensors", more, made_by="finetune")
    app = open_page("checkpoints", finetuned="more.safetensors")
    # sqrt(4 * 16 + 25 / 4) over sqrt(36 + 16 + 16 + 2 + 25), and 8 over 4.
    assert finding_of(app) == (
        "Fine-tuning moved the weights by 86.0 % of their norm, and block 1 most, by 200.0 %"
    )


def test_the_same_weights_are_called_so(open_page: Open, pair: Path):
    app = open_page("checkpoints", finetuned="start.safetensors")
    assert finding_of(app) == "These two checkpoints hold the same weights"


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        (replace(SPEC, architecture="ViT-B-32"), "QuickGELU in one, GELU in the other."),
        (replace(SPEC, class_names=("cat", "fox")), "Class 2 is 'dog' in one and 'fox' in"),
        (replace(SPEC, transform=replace(SPEC.transform, size=9)), "One was made for images"),
    ],
)
def test_checkpoints_that_do_not_fit_say_why(open_page: Open, pair: Path, spec, words: str):
    write_checkpoint(pair / "other.safetensors", spec=spec, made_by="finetune")
    app = open_page("checkpoints", finetuned="other.safetensors")
    assert finding_of(app) == "These two checkpoints cannot be mixed"
    assert words in shown(app)
    assert "How far apart" not in shown(app)
    assert not [each for each in app.button if each.label == "Sweep"]


def test_a_file_is_opened_by_its_path(open_page: Open, pair: Path, tmp_path: Path):
    elsewhere = write_checkpoint(tmp_path / "elsewhere.safetensors", MOVED)
    app = open_page("checkpoints", finetuned=str(elsewhere))
    assert finding_of(app).startswith("Fine-tuning moved the head alone")
    assert str(elsewhere) in shown(app)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("/no/such/file", "There is no file “/no/such/file” on the machine"),
        ("notes.safetensors", "is not a checkpoint"),
        ("cut.safetensors", "damaged safetensors"),
    ],
)
def test_what_is_no_checkpoint_is_a_sentence(open_page: Open, pair: Path, name: str, words: str):
    (pair / "notes.safetensors").write_text("some notes")
    (pair / "cut.safetensors").write_bytes((pair / "start.safetensors").read_bytes()[:-1])
    app = open_page("checkpoints", finetuned=name)
    assert words in shown(app)
    assert len(app.selectbox) >= 2, "another one can be chosen"


def test_the_choice_goes_to_the_url(open_page: Open, pair: Path):
    app = open_page("checkpoints")
    app.selectbox(key="checkpoints-finetuned").set_value("start.safetensors").run()
    assert app.query_params["finetuned"] == "start.safetensors"


def test_a_checkpoint_that_was_changed_is_opened_anew(open_page: Open, pair: Path):
    app = open_page("checkpoints")
    write_checkpoint(pair / "tuned.safetensors", {**MOVED, "head.weight": WEIGHTS["head.weight"]})
    assert finding_of(app.run()) == "These two checkpoints hold the same weights"


def test_names_are_never_taken_for_mark_up(open_page: Open, state_folder: Path):
    spec = replace(SPEC, class_names=("<b>cat</b>", "*dog*"))
    for name in ("<i>a", "<i>b"):
        path = state_folder / "checkpoints" / f"{name}.safetensors"
        write_checkpoint(path, spec=spec, benchmark="<u>zoo</u>")
    app = open_page("checkpoints")
    assert "<b>cat</b>, *dog*" in shown(app)
    for mark in ("<b>cat", "<u>zoo", "<i>a"):
        assert mark not in html_of(app)


def test_a_sweep_is_submitted(
    open_page: Open, pair: Path, tmp_path: Path, no_workers: list[Path], state_folder: Path
):
    zoo = write_images(tmp_path / "zoo")
    add_benchmark(Workspace(), zoo)
    app = open_page("checkpoints")
    assert app.selectbox(key="sweep-benchmark").options == ["zoo"]
    app.text_input(key="run-name").set_value("zoo-linear")
    press(app, "Sweep")
    assert submitted() == [
        (
            "sweep",
            {
                "zeroshot": str(pair / "start.safetensors"),
                "finetuned": str(pair / "tuned.safetensors"),
                "benchmark": str(zoo),
                "name": "zoo-linear",
            },
        )
    ]
    assert no_workers == [state_folder]
    assert "“Sweep zoo-linear” is in the queue" in shown(app)
    (link,) = app.get("page_link")
    assert isinstance(link, PageLink)
    assert Ledger(Workspace().jobs).jobs()[0].id in link.proto.query_string


def test_a_name_that_cannot_be_is_a_sentence(
    open_page: Open, pair: Path, tmp_path: Path, no_workers: list[Path]
):
    add_benchmark(Workspace(), write_images(tmp_path / "zoo"))
    app = open_page("checkpoints")
    app.text_input(key="run-name").set_value("a b/c")
    assert "'a b/c' cannot name a run" in shown(press(app, "Sweep"))
    assert submitted() == []
    assert no_workers == []


def test_without_a_benchmark_of_these_classes_there_is_no_sweep(open_page: Open, pair: Path):
    app = open_page("checkpoints")
    assert "No known benchmark has the classes of these checkpoints" in shown(app)
    assert not [each for each in app.button if each.label == "Sweep"]


def test_a_zeroshot_checkpoint_is_asked_for(open_page: Open, no_workers: list[Path]):
    app = open_page("checkpoints")
    app.selectbox(key="model").set_value("ViT-B-32-quickgelu")
    assert "Name the weights of ViT-B-32-quickgelu" in shown(press(app, "Make it"))
    assert submitted() == []
    app.text_input(key="weights").set_value("openai")
    app.text_input(key="checkpoint-name").set_value("signs-b32")
    press(app, "Make it")
    assert submitted() == [
        (
            "zeroshot",
            {
                "model": "ViT-B-32-quickgelu",
                "pretrained": "openai",
                "benchmark": "signs",
                "name": "signs-b32",
            },
        )
    ]
    assert len(no_workers) == 1


def test_the_shipped_model_brings_its_own_weights(open_page: Open, no_workers: list[Path]):
    press(open_page("checkpoints"), "Make it")
    assert submitted() == [("zeroshot", {"model": "demo", "benchmark": "signs"})]


def test_read_only_only_known_checkpoints_are_shown(
    open_page: Open, pair: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("WISEFT_READ_ONLY", "1")
    app = open_page("checkpoints")
    assert finding_of(app).startswith("Fine-tuning moved the head")
    assert not app.button
    assert not app.text_input
    secret = write_checkpoint(tmp_path / "secret.safetensors")
    app = open_page("checkpoints", finetuned=str(secret))
    assert "There is no checkpoint named" in shown(app)
    assert "Architecture" not in shown(app)


def test_the_shipped_pair_is_there(open_page: Open, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(wiseft.workspace, "DEMO", ROOT / "data" / "demo")
    app = open_page("checkpoints")
    assert app.query_params["zeroshot"] == "shipped/zeroshot.safetensors"
    assert app.selectbox(key="sweep-benchmark").options == ["Street signs"]
    assert "stage 4, block 0" in finding_of(app)


def test_neither_page_loads_torch(pair: Path):
    code = """
import sys
from streamlit.testing.v1 import AppTest
app = AppTest.from_file("pages/navigation.py", default_timeout=60)
for page in ("run/data.py", "run/checkpoints.py"):
    app.switch_page(page).run()
    assert not app.exception and len(app.html) > 5
print(sorted({"torch", "torchvision", "open_clip", "timm"} & set(sys.modules)))
"""
    found = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], cwd=ROOT, capture_output=True, text=True
    )
    assert found.stdout.strip() == "[]", found.stderr
