"""Two alphas of one run, compared on the same images."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from wiseft.app import address
from wiseft.app.address import Choice
from wiseft.app.changes import Changes
from wiseft.app.pickers import number
from wiseft.evidence import difference_sentence
from wiseft.frontier import MEAN, Frontier
from wiseft.metrics import Difference
from wiseft.text import coefficient

_KEY = "versus"


@dataclass(frozen=True)
class Comparison:
    """How much more often one alpha is correct than another.

    Attributes:
        other: the alpha that it is compared with.
        differences: by set, and for the summaries of the shifts.
        sentences: whether they are more than noise.
    """

    other: float
    differences: Mapping[str, Difference]
    sentences: tuple[str, ...]


def asked_other(frontier: Frontier) -> Choice[float | None]:
    """The alpha that the URL compares with; None where it names none."""
    text = address.asked(_KEY, optional=True) or None
    found = _other(text, frontier)
    address.publish_or_drop(versus=found.text or None)
    return found


def pick_other(other: float | None, frontier: Frontier) -> None:
    """A control for the alpha to compare with, where there are several; it goes to the URL."""
    low, high = frontier.alphas[[0, -1]].tolist()
    if low < high:
        with st.container(key="controls-versus"):
            number(_KEY, "Compare with alpha", other, low=low, high=high, step=0.05, empty="none")


def comparison(frontier: Frontier, alpha: float, other: float, changes: Changes) -> Comparison:
    """`alpha` held against `other`.

    Args:
        frontier: of a run.
        alpha, other: two of its mixing coefficients.
        changes: of all its alphas against `other`.
    """
    at = frontier.index(alpha)
    differences = {name: changes.at(name, at) for name in changes.value}
    if alpha == other:
        same = f"Alpha {coefficient(other)} is where the slider stands: there is no difference."
        return Comparison(other, differences, (same,))
    told = (frontier.reference, MEAN) if frontier.shifts else (frontier.reference,)
    sentences = [
        difference_sentence(frontier, name, differences[name], other)
        for name in told
        if differences[name].count
    ]
    if not frontier.exact[frontier.index(other)]:
        sentences.append(f"Alpha {coefficient(other)} is interpolated.")
    return Comparison(other, differences, tuple(sentences))


def _other(text: str | None, frontier: Frontier) -> Choice[float | None]:
    if text is None:
        return Choice(None, "")
    if not math.isfinite(address.number_in(text)):
        note = f"The link compares with alpha “{text}”, not a number; nothing is compared."
        return Choice(None, text, note)
    alphas = frontier.alphas.tolist()
    near = address.alpha_among(text, alphas, alphas[0])
    return Choice(near.value, near.text, near.note)
