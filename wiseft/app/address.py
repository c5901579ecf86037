"""What identifies a view stands in the URL, so that every view is a link.

The URL is the truth: widgets are set from it and write to it. Streamlit drops what stands in it
when another page is opened from the navigation; the last values are therefore remembered for the
session and shared by all pages.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import streamlit as st

from wiseft.text import coefficient

T = TypeVar("T")
Name = TypeVar("Name", bound=str)

_MEMORY = "address"


@dataclass(frozen=True)
class Choice(Generic[T]):
    """What the URL asks for, made good.

    Attributes:
        value: one of the options.
        text: what stands in the URL for it.
        note: a sentence for people where the URL asked for something else; None where it did not.
    """

    value: T
    text: str
    note: str | None = None


def among(text: str | None, options: Iterable[Name], default: Name, kind: str) -> Choice[Name]:
    """The option that `text` names, else `default` with a note that says so.

    Args:
        text: from the URL; None where it says nothing.
        options: what can be chosen.
        default: what stands where nothing, or nothing known, was asked for.
        kind: what the options are, in the singular, for the note.
    """
    if text is None:
        return Choice(default, default)
    for option in options:
        if option == text:
            return Choice(option, text)
    return Choice(default, text, f"The link asks for the {kind} “{text}”, which is not there.")


def alpha_among(text: str | None, alphas: Sequence[float], default: float) -> Choice[float]:
    """The alpha that `text` names, else the nearest that is known or `default`, with a note.

    Args:
        text: from the URL; None where it says nothing.
        alphas: those that are known, ascending.
        default: one of `alphas`.
    """
    if text is None:
        return Choice(default, f"{default:g}")
    try:
        wanted = float(text)
    except ValueError:
        wanted = math.nan
    if not math.isfinite(wanted):
        here = coefficient(default)
        return Choice(
            default, text, f"The link asks for alpha “{text}”, not a number; this is alpha {here}."
        )
    within = min(max(wanted, alphas[0]), alphas[-1])
    nearest = min(alphas, key=lambda alpha: abs(alpha - within))
    if math.isclose(nearest, wanted, abs_tol=1e-6):
        return Choice(nearest, f"{nearest:g}")
    return Choice(
        nearest,
        text,
        f"Alpha {wanted:g} is not known; this is the nearest that is, {coefficient(nearest)}.",
    )


def asked(key: str) -> str | None:
    """What the URL says of `key`, else what was last chosen; None where neither is."""
    return st.query_params.get(key, _memory().get(key))


def publish(**texts: str) -> None:
    """Put values in the URL by their keys, in one step, and remember them for the other pages."""
    _memory().update(texts)
    if any(st.query_params.get(key) != text for key, text in texts.items()):
        st.query_params.update(texts)


def forget(*keys: str) -> None:
    """Drop `keys` from the URL and from memory."""
    for key in keys:
        _memory().pop(key, None)
        st.query_params.pop(key, None)


def _memory() -> dict[str, str]:
    return st.session_state.setdefault(_MEMORY, {})
