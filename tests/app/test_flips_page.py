"""The Flips page: what it says, on runs of every kind."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import streamlit as st

from tests.app.conftest import Open
from tests.app.pages import finding_of, html_of, shown, text_of
from tests.runs import ODD_CLASSES, ODD_NAMES, SETS, Sketch, write_run
from wiseft.leading import Leading
from wiseft.marks import Mark, put_mark
from wiseft.workspace import Workspace


def test_the_sentence_counts_what_was_fixed_and_broken(state_folder: Path, open_page: Open):
    run = write_run(state_folder)
    now, before = (run.predictions("night", alpha).correct for alpha in (0.5, 1.0))
    app = open_page("flips", set="night", alpha="0.5")
    fixed, broken = int((now & ~before).sum()), int((before & ~now).sum())
    assert finding_of(app).startswith(
        f"Moving from alpha 1.00 to 0.50 fixes {fixed:,} of 1,512 Night images "
        f"and breaks {broken:,}"
    )
    links = re.findall(r'href="(images\?[^"]+)"', html_of(app))
    assert any("outcome=broken" in link and "versus=1" in link for link in links)
    assert "perfect calibration would exceed" in shown(app)


def test_two_equal_alphas_ask_for_another(state_folder: Path, open_page: Open):
    write_run(state_folder)
    app = open_page("flips", set="night", alpha="0.5", versus="0.5")
    assert "move one of the two" in finding_of(app)


@pytest.mark.parametrize("alphas", [(0.5,), (0.0, 1.0), (-0.5, 0.0, 0.4, 1.0, 1.5)])
def test_runs_with_few_or_further_alphas_are_shown(state_folder, open_page: Open, alphas):
    write_run(state_folder, alphas=alphas, scale=0.1)
    assert finding_of(open_page("flips"))


def test_odd_names_are_shown_as_they_are(state_folder: Path, open_page: Open):
    write_run(state_folder, sets=ODD_NAMES, class_names=ODD_CLASSES, scale=0.5)
    app = open_page("flips", set="a b/c?d=e&f#g")
    html = html_of(app)
    assert "<i>x</i>" not in html
    assert "&lt;i&gt;x&lt;/i&gt;" in html
    assert "=1+1" in shown(app)


def test_a_set_of_one_class_and_one_of_few_images(state_folder: Path, open_page: Open):
    sets = (SETS[0], Sketch("only", "Only", "shift", {0: 50, 1: 100}, 4, classes=(3, 4)))
    write_run(state_folder, sets=sets)
    assert "Only" in finding_of(open_page("flips", set="only", alpha="0.5"))


def test_an_unknown_set_is_answered_with_a_note(state_folder: Path, open_page: Open):
    write_run(state_folder, scale=0.1)
    assert "which is not there" in shown(open_page("flips", set="nowhere"))


def test_no_runs_say_what_to_do(state_folder: Path, open_page: Open):
    assert "There are no runs yet" in shown(open_page("flips"))


def test_marked_images_are_left_out_by_the_switch(state_folder: Path, open_page: Open):
    run = write_run(state_folder, scale=0.1)
    for image in (1, 4):
        put_mark(Workspace(), run.name, Mark("night", f"night, image {image}", "wrong label"))
    kept = np.setdiff1d(np.arange(len(run.path("night"))), (1, 4))
    now, before = (run.predictions("night", alpha).correct[kept] for alpha in (0.5, 1.0))
    app = open_page("flips", set="night", alpha="0.5")
    assert f"of {len(kept) + 2} Night images" in finding_of(app)
    app.toggle(key="flips-marked").set_value(True).run()
    assert finding_of(app).startswith(
        f"Moving from alpha 1.00 to 0.50 fixes {(now & ~before).sum()} of {len(kept)} Night images "
        f"and breaks {(before & ~now).sum()}"
    )
    assert f"Marked images are left out: 2 of {len(kept) + 2} images of Night" in shown(app)
    assert "without=marked" in html_of(app)
    assert app.query_params["without"] == "marked"


def test_margins_are_those_of_the_leading_classes(state_folder: Path, open_page: Open):
    run = write_run(state_folder, scale=0.1)
    app = open_page("flips", set="night", alpha="0.5")
    assert "sweep the run again to keep the leading classes" in shown(app)
    path = run.path("night")
    # At alpha 0 an image is 1 step of 255 ahead, at alpha 1 the largest margin that is told.
    probability = np.zeros((2, len(path), 2), dtype=np.uint8)
    probability[0], probability[1] = (128, 127), (255, 0)
    classes = np.tile([0, 1], (len(path), 1))
    run.store.put_leading(
        run.record.key("night"), Leading(np.array([0.0, 1.0]), classes, probability)
    )
    st.cache_data.clear()
    tables = html_of(open_page("flips", set="night", alpha="0.5")).split("<table")
    html = next(each for each in tables if "Margins of both ends" in each)
    rows = [
        [text_of(cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", row)]
        for row in re.findall(r"<tr.*?</tr>", html.partition("<tbody>")[2])
    ]
    zeroshot, finetuned, here = (path.predicted[path.alphas == each][0] for each in (0, 1, 0.5))
    apart = zeroshot != finetuned
    found = {row[0]: row[1:] for row in rows}
    for end, predicted in (("zero-shot", zeroshot), ("fine-tuned", finetuned)):
        count = (apart & (here == predicted)).sum()
        assert found[end] == [f"{count:,}", "0.01 0.01–0.01", "5.5+ 5.5+–5.5+"]
