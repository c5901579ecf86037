"""The slider of the Frontier page: what follows alpha while it is dragged, and on release."""

from __future__ import annotations

import re
from math import hypot

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit, box_of
from tests.browser.live import PATH, place_of, slider_of, texts, wait_for_table
from tests.browser.test_app import finding_of, query_of
from wiseft.app.rows import set_names
from wiseft.app.sentences import compared_end, frontier_sentence, plain
from wiseft.evidence import Evidence, against
from wiseft.frontier import MEAN, Frontier
from wiseft.runs import Run
from wiseft.text import bare_percent, coefficient, percent

pytestmark = pytest.mark.browser


def test_everything_follows_while_alpha_is_dragged(visit: Visit, frontier: Frontier):
    page = visit(PATH)
    before = page.url
    page.mouse.move(*place_of(page, 0.5))
    page.mouse.down()
    for target in (0.62, 0.27):
        page.mouse.move(*place_of(page, target), steps=4)
        expect(page.locator(".finding .alpha")).to_have_text(coefficient(target))
        at = frontier.index(target)
        shown = {name: bare_percent(frontier.curve(name)[at]) for name in set_names(frontier)}
        assert texts(page, ".sets td b") == [*shown.values()]
        assert texts(page, ".card .accuracy") == [shown[name] for name in frontier.shifts]
        assert texts(page, ".plane .value") == [shown["day"], shown[MEAN]]
        assert f"correct on {shown['day']} % of" in finding_of(page)
    page.wait_for_timeout(300)
    assert page.url == before
    expect(page.locator("table.numbers")).to_contain_text("At α 0.50")
    page.mouse.up()
    wait_for_table(page, "0.27")
    assert query_of(page)["alpha"] == "0.27"


def test_every_alpha_has_the_words_of_the_server(visit: Visit, path: Run, frontier: Frontier):
    page = visit(PATH)
    found = slider_of(page).evaluate(
        """async (slider) => {
          const heading = slider.getRootNode().querySelector(".finding");
          const said = [];
          for (let step = 0; step <= 100; step += 1) {
            slider.value = step / 100;
            slider.dispatchEvent(new Event("input"));
            await new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)));
            said.push([heading.textContent, slider.getAttribute("aria-valuetext")]);
          }
          return said;
        }"""
    )
    evidence = Evidence(frontier, {each.name: path.path(each.name) for each in path.record.sets})
    ends = {"zeroshot": 0.0, "finetuned": 1.0}
    for alpha, (sentence, spoken) in zip(frontier.alphas.tolist(), found, strict=True):
        changes = against(evidence, alpha, ends[compared_end(alpha)])
        wanted = frontier_sentence(frontier, alpha, MEAN, changes["day"], changes[MEAN])
        assert " ".join(sentence.split()) == " ".join(plain(wanted).split())
        across, upwards = (frontier.curve(name)[frontier.index(alpha)] for name in ("day", MEAN))
        assert spoken == (
            f"alpha {coefficient(alpha)}, {percent(across)} in distribution, "
            f"{percent(upwards)} under shift"
        )


def test_keys(visit: Visit):
    page = visit(PATH)
    slider, field = slider_of(page), page.get_by_role("textbox", name="Alpha as a number")
    for keys, alpha in (
        (["ArrowRight"], "0.51"),
        (["ArrowUp", "ArrowUp", "ArrowLeft"], "0.51"),
        (["ArrowDown"], "0.49"),
        (["PageUp"], "0.60"),
        (["PageDown", "PageDown"], "0.30"),
        (["Home"], "0.00"),
        (["End", "ArrowRight", "PageUp"], "1.00"),
    ):
        field.fill("0.5")
        slider.focus()
        expect(page.locator(".finding .alpha")).to_have_text("0.50")
        for key in keys:
            page.keyboard.press(key)
        expect(page.locator(".finding .alpha")).to_have_text(alpha)
    wait_for_table(page, "1.00")
    assert query_of(page)["alpha"] == "1"
    expect(slider).to_be_focused()


def test_a_number_can_be_typed(visit: Visit):
    page = visit(PATH)
    field = page.get_by_role("textbox", name="Alpha as a number")
    for typed, alpha in (
        ("0.333", "0.33"),
        ("0,8", "0.80"),
        ("7", "1.00"),
        (" .25 ", "0.25"),
        ("", "0.25"),
        ("half", "0.25"),
        ("--", "0.25"),
    ):
        field.fill(typed)
        field.press("Enter")
        expect(field).to_have_value(alpha)
        expect(page.locator(".finding .alpha")).to_have_text(alpha)
    wait_for_table(page, "0.25")
    field.fill("0.9")
    field.press("Escape")
    expect(field).to_have_value("0.25")
    expect(page.locator(".finding .alpha")).to_have_text("0.25")


def test_interpolated_alphas_are_hollow_and_say_so(visit: Visit):
    page = visit(PATH)
    note = page.locator(".guessed")
    for part in (".thumb", ".plane .here", ".sets table", ".card .here"):
        expect(page.locator(part).first).not_to_have_class(re.compile("hollow"))
    expect(note).to_be_hidden()
    slider_of(page).press("ArrowRight")
    for part in (".thumb", ".plane .here", ".sets table", ".card .here"):
        expect(page.locator(part).first).to_have_class(re.compile("hollow"))
    expect(note).to_contain_text("7 alphas evaluated, 94 interpolated")
    expect(page.locator(".track i")).to_have_count(5)


def test_an_exact_evaluation_can_be_asked_for(visit: Visit):
    page = visit("/?run=path&alpha=0.33")
    page.get_by_role("button", name="Evaluate it exactly").click()
    problem = page.get_by_role("alert")
    expect(problem).to_contain_text("Alpha 0.33 was not evaluated: ", timeout=60_000)
    slider_of(page).press("ArrowLeft")
    wait_for_table(page, "0.32")
    expect(problem).to_have_count(1)
    page.get_by_role("button", name="Dismiss").click()
    expect(problem).to_have_count(0)


def test_flags_are_reached_and_used_by_keyboard(visit: Visit):
    page = visit(PATH)
    slider = slider_of(page)
    slider.press("Home")
    flag = page.get_by_role("button", name=re.compile("^best in distribution"))
    page.get_by_role("button", name=re.compile("^half-way")).focus()
    page.keyboard.press("Tab")
    expect(flag).to_be_focused()
    expect(page.locator(".tip")).to_contain_text("No test image was used to choose it.")
    page.keyboard.press("Enter")
    alpha = flag.inner_text().split()[-1]
    expect(page.locator(".finding .alpha")).to_have_text(alpha)
    wait_for_table(page, alpha)
    expect(page.locator(".flag.tested")).to_have_count(3)


def test_no_flag_hides_another(visit: Visit):
    for width in (1440, 800, 420):
        page = visit("/?run=path", width=width)
        boxes = [box_of(each) for each in page.locator(".flag .words").all()]
        assert len(boxes) == 6
        for i, one in enumerate(boxes):
            assert one["x"] >= 0
            assert one["x"] + one["width"] <= width
            for other in boxes[:i]:
                apart = hypot(one["x"] - other["x"], one["y"] - other["y"])
                assert apart > 15
                same_row = abs(one["y"] - other["y"]) < 10
                left, right = sorted((one, other), key=lambda box: box["x"])
                assert not same_row or left["x"] + left["width"] <= right["x"]
