"""From the first page to ten images: which sign fine-tuning loses at night, and where it is back.

By mouse and by keyboard alone, through links and controls: nothing is typed into the address.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit, settle
from tests.browser.test_app import finding_of, query_of
from wiseft.runs import Run
from wiseft.text import coefficient
from wiseft.workspace import Workspace

pytestmark = pytest.mark.browser

RUN, NIGHT = "signs-end-to-end", "night"
TEN = 10

FOCUSED = """() => {
  let found = document.activeElement;
  while (found?.shadowRoot?.activeElement) found = found.shadowRoot.activeElement;
  return [
    found?.getAttribute("aria-label") || found?.innerText || "",
    found?.getAttribute("role") || found?.localName || "",
  ];
}"""
"""What has the focus, components looked into: its words and its role."""


@pytest.fixture
def run() -> Run:
    return Workspace().run(RUN)


def most_lost(run: Run, alpha: float) -> tuple[str, int]:
    """The sign of which most images come back at night from fine-tuned, and how many."""
    table = run.per_class(NIGHT, alpha, 1.0)
    row = table.sort_values("accuracy_change", ascending=False, kind="stable").iloc[0]
    return str(row["class"]), int(row["fixed"])


def comes_back(run: Run, column: int) -> str:
    """The last alpha before fine-tuned at which an image is correct."""
    path = run.path(NIGHT)
    correct = path.predicted[:, column] == path.labels[column]
    return coefficient(float(path.alphas[correct.nonzero()[0][-1]]))


def look_at_ten(page: Page, run: Run, sign: str, fixed: int, following: Callable[[], None]) -> None:
    """Ten images of the sign, one after the other: each says where it comes back."""
    assert f"fixes {fixed} images of {sign}" in finding_of(page)
    assert fixed >= TEN
    panel = page.get_by_label("The opened image")
    seen = set()
    for number in range(1, TEN + 1):
        expect(panel).to_contain_text(f"Image {number} of {fixed}")
        settle(page)
        column = int(query_of(page)["image"].partition(":")[2])
        seen.add(column)
        assert run.record.class_names[run.path(NIGHT).labels[column]] == sign
        # The title has it, or where there are many stretches, the table of them.
        assert comes_back(run, column) in panel.inner_text()
        if number < TEN:
            following()
    assert len(seen) == TEN


def test_by_mouse(visit: Visit, run: Run):
    page = visit(f"/?run={RUN}")
    sign, fixed = most_lost(run, float(query_of(page)["alpha"]))
    page.get_by_role("link", name="Classes").click()
    expect(page.locator(".finding")).to_contain_text("classes")
    page.get_by_label("Set", exact=True).click()
    page.get_by_role("option", name="Night").click()
    expect(page.locator(".finding")).to_contain_text("Night")
    settle(page)
    # The class that changes most stands first, with how many of its images are fixed.
    page.get_by_role("link", name=re.compile(r": [\d,]+ fixed$")).first.click()
    page.wait_for_url(re.compile("/images"))
    settle(page)
    assert query_of(page)["true"] == sign
    page.get_by_role("button", name=re.compile("^Open the image of")).first.click()
    following = page.get_by_role("button", name="Next")
    look_at_ten(page, run, sign, fixed, following.click)


def test_by_keyboard_alone(visit: Visit, run: Run):
    page = visit(f"/?run={RUN}")
    sign, fixed = most_lost(run, float(query_of(page)["alpha"]))
    tab_to(page, r"^Classes$", "a")
    page.keyboard.press("Enter")
    expect(page.locator(".finding")).to_contain_text("classes")
    settle(page)
    tab_to(page, r"^Set\b", "combobox")
    page.keyboard.type("Night")
    page.keyboard.press("Enter")
    expect(page.locator(".finding")).to_contain_text("Night")
    settle(page)
    tab_to(page, rf"^{sign}: {fixed} fixed$", "a")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/images"))
    settle(page)
    tab_to(page, f"^Open the image of {sign}", "button")
    page.keyboard.press("Enter")
    look_at_ten(page, run, sign, fixed, lambda: page.keyboard.press("ArrowRight"))
    page.keyboard.press("Escape")
    expect(page.get_by_label("The opened image")).to_have_count(0)
    settle(page)
    assert "image" not in query_of(page)


def tab_to(page: Page, words: str, role: str, most: int = 120) -> None:
    """Press Tab until what has the focus says so."""
    seen = []
    for _ in range(most):
        page.keyboard.press("Tab")
        found, kind = page.evaluate(FOCUSED)
        if re.search(words, found) and kind == role:
            return
        seen.append((found[:40], kind))
    raise AssertionError(f"Tab does not lead to {words!r}, {role}: {seen}")
