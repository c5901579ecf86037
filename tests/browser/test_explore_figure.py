"""The figure with its own slider, as it stands in a notebook or a report."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import box_of
from wiseft.charts import explore_figure
from wiseft.charts.template import CONFIG
from wiseft.frontier import MEAN, Frontier
from wiseft.runs import Run

pytestmark = pytest.mark.browser


def shown(page: Page, name: str) -> dict[str, list[float | str]]:
    """A moving trace as the browser has it."""
    return page.evaluate(
        "name => document.querySelector('.js-plotly-plot').data.find(each => each.name === name)",
        name,
    )


def finding(page: Page) -> str:
    """The sentence above, with plain spaces."""
    return " ".join((page.locator("g.x4y4 .textpoint").first.text_content() or "").split())


def expected(frontier: Frontier, index: int) -> str:
    day = 100 * frontier.accuracy["day"][index]
    mean = 100 * frontier.curve(MEAN)[index]
    return (
        f"At alpha {frontier.alphas[index]:.2f} this model is correct on {day:.1f} % in "
        f"distribution and on {mean:.1f} % under shift."
    )


@pytest.mark.parametrize("dark", [False, True])
def test_dragging_moves_the_circle_the_sentence_and_every_set(
    chromium: BrowserContext, run: Run, tmp_path: Path, dark: bool
):
    frontier = run.frontier()
    page = chromium.new_page()
    problems: list[object] = []
    page.on("pageerror", lambda error: problems.append(error))
    file = tmp_path / "explore.html"
    figure = explore_figure(frontier, axes="linear", dark=dark)
    figure.write_html(file, include_plotlyjs=True, config=CONFIG, auto_play=False)
    page.goto(file.as_uri())
    expect(page.locator(".slider-grip-rect")).to_have_count(1)
    assert finding(page) == expected(frontier, frontier.index(0.5))

    rail = box_of(page.locator(".slider-rail-touch-rect"))
    thumb = box_of(page.locator(".slider-grip-rect"))
    x, y = thumb["x"] + thumb["width"] / 2, thumb["y"] + thumb["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for share in np.linspace(0.5, 0.8, 7):
        page.mouse.move(rail["x"] + 10 + share * (rail["width"] - 20), y)
    page.mouse.up()

    index = frontier.index(0.8)
    expect(page.locator("g.x4y4 .textpoint").first).to_contain_text("0.80")
    assert finding(page) == expected(frontier, index)
    assert shown(page, "current alpha")["x"] == pytest.approx([frontier.accuracy["day"][index]])
    rows = ["day", MEAN, *frontier.shifts]
    found = shown(page, "sets")["x"]
    assert found == pytest.approx([frontier.curve(name)[index] for name in rows])
    numbers = page.locator("g.x3y2 .textpoint").all_text_contents()
    assert numbers[: len(rows)] == [f"{100 * frontier.curve(name)[index]:.1f}" for name in rows]
    assert problems == []
    page.close()
