"""The picture of every set along alpha, below the frontier: it follows the slider, and leads it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit, box_of, settle

pytestmark = pytest.mark.browser


def test_it_follows_the_slider_and_a_click_takes_alpha_there(visit: Visit):
    page = visit("/?alpha=0.5")
    course = page.locator(".course")
    course.scroll_into_view_if_needed()
    rule = course.locator(".moving path.axis")
    before = rule.get_attribute("d")
    slider = page.get_by_role("slider", name="Mixing coefficient alpha")
    slider.press("End")
    expect(course.locator(".moving > text")).to_have_text("α 1.00")
    assert rule.get_attribute("d") != before
    box = box_of(course)
    course.click(position={"x": 54 + 0.02 * box["width"], "y": 200})
    expect(course.locator(".moving > text")).to_have_text("α 0.00")
    settle(page)
    assert "alpha=0" in page.url


def test_pointing_tells_accuracy_interval_and_count(visit: Visit):
    page = visit("/?alpha=0.5")
    course = page.locator(".course")
    course.scroll_into_view_if_needed()
    course.hover(position={"x": 300, "y": 60})
    tip = page.locator(".tip")
    expect(tip).to_contain_text("Daylight")
    expect(tip).to_contain_text("images")


def test_it_can_be_saved(visit: Visit):
    page = visit("/?alpha=0.5")
    with page.expect_download() as download:
        page.locator(".along").get_by_role("button", name="SVG").click()
    assert download.value.suggested_filename == "signs-made-up-0.50-along.svg"
    picture = download.value.path().read_text("utf-8")
    assert "Daylight" in picture
    assert "Night" in picture
