"""The app as people see it: a server on this machine and a real Chromium."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    BrowserContext,
    FloatRect,
    Locator,
    Page,
    Route,
    expect,
    sync_playwright,
)

from tests.browser.server import CHROMIUM_ARGUMENTS, CHROMIUM_PATH, ROOT, serve
from tests.runs import ODD_CLASSES, ODD_NAMES, SETS, Sketch, write_run
from wiseft.alpha_path import GRID
from wiseft.frontier import Frontier
from wiseft.runs import Run
from wiseft.workspace import Workspace

Visit = Callable[..., Page]

OF_PAGE = 20_000
"""Longest wait for a page, in ms, on machines that do much else; it only ends a failed test."""

_FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember which tests have failed, for their screenshots."""
    report = yield
    item.stash[_FAILED] = item.stash.get(_FAILED, False) or report.failed
    return report


@pytest.fixture(scope="session")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace of made-up runs, the newest of which knows the alphas of the paper alone."""
    root = tmp_path_factory.mktemp("state")
    nodes = (0.0, 0.2, 0.4, 0.5, 0.6, 0.8, 1.0)
    between = [alpha for alpha in GRID.tolist() if alpha not in nodes]
    write_run(root, name="path", title="A path", alphas=nodes, interpolated=between, scale=0.25)
    write_run(
        root,
        name="other",
        title="Another run",
        sets=[replace(each, accuracy=_other(each)) for each in SETS],
        alphas=(0.0, 0.25, 0.5, 0.75, 1.0),
        scale=0.25,
    )
    write_run(
        root,
        name="many",
        title="Many classes",
        sets=SETS[:2],
        alphas=(0.0, 0.5, 1.0),
        class_names=[f"class {number}" for number in range(130)],
    )
    write_run(root, name="odd", title="<i>odd</i>", sets=ODD_NAMES, class_names=ODD_CLASSES)
    write_run(root)
    (root / "checkpoints").mkdir()
    for end in ("zeroshot", "finetuned"):
        (root / "checkpoints" / f"{end}.safetensors").write_bytes(b"of a model that was made up")
    return root


def _other(sketch: Sketch) -> dict[float, float]:
    """Accuracies of another fine-tuned model, from the same zero-shot one."""
    first = sketch.accuracy[0]
    return {0: first, 1: first + 9 if sketch.role == "reference" else first - 12}


@pytest.fixture(scope="session")
def run(state: Path) -> Run:
    """The run that the server opens with."""
    return Workspace(state).run("signs-made-up")


@pytest.fixture(scope="session")
def path(state: Path) -> Run:
    """A run with all alphas, most of them interpolated."""
    return Workspace(state).run("path")


@pytest.fixture(scope="session")
def frontier(path: Run) -> Frontier:
    """What it shows along alpha."""
    return path.frontier()


@pytest.fixture(scope="session")
def address(state: Path) -> Iterator[str]:
    """Where the app is served."""
    with serve(ROOT / "streamlit_app.py", state) as url:
        yield url


@pytest.fixture(scope="session")
def chromium() -> Iterator[BrowserContext]:
    """Chromium of this machine, with one cache for all tests, which saves most of their time.

    Where there is no Chromium the test is skipped, and fails in CI.
    """
    expect.set_options(timeout=OF_PAGE)
    if CHROMIUM_PATH is None:
        absent = pytest.fail if os.environ.get("CI") else pytest.skip
        absent("chromium is not installed on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM_PATH, args=CHROMIUM_ARGUMENTS)
        yield browser.new_context()
        browser.close()


@pytest.fixture
def visit(
    chromium: BrowserContext, address: str, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Visit]:
    """Opens a path of the app in a tab of its own, and waits until it is drawn.

    At the end, no page may have asked for anything beyond this machine or have had an error in
    its scripts. Where the test fails, screenshots are left in its folder.
    """
    pages: list[Page] = []
    problems: list[str] = []

    def only_here(route: Route) -> None:
        if urlsplit(route.request.url).hostname == "127.0.0.1":
            route.continue_()
        else:
            problems.append(f"request to {route.request.url}")
            route.abort()

    def opened(path: str = "/", *, dark: bool = False, width: int = 1440) -> Page:
        page = chromium.new_page()
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme="dark" if dark else "light")
        page.add_init_script("localStorage.clear()")
        page.route("**/*", only_here)
        page.on("pageerror", lambda error: problems.append(f"error in a script: {error}"))
        page.goto(address + path)
        pages.append(page)
        settle(page)
        return page

    yield opened
    for number, page in enumerate(pages):
        if request.node.stash.get(_FAILED, False):
            page.screenshot(path=tmp_path / f"page-{number}.png")
        page.close()
    assert not problems


def settle(page: Page) -> None:
    """Wait until the script has run and nothing on the page is left from the run before."""
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
    page.wait_for_selector(".finding, .problem")
    page.wait_for_function("!document.querySelector('[data-stale=true]')")


def box_of(locator: Locator) -> FloatRect:
    """Where it is, in pixels of the page, once it stands still: figures are drawn anew while
    their width settles.
    """
    before = None
    for _ in range(100):
        box = locator.bounding_box()
        if box and box == before:
            return box
        before = box
        locator.page.wait_for_timeout(30)
    raise AssertionError(f"{locator} does not come to rest.")


def middle_of(locator: Locator) -> tuple[float, float]:
    """Its middle, in pixels of the page, once it stands still."""
    box = box_of(locator)
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
