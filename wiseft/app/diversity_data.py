"""How different the models of a run are, and how sure: computed once and shared by all sessions."""

from __future__ import annotations

import math

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from wiseft.app.flips_data import place, sets_side_by_side
from wiseft.app.html import column_heads, html_table, number_cells
from wiseft.app.results import identity
from wiseft.diversity import (
    Bits,
    Certainty,
    Diversity,
    Overrides,
    certainty,
    diversity,
    overrides,
)
from wiseft.margins import OPEN, Followed, MarginsAlong, followed, margins_along
from wiseft.runs import Run
from wiseft.text import NOTHING


def diversities(run: Run, versus: float) -> dict[str, NDArray[np.float64]]:
    """By set, the share of images that exactly one of `versus` and every alpha has correct [A]."""
    at = place(run, versus)
    return {name: bits.one_correct(at) for name, bits in _bits(*identity(run), run).items()}


def diversity_from(run: Run, name: str, versus: float) -> Diversity:
    """How different every alpha is from `versus` on the set `name`."""
    return _diversity(*identity(run), name, versus, run)


def overriding(run: Run, name: str) -> Overrides | None:
    """Whose prediction every alpha follows; None where the two ends are not known."""
    alphas = run.alphas
    if 0.0 not in alphas or 1.0 not in alphas:
        return None
    return _overriding(*identity(run), name, run)


def certainties(run: Run, name: str) -> Certainty:
    """The mean confidence along alpha on the set `name`."""
    return _certainties(*identity(run), name, run)


def margins(run: Run, name: str) -> MarginsAlong | None:
    """Margins between the two largest logits; None where the leading classes were not kept."""
    return _margins(*identity(run), name, run)


def margins_followed(
    run: Run, name: str, found: MarginsAlong, alpha: float
) -> tuple[Followed, Followed] | None:
    """The margins of both ends where `alpha` follows the one, and the other; None without ends."""
    if found.alphas[0] != 0 or found.alphas[-1] != 1:
        return None
    path = run.path(name)
    return followed(path, found.ends, place(run, 0.0), place(run, 1.0), place(run, alpha))


def followed_table(both: tuple[Followed, Followed]) -> str:
    """Medians of the margins, with quartiles, where each end is followed."""
    heads = column_heads(
        "The prediction is that of", "Images", "Zero-shot’s margin", "Fine-tuned’s margin"
    )
    body = "".join(
        f'<tr><th scope="row"><span class="word {end}">{words}</span></th>'
        + number_cells(f"{each.count:,}", _quartiles(each.first), _quartiles(each.last))
        + "</tr>"
        for end, words, each in (
            ("zeroshot", "zero-shot", both[0]),
            ("finetuned", "fine-tuned", both[1]),
        )
    )
    return html_table(
        "numbers", "Margins of both ends by whose prediction is followed", heads, body
    )


def _quartiles(found: tuple[float, float, float]) -> str:
    low, middle, high = (_margin(each) for each in found)
    return f"<b>{middle}</b> <small>{low}–{high}</small>"


def _margin(value: float) -> str:
    if math.isnan(value):
        return NOTHING
    return f"{OPEN:.1f}+" if value >= OPEN - 0.005 else f"{value:.2f}"


@st.cache_data(max_entries=16, show_spinner=False)
def _bits(folder: str, state: str, _run: Run) -> dict[str, Bits]:
    return {each.name: Bits.of(_run.path(each.name)) for each in sets_side_by_side(_run)}


@st.cache_data(max_entries=128, show_spinner=False)
def _diversity(folder: str, state: str, name: str, versus: float, _run: Run) -> Diversity:
    return diversity(_run.path(name), place(_run, versus))


@st.cache_data(max_entries=16, show_spinner=False)
def _margins(folder: str, state: str, name: str, _run: Run) -> MarginsAlong | None:
    leading = _run.leading(name)
    return None if leading is None else margins_along(_run.path(name), leading)


@st.cache_data(max_entries=64, show_spinner=False)
def _overriding(folder: str, state: str, name: str, _run: Run) -> Overrides:
    return overrides(_run.path(name), place(_run, 0.0), place(_run, 1.0))


@st.cache_data(max_entries=64, show_spinner=False)
def _certainties(folder: str, state: str, name: str, _run: Run) -> Certainty:
    return certainty(_run.path(name))
