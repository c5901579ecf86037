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
    wanted = number_in(text)
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


def number_between(
    text: str | None, low: float, high: float, default: float, kind: str
) -> Choice[float]:
    """The number that `text` names, else `default` with a note that says so.

    Args:
        text: from the URL; None where it says nothing.
        low, high: the least and the greatest that it can be.
        default: a number between them.
        kind: what the number is, for the note.
    """
    if text is None:
        return Choice(default, f"{default:g}")
    wanted = number_in(text)
    if low <= wanted <= high:
        return Choice(wanted, f"{wanted:g}")
    return Choice(
        default,
        text,
        f"The link asks for the {kind} “{text}”, not a number from {low:g} to {high:g}; this is "
        f"{default:g}.",
    )


def number_in(text: str) -> float:
    """The number that `text` names; NaN where it names none."""
    try:
        return float(text)
    except ValueError:
        return math.nan


def asked(key: str, *, optional: bool = False) -> str | None:
    """What the URL says of `key`, else what was last chosen; None where neither is.

    Args:
        key: in the URL.
        optional: whether the URL goes without it where the default is meant. What was last chosen
            then counts only where the URL is not that of a view, as after the navigation.
    """
    if optional and "run" in st.query_params:
        return st.query_params.get(key)
    return st.query_params.get(key, _memory().get(key))


def publish(**texts: str) -> None:
    """Put values in the URL by their keys, in one step, and remember them for the other pages."""
    _memory().update(texts)
    if any(st.query_params.get(key) != text for key, text in texts.items()):
        st.query_params.update(texts)


def publish_or_drop(**texts: str | None) -> None:
    """`publish` what is a text, and `forget` what is None: the default of an optional key."""
    forget(*(key for key, text in texts.items() if text is None))
    publish(**{key: text for key, text in texts.items() if text is not None})


def forget(*keys: str) -> None:
    """Drop `keys` from the URL and from memory."""
    for key in keys:
        _memory().pop(key, None)
        st.query_params.pop(key, None)


def _memory() -> dict[str, str]:
    return st.session_state.setdefault(_MEMORY, {})
