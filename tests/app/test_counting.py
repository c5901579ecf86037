"""Marked images on the Frontier page: counted, or left out by the switch of all pages."""

from __future__ import annotations

from pathlib import Path

from tests.app.conftest import Open
from tests.app.pages import live_of, shown, table_of
from tests.runs import write_run
from wiseft.marks import Mark, put_mark
from wiseft.workspace import Workspace


def test_the_switch_leaves_marked_images_out_of_all_numbers(state_folder: Path, open_page: Open):
    run = write_run(state_folder, scale=0.1)
    put_mark(Workspace(), run.name, Mark("night", "night, image 1", "wrong label"))
    put_mark(Workspace(), run.name, Mark("night", "night, image 2", note="a note counts"))
    app = open_page()
    before = live_of(app)
    app.toggle(key="frontier-marked").set_value(True).run()
    of_day = f"0 of {len(run.path('day'))} images of Daylight, 1 in all sets"
    assert f"Marked images are left out: {of_day}" in shown(app)
    rows = {row[0].split()[0]: row for row in table_of(app, "numbers")}
    assert rows["Night"][1] == str(len(run.path("night")) - 1)
    assert live_of(app) != before
    assert app.query_params["without"] == "marked"


def test_where_no_image_is_marked_there_is_no_switch(state_folder: Path, open_page: Open):
    run = write_run(state_folder, scale=0.1)
    put_mark(Workspace(), run.name, Mark("night", "night, image 2", note="a note counts"))
    app = open_page()
    assert not app.toggle
    assert "left out" not in shown(app)
