from math import nan

import pytest

from wiseft.text import (
    bare_percent,
    coefficient,
    distance,
    duration,
    interval,
    number_of,
    percent,
    plus_minus,
    points,
)


def test_shares_are_printed_in_per_cent_with_a_thin_space():
    assert percent(0.966) == "96.6\u2009%"
    assert bare_percent(0.966) == "96.6"
    assert interval(0.957, 0.973) == "95.7–97.3"
    assert plus_minus(0.95, 0.97) == "±1.0"


def test_changes_have_true_signs_and_none_where_they_round_to_zero():
    assert [points(x) for x in (0.064, -0.007, 0.0, -0.0001)] == ["+6.4", "\u22120.7", "0.0", "0.0"]
    assert distance(-0.007) == "0.7\u2009pp"


def test_alphas_have_two_to_four_decimals():
    alphas = [coefficient(alpha) for alpha in (0.7, 0.125, -0.25, 1)]
    assert alphas == ["0.70", "0.125", "\u22120.25", "1.00"]


def test_what_is_not_a_number_is_a_dash():
    assert {f(nan) for f in (percent, bare_percent, points, distance)} == {"–"}


@pytest.mark.parametrize(
    ("number", "noun", "text"),
    [(1, "image", "1 image"), (2016, "image", "2,016 images"), (24, "class", "24 classes")],
)
def test_a_count_with_its_noun(number: int, noun: str, text: str):
    assert number_of(number, noun) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-1, "0 s"),
        (0.4, "0 s"),
        (59.4, "59 s"),
        (59.6, "1 min"),
        (200, "3 min 20 s"),
        (3599.6, "1 h"),
        (7500, "2 h 5 min"),
        (90_000_000, "25,000 h"),
    ],
)
def test_a_span_of_time_in_its_two_largest_units(seconds: float, text: str):
    assert duration(seconds) == text
