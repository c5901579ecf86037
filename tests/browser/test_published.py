"""The page of published sweeps as only a browser shows it."""

from __future__ import annotations

import io
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit, settle
from wiseft.published import load_sweeps
from wiseft.standard_models import load_standard_models, sweeps_frame

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def _served_before(visit: Visit):
    """A server whose very first visit goes to a page but the default one cannot find it."""
    visit()


LARGE, SMALL = "paper-vitl14-336-e2e", "paper-vitb16-e2e"


def test_sweeps_are_hovered_removed_and_linked_to(visit: Visit):
    page = visit(f"/published?sweeps={LARGE},{SMALL}")
    expect(page.locator(".finding")).to_contain_text("ViT-L/14@336 is correct on 86.8")
    plot = page.locator(".st-key-published .js-plotly-plot")
    expect(plot.get_by_text("ViT-B/16", exact=True)).to_be_visible()

    # The last trace with points to hover over is the smaller model; its eleventh is half-way.
    point = plot.locator(".scatterlayer .trace.scatter").filter(has=page.locator(".point"))
    hovered = point.nth(2).locator(".point").nth(10)
    hovered.hover(force=True)
    expect(plot.locator(".hoverlayer")).to_contain_text("effective robustness +21.2")

    page.get_by_role("button", name="Remove ViT-L/14@336").click()
    expect(page.locator(".finding")).to_contain_text("ViT-B/16 is correct on 81.7")
    settle(page)
    assert parse_qs(urlsplit(page.url).query)["sweeps"] == [SMALL]
    there = visit(f"/published?{urlsplit(page.url).query}")
    expect(there.locator(".finding")).to_contain_text("ViT-B/16 is correct on 81.7")
    expect(there.get_by_text("ViT-L/14@336", exact=True)).to_have_count(0)


def test_every_sweep_is_downloaded_in_full(visit: Visit):
    page = visit("/published")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download every sweep").click()
    found = pd.read_csv(io.BytesIO(download.value.path().read_bytes()))
    expected = sweeps_frame(load_sweeps(), load_standard_models())
    pd.testing.assert_frame_equal(found, expected)


def test_nothing_is_wider_than_a_narrow_window(visit: Visit):
    page = visit("/published", width=800)
    width = "[...document.querySelectorAll('html, [data-testid=stMain]')].map(e => e.scrollWidth)"
    assert max(page.evaluate(width)) == 800
