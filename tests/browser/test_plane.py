"""The frontier in the live part: its points, lines, axes and names, and the figure saved."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit, box_of, middle_of, settle
from tests.browser.live import PATH, place_of, slider_of, texts, wait_for_table
from tests.browser.test_app import finding_of, query_of
from wiseft.frontier import MEAN, WORST, Frontier
from wiseft.palette import palette
from wiseft.runs import Run
from wiseft.text import bare_percent
from wiseft.workspace import Workspace

pytestmark = pytest.mark.browser


def test_a_point_of_the_frontier_tells_and_is_chosen(visit: Visit, frontier: Frontier):
    page = visit(PATH)
    middle = middle_of(page.locator(".plane .evaluated").nth(4))
    page.mouse.move(*middle)
    at = frontier.index(0.8)
    low, high = (bare_percent(bound) for bound in frontier.interval["day"][at])
    tip = " ".join(page.locator(".tip").inner_text().split())
    assert tip.startswith("α 0.80 Daylight ")
    assert f"Daylight {bare_percent(frontier.accuracy['day'][at])} % ({low}–{high}), 504" in tip
    assert "Mean of 7 shifts" in tip
    page.mouse.click(*middle)
    expect(page.locator(".finding .alpha")).to_have_text("0.80")
    wait_for_table(page, "0.80")
    page.mouse.move(5, 5)
    expect(page.locator(".tip")).to_be_hidden()


def test_the_ring_is_around_what_the_sentence_compares_with(visit: Visit):
    page = visit(PATH)

    def middle(selector: str) -> tuple[float, float]:
        return middle_of(page.locator(selector))

    assert middle(".compared") == pytest.approx(middle(".plane .end.finetuned"), abs=1)
    slider_of(page).press("End")
    expect(page.locator(".finding")).to_contain_text("than zero-shot")
    assert middle(".compared") == pytest.approx(middle(".plane .end.zeroshot"), abs=2)


def test_what_stands_on_the_axes(visit: Visit):
    page = visit(PATH)
    shift = page.get_by_role("combobox", name="Shift")
    shift.select_option("sketch")
    expect(page.locator(".finding")).to_contain_text("of Sketch images")
    settle(page)
    assert query_of(page)["y"] == "sketch"
    expect(page.get_by_role("button", name=re.compile("^Sketch"))).to_have_attribute(
        "aria-pressed", "true"
    )
    card = page.get_by_role("button", name=re.compile("^Fog"))
    card.focus()
    card.press("Enter")
    expect(page.locator(".finding")).to_contain_text("of Fog images")
    expect(shift).to_have_value("fog")
    expect(card).to_be_focused()
    card.click()
    expect(page.locator(".finding")).to_contain_text("under shift")
    point = page.locator(".plane .evaluated").nth(2)
    before = point.get_attribute("cx")
    assert before
    page.locator(".axes").get_by_text("linear").click()
    expect(page.get_by_role("radio", name="linear")).to_be_checked()
    page.wait_for_function("location.search.includes('axes=linear')")
    expect(point).not_to_have_attribute("cx", before)
    assert query_of(page)["y"] == MEAN


def save(page: Page, kind: str) -> None:
    """Ask for the frontier as a file."""
    page.locator(".frontier").get_by_role("button", name=kind, exact=True).click()


def points_of(page: Page, selector: str) -> list[tuple[float, float]]:
    """The points of a line in the plane, in pixels of the page."""
    plane = box_of(page.locator(".plane"))
    path = page.locator(f".plane {selector}").get_attribute("d")
    assert path
    pairs = (each.split() for each in path.removeprefix("M").split("L"))
    return [(plane["x"] + float(x), plane["y"] + float(y)) for x, y in pairs]


def tip_of(page: Page) -> str:
    return " ".join(page.locator(".tip").inner_text().split())


def told(frontier: Frontier, name: str, index: int) -> str:
    """An accuracy as it is told, with its interval and images."""
    low, high = (bare_percent(bound) for bound in frontier.bounds(name)[index])
    accuracy = bare_percent(frontier.curve(name)[index])
    return f"{accuracy} % ({low}–{high}), {frontier.images(name)[index]:,} images"


def test_the_output_ensemble_tells_of_itself(visit: Visit, path: Run):
    page = visit(PATH)
    mixed = path.frontier("outputs")
    page.mouse.move(*points_of(page, ".line.outputs")[60])
    tip = tip_of(page)
    assert tip.startswith("α 0.60 outputs mixed instead of weights Daylight ")
    assert f"Daylight {told(mixed, 'day', 60)}" in tip
    assert f"Mean of 7 shifts {told(mixed, MEAN, 60)}" in tip


def test_another_run_is_drawn_over_the_one_that_is_shown(visit: Visit, state: Path):
    page = visit(PATH)
    expect(page.locator(".plane .end")).to_have_count(2)
    page.get_by_role("button", name="Compare with other runs").click()
    page.get_by_role("combobox", name="Runs measured on the same images").click()
    page.get_by_role("option", name="Another run").click()
    page.wait_for_function("location.search.includes('with=other')")
    expect(page.locator(".plane .line.run")).to_have_count(1)
    page.keyboard.press("Escape")
    settle(page)
    expect(page.locator(".plane .end")).to_have_count(3)
    expect(page.locator(".plane .label", has_text="Another run")).to_have_count(1)
    dot = page.locator(".plane circle.dot")
    assert middle_of(dot) == pytest.approx(points_of(page, ".line.run")[2], abs=1)
    slider_of(page).press("Home")
    expect(page.locator(".finding .alpha")).to_have_text("0.00")
    assert middle_of(dot) == pytest.approx(points_of(page, ".line.run")[0], abs=1)
    slider_of(page).press("ArrowRight")
    expect(dot).to_have_class(re.compile("hollow"))

    other = Workspace(state).run("other").frontier()
    page.locator(".frontier .tools").scroll_into_view_if_needed()
    point = points_of(page, ".line.run")[3]
    page.mouse.move(*point)
    tip = tip_of(page)
    assert tip.startswith("α 0.75 Another run Daylight ")
    assert f"Mean of 7 shifts {told(other, MEAN, 3)}" in tip
    page.mouse.click(*point)
    expect(page.locator(".finding .alpha")).to_have_text("0.75")
    wait_for_table(page, "0.75")


@pytest.mark.parametrize(
    ("name", "line", "words"),
    [
        ("outputs mixed instead of weights", ".line.outputs", "outputs mixed"),
        ("straight line between the two", ".chord", "straight line"),
        ("Another run", ".line.run", "Another run"),
    ],
)
def test_what_is_listed_below_can_be_hidden(visit: Visit, name: str, line: str, words: str):
    page = visit(f"{PATH}&with=other")
    drawn, named = page.locator(f".plane {line}"), page.locator(".plane text", has_text=words)
    expect(drawn).to_have_count(1)
    expect(named).to_have_count(1)
    ends = page.locator(".plane .end").count()
    toggle = page.get_by_role("button", name=name)
    expect(toggle).to_have_attribute("aria-pressed", "true")
    toggle.click()
    expect(drawn).to_have_count(0)
    expect(named).to_have_count(0)
    expect(page.locator(".plane .end")).to_have_count(ends - (line == ".line.run"))
    slider_of(page).scroll_into_view_if_needed()
    page.mouse.move(*place_of(page, 0.5))
    page.mouse.down()
    page.mouse.move(*place_of(page, 0.6), steps=4)
    expect(drawn).to_have_count(0)
    page.mouse.up()
    wait_for_table(page, "0.60")
    expect(drawn).to_have_count(0)
    page.get_by_role("combobox", name="Shift").select_option("fog")
    expect(page.locator(".finding")).to_contain_text("of Fog images")
    expect(drawn).to_have_count(0)
    expect(toggle).to_have_attribute("aria-pressed", "false")
    with page.expect_download() as download:
        save(page, "SVG")
    assert words not in download.value.path().read_text("utf-8")
    toggle.focus()
    toggle.press("Enter")
    expect(drawn).to_have_count(1)
    expect(toggle).to_be_focused()


def test_other_runs_are_named_in_the_saved_figure(visit: Visit):
    page = visit(f"{PATH}&with=other")
    with page.expect_download() as download:
        save(page, "SVG")
    svg = ElementTree.fromstring(download.value.path().read_text("utf-8"))
    words = ["".join(each.itertext()) for each in svg.iter() if each.tag.endswith("text")]
    assert words.count("Another run") == 2
    shown = box_of(page.locator(".plane .still"))
    assert float(svg.attrib["height"]) > shown["height"] + 28


def test_the_worst_shift(visit: Visit, frontier: Frontier):
    page = visit(PATH)
    page.get_by_role("combobox", name="Shift").select_option("worst")
    expect(page.locator(".finding")).to_contain_text("images, the worst of 7 shifts")
    page.wait_for_function("location.search.includes('y=worst')")
    index = frontier.index(0.8)
    title = frontier.title(frontier.worst_shifts[index])
    page.mouse.move(*middle_of(page.locator(".plane .evaluated").nth(4)))
    assert f"Worst of 7 shifts, {title} {told(frontier, WORST, index)}" in tip_of(page)
    expect(page.locator(".sets tr", has_text=re.compile("Worst ?of 7 shifts:"))).to_have_count(1)


def test_colours_follow_the_scheme_at_once(visit: Visit):
    page = visit(PATH)
    star = page.locator(".plane .end.zeroshot")
    expect(star).to_have_css("fill", rgb(palette().zeroshot))
    page.get_by_test_id("stMainMenuButton").click()
    page.locator("text=Dark").last.click()
    expect(star).to_have_css("fill", rgb(palette(dark=True).zeroshot))
    expect(page.locator(".finding")).to_have_css("color", rgb(palette(dark=True).ink))


def rgb(colour: str) -> str:
    return "rgb({}, {}, {})".format(*(int(colour[i : i + 2], 16) for i in (1, 3, 5)))


@pytest.mark.parametrize("width", [800, 420])
@pytest.mark.parametrize("path", [PATH, "/?run=odd&alpha=0.35"])
def test_it_fits_a_narrow_window(visit: Visit, path: str, width: int):
    page = visit(path, width=width)
    wide = "[...document.querySelectorAll('html, [data-testid=stMain]')].map(e => e.scrollWidth)"
    assert max(page.evaluate(wide)) == width
    plane = box_of(page.locator(".plane .still"))
    assert plane["width"] <= width


def test_it_is_drawn_anew_in_another_width(visit: Visit):
    page = visit(PATH)
    page.set_viewport_size({"width": 800, "height": 900})
    expect(page.locator(".plane .still")).to_have_attribute("width", "704")
    page.mouse.move(*place_of(page, 0.5))
    page.mouse.down()
    page.mouse.move(*place_of(page, 0.9))
    expect(page.locator(".finding .alpha")).to_have_text("0.90")
    page.mouse.up()


def test_names_are_never_taken_for_markup(visit: Visit):
    page = visit("/?run=odd&alpha=0.35")
    assert "of <b>Day</b> & ‘night’ images" in finding_of(page)
    expect(page.locator(".frontier h2")).to_have_text("<b>Day</b> & ‘night’ against shift")
    assert "*stars* $x$ :red[no] [link](x)" in texts(page, ".card .name")
    assert page.locator(".finding b, .sets th b, .card b").count() == 0


def test_the_figure_is_saved_as_it_is_seen(visit: Visit, tmp_path: Path):
    page = visit(PATH, dark=True)
    with page.expect_download() as download:
        save(page, "SVG")
    assert download.value.suggested_filename == "path-0.50.svg"
    content = download.value.path().read_text("utf-8")
    assert not re.search(r"var\(|color-mix|light-dark|color\(", content)
    assert palette(dark=True).paper in {
        "#" + "".join(f"{int(part):02x}" for part in found)
        for found in re.findall(r'fill="rgb\((\d+), (\d+), (\d+)\)"', content)
    }
    words = {"".join(each.itertext()) for each in ElementTree.fromstring(content).iter()}
    title = "↑ Correct under shift, mean of 7 shifts"
    assert {"α 0.50", "Zero-shot", "Fine-tuned", title} <= words
    assert "url(data:font/woff2" in content
    with page.expect_download() as download:
        save(page, "PNG")
    picture = download.value.path().read_bytes()
    assert picture.startswith(b"\x89PNG")
    width, height = (int.from_bytes(picture[at : at + 4]) for at in (16, 20))
    shown = box_of(page.locator(".plane .still"))
    assert (width, height) == (2 * shown["width"], 2 * (shown["height"] + 28))
