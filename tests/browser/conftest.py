"""The app as people see it: a server on this machine and a real Chromium."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, Route, sync_playwright

from tests.runs import write_run
from wiseft.runs import Run
from wiseft.workspace import Workspace

ROOT = Path(__file__).parents[2]

Visit = Callable[..., Page]

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
    """A workspace with one made-up run."""
    root = tmp_path_factory.mktemp("state")
    write_run(root)
    return root


@pytest.fixture(scope="session")
def run(state: Path) -> Run:
    """The run that the server shows."""
    return Workspace(state).run("signs-made-up")


@pytest.fixture(scope="session")
def address(state: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the app is served; its log must be free of tracebacks at the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = tmp_path_factory.mktemp("server") / "log.txt"
    options = {
        "server.port": port,
        "server.address": "127.0.0.1",
        "server.headless": "true",
        "server.fileWatcherType": "none",
    }
    arguments = [f"--{name}={value}" for name, value in options.items()]
    with log.open("w") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "streamlit_app.py", *arguments],
            cwd=ROOT,
            env={**os.environ, "WISEFT_DATA": str(state)},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_until_healthy(f"http://127.0.0.1:{port}/_stcore/health", server, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=20)
    assert "Traceback" not in log.read_text("utf-8")


def _wait_until_healthy(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"The server did not start:\n{log.read_text('utf-8')}")


@pytest.fixture(scope="session")
def chromium() -> Iterator[BrowserContext]:
    """Chromium of this machine, with one cache for all tests, which saves most of their time.

    Where there is no Chromium the test is skipped, and fails in CI.
    """
    executable = shutil.which("chromium") or shutil.which("chromium-browser")
    if executable is None:
        absent = pytest.fail if os.environ.get("CI") else pytest.skip
        absent("chromium is not installed on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable,
            args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
        )
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
