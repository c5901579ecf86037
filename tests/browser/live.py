"""The live part of the Frontier page, as tests find their way in it."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import box_of, settle

PATH = "/?run=path&alpha=0.5"
"""A run with all alphas, most of them interpolated."""


def slider_of(page: Page) -> Locator:
    return page.get_by_role("slider", name="Mixing coefficient alpha")


def place_of(page: Page, alpha: float) -> tuple[float, float]:
    """Where an alpha is on the slider, in pixels of the page."""
    box = box_of(slider_of(page))
    return box["x"] + 13 + alpha * (box["width"] - 26), box["y"] + box["height"] / 2


def texts(page: Page, selector: str) -> list[str]:
    return [" ".join(each.split()) for each in page.locator(selector).all_text_contents()]


def wait_for_table(page: Page, alpha: str) -> None:
    """Wait until the table below shows an alpha."""
    expect(page.locator("table.numbers")).to_contain_text(f"At α {alpha}")
    settle(page)
