"""From a folder of images to a frontier, by pressing buttons; a real worker trains."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit, settle
from tests.browser.server import ROOT, serve
from tests.folders import write_images
from wiseft.known_benchmarks import add_benchmark
from wiseft.workspace import Workspace

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SECONDS_OF_WORK = 240_000
"""Longest wait for a worker, in ms; it only ends a test that has failed."""

WIDTHS = "[...document.querySelectorAll('html, [data-testid=stMain]')].map(e => e.scrollWidth)"

TOP = "document.querySelector('[data-testid=stMain]').scrollTop"


@pytest.fixture(scope="module")
def zoo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A very small benchmark."""
    sets = {"train": 12, "test": 6, "night": 6}
    root = tmp_path_factory.mktemp("images") / "zoo"
    return write_images(root, {name: {"cat": n, "dog": n} for name, n in sets.items()})


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, zoo: Path) -> Iterator[str]:
    """The app on a workspace that knows the zoo and nothing else."""
    state = tmp_path_factory.mktemp("fresh")
    add_benchmark(Workspace(state), zoo)
    with serve(ROOT / "streamlit_app.py", state) as url:
        yield url


def test_a_folder_becomes_a_frontier(visit: Visit, zoo: Path):
    page = visit(f"/finetune?benchmark={quote(str(zoo))}&method=linear")
    heading = page.locator(".finding")
    expect(heading).to_have_text("There is no zero-shot classifier for zoo yet")
    page.get_by_role("button", name="Make one with the small model").click()
    expect(heading).to_have_text(
        "Linear classifier on 24 images of zoo: 8 epochs of 1 step", timeout=SECONDS_OF_WORK
    )
    page.get_by_label("Epochs").fill("40")
    page.get_by_label("Epochs").press("Enter")
    expect(heading).to_contain_text("40 epochs of 1 step")
    page.get_by_role("button", name="Fine-tune", exact=True).click()
    page.wait_for_url("**/jobs?job=*")
    expect(heading).to_contain_text("zoo, linear classifier")
    settle(page)
    page.evaluate(f"{TOP} = 120")
    expect(heading).to_contain_text("zoo, linear classifier is done", timeout=SECONDS_OF_WORK)
    assert page.evaluate(TOP) == 120

    there = visit(re.sub("^http://[^/]*", "", page.url))
    expect(there.locator(".facts")).to_contain_text("by another browser")
    there.get_by_role("button", name="All jobs").click()
    expect(there.get_by_role("row")).to_have_count(3)
    there.get_by_role("link", name="zoo, linear classifier").click()
    expect(there.locator(".finding")).to_contain_text("is done")
    there.get_by_role("link", name="Open its frontier").click()
    expect(there.locator(".finding")).to_contain_text("At alpha")
    settle(there)
    assert "run=zoo-" in there.url


@pytest.mark.parametrize("path", ["/finetune", "/jobs"])
def test_nothing_is_wider_than_a_narrow_window(visit: Visit, path: str):
    page = visit(path, width=800)
    assert max(page.evaluate(WIDTHS)) == 800
