"""The Images page in a browser: found, opened, walked through by keyboard, kept in the URL."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit, box_of, settle
from tests.browser.test_app import finding_of, query_of
from tests.runs import ODD_CLASSES
from wiseft.text import coefficient
from wiseft.workspace import Workspace

pytestmark = pytest.mark.browser

NIGHT = "/images?run=signs-end-to-end&set=night&alpha=0.3"


def test_the_strip_tells_class_and_probability(visit: Visit):
    run = Workspace().run("signs-end-to-end")
    page = visit(NIGHT + "&order=listed")
    strip = page.get_by_role("slider", name=re.compile("along alpha")).first
    box = box_of(strip)
    path = run.path("night")
    names = run.record.class_names
    for share, index in ((0.001, 0), (0.999, len(path.alphas) - 1)):
        page.mouse.move(box["x"] + share * box["width"], box["y"] + 5)
        said = page.locator(".tip:visible").inner_text()
        assert names[path.predicted[index, 0]] in said
        assert f"{round(100 * float(path.confidence[index, 0]))}" in said
    page.mouse.move(0, 0)
    strip.focus()
    page.keyboard.press("Home")
    expect(page.locator(".tip:visible")).to_contain_text("α 0.00")
    page.keyboard.press("ArrowRight")
    text = f"α {coefficient(float(path.alphas[1]))}"
    expect(page.locator(".tip:visible")).to_contain_text(text)
    assert text in str(strip.get_attribute("aria-valuetext"))


def test_the_browser_receives_what_it_shows(visit: Visit):
    page = visit(NIGHT)
    expect(page.locator(".open img")).to_have_count(40)
    widths = page.locator(".open img").evaluate_all("all => all.map(e => e.naturalWidth)")
    assert set(widths) == {64}
    page.get_by_role("button", name="Page 2", exact=True).click()
    expect(page.locator(".pages [aria-current]")).to_have_text("2")
    settle(page)
    assert query_of(page)["page"] == "2"
    expect(page.locator(".open")).to_have_count(40)


def test_rows_are_full(visit: Visit):
    page = visit(NIGHT)
    cards = page.locator(".card")
    expect(cards).to_have_count(40)

    def rows() -> list[int]:
        tops = cards.evaluate_all("all => all.map(e => Math.round(e.getBoundingClientRect().y))")
        return [tops.count(top) for top in sorted(set(tops))]

    for width, across in ((1440, 8), (1280, 8), (1024, 5), (800, 5), (400, 2)):
        page.set_viewport_size({"width": width, "height": 900})
        expect(cards.first).to_be_visible()
        page.wait_for_timeout(200)
        assert rows() == [across] * (40 // across), width
    page.set_viewport_size({"width": 1440, "height": 900})
    page.locator(".open").first.click()
    expect(page.locator("[aria-label='The opened image']")).to_be_visible()
    settle(page)
    assert rows() == [5] * 8


def test_the_view_is_a_link_and_chips_undo_it(visit: Visit):
    page = visit(NIGHT + "&outcome=broken&confidence=0.3-1&image=night:12")
    assert "Not among" in page.locator(".head p").inner_text()
    page.get_by_role("button", name=re.compile("Outcome: broken")).click()
    expect(page.get_by_role("button", name=re.compile("Outcome: broken"))).to_have_count(0)
    settle(page)
    assert "outcome" not in query_of(page)
    assert query_of(page)["confidence"] == "0.3-1"
    page.get_by_role("button", name="Clear all").click()
    expect(page.get_by_role("button", name="Clear all")).to_have_count(0)


def test_the_figure_is_saved(visit: Visit, tmp_path: Path):
    page = visit(NIGHT + "&image=night:35")
    with page.expect_download() as saving:
        page.get_by_role("button", name="SVG").click()
    saving.value.save_as(tmp_path / "figure.svg")
    texts = {each.text for each in ElementTree.parse(tmp_path / "figure.svg").iter() if each.text}
    assert any("pedestrian crossing, Night" in each for each in texts)
    with page.expect_download() as saving:
        page.get_by_role("button", name="Download the image").click()
    saving.value.save_as(tmp_path / "image.png")
    assert (tmp_path / "image.png").read_bytes().startswith(b"\x89PNG")


def test_names_of_others_are_text(visit: Visit):
    page = visit("/images?run=odd&set=@fog&order=listed&outcome=wrong-at&true=%3Ci%3Ex%3C%2Fi%3E")
    expect(page.locator(".card .title b").first).to_have_text(ODD_CLASSES[1])
    assert page.locator(".card i i, .chip i").count() == 0
    assert ODD_CLASSES[1] in finding_of(page)
    # The made-up run is of other images than those that are drawn here.
    expect(page.locator(".open .missing").first).to_contain_text("not there any more")


def test_nothing_reaches_beyond_a_narrow_page(visit: Visit):
    page = visit(NIGHT + "&image=night:35", width=800)
    wide = page.evaluate("document.scrollingElement.scrollWidth")
    assert wide <= 800
    panel = box_of(page.locator("[aria-label='The opened image']"))
    cards = box_of(page.locator(".cards"))
    assert panel["y"] < cards["y"]
    assert panel["width"] <= 800
