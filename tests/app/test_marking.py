"""Marks on images, given and counted on the Images page."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.app.conftest import Open
from tests.app.gallery import gallery_of, ids
from tests.app.pages import shown
from tests.runs import SUBSET, write_run
from wiseft.marks import Mark, marks, put_mark
from wiseft.runs import Run
from wiseft.workspace import Workspace


class TestMarks:
    def test_a_mark_is_kept_and_counted_in_and_out(self, open_page: Open, run: Run):
        app = open_page("images", run=run.name, set="night", image="night:3", alpha="0.5")
        total = len(run.path("night"))
        [note] = [each for each in app.text_input if each.label == "Note"]
        note.set_value("looks like a yield")
        [choice] = [each for each in app.button_group if each.label == "Mark this image"]
        choice.set_value("wrong label")
        [submit] = [each for each in app.button if each.label == "Keep the mark"]
        submit.click().run()
        [mark] = marks(Workspace(), run.name).values()
        assert (mark.set, mark.verdict, mark.note) == ("night", "wrong label", "looks like a yield")
        assert "with the 1 marked, " in shown(app)
        assert f"of {total} images" in shown(app)
        app.toggle(key="images-marked").set_value(True).run()
        assert app.query_params["without"] == "marked"
        assert f"of {total} images" in shown(app)
        text = shown(app)
        assert f"of {total - 1} images" in text
        assert "marked images are left out here" in text

    def test_they_are_left_out_by_a_link(self, open_page: Open, run: Run):
        app = open_page("images", run=run.name, set="night", order="listed")
        source = gallery_of(app)["cards"][0]["source"].partition(":")[0]
        put_mark(Workspace(), run.name, Mark("night", source, "unusable"))
        app = open_page("images", run=run.name, set="night", order="listed", without="marked")
        assert "night:0" not in ids(app)
        app = open_page("images", run=run.name, set="night", order="listed")
        assert gallery_of(app)["cards"][0]["mark"] == "unusable"

    def test_a_mark_counts_in_the_matched_set_too(self, open_page: Open, state_folder: Path):
        run = write_run(state_folder, sets=SUBSET, scale=0.1)
        cards = gallery_of(open_page("images", run=run.name, set="day@sketch", order="listed"))
        source = cards["cards"][0]["source"].partition(":")[0]
        put_mark(Workspace(), run.name, Mark("day", source, "unusable"))
        total = len(run.path("day@sketch"))
        app = open_page("images", run=run.name, set="day@sketch", without="marked")
        assert f"{total - 1} of {total} images" in shown(app)

    def test_read_only_there_is_no_form(
        self, open_page: Open, run: Run, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setenv("WISEFT_READ_ONLY", "1")
        app = open_page("images", run=run.name, set="night", image="night:3")
        assert not [each for each in app.button if each.label == "Keep the mark"]
