"""The recurring parts of a page: its finding, its sections and halves, notes and facts."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from wiseft.app.sentences import Clause
from wiseft.app.theme import alpha_colour
from wiseft.frontier import Frontier
from wiseft.runs import Run


def finding(clauses: Sequence[Clause], alpha: float) -> None:
    """The sentence at the top: what the numbers below say of `alpha`, which has its colour."""
    lines = "".join(
        '<span class="clause">'
        + "".join(f'<span class="{span.kind}">{escape(span.text)}</span>' for span in clause)
        + "</span> "
        for clause in clauses
    )
    # The colour is a property of this line alone: one of the page would style all of it anew.
    colour = f"--current: {alpha_colour(alpha)}"
    st.html(f'<h1 class="finding" aria-live="polite" style="{colour}">{lines}</h1>')


def lead(title: str) -> None:
    """What stands in the place of a finding where there is none."""
    st.html(f'<h1 class="finding">{escape(title)}</h1>')


def section(title: str, about: str) -> None:
    """The head of a section: a rule, a title, and what is shown."""
    st.html(f'<div class="section"><h2>{escape(title)}</h2><p>{escape(about)}</p></div>')


def halves(key: str) -> tuple[DeltaGenerator, DeltaGenerator]:
    """Two columns, one below the other where the page is narrow; `key` begins with "beside"."""
    with st.container(key=key):
        left, right = st.columns(2, gap="large")
    return left, right


def problem(sentence: str) -> None:
    """What went wrong and what to do, in place of what could not be shown."""
    st.html(f'<p class="problem" role="alert">{escape(sentence)}</p>')


def note(*sentences: str | None) -> None:
    """Sentences in small type; those that are None are left out."""
    text = " ".join(each for each in sentences if each)
    if text:
        st.html(f'<p class="note">{escape(text)}</p>')


def run_facts(run: Run, frontier: Frontier) -> None:
    """What a run measured, in a line."""
    shifts = [frontier.count[name] for name in frontier.shifts]
    facts = [
        f"reference <b>{escape(frontier.title(frontier.reference))}</b>",
        f"<b>{frontier.count[frontier.reference]:,}</b> images",
        f"<b>{len(shifts)}</b> {'shift' if len(shifts) == 1 else 'shifts'}{_sizes(shifts)}",
        f"<b>{len(run.record.class_names):,}</b> classes",
        f"<b>{int(frontier.exact.sum())}</b> alphas evaluated",
    ]
    st.html(f'<ul class="facts">{"".join(f"<li>{each}</li>" for each in facts)}</ul>')


def _sizes(counts: Sequence[int]) -> str:
    """How many images sets have, in few words."""
    if not counts:
        return ""
    if min(counts) == max(counts):
        return f" of <b>{counts[0]:,}</b>"
    return f" of <b>{min(counts):,}</b> to <b>{max(counts):,}</b>"
