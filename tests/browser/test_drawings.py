"""The drawings of Flips, Classes and Slices: following alpha, pointed at, saved."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visit, box_of, settle
from wiseft.palette import palette

pytestmark = pytest.mark.browser

PAGES = {
    "/flips": ("steps", "cumulative", "diversity", "overrides", "reliability", "errors"),
    "/classes": ("scatter", "worst"),
    "/slices": ("slices", "along"),
}


def drawing(page: Page, name: str) -> Locator:
    """The figure of a drawing, on the screen."""
    found = page.locator(f".st-key-{name} .drawing")
    found.scroll_into_view_if_needed()
    return found


def test_a_drawing_follows_the_thumb_before_the_server_answers(visit: Visit):
    page = visit("/flips?set=night&alpha=0.5")
    figure = drawing(page, "flips-cumulative")
    label = figure.locator(".moving .label.middle")
    expect(label).to_have_text("α 0.50")
    finding = page.locator(".finding").inner_text()
    # In one task of the browser, so that no answer can come between.
    moved = page.evaluate(
        """async () => {
          const inside = (name) => document.querySelector(`.st-key-${name}`)
            .querySelector("[data-testid=stBidiComponentIsolated]").shadowRoot;
          const range = inside("headline-alphas").querySelector(".rail input.one");
          range.dispatchEvent(new KeyboardEvent("keydown", { key: "End", bubbles: true }));
          await new Promise(requestAnimationFrame);
          await new Promise(requestAnimationFrame);
          return inside("flips-cumulative").querySelector(".moving .label.middle").textContent;
        }"""
    )
    assert moved == "α 1.00"
    expect(page.locator(".finding")).not_to_have_text(finding)
    settle(page)
    expect(label).to_have_text("α 1.00")


def test_what_does_not_move_is_not_drawn_again(visit: Visit):
    page = visit("/flips?set=night&alpha=0.5")
    still = drawing(page, "flips-diversity").locator(".still")
    still.evaluate("each => (each.kept = true)")
    page.get_by_role("textbox", name="Alpha, typed", exact=True).fill("0.3")
    page.keyboard.press("Enter")
    expect(page.locator(".finding")).to_contain_text("0.30")
    settle(page)
    assert still.evaluate("each => each.kept")
    expect(drawing(page, "flips-diversity").locator(".label.middle")).to_have_text("α 0.30")


@pytest.mark.parametrize(
    ("path", "name", "told"),
    [
        ("/flips", "flips-steps", r"α 0\.\d+ to 0\.\d+.*fixed.*broken"),
        ("/flips", "flips-cumulative", r"fixed.*broken.*fixed − broken"),
        ("/flips", "flips-errors", r"α 0\.\d+.*Night"),
        ("/flips", "flips-overrides", r"as zero-shot, .* of them correct"),
        ("/classes", "classes-worst", r"α 0\.\d+.*%"),
        ("/slices", "slices-slices", r"images.*fixed.*broken"),
    ],
)
def test_pointing_tells_the_numbers(visit: Visit, path: str, name: str, told: str):
    page = visit(f"{path}?set=night&alpha=0.5&column=class")
    figure = drawing(page, name)
    box = box_of(figure.locator(".still"))
    figure.locator(".figure").hover(position={"x": box["width"] / 2, "y": box["height"] / 2})
    expect(figure.locator(".tip")).to_contain_text(re.compile(told, re.DOTALL))
    page.mouse.move(1, 1)
    expect(figure.locator(".tip")).to_be_hidden()


def test_a_class_is_told_where_it_stands(visit: Visit):
    page = visit("/classes?set=night&alpha=0.5")
    figure = drawing(page, "classes-scatter")
    ring = figure.locator(".pointed")
    expect(ring).to_be_hidden()
    name = figure.locator(".still .label").first
    words = name.text_content() or ""
    # The point of a name lies beside it: the pointer finds it on the way around.
    box, corner = box_of(name), box_of(figure.locator(".still"))
    middle = box["y"] + box["height"] / 2 - corner["y"]
    tip = figure.locator(".tip")
    for x in (box["x"] - 8, box["x"] + box["width"] + 8):
        figure.locator(".figure").hover(position={"x": x - corner["x"], "y": middle})
        if words in (tip.text_content() or ""):
            break
    expect(tip).to_contain_text(words)
    expect(tip).to_contain_text("more than noise")
    expect(ring).to_be_visible()
    page.mouse.move(1, 1)
    expect(ring).to_be_hidden()


def test_each_is_saved_with_its_alpha(visit: Visit):
    page = visit("/flips?set=night&alpha=0.5")
    figure = drawing(page, "flips-diversity")
    with page.expect_download() as download:
        figure.get_by_role("button", name="SVG").click()
    assert download.value.suggested_filename == "signs-made-up-night-diversity-0.50.svg"
    content = download.value.path().read_text("utf-8")
    assert not re.search(r"var\(|color-mix|light-dark", content)
    texts = {"".join(each.itertext()) for each in ElementTree.fromstring(content).iter()}
    assert {"Night", "Fog", "α 0.50", "↑ Exactly one of the two correct"} <= texts
    with page.expect_download() as download:
        figure.get_by_role("button", name="PNG").click()
    assert download.value.path().read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("path", PAGES)
def test_all_are_there_in_the_colours_of_the_scheme(visit: Visit, path: str, dark: bool):
    page = visit(f"{path}?set=night&alpha=0.5&column=class", dark=dark, width=800)
    for name in PAGES[path]:
        figure = drawing(page, f"{path.removeprefix('/')}-{name}")
        ink = palette(dark).ink
        colour = "rgb({}, {}, {})".format(*(int(ink[i : i + 2], 16) for i in (1, 3, 5)))
        expect(figure.locator(".still .title").first).to_have_css("fill", colour)
    wide = "document.querySelector('[data-testid=stMain]').scrollWidth"
    assert page.evaluate(wide) == 800


def test_odd_names_are_drawn_as_they_are(visit: Visit):
    page = visit("/flips?run=odd")
    expect(drawing(page, "flips-diversity").locator(".still .label").first).to_be_visible()
    expect(page.locator(".drawing .still").locator("i, b, script")).to_have_count(0)
