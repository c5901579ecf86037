"""The drawings of the Flips page. Those along alpha are described once for all alphas in hand."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from wiseft.app.diversity_data import diversities, margins, overriding
from wiseft.app.drawings.along import Area, Bars, Line, Upwards, Words, along, count_ticks
from wiseft.app.drawings.description import message, percent_ticks
from wiseft.app.flips_data import calibrations, flips_along
from wiseft.app.results import identity
from wiseft.app.theme import shift_colour
from wiseft.diversity import Overrides
from wiseft.flips import Flips
from wiseft.frontier import Frontier
from wiseft.margins import OPEN, MarginsAlong
from wiseft.runs import Run
from wiseft.text import THIN, coefficient, number_of, percent

GAIN, LOSS, INK = "var(--gain)", "var(--loss)", "var(--ink)"


def drawings_along(run: Run, frontier: Frontier, name: str, versus: float) -> Mapping[str, str]:
    """By key, what is drawn along alpha of the set `name`, against a known alpha.

    "overrides" is missing where an end of the path is not known, "margins" where the leading
    classes were not kept.
    """
    return _drawings_along(*identity(run), name, versus, run, frontier)


@st.cache_data(max_entries=64, show_spinner=False)
def _drawings_along(
    folder: str, state: str, name: str, versus: float, _run: Run, _frontier: Frontier
) -> Mapping[str, str]:
    run, frontier, title = _run, _frontier, _frontier.title(name)
    file, alphas = f"{run.name}-{name}", frontier.alphas
    found = flips_along(run, name, versus)
    calibrated = {key: each.error for key, each in calibrations(run).items()}
    drawn = {
        "steps": steps(alphas, found.steps, title, file),
        "cumulative": cumulative(alphas, found.flips, versus, title, file),
        "diversity": sets_along(
            frontier,
            diversities(run, versus),
            "Exactly one of the two correct",
            chosen=name,
            label=f"Images that exactly one of alpha and alpha {coefficient(versus)} has correct",
            name=f"{file}-diversity",
        ),
        "errors": sets_along(
            frontier,
            calibrated,
            "Expected calibration error",
            chosen=name,
            label="Expected calibration error of every set along alpha",
            name=f"{file}-calibration",
            height=400,
        ),
    }
    followed, ahead = overriding(run, name), margins(run, name)
    if followed is not None:
        drawn["overrides"] = overrides_along(alphas, followed, title, file)
    if ahead is not None:
        drawn["margins"] = margins_along(ahead, title, file)
    return drawn


def steps(alphas: NDArray[np.float64], found: Flips, title: str, file: str) -> str:
    """Images that each step along alpha fixes and breaks.

    The area of a bar is its number of images: where steps differ in width, heights are scaled to
    the commonest width.
    """
    if len(alphas) < 2 or not found.count:
        return message("There are no steps: one alpha, or no images.")
    width = np.diff(alphas)
    usual = float(np.median(width))
    up, down = (each * usual / width for each in (found.fixed, -found.broken))
    return along(
        alphas,
        np.ones(len(alphas), dtype=bool),
        [
            Bars(up, GAIN, "fixed", [f"{each:,}" for each in found.fixed]),
            Bars(down, LOSS, "broken", [f"{each:,}" for each in found.broken]),
        ],
        _balance(up, down, f"Images fixed per {usual:g} of α"),
        label=f"{title}: images fixed and broken at each step along alpha",
        name=f"{file}-steps",
    )


def cumulative(
    alphas: NDArray[np.float64], found: Flips, versus: float, title: str, file: str
) -> str:
    """Images that every alpha fixes and breaks against `versus`, and what remains of both."""
    if len(alphas) < 2 or not found.count:
        return message("There is nothing to compare: one alpha, or no images.")
    none, net = np.zeros(len(alphas)), found.fixed - found.broken
    told = [f"{each:+,}".replace("-", "\u2212") if each else "0" for each in net]
    return along(
        alphas,
        np.ones(len(alphas), dtype=bool),
        [
            Area(none, found.fixed, GAIN, 0.3, "fixed", [f"{each:,}" for each in found.fixed]),
            Area(-found.broken, none, LOSS, 0.3, "broken", [f"{each:,}" for each in found.broken]),
            Line("fixed − broken", net, INK, told),
        ],
        _balance(found.fixed, -found.broken, f"Images fixed against α {coefficient(versus)}"),
        label=f"{title}: images fixed and broken against alpha {coefficient(versus)}",
        name=f"{file}-flips",
    )


def sets_along(
    frontier: Frontier,
    values: Mapping[str, NDArray[np.float64]],
    upwards: str,
    *,
    chosen: str,
    label: str,
    name: str,
    height: int = 340,
) -> str:
    """A share of every set along alpha; the chosen set is drawn heavy.

    Args:
        frontier: knows sets and alphas.
        values: by the name of a set, shares [A]; NaN where there is none.
        upwards: what they are of.
        chosen: name of a set.
        label, name, height: as of `along`.
    """
    known = {key: each for key, each in values.items() if np.isfinite(each).any()}
    if not known:
        return message("None of the sets has an image.")
    top = max(float(np.nanmax(each)) for each in known.values()) * 1.08 or 0.01
    return along(
        frontier.alphas,
        frontier.exact,
        [
            Line(
                frontier.title(key),
                each,
                _set_colour(frontier, key, chosen),
                [percent(value) for value in each],
                heavy=key == chosen,
            )
            for key, each in sorted(known.items(), key=lambda pair: pair[0] == chosen)
        ],
        Upwards(upwards, 0.0, top, percent_ticks(0.0, top, most=7)),
        label=label,
        name=name,
        height=height,
    )


def overrides_along(alphas: NDArray[np.float64], found: Overrides, title: str, file: str) -> str:
    """Of the images on which the two ends disagree, whose prediction every alpha follows."""
    if not found.disagreements or len(alphas) < 2:
        return message("The two ends predict the same class for every image.")
    layers, words, low = [], [], np.zeros(len(alphas))
    for count, correct, colour, whose in (
        (found.start, found.start_correct, "zeroshot", "as zero-shot"),
        (found.neither, found.neither_correct, "ensemble", "as neither"),
        (found.end, found.end_correct, "finetuned", "as fine-tuned"),
    ):
        high = low + count / found.disagreements
        told = [
            (percent(n / found.disagreements), f"{whose}, {_correct(k, n)}")
            for n, k in zip(count, correct, strict=True)
        ]
        layers.append(Area(low, high, f"var(--{colour})", 1, whose, told))
        if (place := _widest(alphas, low, high)) is not None:
            words.append(Words(f"predicted {whose}", *place))
        low = high
    disagreeing = number_of(found.disagreements, "image")
    return along(
        alphas,
        np.ones(len(alphas), dtype=bool),
        layers,
        Upwards(
            f"Of {disagreeing} on which the ends disagree",
            0.0,
            1.0,
            [(0.0, "0"), (0.5, "50"), (1.0, f"100{THIN}%")],
        ),
        label=f"{title}: whose prediction every alpha follows",
        name=f"{file}-overrides",
        words=words,
    )


def margins_along(found: MarginsAlong, title: str, file: str) -> str:
    """Medians of the margins of the images that are correct and of those that are not.

    Bands reach from the first to the third quartile. Margins that are too large to be told stand
    at the top.
    """
    layers: list[Area | Line] = []
    for words, quartiles, colour in (
        ("correct", found.correct, GAIN),
        ("wrong", found.wrong, LOSS),
    ):
        if not np.isfinite(quartiles).any():
            continue
        low, middle, high = quartiles.T
        told = [
            f"{_margin(m)} ({_margin(a)} to {_margin(b)})"
            for a, m, b in zip(low, middle, high, strict=True)
        ]
        layers += [Area(low, high, colour), Line(words, middle, colour, told)]
    if not layers:
        return message("This set has no images.")
    whole = [(float(each), f"{each}") for each in range(int(OPEN))]
    return along(
        found.alphas,
        np.ones(len(found.alphas), dtype=bool),
        layers,
        Upwards(
            "Margin of logits, median and quartiles",
            0.0,
            OPEN + 0.15,
            [*whole, (OPEN, f"{OPEN:.1f}+")],
        ),
        label=f"{title}: margins between the two largest logits along alpha",
        name=f"{file}-margins",
    )


def _widest(
    alphas: NDArray[np.float64], low: NDArray[np.float64], high: NDArray[np.float64]
) -> tuple[float, float] | None:
    """The middle of the widest place between two lines that has room for words; None for none.

    Args:
        alphas: mixing coefficients [A].
        low, high: shares [A].
    """
    half, room, found = 0.17 * (alphas[-1] - alphas[0]), 0.11, None
    for alpha in np.linspace(alphas[0] + half, alphas[-1] - half, 67):
        across = np.linspace(alpha - half, alpha + half, 35)
        below = float(np.interp(across, alphas, low).max())
        above = float(np.interp(across, alphas, high).min())
        if above - below > room:
            room, found = above - below, (float(alpha), (below + above) / 2)
    return found


def _balance(up: NDArray[np.number], down: NDArray[np.number], title: str) -> Upwards:
    """An axis of what is gained above zero, and what is lost below it."""
    high, low = max(float(up.max()), 1.0), min(float(down.min()), -1.0)
    pad = 0.05 * (high - low)
    ticks = count_ticks(low, high)
    return Upwards(title, low - pad, high + pad, ticks, below="broken")


def _set_colour(frontier: Frontier, name: str, chosen: str) -> str:
    if name == chosen:
        return INK
    if name in frontier.shifts:
        return shift_colour(frontier.shifts.index(name))
    return "var(--mark)"


def _correct(correct: int, count: int) -> str:
    return f"{percent(correct / count) if count else 'none'} of them correct"


def _margin(value: float) -> str:
    return f"{OPEN:.1f} or more" if value >= OPEN - 0.005 else f"{value:.2f}"
