"""The Slices page: what it says, on runs of every kind."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests.app.conftest import Open
from tests.app.pages import drawing_of, finding_of, html_of, shown
from tests.runs import ODD_CLASSES, ODD_NAMES, SIGNS, write_run
from wiseft.app.sentences import plain
from wiseft.app.slices_words import slices_sentence
from wiseft.app.thumbnails import pictures
from wiseft.errors import UnknownName
from wiseft.marks import Mark, put_mark
from wiseft.runs import Run
from wiseft.slices import SMALLEST, Column, compared_slices, pairs_of
from wiseft.traits import TRAITS, Traits, keep_traits
from wiseft.workspace import Workspace


def measured(run: Run, name: str, dark: np.ndarray) -> None:
    """Traits of a set, where the images `dark` have a brightness of 10 and the others of 200."""
    labels = run.path(name).labels
    values = {each: np.full(len(labels), 64, np.float32) for each in TRAITS}
    values["brightness"] = np.where(dark, 10, 200).astype(np.float32)
    keep_traits(run.store.folder, run.record.set_named(name).data, Traits(labels, values))


def images_of(app: AppTest) -> int:
    """How many images all slices have together, as their figure tells where it is pointed at."""
    told = [row["told"][0][1] for row in drawing_of(app, "rows")["rows"]]
    return sum(int(each.removesuffix(" images").replace(",", "")) for each in told)


def test_a_slice_that_loses_is_found(state_folder: Path, open_page: Open):
    run = write_run(state_folder)
    path = run.path("sketch")
    broken = path.hits[0] & ~path.hits[-1]
    measured(run, "sketch", broken)
    app = open_page("slices", set="sketch", alpha="1", versus="0", column="brightness")
    assert "Brightness 10" in finding_of(app)
    assert f"{int(broken.sum()):,} images" in finding_of(app)
    assert "Corrected p" in shown(app)
    table = run.slices("sketch", "brightness", 1.0, 0.0)
    assert table["slice"].tolist() == ["10", "200"]
    assert table["broken"].tolist() == [int(broken.sum()), 0]
    with pytest.raises(UnknownName, match="brightness"):
        run.slices("sketch", "brigthness", 1.0)


def test_the_sentence_tells_who_gains_where_none_loses():
    column = Column("part", "Part", ("a", "b"), np.arange(100) % 2)
    before = np.zeros(100, dtype=bool)

    def told(now: np.ndarray) -> str:
        found = compared_slices(np.stack([before, now]), [column], 1, 0)
        return plain(slices_sentence(found, [column], "Night", 1, 0)).replace("\u2009", " ")

    assert told(column.codes == 1) == (
        "On Night none of 2 slices loses from alpha 0.00 to 1.00, 1 clearly gains, most of all "
        "Part b: 100.0 pp of 50 images."
    )
    assert told(before).endswith("loses from alpha 0.00 to 1.00: what changes is within noise.")
    few = Column("part", "Part", ("a", "b"), np.arange(30) % 2)
    found = compared_slices(np.zeros((2, 30), dtype=bool), [few], 1, 0)
    assert plain(slices_sentence(found, [few], "Night", 1, 0)).startswith(
        "Night has no slice of 20"
    )


def test_every_slice_leads_to_its_own_images(state_folder: Path, open_page: Open):
    st.cache_resource.clear()
    run = write_run(state_folder)
    path = run.path("sketch")
    dark = np.arange(len(path)) % 3 == 0
    measured(run, "sketch", dark)
    query = {"set": "sketch", "alpha": "1", "versus": "0"}
    app = open_page("slices", column="class", by="brightness", **query)
    assert SIGNS[3] in html_of(app)
    links = [
        parse_qs(unescape(each).partition("?")[2])
        for each in re.findall(r'href="(images[^"]*)"', html_of(app))
    ]
    both = next(each for each in links if "slice" in each and "true" in each)
    images = open_page("images", **{key: values[0] for key, values in both.items()})
    wanted = (dark == (both["slice"] == ["brightness:10"])) & (
        path.labels == SIGNS.index(both["true"][0])
    )
    outcome = {"fixed": path.hits[-1] & ~path.hits[0], "broken": path.hits[0] & ~path.hits[-1]}
    wanted &= outcome[both["outcome"][0]] if "outcome" in both else True
    assert f"{int(wanted.sum())} of {len(path):,} images" in shown(images)


def test_pairs_of_columns_are_tested_too_and_corrected_for(state_folder: Path, open_page: Open):
    run = write_run(state_folder)
    path = run.path("sketch")
    broken = path.hits[0] & ~path.hits[-1]
    some = np.isin(path.labels, range(6))
    measured(run, "sketch", broken & some)
    query = {"set": "sketch", "alpha": "1", "versus": "0"}
    single = shown(open_page("slices", **query))
    app = open_page("slices", search="pairs", **query)
    assert "all columns and pairs of columns" in shown(app)
    assert "Brightness: 10 × True class:" in shown(app)
    columns = run.slice_columns("sketch").columns
    for text, every in ((single, columns), (shown(app), [*columns, *pairs_of(columns)])):
        enough = sum(int((np.bincount(each.codes) >= SMALLEST).sum()) for each in every)
        assert f"{enough} slices with {SMALLEST} images or more" in text
    assert app.query_params["search"] == "pairs"


def test_a_column_that_is_not_there_is_told(state_folder: Path, open_page: Open):
    write_run(state_folder, scale=0.1)
    app = open_page("slices", column="region", by="camera", search="deep")
    for word in ("region", "camera", "deep"):
        assert f"“{word}”" in shown(app)


def test_marked_images_are_left_out_on_every_page(state_folder: Path, open_page: Open):
    run = write_run(state_folder, scale=0.2)
    measured(run, "night", run.path("night").hits[-1])
    sources = pictures(run, "night").sources
    for column in range(5):
        put_mark(Workspace(), run.name, Mark("night", sources[column], "unusable"))
    app = open_page("slices", set="night", column="brightness", alpha="0.5")
    total = len(run.path("night"))
    assert images_of(app) == total
    app.toggle(key="slices-marked").set_value(True).run()
    assert app.query_params["without"] == "marked"
    assert images_of(app) == total - 5
    assert "without=marked" in html_of(app)
    app.switch_page("explore/images.py").run()
    assert app.query_params["without"] == "marked"
    app.toggle(key="images-marked").set_value(False).run()
    app.switch_page("explore/slices.py").run()
    assert images_of(app) == total


def test_without_traits_the_page_says_what_to_do(state_folder: Path, open_page: Open):
    write_run(state_folder, scale=0.2)
    text = shown(open_page("slices", set="night"))
    assert "have not been measured; sweep the run again" in text


def test_odd_names_and_few_alphas_are_shown(state_folder: Path, open_page: Open):
    write_run(state_folder, sets=ODD_NAMES, class_names=ODD_CLASSES, alphas=(0, 1))
    html = html_of(open_page("slices", set="a b/c?d=e&f#g", column="class", alpha="1", versus="0"))
    assert "<i>x</i>" not in html


@pytest.mark.parametrize("alpha", ["0.5", "1"])
def test_one_alpha_or_no_losses_are_no_trouble(state_folder, open_page: Open, alpha: str):
    write_run(state_folder, scale=0.02, alphas=(0.5, 1.0))
    assert finding_of(open_page("slices", alpha=alpha))


def test_no_runs_say_what_to_do(state_folder: Path, open_page: Open):
    assert "There are no runs yet" in shown(open_page("slices"))
