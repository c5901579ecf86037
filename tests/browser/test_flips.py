"""Flips and Slices in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit, settle
from tests.browser.test_app import query_of
from wiseft.runs import Run

pytestmark = pytest.mark.browser


def test_a_count_of_broken_images_leads_to_them(visit: Visit, run: Run):
    page = visit("/flips?set=night&alpha=0.5&versus=0")
    page.get_by_role("heading", level=1).get_by_text("Moving from alpha").wait_for()
    page.locator(".numbers a[href*='outcome=broken']").first.click()
    page.wait_for_url("**/images?**outcome=broken**")
    expect(page.locator(".cards")).to_be_visible()
    settle(page)
    assert query_of(page).items() >= {"set": "night", "alpha": "0.5", "versus": "0"}.items()


def test_slices_say_what_to_do_where_nothing_was_measured(visit: Visit, run: Run):
    page = visit("/slices?set=night&alpha=0.5")
    page.get_by_text("sweep the run again to measure them").wait_for()
