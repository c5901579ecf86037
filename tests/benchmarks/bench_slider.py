"""How the alpha slider feels: frames while it is dragged, and the time until the table follows.

Usage: python -m tests.benchmarks.bench_slider [--drags 12]

The run is made up: seven shifts, 10,000 images, 101 alphas. Beside the Frontier page stands a page
with the same numbers, made of `st.slider`, a Plotly figure and the same table. A frame is the time
from one animation frame to the next while a mouse moves; the goal is 95 % within 20 ms. The time to
the table is that from the release of the mouse to the first frame with the table of the new alpha;
the goal is 95 % within 250 ms.
"""

from __future__ import annotations

import argparse
import math
import tempfile
from pathlib import Path
from statistics import median, quantiles

from playwright.sync_api import FloatRect, Page, expect, sync_playwright

from tests.browser.server import CHROMIUM_ARGUMENTS, CHROMIUM_PATH, ROOT, serve
from tests.runs import write_run
from wiseft.alpha_path import GRID
from wiseft.text import coefficient

NODES = (0.0, 0.12, 0.25, 0.38, 0.5, 0.62, 0.75, 0.88, 1.0)

PLAIN = """
import streamlit as st

from wiseft.app import results
from wiseft.app.rows import set_rows
from wiseft.app.tables import sets_in_numbers
from wiseft.charts import frontier_figure
from wiseft.workspace import Workspace

run = Workspace().run("signs-made-up")


@st.fragment
def view():
    frontier = results.frontier(run)
    alpha = st.slider("Mixing coefficient alpha", 0.0, 1.0, 0.5, 0.01)
    st.plotly_chart(frontier_figure(frontier, alpha=alpha))
    st.html(sets_in_numbers(set_rows(run.record, frontier, alpha, results.changes(run), {}), alpha))


view()
"""

RECORD = """() => {
  window.frames_ = [];
  window.recording = true;
  let before = performance.now();
  const tick = (now) => {
    window.frames_.push(now - before);
    before = now;
    if (window.recording) requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
}"""

RECORDED = "() => { window.recording = false; return window.frames_.slice(1); }"

WATCH = """() => {
  addEventListener("pointerup", () => { window.released = performance.now(); }, { capture: true });
  let before = "";
  const look = () => {
    const text = document.querySelector("table.numbers thead")?.textContent ?? "";
    if (text !== before) window.changed = performance.now();
    before = text;
    requestAnimationFrame(look);
  };
  look();
}"""
"""Notes when the mouse is released, and when the table shows another alpha."""

WAITED = "() => window.changed - window.released"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--drags", type=int, default=12)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        state, page = Path(folder) / "state", Path(folder) / "plain.py"
        between = [alpha for alpha in GRID.tolist() if alpha not in NODES]
        write_run(state, alphas=NODES, interpolated=between)
        page.write_text(PLAIN, "utf-8")
        browser = playwright.chromium.launch(executable_path=CHROMIUM_PATH, args=CHROMIUM_ARGUMENTS)
        found = {}
        for name, script, track, inset in (
            ("Frontier page", ROOT / "streamlit_app.py", "xpath=.", 13.0),
            ("st.slider", page, "xpath=ancestor::*[@role='group'][1]/div", 0.0),
        ):
            with serve(script, state) as url:
                tab = browser.new_page(viewport={"width": 1440, "height": 1000})
                tab.goto(url)
                found[name] = _measured(tab, track, inset, options.drags)
                tab.close()
        browser.close()
    ours, theirs = found["Frontier page"], found["st.slider"]
    print(f"{'median / 95th percentile, ms':34} {'Frontier page':>18} {'st.slider':>18}   ratio")
    for what in ours:
        a, b = (_summary(each[what]) for each in (ours, theirs))
        print(
            f"{what:34} {a[0]:8.1f} / {a[1]:7.1f} {b[0]:8.1f} / {b[1]:7.1f}   "
            f"{a[0] / b[0]:.2f} / {a[1] / b[1]:.2f}"
        )
    for name, each in found.items():
        frames = each["frame while dragging"]
        share = sum(frame <= 20 for frame in frames) / len(frames)
        print(f"{name}: {share:.1%} of {len(frames)} frames within 20 ms")


def _measured(page: Page, track: str, inset: float, drags: int) -> dict[str, list[float]]:
    """Frames of all drags, and the time to the table after each.

    Args:
        page: with one slider and the table.
        track: leads from the slider's input to its track.
        inset: how far within it alpha begins and ends, in pixels.
        drags: how many.
    """
    slider = page.get_by_role("slider", name="Mixing coefficient alpha")
    slider.wait_for(timeout=60_000)
    page.wait_for_selector("table.numbers")
    page.wait_for_timeout(3000)
    page.evaluate(WATCH)
    frames, waits = [], []
    for drag in range(drags):
        box = slider.locator(track).bounding_box()
        assert box
        middle = box["y"] + box["height"] / 2

        def move(alpha: float, box: FloatRect = box, middle: float = middle) -> None:
            page.mouse.move(box["x"] + inset + alpha * (box["width"] - 2 * inset), middle)

        move(float(slider.input_value()))
        page.mouse.down()
        page.evaluate(RECORD)
        for step in range(60):
            move(0.5 + 0.45 * math.sin(step / 8))
        frames += page.evaluate(RECORDED)
        move((17 + 41 * drag) % 100 / 100)
        page.wait_for_timeout(100)
        page.mouse.up()
        page.wait_for_timeout(800)
        alpha = coefficient(float(slider.input_value()))
        expect(page.locator("table.numbers thead")).to_contain_text(f"At α {alpha}")
        waits.append(page.evaluate(WAITED))
    return {"frame while dragging": frames, "release to the updated table": waits}


def _summary(values: list[float]) -> tuple[float, float]:
    return median(values), quantiles(values, n=20, method="inclusive")[-1]


if __name__ == "__main__":
    main()
