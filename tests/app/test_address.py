from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiseft.app.address import alpha_among, among

ALPHAS = [0.0, 0.25, 0.5, 1.0]


def test_an_option_is_found_by_its_name():
    choice = among("fog", ["night", "fog"], "night", "set")
    assert (choice.value, choice.text, choice.note) == ("fog", "fog", None)


def test_nothing_asked_for_is_the_default_without_a_note():
    assert among(None, ["night"], "night", "set").note is None
    choice = alpha_among(None, ALPHAS, 0.5)
    assert (choice.value, choice.text, choice.note) == (0.5, "0.5", None)


def test_an_unknown_option_is_noted_and_stays_in_the_url():
    choice = among("moon", ["night"], "night", "set")
    assert (choice.value, choice.text) == ("night", "moon")
    assert choice.note == "The link asks for the set “moon”, which is not there."


@pytest.mark.parametrize(("text", "value"), [("0.25", 0.25), ("0.250000001", 0.25), ("1", 1.0)])
def test_a_known_alpha_is_found_within_rounding(text: str, value: float):
    choice = alpha_among(text, ALPHAS, 0.5)
    assert (choice.value, choice.note) == (value, None)
    assert choice.text == f"{value:g}"


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_any_number_leads_to_the_nearest_known_alpha(number: float):
    choice = alpha_among(repr(number), ALPHAS, 0.5)
    clipped = min(max(number, 0.0), 1.0)
    assert all(abs(choice.value - clipped) <= abs(each - clipped) for each in ALPHAS)
    assert (choice.note is None) == (abs(choice.value - number) <= 1e-6)


@given(st.text())
def test_any_text_leads_to_a_known_alpha(text: str):
    assert alpha_among(text, ALPHAS, 0.5).value in ALPHAS
