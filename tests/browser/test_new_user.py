"""What a new user does on an empty workspace: own images, two trainings, and a frontier."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit, settle
from tests.browser.server import ROOT, serve

pytestmark = [pytest.mark.browser, pytest.mark.slow]

IMAGES = ROOT.parent / "shared" / "images" / "pacs"

OF_WORK = 300_000
"""Longest wait for a worker, in ms; it only ends a test that has failed."""


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty workspace."""
    return tmp_path_factory.mktemp("empty")


@pytest.fixture(scope="module")
def address(state: Path) -> Iterator[str]:
    with serve(ROOT / "streamlit_app.py", state) as url:
        yield url


@pytest.fixture(scope="module")
def photographs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A few photographs and sketches of PACS, so that every alpha is evaluated in seconds."""
    if not IMAGES.is_dir():
        pytest.skip("the shared images are not on this machine")
    root = tmp_path_factory.mktemp("images") / "animals"
    for name, count in {"train": 12, "test": 8, "sketch": 8}.items():
        for animal in ("dog", "giraffe", "horse"):
            folder = root / name / animal
            folder.mkdir(parents=True)
            for image in sorted((IMAGES / name / animal).iterdir())[:count]:
                (folder / image.name).symlink_to(image)
    return root


def train(page: Page, title: str) -> str:
    """Press the button, and wait until the job has begun to train; the address of its page."""
    page.get_by_label("Epochs").fill("6")
    page.get_by_label("Epochs").press("Enter")
    expect(page.locator(".finding")).to_contain_text("6 epochs")
    settle(page)
    page.get_by_role("button", name="Fine-tune", exact=True).click()
    page.wait_for_url("**/jobs?job=*")
    expect(page.locator(".finding")).to_contain_text(title)
    parts = urlsplit(page.url)
    return f"{parts.path}?{parts.query}"


def test_from_an_empty_workspace_to_two_frontiers(visit: Visit, photographs: Path):
    page = visit("/finetune")
    page.get_by_role("link", name="Add your own images").click()
    heading = page.locator(".finding")
    expect(heading).to_contain_text("Street signs: 24 classes")
    settle(page)  # What is typed into a page that is still being drawn may be lost.
    field = page.get_by_label("Folder on the machine that serves this app")
    field.fill(str(photographs))
    field.press("Enter")
    expect(heading).to_contain_text("animals: 3 classes, 36 images to train on")
    settle(page)

    page.get_by_role("link", name="Fine-tune on it").click()
    expect(heading).to_have_text("There is no zero-shot classifier for animals yet")
    page.get_by_role("button", name="Make one with the small model").click()
    expect(heading).to_contain_text("End-to-end on 36 images of animals", timeout=OF_WORK)
    settle(page)
    page.get_by_role("button", name="Rehearse ten steps").click()
    expect(page.get_by_text("Training takes about")).to_be_visible(timeout=OF_WORK)
    settle(page)
    whole = train(page, "animals, end-to-end")
    page.close()

    # The browser was closed in the middle; meanwhile the other training is asked for.
    page = visit(f"/finetune?benchmark={quote(str(photographs))}&method=linear")
    linear = train(page, "animals, linear classifier")
    page.close()

    for job, title in ((whole, "animals, end-to-end"), (linear, "animals, linear classifier")):
        page = visit(job)
        expect(page.locator(".finding")).to_contain_text(f"{title} is done", timeout=OF_WORK)
        settle(page)
        expect(page.locator(".st-key-job-curves .js-plotly-plot")).to_have_count(2)
        expect(page.get_by_role("link", name="Epoch 6")).to_be_visible()
    page.get_by_role("link", name="Open its frontier").click()
    expect(page.locator(".finding")).to_contain_text("At alpha")
    settle(page)
    assert parse_qs(urlsplit(page.url).query)["run"][0].startswith("animals-linear")
