"""How long Images, Classes, Flips and Slices take to follow, in Chromium, thumbnails included.

    python -m tests.benchmarks.bench_pages [--times 7] [--images 50000] [--classes 1000]

The run is made up: 101 alphas of 50,000 images of 1,000 classes, behind which lie as many small
files in folders, with traits and `metadata.csv`. Beside it stands a plain page: a fragment that
draws one line anew when its button is pressed. Measured is the time from the key or the button to
the first frame with all that was asked for, every image of it decoded; the goal is 300 ms.
"""

from __future__ import annotations

import argparse
import io
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

import numpy as np
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, sync_playwright

from tests.browser.server import CHROMIUM_ARGUMENTS, CHROMIUM_PATH, ROOT, serve
from wiseft.alpha_path import GRID, AlphaPath
from wiseft.datasets import open_benchmark
from wiseft.run_records import CheckpointRecord, Role, RunRecord, SetRecord
from wiseft.traits import TRAITS, Traits, keep_traits
from wiseft.workspace import Workspace

GOAL = 300
"""Milliseconds."""

ANEW = "loaded anew"

PLAIN = """
import streamlit as st


@st.fragment
def view():
    st.session_state.count = st.session_state.get("count", 0) + st.button("Again")
    st.html(f'<p class="finding">{st.session_state.count}</p>')


view()
"""

WATCH = """() => {
  const note = () => {
    window.asked = performance.now();
    sessionStorage.asked = Date.now();
  };
  for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, note, { capture: true });
  const roots = () => [
    document,
    ...[...document.querySelectorAll("[data-testid=stBidiComponentIsolated]")]
      .map((each) => each.shadowRoot).filter(Boolean),
  ];
  window.all = (selector) => roots().flatMap((root) => [...root.querySelectorAll(selector)]);
  window.words = (selector) => all(selector).map((each) => each.textContent).join(" ");
  window.decoded = () => all("img").every((each) => each.complete && each.naturalWidth > 0);
  window.follow = (wanted) => {
    window.answered = null;
    const test = new Function(`return ${wanted}`);
    const tick = () => {
      if (test()) window.answered = performance.now();
      else requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  };
}"""
"""Notes when something is asked for, and the first frame in which an expression holds."""


@dataclass(frozen=True)
class Action:
    """Something that is done on a page, again and again.

    Attributes:
        name: for the table.
        path: of the page.
        act: does it for the n-th time, and returns what then holds, as JavaScript.
    """

    name: str
    path: str
    act: Callable[[Page, int], tuple[Locator, str, str]]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=7)
    parser.add_argument("--images", type=int, default=50_000)
    parser.add_argument("--classes", type=int, default=1_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        state, plain = Path(folder) / "state", Path(folder) / "plain.py"
        plain.write_text(PLAIN, "utf-8")
        write_large_run(Path(folder) / "photos", state, options.images, options.classes)
        browser = playwright.chromium.launch(executable_path=CHROMIUM_PATH, args=CHROMIUM_ARGUMENTS)
        with serve(plain) as url:
            (times,) = measured(browser, url, [PLAIN_ACTION], options.times).values()
        base = median(times)
        print(f"{options.images:,} images, {options.classes:,} classes; goal {GOAL} ms")
        print(line(PLAIN_ACTION.name, times, base))
        with serve(ROOT / "streamlit_app.py", state) as url:
            for name, times in measured(browser, url, ACTIONS, options.times).items():
                print(line(name, times, base))
            for name, times in opened_by_link(browser, url, options.times).items():
                print(line(name, times, base))
        browser.close()


def line(name: str, times: list[float], base: float) -> str:
    """Median, 95th percentile, and the ratio to the plain page."""
    high = quantiles(times, n=20, method="inclusive")[-1]
    missed = "" if median(times) <= GOAL or name.endswith(ANEW) else "   MISSES THE GOAL"
    return f"{name:40} {median(times):6.0f} / {high:6.0f} ms   {median(times) / base:5.1f}{missed}"


def measured(
    browser: Browser, url: str, actions: list[Action], times: int
) -> Mapping[str, list[float]]:
    """Milliseconds of every action, after it was done once."""
    found: dict[str, list[float]] = {}
    for action in actions:
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.set_default_timeout(120_000)
        page.goto(url + action.path)
        page.wait_for_selector(".finding")
        page.wait_for_timeout(1500)
        page.wait_for_function("!document.querySelector('[data-stale=true]')")
        page.evaluate(WATCH)
        waits = []
        for number in range(times + 1):
            target, key, wanted = action.act(page, number)
            target.focus()
            page.evaluate("wanted => follow(wanted)", wanted)
            target.press(key)
            page.wait_for_function("window.answered !== null")
            waits.append(page.evaluate("window.answered - window.asked"))
            page.wait_for_timeout(400)
        found[action.name] = waits[1:]
        page.close()
    return found


def opened_by_link(browser: Browser, url: str, times: int) -> Mapping[str, list[float]]:
    """Milliseconds from a link on Slices to its images, followed in the session or loaded anew.

    The goal is for what is loaded; how long the app takes to load anew stands beside it.
    """
    found: dict[str, list[float]] = {}
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.set_default_timeout(120_000)
    for name, target in (("followed", "_self"), (ANEW, "_top")):
        waits = []
        for _ in range(times + 1):
            page.goto(f"{url}/slices{NIGHT}")
            link = page.locator("table.numbers a").first
            link.wait_for()
            page.wait_for_timeout(1500)
            page.evaluate(WATCH)
            link.evaluate("(link, target) => link.setAttribute('target', target)", target)
            link.focus()
            link.press("Enter")
            page.wait_for_url("**/images?*")
            page.evaluate(WATCH)
            answered = page.wait_for_function("all('.open img').length && decoded() && Date.now()")
            waits.append(answered.json_value() - int(page.evaluate("sessionStorage.asked")))
        found[f"Slices: a link to images, {name}"] = waits[1:]
    page.close()
    return found


def _again(page: Page, number: int) -> tuple[Locator, str, str]:
    return (
        page.get_by_role("button", name="Again"),
        "Enter",
        f"words('.finding') === '{number + 1}'",
    )


def _next_page(page: Page, number: int) -> tuple[Locator, str, str]:
    button = page.get_by_role("button", name="Next page")
    return button, "Enter", f"words('.pages [aria-current]') === '{number + 2}' && decoded()"


def _outcome(page: Page, number: int) -> tuple[Locator, str, str]:
    before = page.locator(".count").inner_text()
    name = ("Broken", "Fixed")[number % 2]
    # The tone of what is predicted at the alpha in hand tells broken images from fixed ones.
    first = "all('.reading:has(.dot.now)')[0]?.classList.contains('correct')"
    wanted = f"{first} === {'true' if number % 2 else 'false'}"
    radio = page.get_by_role("radio", name=name)
    return radio, "Enter", f"words('.count') !== {before!r} && {wanted} && decoded()"


def _alpha(page: Page, number: int, more: str = "true") -> tuple[Locator, str, str]:
    alpha = f"0.{20 + number}"
    field = page.get_by_role("textbox", name="Alpha, typed", exact=True)
    field.fill(alpha)
    return field, "Enter", f"words('.finding').includes('{alpha}') && {more} && decoded()"


def _alpha_of_images(page: Page, number: int) -> tuple[Locator, str, str]:
    return _alpha(page, number, f"words('.legend .alphas').includes('0.{20 + number}')")


def _alpha_of_numbers(page: Page, number: int) -> tuple[Locator, str, str]:
    # The whole page is there when nothing on it is from before.
    return _alpha(page, number, "!document.querySelector('[data-stale=true]')")


def _open(page: Page, number: int) -> tuple[Locator, str, str]:
    if number == 0:
        first = page.get_by_role("button", name="Open the image of").first
        return first, "Enter", "words('.head p').includes('Image 1 of') && decoded()"
    following = page.get_by_label("The opened image").get_by_role("button", name="Next")
    return following, "Enter", f"words('.head p').includes('Image {number + 1} of') && decoded()"


PLAIN_ACTION = Action("plain page: one line in a fragment", "", _again)

NIGHT = "?run=large&set=night&alpha=0.6&versus=1"

ACTIONS = [
    Action("Images: the next page", f"/images{NIGHT}", _next_page),
    Action("Images: another outcome", f"/images{NIGHT}", _outcome),
    Action("Images: another alpha", f"/images{NIGHT}", _alpha_of_images),
    Action("Images: the next image opened", f"/images{NIGHT}&outcome=fixed", _open),
    Action("Classes: another alpha", f"/classes{NIGHT}", _alpha_of_numbers),
    Action("Flips: another alpha", f"/flips{NIGHT}", _alpha_of_numbers),
    Action("Slices: another alpha", f"/slices{NIGHT}", _alpha_of_numbers),
    Action("Slices: the same, pairs too", f"/slices{NIGHT}&search=pairs", _alpha_of_numbers),
]


def write_large_run(root: Path, state: Path, images: int, classes: int) -> None:
    """A folder benchmark of that size, and a run on it with all that a sweep keeps."""
    contents = _contents()
    names = [f"class_{number:04}" for number in range(classes)]
    regions = []
    for folder, per_class in (("train", 1), ("test", 1), ("night", images // classes)):
        for class_id, name in enumerate(names):
            below = root / folder / name
            below.mkdir(parents=True)
            for number in range(per_class):
                chosen = contents[(class_id * 7 + number) % len(contents)]
                (below / f"{number:03}.jpg").write_bytes(chosen)
                regions.append(f"{folder}/{name}/{number:03}.jpg,region {number % 9}")
    (root / "metadata.csv").write_text("path,region\n" + "\n".join(regions) + "\n", "utf-8")
    opened, workspace, rng = open_benchmark(root), Workspace(state), np.random.default_rng(0)
    roles: dict[str, Role] = {"test": "reference", "night": "shift"}
    sets = {name: opened.set_named(name) for name in roles}
    record = RunRecord(
        name="large",
        title="A large run",
        benchmark=opened.name,
        class_names=opened.class_names,
        zeroshot=CheckpointRecord("checkpoints/zeroshot.safetensors", "0"),
        finetuned=CheckpointRecord("checkpoints/finetuned.safetensors", "1"),
        sets=tuple(
            SetRecord(name, each.title, roles[name], each.version(), None, len(each))
            for name, each in sets.items()
        ),
    )
    run = workspace.keep(record)
    for name, each in sets.items():
        run.store.put_path(record.key(name), "weights", made_up(each.labels, classes, rng))
        values = {trait: rng.random(len(each)).astype(np.float32) for trait in TRAITS}
        keep_traits(run.store.folder, record.set_named(name).data, Traits(each.labels, values))


def made_up(labels: np.ndarray, classes: int, rng: np.random.Generator) -> AlphaPath:
    """Images are correct on a stretch of alpha or not at all, and flicker a little."""
    rival = rng.integers(0, classes, len(labels))
    first, last = np.sort(rng.uniform(-0.7, 1.7, (2, len(labels))), axis=0)
    inside = (GRID[:, None] >= first) & (GRID[:, None] <= last)
    inside ^= rng.random(inside.shape) < 0.01
    confidence = (np.round(rng.beta(4, 1, inside.shape) * 255) / 255).astype(np.float16)
    predicted = np.where(inside, labels, rival).astype(np.uint16)
    return AlphaPath(GRID, labels, predicted, confidence, confidence, np.ones(101, dtype=bool))


def _contents(number: int = 200) -> list[bytes]:
    """Small photographs of nothing, as JPEG."""
    rng, found = np.random.default_rng(1), []
    for _ in range(number):
        small = Image.fromarray(rng.integers(0, 255, (9, 12, 3), np.uint8))
        written = io.BytesIO()
        small.resize((320, 240), Image.Resampling.BICUBIC).save(written, "JPEG", quality=85)
        found.append(written.getvalue())
    return found


if __name__ == "__main__":
    main()
