"""The Slices page in a browser: from the slice that loses most to its images, by keyboard too."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit, settle
from tests.browser.test_app import finding_of, query_of
from wiseft.app.slice_links import slice_named
from wiseft.runs import Run
from wiseft.workspace import Workspace

pytestmark = pytest.mark.browser

NIGHT = "/slices?run=signs-end-to-end&set=night&alpha=1&versus=0"


@pytest.fixture
def run() -> Run:
    return Workspace().run("signs-end-to-end")


def check_images(page: Page, run: Run, outcome: str | None) -> None:
    """The page shows the images of the slice of its URL, and no others."""
    page.wait_for_url(re.compile("/images"))
    settle(page)
    query = query_of(page)
    assert (query["set"], query["alpha"], query["versus"]) == ("night", "1", "0")
    found = slice_named(run.slice_columns("night").columns, query["slice"])
    assert found is not None
    wanted = found.column.codes == found.code
    hits = run.path("night").hits
    if outcome == "broken":
        wanted &= hits[0] & ~hits[-1]
    expect(page.locator(".count")).to_have_text(f"{wanted.sum():,} of {len(wanted):,} images")
    chip = page.get_by_role("button", name=re.compile(re.escape(found.title.partition(":")[0])))
    chip.click()
    expect(chip).to_have_count(0)
    settle(page)
    assert "slice" not in query_of(page)


def test_a_slice_leads_to_its_images(visit: Visit, run: Run):
    page = visit(NIGHT)
    assert "slices clearly lose from alpha 0.00 to 1.00" in finding_of(page)
    rows = page.locator("table.numbers").first.locator("tbody tr")
    expect(rows).to_have_count(5)
    darkest = run.slices("night", "brightness", 1.0, 0.0).iloc[0]
    expect(rows.first.get_by_role("link").first).to_have_text(darkest["slice"])
    rows.first.get_by_role("link", name=f"{darkest['broken']:,}", exact=True).click()
    check_images(page, run, "broken")


def test_where_no_slice_loses_those_that_gain_are_listed(visit: Visit, run: Run):
    page = visit("/slices?run=signs-end-to-end&set=night&alpha=0.63")
    assert "slices loses from alpha 1.00 to 0.63, " in finding_of(page)
    expect(page.get_by_role("heading", name="Slices that gain most")).to_be_visible()
    first = page.locator("table.numbers").last.locator("tbody tr").first
    change = run.per_class("night", 0.63, 1.0)["accuracy_change"].max()
    expect(first).to_contain_text(f"+{100 * change:.1f}")


def test_the_keyboard_suffices(visit: Visit, run: Run):
    page = visit(NIGHT)
    column = page.get_by_role("combobox", name=re.compile("^Divided by"))
    column.focus()
    page.keyboard.type("Contrast")
    page.keyboard.press("Enter")
    expect(page.locator("table.numbers thead").first).to_contain_text("Contrast")
    settle(page)
    assert query_of(page)["column"] == "contrast"
    pairs = page.get_by_role("radio", name="Single columns")
    pairs.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator("table.numbers tbody").last).to_contain_text(" × ")
    settle(page)
    assert query_of(page)["search"] == "pairs"
    link = page.locator("table.numbers").first.get_by_role("link").first
    link.focus()
    link.press("Enter")
    check_images(page, run, None)


def test_a_link_keeps_the_session_and_opens_in_a_tab_where_that_is_asked_for(visit: Visit):
    page = visit(NIGHT)
    page.evaluate("window.kept = true")
    link = page.locator("table.numbers").first.get_by_role("link").first
    with page.context.expect_page() as opening:
        link.click(modifiers=["ControlOrMeta"])
    tab = opening.value
    settle(tab)
    assert query_of(tab)["slice"].startswith("brightness:")
    tab.close()
    finding = finding_of(page)
    link.click()
    page.wait_for_url(re.compile("/images"))
    expect(page.locator(".count")).to_be_visible()
    settle(page)
    assert page.evaluate("window.kept")
    page.go_back()
    page.wait_for_url(re.compile("/slices"))
    expect(page.locator(".finding")).to_have_text(finding.replace(" pp", "\u2009pp"))
    assert page.evaluate("window.kept")


@pytest.mark.parametrize("dark", [False, True])
def test_it_fits_a_narrow_window(visit: Visit, dark: bool):
    page = visit(NIGHT + "&column=class&by=brightness&search=pairs", width=800, dark=dark)
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") == 800
    expect(page.locator(".drawing .still")).to_have_count(2)
