"""Time from `streamlit run` to the frontier on screen, and of the parts in between.

Usage: python -m tests.benchmarks.bench_startup [--times 5]

The baseline of the ratio is the same server with a page that shows one word.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.browser.server import CHROMIUM_ARGUMENTS, CHROMIUM_PATH, serve

ROOT = Path(__file__).parents[2]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        word = Path(folder) / "word.py"
        word.write_text("import streamlit as st\nst.write('word')\n")
        browser = playwright.chromium.launch(executable_path=CHROMIUM_PATH, args=CHROMIUM_ARGUMENTS)
        app: list[tuple[float, float, float]] = []
        plain: list[tuple[float, float, float]] = []
        for _ in range(options.times):
            app.append(_times(browser, ROOT / "streamlit_app.py", ".plane .here"))
            plain.append(_times(browser, word, "text=word"))
        browser.close()
    rows = ("server up", "first paint after that", "second visit")
    for row, ours, theirs in zip(
        rows, zip(*app, strict=True), zip(*plain, strict=True), strict=True
    ):
        a, b = statistics.median(ours), statistics.median(theirs)
        print(f"{row:24} app {a:6.2f} s   one word {b:6.2f} s   ratio {a / b:5.1f}")
    total = statistics.median(sum(each[:2]) for each in app)
    print(f"streamlit run to the frontier on screen: {total:.2f} s (median of {options.times})")


def _times(browser: Browser, script: Path, selector: str) -> tuple[float, float, float]:
    """Seconds until the server answers, until `selector` shows, and until it shows again."""
    start = time.perf_counter()
    with serve(script) as url:
        up = time.perf_counter()
        seconds = [up - start]
        for _ in range(2):
            page = browser.new_page(viewport={"width": 1440, "height": 1000})
            before = time.perf_counter()
            page.goto(url)
            page.wait_for_selector(selector, timeout=60_000)
            seconds.append(time.perf_counter() - before)
            page.close()
    return seconds[0], seconds[1], seconds[2]


if __name__ == "__main__":
    main()
