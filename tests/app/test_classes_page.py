"""The Classes page, from its URL to what it shows, without a browser."""

from __future__ import annotations

import base64
import math
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from tests.app.conftest import Open
from tests.app.pages import component_of, finding_of, html_of, segments_of, shown, table_of
from tests.runs import ODD_CLASSES, ODD_NAMES, SETS, SUBSET, write_run
from wiseft.app.classes.overview import UNKNOWN, packed
from wiseft.breakdown import lose_everywhere, per_class
from wiseft.confusions import confusion_pairs
from wiseft.marks import Mark, put_mark
from wiseft.runs import Run
from wiseft.workspace import Workspace

SMALL = 0.1


def data_of(app: AppTest, name: str) -> dict[str, Any]:
    """What a component of the page was given."""
    found = component_of(app, name)
    assert found is not None
    return found


def lines_of(app: AppTest) -> dict[str, Any]:
    return data_of(app, "wiseft_class_lines")


def test_the_classes_are_those_of_the_breakdown(open_page: Open, state_folder: Path):
    run = write_run(state_folder)
    now, finetuned = (run.predictions("sketch", alpha) for alpha in (0.7, 1))
    table = per_class(now, finetuned, run.record.class_names)
    app = open_page("classes", set="sketch", order="listed")
    rows = table_of(app, "numbers")
    assert [row[0] for row in rows] == table["class"].tolist()
    for column, metric in ((2, "accuracy"), (5, "precision"), (8, "f1")):
        assert [row[column] for row in rows] == [f"{100 * each:.1f}" for each in table[metric]]
    gain = int((table["accuracy_clear"] & (table["accuracy_change"] > 0)).sum())
    assert finding_of(app) == (
        f"On Sketch images, {gain} of 24 classes clearly gain and none clearly pays at alpha 0.70"
    )
    fixed, broken = int(table["fixed"].sum()), int(table["broken"].sum())
    assert f"α 0.70 fixes {fixed} of 1,512 images against α 1.00 and breaks {broken};" in shown(app)
    drawn = lines_of(app)["rows"]
    assert [row["name"] for row in drawn] == table["class"].tolist()
    assert [row["now"][1] for row in drawn] == [round(1000 * each) for each in table["accuracy"]]
    assert [row["fixed"] for row in drawn] == table["fixed"].tolist()


def test_the_confusions_are_those_of_the_pairs(open_page: Open, state_folder: Path):
    run = write_run(state_folder)
    now, finetuned = (run.predictions("night", alpha) for alpha in (0.5, 1))
    pairs = confusion_pairs(now, finetuned, run.record.class_names)
    data = data_of(open_page("classes", set="night", alpha="0.5"), "wiseft_confusions")
    top = pairs.iloc[0]
    first = data["pairs"][0]
    assert (first["true"], first["read"]) == (top["true"], top["predicted"])
    assert (first["count"], first["compared"]) == (top["count"], top["compared"])
    assert sum(cell["value"] for cell in data["cells"]) == pairs["change"].sum()
    asked = parse_qs(urlsplit(first["href"]).query)
    assert asked["true"] == [top["true"]]
    assert asked["read"] == [top["predicted"]]
    assert sorted(data["classes"]) == sorted(run.record.class_names)


def test_another_alpha_can_be_compared_with(open_page: Open, state_folder: Path):
    run = write_run(state_folder, scale=SMALL)
    app = open_page("classes", set="night", alpha="1", versus="0")
    now, then = (run.predictions("night", alpha) for alpha in (1, 0))
    table = per_class(now, then, run.record.class_names)
    assert {row["name"]: row["fixed"] for row in lines_of(app)["rows"]} == dict(
        zip(table["class"], table["fixed"], strict=True)
    )
    assert app.query_params["versus"] == "0"
    tables = {
        name: per_class(run.predictions(name, 1), run.predictions(name, 0), run.record.class_names)
        for name in run.frontier().shifts
    }
    losers = lose_everywhere(tables)
    assert (f"{len(losers)} class" if len(losers) else "No class loses") in shown(app)


def test_an_alpha_is_not_compared_with_itself(open_page: Open, state_folder: Path):
    write_run(state_folder, scale=SMALL)
    app = open_page("classes", alpha="1")
    assert finding_of(app).startswith("Alpha 1.00 is held against itself")


def test_the_order_of_the_classes(open_page: Open, state_folder: Path):
    write_run(state_folder, scale=SMALL)
    app = open_page("classes", set="sketch")
    values = [float(row[4].replace("−", "-")) for row in table_of(app, "numbers")]
    assert values == sorted(values, reverse=True)
    segments_of(app, "classes-order").set_value("value").run()
    accuracies = [float(row[2]) for row in table_of(app, "numbers")]
    assert accuracies == sorted(accuracies, reverse=True)
    assert app.query_params["order"] == "value"
    segments_of(app, "classes-order").set_value("name").run()
    names = [row[0] for row in table_of(app, "numbers")]
    assert names == sorted(names)


def test_a_class_is_found_by_a_part_of_its_name(open_page: Open, state_folder: Path):
    write_run(state_folder, scale=SMALL)
    app = open_page("classes", find="SPEED")
    assert {row["name"] for row in lines_of(app)["rows"]} == {
        "speed 30",
        "speed 50",
        "speed 80",
        "speed 100",
    }
    assert len(table_of(app, "numbers")) == 4
    app.text_input(key="classes-find").set_value("moon").run()
    assert "No class of Night has “moon” in its name." in shown(app)
    assert app.query_params["find"] == "moon"


def test_many_classes_come_in_pages_and_the_matrix_shows_those_that_move(
    open_page: Open, state_folder: Path
):
    names = [f"class {number}" for number in range(130)]
    write_run(state_folder, sets=[SETS[0], SETS[1]], class_names=names, scale=0.5)
    app = open_page("classes", set="night", order="listed", part="3")
    assert [row["name"] for row in lines_of(app)["rows"]] == names[100:]
    assert "Classes 101 to 130 of 130." in shown(app)
    assert len(data_of(app, "wiseft_confusions")["classes"]) == 60
    zoomed = open_page("classes", set="night", zoom="7")
    shown_classes = data_of(zoomed, "wiseft_confusions")["classes"]
    assert "class 7" in shown_classes
    assert len(shown_classes) <= 24


@pytest.mark.parametrize("metric", ["precision", "f1"])
def test_other_metrics(open_page: Open, state_folder: Path, metric: str):
    run = write_run(state_folder, scale=SMALL)
    app = open_page("classes", set="night", metric=metric, order="listed")
    table = per_class(
        run.predictions("night", 0.7), run.predictions("night", 1), run.record.class_names
    )
    drawn = [row["now"][1] for row in lines_of(app)["rows"]]
    expected = [None if math.isnan(each) else round(1000 * each) for each in table[metric]]
    assert drawn == expected


def test_names_are_never_taken_for_mark_up(open_page: Open, state_folder: Path):
    write_run(state_folder, name="odd", title="<i>o</i>", sets=ODD_NAMES, class_names=ODD_CLASSES)
    app = open_page("classes", set="@fog")
    assert {row[0] for row in table_of(app, "numbers")} == {
        " ".join(name.split()) for name in ODD_CLASSES
    }
    assert "<i>x" not in html_of(app)
    for row in lines_of(app)["rows"]:
        assert parse_qs(urlsplit(row["href"]).query)["true"] == [row["name"]]


def test_a_set_with_some_of_the_classes_has_no_others(open_page: Open, state_folder: Path):
    write_run(state_folder, sets=SUBSET, scale=SMALL)
    rows = lines_of(open_page("classes", set="sketch"))["rows"]
    assert len(rows) == 11


def test_marked_images_are_left_out_by_the_switch(open_page: Open, state_folder: Path):
    run = write_run(state_folder, scale=SMALL)
    for image in (1, 4):
        put_mark(Workspace(), run.name, Mark("night", f"night, image {image}", "unusable"))
    kept = np.setdiff1d(np.arange(len(run.path("night"))), (1, 4))
    counted = run.counting({"night": np.isin(np.arange(len(run.path("night"))), kept)})
    app = open_page("classes", set="night", order="listed")
    app.toggle(key="classes-marked").set_value(True).run()
    expected = counted.per_class("night", 0.7)
    drawn = lines_of(app)["rows"]
    assert [row["count"] for row in drawn] == expected["count"].tolist()
    assert [row["now"][1] for row in drawn] == [round(1000 * each) for each in expected["accuracy"]]
    assert all("without=marked" in row["href"] for row in drawn)
    pairs = counted.confusions("night", 0.7)
    cells = data_of(app, "wiseft_confusions")["cells"]
    assert sum(cell["value"] for cell in cells) == pairs["change"].sum()
    images = [
        image for pair in data_of(app, "wiseft_confusions")["pairs"] for image in pair["images"]
    ]
    assert images
    assert not {"night, image 1", "night, image 4"} & {
        image["source"].partition(":")[0] for image in images
    }
    assert f"Marked images are left out: 2 of {len(kept) + 2} images of Night" in shown(app)


def test_all_images_of_a_set_left_out_leave_a_page_that_says_so(
    open_page: Open, state_folder: Path
):
    run = write_run(state_folder, sets=[SETS[0], replace(SETS[1], count=3)])
    for image in range(3):
        put_mark(Workspace(), run.name, Mark("night", f"night, image {image}", "unusable"))
    for page in ("classes", "flips"):
        app = open_page(page, set="night", without="marked")
        assert "3 of 3 images of Night" in shown(app)


class TestOverview:
    """All classes in one picture, where they are too many for a line each."""

    NAMES = tuple(f"class {number}" for number in range(130))

    @pytest.fixture
    def run(self, state_folder: Path) -> Run:
        return write_run(
            state_folder,
            sets=[SETS[0], SETS[1]],
            class_names=self.NAMES,
            scale=0.5,
            alphas=(0, 0.5, 1),
        )

    def test_it_has_every_class_and_the_numbers_of_the_breakdown(self, open_page: Open, run: Run):
        data = data_of(
            open_page("classes", set="night", alpha="0.5", versus="0"), "wiseft_class_overview"
        )
        table = run.per_class("night", 0.5, 0).set_index("class").loc[data["names"]]
        assert sorted(data["names"]) == sorted(self.NAMES)
        assert data["counts"] == table["count"].tolist()
        assert [sign * each for sign, each in zip(data["signs"], data["changes"], strict=True)] == [
            round(1000 * each) for each in table["accuracy_change"]
        ]
        assert data["clear"] == "".join(str(int(each)) for each in table["accuracy_clear"])
        values = np.frombuffer(zlib.decompress(base64.b64decode(data["values"])), "<i2")
        for at, alpha in enumerate((0, 0.5, 1)):
            expected = run.per_class("night", alpha).set_index("class").loc[data["names"]]
            assert values.reshape(130, 3)[data["columns"], at].tolist() == [
                round(1000 * each) for each in expected["accuracy"]
            ]
        assert data["below"] == [*range(50)]

    def test_a_class_that_is_clicked_is_drawn_below(self, open_page: Open, run: Run):
        app = open_page("classes", set="night", order="listed")
        app.session_state["classes-overview"] = {"wish": {"name": "class 99", "stamp": "1"}}
        app.run()
        assert app.query_params["class"] == "class 99"
        assert app.query_params["part"] == "2"
        assert lines_of(app)["picked"] == "class 99"
        assert [row["name"] for row in lines_of(app)["rows"]] == [*self.NAMES[50:100]]
        assert data_of(app, "wiseft_class_overview")["below"] == [*range(50, 100)]
        app.selectbox(key="classes-part").set_value("3").run()
        assert app.query_params["part"] == "3"
        assert "class" not in app.query_params
        assert len(lines_of(app)["rows"]) == 30

    def test_what_is_found_is_pointed_out_among_all(self, open_page: Open, run: Run):
        app = open_page("classes", set="night", order="listed", find="class 12")
        assert data_of(app, "wiseft_class_overview")["below"] == [12, *range(120, 130)]
        assert len(lines_of(app)["rows"]) == 11

    def test_a_class_that_is_not_there_is_answered_with_a_note(self, open_page: Open, run: Run):
        app = open_page("classes", set="night", **{"class": "moon"})
        assert "asks for the class “moon”, not among these" in shown(app)
        assert len(lines_of(app)["rows"]) == 50

    def test_what_is_not_defined_has_no_number(self):
        text = packed(np.array([[0.25, np.nan], [1.0, 0.0]]))
        values = np.frombuffer(zlib.decompress(base64.b64decode(text)), "<i2")
        assert values.tolist() == [250, 1000, UNKNOWN, 0]

    def test_few_classes_have_a_line_each_and_no_picture_of_all(
        self, open_page: Open, state_folder: Path
    ):
        write_run(state_folder, scale=SMALL)
        app = open_page("classes")
        names = [each.proto.component_name for each in app.get("bidi_component")]
        assert "wiseft_class_lines" in names
        assert "wiseft_class_overview" not in names
