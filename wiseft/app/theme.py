"""The look of the pages: one style sheet, and the palette as CSS variables for light and dark."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from streamlit.components.v2 import component

from wiseft.palette import SANS, SERIF, Palette, palette

_SHEET = Path(__file__).with_name("style.css").read_text("utf-8")
_WATCH_SCHEME = component(
    "wiseft_scheme", js=Path(__file__).with_name("scheme.js").read_text("utf-8")
)

RUN_COLOURS = len(palette().runs)
"""Colours of further runs, after which they come round again."""


def is_dark() -> bool:
    """Whether the browser shows the dark scheme; figures are drawn for one or the other."""
    return st.context.theme.type == "dark"


def apply_style() -> None:
    """Put the style sheet and the palette into the page."""
    st.html(f"<style>:root {{ {_variables()} }}\n{_SHEET}</style>")


def follow_scheme() -> None:
    """Run the page again when the scheme is changed in the menu, which Streamlit itself does not.

    Style sheets follow by themselves; figures have their colours in them.
    """
    _WATCH_SCHEME(key="scheme", data={"scheme": "dark" if is_dark() else "light"}, height=1)


def alpha_colour(alpha: float) -> str:
    """The colour of a mixing coefficient on the ramp, as CSS that follows the scheme by itself."""
    return _either(palette().ramp(alpha), palette(dark=True).ramp(alpha))


def run_colour(number: int) -> str:
    """The colour of the line of a further run, counted from 0, as CSS likewise."""
    light, dark = (scheme.runs[number % RUN_COLOURS] for scheme in (palette(), palette(dark=True)))
    return _either(light, dark)


def shift_colour(number: int) -> str:
    """The colour of the line of a shift, counted from 0, as CSS likewise."""
    light, dark = (scheme.shifts for scheme in (palette(), palette(dark=True)))
    return _either(light[number % len(light)], dark[number % len(dark)])


def taken_colour(place: int) -> str:
    """The colour of the wrong class that is the commonest but `place`, as CSS likewise."""
    return _either(palette().taken[place], palette(dark=True).taken[place])


def _either(light: str, dark: str) -> str:
    return f"light-dark({light}, {dark})"


def _variables() -> str:
    light, dark = _declarations(palette()), _declarations(palette(dark=True))
    colours = "; ".join(f"{name}: {_either(light[name], dark[name])}" for name in light)
    return f"--sans: {SANS}; --serif: {SERIF}; {colours}"


def _declarations(scheme: Palette) -> dict[str, str]:
    pairs = (each.partition(": ") for each in scheme.css_variables().rstrip(";").split("; "))
    return {name: value for name, _, value in pairs}
