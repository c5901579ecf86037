"""What only a browser shows: keyboard, URL, colours, downloads, layout."""

from __future__ import annotations

import io
import re
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit, settle
from wiseft.frontier import MEAN, WORST
from wiseft.palette import palette
from wiseft.runs import Run

pytestmark = pytest.mark.browser

ALPHA_30 = re.compile(r"alpha 0\.30, .* in distribution, .* under shift")


def query_of(page: Page) -> dict[str, str]:
    """The values in the URL."""
    return {key: values[0] for key, values in parse_qs(urlsplit(page.url).query).items()}


def finding_of(page: Page) -> str:
    """The sentence at the top, with plain spaces."""
    return " ".join(page.locator(".finding").inner_text().split())


def printed(page: Page, column: int) -> dict[str, str]:
    """A column of the table of numbers by the title of the set."""
    rows = page.locator("table.numbers tbody tr").all()
    return {
        row.locator("th").inner_text().split()[0]: row.locator("td").nth(column).inner_text()
        for row in rows
    }


def background_of(page: Page, selector: str) -> str:
    """The colour behind an element, "#rrggbb"."""
    value = page.locator(selector).first.evaluate("e => getComputedStyle(e).backgroundColor")
    red, green, blue = (int(part) for part in value.removeprefix("rgb(")[:-1].split(","))
    return f"#{red:02x}{green:02x}{blue:02x}"


def test_it_opens_with_its_finding_and_the_numbers_of_the_run(visit: Visit, run: Run):
    page = visit()
    assert finding_of(page) == (
        "At alpha 0.70 this model is correct on 96.6 % of Daylight images "
        "(0.7 pp less than fine-tuned) and on 74.9 % under shift (6.4 pp more)."
    )
    frontier = run.frontier()
    at = frontier.index(0.7)
    names = {
        "Mean": MEAN,
        "Worst": WORST,
        **{frontier.title(name): name for name in frontier.accuracy},
    }
    assert printed(page, 2) == {
        title: f"{100 * frontier.curve(name)[at]:.1f}" for title, name in names.items()
    }
    expect(page.locator(".course .here")).to_have_count(9)


def test_the_keyboard_moves_alpha_and_all_that_follows_it(visit: Visit, run: Run):
    page = visit()
    slider = page.get_by_role("slider", name="Mixing coefficient alpha")
    slider.focus()
    slider.press("ArrowLeft")
    expect(page.locator(".finding")).to_contain_text("At alpha 0.65")
    slider.press("ArrowLeft")
    expect(page.locator(".finding")).to_contain_text("At alpha 0.60")
    expect(page.locator("table.numbers")).to_contain_text("At α 0.60")
    settle(page)
    frontier = run.frontier()
    assert printed(page, 2)["Night"] == f"{100 * frontier.accuracy['night'][12]:.1f}"
    assert query_of(page)["alpha"] == "0.6"
    expect(slider).to_be_focused()
    slider.press("Home")
    expect(page.locator(".finding")).to_contain_text("At alpha 0.00, zero-shot,")


def test_a_link_opens_the_same_view(visit: Visit):
    page = visit("/?run=signs-made-up&alpha=0.3&y=sketch&axes=linear")
    there = visit(f"/?{urlsplit(page.url).query}")
    assert finding_of(there) == finding_of(page)
    assert "of Sketch images" in finding_of(there)
    for each in (page, there):
        expect(each.get_by_role("radio", name="linear")).to_be_checked()
        expect(each.get_by_role("slider")).to_have_attribute("aria-valuetext", ALPHA_30)


def test_back_goes_back_to_the_view_before(visit: Visit):
    page = visit("/?alpha=0.5")
    slider = page.get_by_role("slider")
    slider.focus()
    slider.press("ArrowRight")
    expect(page.locator(".finding")).to_contain_text("At alpha 0.55")
    expect(page.locator("table.numbers")).to_contain_text("At α 0.55")
    page.go_back()
    expect(page.locator(".finding")).to_contain_text("At alpha 0.50")
    expect(slider).to_have_js_property("value", "0.5")


def test_the_view_stays_when_the_page_changes(visit: Visit):
    page = visit("/?alpha=0.35")
    page.get_by_role("link", name="Classes").click()
    expect(page.locator(".finding")).to_contain_text("at alpha 0.35")
    settle(page)
    assert query_of(page)["run"] == "signs-made-up"
    assert query_of(page)["alpha"] == "0.35"


def test_the_numbers_are_downloaded_in_full(visit: Visit, run: Run):
    page = visit()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the numbers").click()
    content = download.value.path().read_bytes()
    assert download.value.suggested_filename == "signs-made-up.csv"
    pd.testing.assert_frame_equal(pd.read_csv(io.BytesIO(content)), run.frontier().to_frame())


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("path", ["/", "/classes"])
def test_light_and_dark_follow_the_system(visit: Visit, path: str, dark: bool):
    page = visit(path, dark=dark)
    assert background_of(page, ".stApp") == palette(dark).paper
    plot = page.locator(".course, .drawing .figure").first
    expect(plot).to_have_css("background-color", _rgb(palette(dark).paper))


def test_the_scheme_can_be_chosen_in_the_menu(visit: Visit):
    page = visit()
    page.get_by_test_id("stMainMenuButton").click()
    page.locator("text=Dark").last.click()
    plot = page.locator(".course, .drawing .figure").first
    expect(plot).to_have_css("background-color", _rgb(palette(dark=True).paper))


def _rgb(colour: str) -> str:
    return "rgb({}, {}, {})".format(*(int(colour[i : i + 2], 16) for i in (1, 3, 5)))


@pytest.mark.parametrize("path", ["/", "/classes", "/?run=nope"])
def test_nothing_is_wider_than_a_narrow_window(visit: Visit, path: str):
    page = visit(path, width=800)
    width = "[...document.querySelectorAll('html, [data-testid=stMain]')].map(e => e.scrollWidth)"
    assert max(page.evaluate(width)) == 800


def test_an_unknown_run_is_a_sentence(visit: Visit):
    page = visit("/?run=nope")
    expect(page.get_by_role("alert")).to_contain_text("There is no run named 'nope'.")
