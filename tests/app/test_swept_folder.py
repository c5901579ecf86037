"""Classes, Images, Flips and Slices of a swept folder with `metadata.csv` and a one-class set."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs

import numpy as np
import pandas as pd
import pytest
import streamlit as st
from PIL import Image

from tests.app.conftest import Open
from tests.app.pages import finding_of, html_of, shown
from tests.app.test_images_page import gallery_of, opened_of
from tests.shapes import CLASSES, write_ends
from wiseft.runs import Run
from wiseft.sweeps import sweep
from wiseft.workspace import Workspace

PAGES = ("classes", "images", "flips", "slices")
WHERE, PLACES = "<b>where</b>: & when", ("a:b & c", "=1+1")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Two classes, in a set under shift and in one that has the second class alone."""
    folder = tmp_path_factory.mktemp("swept")
    root, random, rows = folder / "photos", np.random.default_rng(0), []
    for name, classes, count in (
        ("train", CLASSES, 2),
        ("test", CLASSES, 12),
        ("night", CLASSES, 25),
        ("one", CLASSES[1:], 24),
    ):
        for class_name in classes:
            (root / name / class_name).mkdir(parents=True)
            for i in range(count):
                source = f"{name}/{class_name}/{i:02}.png"
                pixels = random.integers(0, 30 + 3 * i, (24, 24, 3), dtype=np.uint8)
                Image.fromarray(pixels).save(root / source)
                rows.append((source, PLACES[i % 2]))
    pd.DataFrame(rows, columns=["path", WHERE]).to_csv(root / "metadata.csv", index=False)
    alphas = (0.0, 0.5, 1.0)
    return sweep(*write_ends(folder), root, alphas=alphas, workspace=Workspace(folder / "state"))


@pytest.fixture(autouse=True)
def swept(run: Run, state_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The workspace of the page is that of the run."""
    monkeypatch.setenv("WISEFT_DATA", str(run.folder))
    st.cache_resource.clear()


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("name", ["night", "one", "test@one"])
def test_every_page_of_every_set(open_page: Open, run: Run, page: str, name: str):
    app = open_page(page, run=run.name, set=name, alpha="0.5")
    assert finding_of(app)
    assert not app.error
    assert "<b>where</b>" not in html_of(app)
    assert app.query_params["set"] == name


def test_a_one_class_set_has_one_class(open_page: Open, run: Run):
    query = {"run": run.name, "set": "one", "alpha": "0"}
    cards = gallery_of(open_page("images", **query))["cards"]
    assert {card["true"] for card in cards} == {CLASSES[1]}
    # Only that class can be predicted, so that nothing moves.
    assert finding_of(open_page("images", **query)).endswith("fixes 0 images and breaks 0")
    assert finding_of(open_page("slices", **query)) == "One has no slice of 20 images or more."


def test_images_are_shown_and_opened(open_page: Open, run: Run):
    app = open_page("images", run=run.name, set="night", image="night:3")
    gallery = gallery_of(app)
    assert len(gallery["cards"]) == 40
    assert all(card["uri"].startswith("data:image/") for card in gallery["cards"])
    opened = opened_of(app)
    assert (opened["size"], opened["true"]) == ([24, 24], CLASSES[0])
    assert opened["source"].endswith("night/circle/03.png")


def test_slices_of_metadata_lead_to_their_images(open_page: Open, run: Run):
    app = open_page("slices", run=run.name, set="night", column=WHERE, alpha="1", versus="0")
    links = re.findall(r'<th scope="row"><a href="(images[^"]*)"', html_of(app))
    asked = [parse_qs(unescape(each).partition("?")[2]) for each in links]
    slices = {each["slice"][0] for each in asked if "slice" in each}
    assert {f"{WHERE}:{place}" for place in PLACES} <= slices
    for place in PLACES:
        app = open_page("images", run=run.name, set="night", slice=f"{WHERE}:{place}")
        wanted = [i for i in range(50) if PLACES[i % 25 % 2] == place]
        assert f"{len(wanted)} of 50 images" in shown(app)
        found = {int(each["id"].partition(":")[2]) for each in gallery_of(app)["cards"]}
        assert found == set(wanted)


def test_a_file_that_is_gone_is_told_in_its_place(open_page: Open, run: Run):
    file = Path(run.record.benchmark) / "night" / "circle" / "03.png"
    content = file.read_bytes()
    file.unlink()
    try:
        app = open_page("images", run=run.name, set="night", order="listed", image="night:3")
        missing = [card["id"] for card in gallery_of(app)["cards"] if card["uri"] is None]
        assert missing
        assert opened_of(app)["uri"] is None
        for page in PAGES:
            assert finding_of(open_page(page, run=run.name, set="night"))
    finally:
        file.write_bytes(content)
