"""The Images page, without a browser."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.app.conftest import Open
from tests.app.gallery import ask, gallery_of, ids, opened_of
from tests.app.pages import component_of, finding_of, shown
from tests.runs import ODD_CLASSES, ODD_NAMES, SIGNS, SUBSET, write_run
from wiseft.alpha_path import PAPER_GRID
from wiseft.app.image_links import ALL_SHIFTS, images_link
from wiseft.app.images.cards import ON_A_PAGE
from wiseft.leading import STEPS, Leading
from wiseft.predictions import Predictions
from wiseft.runs import Run
from wiseft.traits import TRAITS, Traits, keep_traits
from wiseft.workspace import Workspace


def expected(run: Run, name: str, outcome: str, alpha: float, versus: float = 1.0) -> set[str]:
    here, there = run.predictions(name, alpha), run.predictions(name, versus)
    masks: Mapping[str, np.ndarray] = {
        "fixed": here.correct & ~there.correct,
        "broken": there.correct & ~here.correct,
        "wrong-at": ~here.correct,
    }
    return {f"{name}:{column}" for column in np.flatnonzero(masks[outcome])}


def test_it_opens_with_all_shifts(open_page: Open, run: Run):
    app = open_page("images", run=run.name, alpha="0.5")
    fixed = broken = 0
    for each in run.record.sets:
        if each.role == "shift":
            fixed += len(expected(run, each.name, "fixed", 0.5))
            broken += len(expected(run, each.name, "broken", 0.5))
    assert finding_of(app) == f"Over all shifts, α 0.50 fixes {fixed} images and breaks {broken}"
    gallery = gallery_of(app)
    assert len(gallery["cards"]) == ON_A_PAGE
    assert len({card["set"] for card in gallery["cards"]}) > 3
    assert "Fixed: correct at ● 0.50, wrong at ○ 1.00" in shown(app)


def test_an_outcome_shows_its_images(open_page: Open, run: Run):
    app = open_page("images", run=run.name, set="night", alpha="0.5", outcome="fixed")
    wanted = expected(run, "night", "fixed", 0.5)
    assert set(ids(app)) == wanted
    assert f"{len(wanted)} of {len(run.path('night'))} images" in shown(app)
    for card in gallery_of(app)["cards"]:
        assert card["now"]["tone"] == "correct"
        assert card["then"]["tone"] != "correct"


def test_true_and_predicted_class_are_those_of_the_link(open_page: Open, run: Run):
    path = run.path("night")
    at = int(np.flatnonzero(path.alphas == 0.5)[0])
    wrong = np.flatnonzero(path.predicted[at] != path.labels)[0]
    true, read = SIGNS[path.labels[wrong]], SIGNS[path.predicted[at, wrong]]
    link = images_link(run=run.name, set="night", true=true, read=read, alpha=0.5)
    query = dict(pair.split("=") for pair in link.partition("?")[2].replace("+", " ").split("&"))
    app = open_page("images", **query)
    assert f"night:{wrong}" in ids(app)
    for card in gallery_of(app)["cards"]:
        assert (card["true"], card["now"]["name"]) == (true, read)
    assert f"of {true} read as {read}" in finding_of(app)


def test_filters_are_removed_one_by_one_and_all_together(open_page: Open, run: Run):
    query = {"set": "night", "outcome": "wrong-at", "true": "stop", "confidence": "0.2-0.9"}
    app = open_page("images", run=run.name, **query)
    app.button(key="chip-true").click().run()
    assert "true" not in app.query_params
    assert app.query_params["outcome"] == "wrong-at"
    app.button(key="clear").click().run()
    assert not {"true", "outcome", "confidence"} & app.query_params.keys()
    assert app.query_params["set"] == "night"
    assert len(gallery_of(app)["cards"]) == ON_A_PAGE


class TestSlices:
    @pytest.fixture
    def dark(self, run: Run) -> np.ndarray:
        """Which images of the night are dark; all sets have the same two slices."""
        for each in run.record.sets:
            labels = run.path(each.name).labels
            values = {name: np.full(len(labels), 64, np.float32) for name in TRAITS}
            values["brightness"] = np.where(np.arange(len(labels)) % 4, 200, 10).astype(np.float32)
            keep_traits(run.store.folder, each.data, Traits(labels, values))
        return np.arange(len(run.path("night"))) % 4 == 0

    def test_a_slice_is_combined_with_the_other_filters(
        self, open_page: Open, run: Run, dark: np.ndarray
    ):
        query = {"set": "night", "alpha": "0.5", "outcome": "fixed"}
        app = open_page("images", run=run.name, slice="brightness:10", **query)
        every = expected(run, "night", "fixed", 0.5)
        assert set(ids(app)) == every & {f"night:{column}" for column in np.flatnonzero(dark)}
        assert "with Brightness 10" in finding_of(app)
        assert app.query_params["slice"] == "brightness:10"
        app.button(key="chip-slice").click().run()
        assert "slice" not in app.query_params
        assert set(ids(app)) == every

    def test_it_is_chosen_from_a_list(self, open_page: Open, run: Run, dark: np.ndarray):
        app = open_page("images", run=run.name, set="night")
        choice = app.selectbox(key="images-slice")
        assert choice.options == ["any", "Brightness: 10", "Brightness: 200"]
        choice.set_value("brightness:10").run()
        assert f"{dark.sum()} of {len(dark)} images" in shown(app)
        app.selectbox(key="images-slice").set_value("").run()
        assert "slice" not in app.query_params

    def test_over_all_shifts_it_is_that_of_every_set(
        self, open_page: Open, run: Run, dark: np.ndarray
    ):
        app = open_page("images", run=run.name, slice="brightness:10")
        shifts = [each.name for each in run.record.sets if each.role == "shift"]
        counts = [len(run.path(name)) for name in shifts]
        wanted = sum(-(-count // 4) for count in counts)
        assert f"{wanted:,} of {sum(counts):,} images" in shown(app)

    def test_one_that_is_not_there_is_told_and_shows_all(
        self, open_page: Open, run: Run, dark: np.ndarray
    ):
        app = open_page("images", run=run.name, set="night", slice="brightness:<b>")
        assert "no slice “brightness:<b>”" in shown(app)
        assert f"{len(dark)} of {len(dark)} images" in shown(app)
        assert "slice" not in app.query_params

    def test_without_traits_and_metadata_none_are_offered(self, open_page: Open, run: Run):
        app = open_page("images", run=run.name, set="night")
        assert not [each for each in app.selectbox if each.label == "Slice"]


def test_a_filter_that_nothing_passes_says_what_to_do(open_page: Open, run: Run):
    app = open_page("images", run=run.name, set="night", confidence="0-0")
    assert gallery_of(app)["cards"] == []
    assert "there are no images" in finding_of(app)
    assert "0 of" in shown(app)


def test_pages_are_in_the_url_and_forgotten_with_another_filter(open_page: Open, run: Run):
    app = open_page("images", run=run.name)
    first = ids(app)
    ask(app, "cards", "page", 2)
    assert app.query_params["page"] == "2"
    assert not set(first) & set(ids(app))
    app.get_by_key("images-order").set_value("listed").run()
    assert "page" not in app.query_params
    assert gallery_of(app)["page"] == 1
    for text, number in (("9999", gallery_of(app)["pages"]), ("many", 1), ("-3", 1), ("nan", 1)):
        app.query_params["page"] = text
        assert gallery_of(app.run())["page"] == number


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("set", "dusk"),
        ("true", "x"),
        ("read", "<b>"),
        ("outcome", "odd"),
        ("order", "odd"),
        ("confidence", "much"),
        ("confidence", "0.9-0.2"),
        ("image", "night:99999"),
        ("image", "nonsense"),
    ],
)
def test_what_the_url_cannot_mean_is_told(open_page: Open, run: Run, key: str, text: str):
    query = {"run": run.name, key: text}
    app = open_page("images", **query)
    assert len(gallery_of(app)["cards"]) == ON_A_PAGE
    assert f"“{text}”" in shown(app)


def test_an_image_opened(open_page: Open, run: Run):
    app = open_page("images", run=run.name, set="night", outcome="fixed", alpha="0.5")
    order = ids(app)
    ask(app, "cards", "open", order[1])
    opened, path = opened_of(app), run.path("night")
    column = int(order[1].partition(":")[2])
    assert app.query_params["image"] == order[1]
    assert (opened["previous"], opened["next"]) == (order[0], order[2])
    assert opened["position"] == f"Image 2 of {len(order)}"
    assert opened["true"] == SIGNS[path.labels[column]]
    correct = path.predicted[:, column] == path.labels[column]
    spelled = [part for part in opened["stretches"] if part[2] == "correct"]
    covered = [i for first, last, *_ in spelled for i in range(first, last + 1)]
    assert covered == np.flatnonzero(correct).tolist()
    assert opened["title"].startswith("Correct ")
    assert "sweep it again" in opened["curves"]["about"]
    ask(app, "opened", "open", opened["next"])
    assert app.query_params["image"] == order[2]
    ask(app, "opened", "open", "")
    assert "image" not in app.query_params
    assert component_of(app, "wiseft_opened") is None


def test_the_gallery_goes_to_the_page_of_the_opened_image(open_page: Open, run: Run):
    app = open_page("images", run=run.name)
    last = gallery_of(app)["cards"][-1]["id"]
    ask(app, "cards", "open", last)
    ask(app, "opened", "open", opened_of(app)["next"])
    assert gallery_of(app)["page"] == 2
    assert gallery_of(app)["opened"] == ids(app)[0]


def test_the_leading_classes_are_drawn_where_they_are_known(open_page: Open, run: Run):
    for each in run.record.sets:
        labels = run.path(each.name).labels
        shares = np.full((len(PAPER_GRID), len(labels), 2), STEPS // 2, np.uint8)
        classes = np.stack([labels, (labels + 1) % len(SIGNS)], axis=1)
        names = tuple(f"{each.name}/{i}" for i in range(len(labels)))
        kept = Leading(np.array(PAPER_GRID), classes, shares, names)
        run.store.put_leading(run.record.key(each.name), kept)
    app = open_page("images", run=run.name, set="night", image="night:5")
    curves = opened_of(app)["curves"]
    label = run.path("night").labels[5]
    assert [line["name"] for line in curves["lines"]] == [SIGNS[label], SIGNS[label + 1]]
    assert curves["alphas"] == list(PAPER_GRID)
    assert curves["about"].startswith("Probability of the 2 leading classes")


def test_images_that_cannot_be_shown_have_a_reason(open_page: Open, run: Run):
    # The made-up run has other versions of its images than what is drawn here.
    app = open_page("images", run=run.name, set="night", image="night:3")
    assert "have changed since the run was swept" in shown(app)
    assert all(card["uri"] is None for card in gallery_of(app)["cards"])
    assert "the images have changed" in gallery_of(app)["cards"][0]["source"]
    assert opened_of(app)["uri"] is None


def test_names_of_others_travel_as_text(open_page: Open, state_folder: Path):
    run = write_run(state_folder, sets=ODD_NAMES, class_names=ODD_CLASSES)
    query = {"set": "a b/c?d=e&f#g", "true": ODD_CLASSES[1], "outcome": "wrong-at"}
    app = open_page("images", run=run.name, image="a b/c?d=e&f#g:1", **query)
    assert {card["true"] for card in gallery_of(app)["cards"]} <= {ODD_CLASSES[1]}
    assert opened_of(app)["true"] == ODD_CLASSES[1]
    assert "<i>x</i>" in finding_of(app)
    chip = app.button(key="chip-true").label
    assert r"\<i\>x\</i\>" in chip


def test_a_set_of_one_class(open_page: Open, state_folder: Path):
    run = write_run(state_folder, scale=0.1)
    images = Predictions.from_logits(np.eye(24)[np.full(9, 3)], np.full(9, 3), (3,))
    record = replace(run.record, sets=(replace(run.record.sets[0], classes=(3,), count=9),))
    made = Workspace().keep(replace(record, name="one"))
    for alpha in (0.0, 1.0):
        made.store.put(made.record.key("day"), alpha, images)
    app = open_page("images", run="one")
    assert {card["true"] for card in gallery_of(app)["cards"]} == {SIGNS[3]}
    assert gallery_of(app)["legend"] == []
    assert finding_of(app).startswith("On Daylight, α 0.00 fixes 0 images and breaks 0")


def test_a_matched_set_can_be_looked_at(open_page: Open, state_folder: Path):
    run = write_run(state_folder, sets=SUBSET, scale=0.1)
    app = open_page("images", run=run.name, set="day@sketch")
    assert gallery_of(app)["cards"]


def test_a_single_alpha_compares_with_itself(open_page: Open, state_folder: Path):
    run = write_run(state_folder, alphas=(0.5,), scale=0.1)
    app = open_page("images", run=run.name, set="night", image="night:0")
    assert "α 0.50 is correct on" in finding_of(app)
    assert opened_of(app)["title"] in ("Correct", "Wrong")


def test_the_set_of_all_shifts_is_not_handed_to_other_pages(open_page: Open, run: Run):
    app = open_page("images", run=run.name)
    app.switch_page("explore/classes.py").run()
    assert ALL_SHIFTS not in shown(app)
