"""The page of published sweeps, from its URL to what it shows, without a browser."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.app.conftest import Open
from tests.app.pages import finding_of, segments_of, shown, table_of
from tests.runs import write_run
from wiseft.app import sweeps as chosen_sweeps
from wiseft.app.published_words import (
    barriers_sentence,
    failure_sentence,
    failure_title,
    published_sentence,
)
from wiseft.app.sentences import plain
from wiseft.app.sweeps import DEFAULT, sweeps_among
from wiseft.frontier import MEAN
from wiseft.published import FOLDER, LEARNING_RATES, PublishedSweep, load_sweeps
from wiseft.robustness import Line
from wiseft.standard_models import StandardModels, load_standard_models

SMALL = 0.1
LARGE = "paper-vitl14-336-e2e"
ALIGN = "paper-align-e2e"
THREE = "vitl14-laion-400m-imagenet-e2e-lr3e-05"


@pytest.fixture(scope="module")
def sweeps() -> dict[str, PublishedSweep]:
    return {each.id: each for each in load_sweeps()}


@pytest.fixture(scope="module")
def models() -> StandardModels:
    return load_standard_models()


# The words


def words(sweep: PublishedSweep, shift: str, models: StandardModels | None) -> str:
    baseline = None if models is None else models.baseline(shift)
    return plain(published_sentence(sweep, shift, baseline)).replace("\u2009", " ")


def test_the_sentence_says_what_mixing_half_way_does(
    sweeps: dict[str, PublishedSweep], models: StandardModels
):
    assert words(sweeps[LARGE], "imagenet_sketch", models) == (
        "At alpha 0.50 ViT-L/14@336 is correct on 86.8 % of ImageNet (0.6 pp more than "
        "fine-tuned) and on 64.7 % of ImageNet-Sketch (6.8 pp more), 23.4 pp above standard "
        "models of its accuracy."
    )
    assert words(sweeps["vitb32-openai-cifar10-e2e-lr3e-05-1"], "cifar10_2", None).endswith(
        "% of CIFAR-10.2 (3.0 pp more)."
    )


def test_the_sentence_says_less_and_below_where_it_is_so(
    sweeps: dict[str, PublishedSweep], models: StandardModels
):
    assert "(1.9 pp less than fine-tuned)" in words(sweeps[ALIGN], MEAN, models)
    same = Line(1.0, 0.0, "linear")
    found = plain(published_sentence(sweeps[ALIGN], "imagenet_v2", same)).replace("\u2009", " ")
    assert found.endswith(
        "on 79.2 % of ImageNet-V2 (0.9 pp less), 7.1 pp below standard models of its accuracy."
    )


def test_no_change_is_the_same(sweeps: dict[str, PublishedSweep]):
    frontier = sweeps[LARGE].frontier
    flat = {name: np.full(len(frontier.alphas), 0.5) for name in frontier.accuracy}
    sweep = replace(sweeps[LARGE], frontier=replace(frontier, accuracy=flat))
    assert words(sweep, "imagenet_r", None).endswith(
        "(the same as fine-tuned) and on 50.0 % of ImageNet-R (the same)."
    )


def test_failure_is_told_from_the_figures(sweeps: dict[str, PublishedSweep]):
    highest, high = sweeps[LEARNING_RATES[-1]], sweeps[LEARNING_RATES[-2]]
    assert failure_title(highest) == "At learning rate 3e-4 no alpha beats zero-shot under shift"
    assert failure_title(high) == "At learning rate 3e-5 alpha 0.40 is best under shift"
    assert failure_sentence(highest).replace("\u2009", " ") == (
        "On the mean of 5 shifts it is correct on 48.4 % at zero-shot, 29.6 % at alpha 0.50 and "
        "28.1 % fine-tuned. On ImageNet, alpha 0.30 is worse than either end: 59.1 %, against "
        "62.9 % and 64.8 %."
    )
    assert "either end" not in failure_sentence(high)


def test_barriers_are_counted(sweeps: dict[str, PublishedSweep]):
    every = list(sweeps.values())
    assert barriers_sentence(every).replace("\u2009", " ") == (
        "1 of 29 published sweeps sinks below the straight line between the two ends by more "
        "than noise: ViT-B/32 LAION-400M, lr 3e-4, by 12.7 pp at alpha 0.30 on the mean of its "
        "shifts."
    )
    rest = [each for each in every if each.id != LEARNING_RATES[-1]]
    assert barriers_sentence(rest).startswith("None of 28 published sweeps sinks")


def test_sweeps_are_chosen_by_their_ids(sweeps: dict[str, PublishedSweep]):
    every = list(sweeps.values())

    def ids(text: str | None, shift: str) -> list[str]:
        return [each.id for each in sweeps_among(text, every, shift).value]

    assert ids(None, MEAN) == list(DEFAULT)
    assert ids(f"{ALIGN},{LARGE},{ALIGN}", MEAN) == [ALIGN, LARGE]
    assert ids("", MEAN) == []
    assert ids(f"{THREE},{LARGE}", "objectnet") == [LARGE]
    assert ids(THREE, MEAN) == list(DEFAULT)
    assert len(ids(None, "cifar10_1")) == 6
    assert sweeps_among("x,y", every, MEAN).note == (
        "The link asks for the sweep “x”, which is not there. "
        "The link asks for the sweep “y”, which is not there."
    )
    assert sweeps_among(THREE, every, MEAN).note == (
        "ViT-L/14 LAION-400M, lr 3e-5 was not measured on mean of 5 shifts."
    )
    assert sweeps_among(None, every, MEAN).note is None


# The page


def test_it_opens_with_its_finding_and_an_own_run(open_page: Open, state_folder: Path):
    write_run(state_folder, scale=SMALL)
    app = open_page("published")
    assert finding_of(app) == (
        "At alpha 0.50 ViT-L/14@336 is correct on 86.8 % of ImageNet (0.6 pp more than "
        "fine-tuned) and on 76.9 % under shift (8.3 pp more), 25.1 pp above standard models of "
        "its accuracy."
    )
    assert dict(app.query_params) == {
        "shift": MEAN,
        "axes": "logit",
        "sweeps": ",".join(DEFAULT),
        "run": "signs-made-up",
    }
    rows = table_of(app, "comparison numbers")
    assert [row[0] for row in rows] == [
        "ViT-L/14@336 ImageNet; Mean of 5 shifts",
        "ViT-B/16 ImageNet; Mean of 5 shifts",
        "ViT-B/32 LAION-400M, lr 3e-4 ImageNet; Mean of 5 shifts",
        "Street signs, made up Daylight; Mean of 7 shifts",
    ]
    assert rows[0][1:] == ["+9.6", "+10.2", "−4.7", "+3.6", "+39.1", "+18.1", "+25.1"]
    assert rows[3][5:] == ["–", "–", "–"]


def test_the_headline_table_has_its_oracle_rows(open_page: Open):
    rows = table_of(open_page("published"), "headline numbers")
    assert [row[0] for row in rows[:4]] == [
        "ViT-L/14@336 zero-shot",
        "ViT-L/14@336 fine-tuned",
        "ViT-L/14@336 α 0.50",
        "ViT-L/14@336 each column at its own best α: an oracle",
    ]
    assert [row[8] for row in rows[:4]] == ["+39.2", "+18.1", "+25.1", "–"]
    assert rows[2][1:8] == ["86.8", "79.5", "89.4", "64.7", "71.1", "79.9", "76.9"]
    assert rows[3][1:3] == ["87.1 α 0.60", "79.5 α 0.50"]


def test_it_says_where_interpolation_fails(open_page: Open):
    app = open_page("published")
    assert "At learning rate 3e-4 no alpha beats zero-shot under shift" in shown(app)
    rows = table_of(app, "rates numbers")
    assert [row[0] for row in rows] == ["3e-7", "3e-6", "3e-5", "3e-4"]
    assert [row[3] for row in rows] == ["none", "none", "none", "−4.4"]
    assert rows[3][6] == "−12.7"


def test_without_runs_it_shows_what_others_published(open_page: Open):
    app = open_page("published")
    assert "A run of yours will stand here" in shown(app)
    assert len(table_of(app, "comparison numbers")) == 3
    assert "run" not in app.query_params


def test_a_link_opens_the_same_view(open_page: Open):
    app = open_page("published", shift="objectnet", axes="probit", sweeps=f"{ALIGN},{LARGE}")
    assert "ALIGN is correct on 86.3 % of ImageNet" in finding_of(app)
    assert "67.8 % of ObjectNet" in finding_of(app)
    assert app.selectbox(key="published-shift").value == "objectnet"
    assert segments_of(app, "published-axes").value == "probit"
    assert app.multiselect(key="published-paper").value == [ALIGN, LARGE]
    assert app.multiselect(key="published-third-party").value == []


def test_choosing_sweeps_changes_the_finding_and_the_url(open_page: Open):
    app = open_page("published")
    app.multiselect(key="published-paper").set_value([ALIGN]).run()
    assert "ALIGN is correct" in finding_of(app)
    assert app.query_params["sweeps"] == f"{ALIGN},{LEARNING_RATES[-1]}"
    app.multiselect(key="published-paper").set_value([]).run()
    assert "lr 3e-4 is correct" in finding_of(app)
    app.multiselect(key="published-third-party").set_value([]).run()
    assert finding_of(app) == "Choose a published sweep to see what mixing half-way does"
    assert app.query_params["sweeps"] == ""


def test_other_reference_sets_have_sweeps_of_their_own_and_no_standard_models(open_page: Open):
    app = open_page("published")
    app.selectbox(key="published-shift").select("cifar10_1").run()
    assert "of CIFAR-10.1 (" in finding_of(app)
    assert "standard models of its accuracy" not in finding_of(app)
    assert "Effective robustness along alpha" not in shown(app)
    assert "ViT-L/14@336 was not measured on CIFAR-10.1." in shown(app)
    assert len(table_of(app, "comparison numbers")) == 6


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ({"shift": "<i>fog"}, "The link asks for the shift “<i>fog”, which is not there."),
        ({"axes": "log"}, "The link asks for the kind of axes “log”, which is not there."),
        ({"sweeps": "x,<b>"}, "The link asks for the sweep “<b>”, which is not there."),
        ({"sweeps": ",,,"}, "Choose a published sweep"),
        ({"run": "nope"}, "There is no run named 'nope'."),
    ],
)
def test_unknown_values_in_the_url_are_told_in_a_sentence(
    open_page: Open, state_folder: Path, query: dict[str, str], told: str
):
    write_run(state_folder, scale=SMALL)
    app = open_page("published", **query)
    assert told in shown(app)
    assert "The paper's headline table" in shown(app)
    assert {**app.query_params, **query} == dict(app.query_params)


def test_a_damaged_table_is_told_in_a_sentence(
    open_page: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    folder = Path(shutil.copytree(FOLDER, tmp_path / "published"))
    monkeypatch.setattr(chosen_sweeps, "FOLDER", folder)
    assert "25.1 pp above" in finding_of(open_page("published"))
    (folder / "standard_models.csv").write_text("model,imagenet\n", "utf-8")
    assert "standard_models.csv cannot be used (it has no rows)" in shown(open_page("published"))
