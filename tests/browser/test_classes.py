"""The Classes page as people use it: looking, moving alphas by keyboard, following links."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit, settle
from tests.browser.test_app import finding_of, query_of
from tests.runs import ODD_CLASSES
from wiseft.runs import Run

pytestmark = pytest.mark.browser


def test_the_class_that_loses_most_at_night_leads_to_its_images(visit: Visit, run: Run):
    page = visit("/classes?set=night&alpha=1&versus=0")
    table = run.per_class("night", 1, 0)
    lowest = table.sort_values("accuracy_change", kind="stable").iloc[0]
    lines = page.locator(".plot a:has(.name)")
    expect(lines).to_have_count(24)
    last = lines.last
    expect(last).to_have_attribute("aria-label", re.compile(f"^{lowest['class']} "))
    asked = parse_qs(urlsplit(last.get_attribute("href") or "").query)
    assert asked["true"] == [lowest["class"]]
    assert asked["set"] == ["night"]
    assert (asked["alpha"], asked["versus"]) == (["1"], ["0"])
    last.focus()
    last.press("Enter")
    page.wait_for_url(re.compile(r"/images\?.*true="))


def test_the_keyboard_moves_both_alphas(visit: Visit, run: Run):
    page = visit("/classes?set=sketch&alpha=0.7")
    assert finding_of(page).endswith(
        "of 24 classes clearly gain and none clearly pays at alpha 0.70"
    )
    alpha = page.get_by_role("slider", name="Mixing coefficient alpha")
    alpha.focus()
    alpha.press("ArrowLeft")
    expect(page.locator(".finding")).to_contain_text("0.65")
    versus = page.get_by_role("slider", name="Compared alpha")
    versus.focus()
    versus.press("Home")
    expect(page.locator(".note").first).to_contain_text("against α 0.00")
    settle(page)
    assert query_of(page)["alpha"] == "0.65"
    assert query_of(page)["versus"] == "0"
    expect(versus).to_be_focused()
    typed = page.get_by_role("textbox", name="Alpha, typed", exact=True)
    typed.fill("0.9")
    typed.press("Enter")
    expect(page.locator(".finding")).to_contain_text("0.90")


def test_the_order_is_kept_in_the_link(visit: Visit):
    page = visit("/classes?set=sketch&alpha=0.7")
    page.get_by_role("radio", name="As listed").first.click()
    expect(page.locator("table.numbers tbody th").first).to_have_text("stop")
    settle(page)
    assert query_of(page)["order"] == "listed"


def test_names_are_never_taken_for_mark_up(visit: Visit):
    page = visit("/classes?run=odd&order=listed")
    links = page.locator(".plot a:has(.name)")
    expect(links).to_have_count(len(ODD_CLASSES))
    for name, link in zip(ODD_CLASSES, links.all(), strict=True):
        assert (link.get_attribute("aria-label") or "").startswith(name)
    assert page.locator(".plot i, .pairs i").count() == 0


@pytest.mark.parametrize("width", [800, 420])
def test_it_fits_a_narrow_window(visit: Visit, width: int):
    page = visit("/classes?set=night", width=width)
    wide = "[...document.querySelectorAll('html, [data-testid=stMain]')].map(e => e.scrollWidth)"
    assert max(page.evaluate(wide)) == width


def test_the_figure_and_the_matrix_are_saved(visit: Visit):
    page = visit("/classes?set=night&alpha=0.7")
    for key, name in (("class-lines", "classes"), ("confusions", "confusions")):
        save = page.locator(f".st-key-{key} .save")
        with page.expect_download() as download:
            save.get_by_role("button", name="SVG", exact=True).click()
        assert download.value.suggested_filename == f"signs-made-up-night-{name}-0.70.svg"
        content = download.value.path().read_text("utf-8")
        assert not re.search(r"var\(|color-mix|light-dark", content)
        assert "speed 30" in content


def test_all_classes_are_one_picture_that_leads_to_each_of_them(visit: Visit):
    page = visit("/classes?run=many&set=night&alpha=0.5&versus=1&order=listed")
    field = page.get_by_role("slider", name="Class; up and down change alpha")
    field.focus()
    for key in ("End", "ArrowLeft", "ArrowUp"):
        field.press(key)
    expect(field).to_have_attribute(
        "aria-valuetext", re.compile(r"^class 128 \d+ images; .*accuracy at α 1\.00; ")
    )
    field.press("Enter")
    picked = page.locator(".plot a[aria-current]")
    expect(picked).to_have_attribute("aria-label", re.compile("^class 128 "))
    settle(page)
    assert query_of(page)["class"] == "class 128"
    assert query_of(page)["part"] == "3"
    # The map is drawn of as many pixels as there are classes and alphas.
    size = page.locator(".plot image").evaluate(
        "e => { const i = new Image(); i.src = e.getAttribute('href');"
        " return i.decode().then(() => [i.width, i.height]); }"
    )
    assert size == [130, 3]
    with page.expect_download() as download:
        save = page.locator(".save").filter(has_text="Save the picture")
        save.get_by_role("button", name="SVG", exact=True).click()
    assert "data:image/png" in download.value.path().read_text("utf-8")
