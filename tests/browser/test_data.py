"""Data and checkpoints as only a browser shows them."""

from __future__ import annotations

import io
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pandas as pd
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit, settle
from tests.checkpoints import WEIGHTS, write_checkpoint
from tests.folders import write_images
from wiseft.distances import tensor_distances, tensor_table
from wiseft.workspace import DEMO

pytestmark = pytest.mark.browser

LOADED = "[...document.querySelectorAll('.samples img')].map(image => image.naturalWidth)"

WIDTHS = "[...document.querySelectorAll('html, [data-testid=stMain]')].map(e => e.scrollWidth)"


def add(page: Page, text: str) -> None:
    field = page.get_by_label("Folder on the machine that serves this app")
    field.fill(text)
    field.press("Enter")


def test_a_folder_is_added_seen_and_removed(visit: Visit, tmp_path: Path):
    root = write_images(tmp_path / "zoo", {"train": {"<b>cat": 2}, "test": {"<b>cat": 1}})
    page = visit("/data")
    expect(page.locator(".finding")).to_contain_text("Street signs: 24 classes")
    signs = page.evaluate(LOADED)
    assert len(signs) == 80
    assert set(signs) == {64}

    add(page, str(tmp_path / "nothing"))
    expect(page.locator(".problem")).to_contain_text("There is no folder")
    add(page, str(root))
    expect(page.locator(".finding")).to_contain_text("zoo: 1 class, 2 images to train on")
    settle(page)
    assert parse_qs(urlsplit(page.url).query)["benchmark"] == [str(root)]
    expect(page.locator(".samples thead")).to_contain_text("<b>cat")
    assert page.evaluate(LOADED) == [8, 8]

    again = visit(f"/data?benchmark={quote(str(root))}")
    expect(again.locator(".finding")).to_contain_text("zoo: 1 class")
    again.get_by_role("button", name="Remove from this list").click()
    expect(again.locator(".finding")).to_contain_text("Street signs")


def test_checkpoints_are_chosen_compared_and_downloaded(visit: Visit, tmp_path: Path):
    page = visit("/checkpoints")
    expect(page.locator(".finding")).to_contain_text("stage 4, block 0 most")
    plot = page.locator(".st-key-distances .js-plotly-plot")
    expect(plot.get_by_text("last norm and projection", exact=True)).to_be_visible()
    chosen = page.get_by_role("combobox", name="Fine-tuned, alpha 1")
    chosen.click()
    page.get_by_role("option", name="shipped/linear").click()
    expect(page.locator(".finding")).to_contain_text("moved the head alone")

    elsewhere = write_checkpoint(tmp_path / "elsewhere.safetensors", WEIGHTS)
    chosen.fill(str(elsewhere))
    chosen.press("Enter")
    expect(page.locator(".finding")).to_contain_text("cannot be mixed")
    settle(page)
    assert parse_qs(urlsplit(page.url).query)["finetuned"] == [str(elsewhere)]

    page = visit("/checkpoints?finetuned=shipped/end-to-end.safetensors")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the distance of every tensor").click()
    found = pd.read_csv(io.BytesIO(download.value.path().read_bytes()))
    folder = DEMO / "checkpoints"
    tensors = tensor_distances(*(folder / f"{n}.safetensors" for n in ("zeroshot", "end-to-end")))
    pd.testing.assert_frame_equal(found, tensor_table(tensors))


@pytest.mark.parametrize("path", ["/data", "/checkpoints"])
def test_nothing_is_wider_than_a_narrow_window(visit: Visit, path: str):
    page = visit(path, width=800)
    expect(page.locator(".js-plotly-plot").first).to_be_visible()
    assert max(page.evaluate(WIDTHS)) == 800
