from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.evidence import make, nested
from wiseft.errors import Invalid, UnknownName
from wiseft.frontier import MEAN, Frontier
from wiseft.weighting import check_weights, parse_weights, weights_text

NAMES = st.text(min_size=1).map(str.strip).filter(bool)
WEIGHTS = st.floats(min_value=0, max_value=1000).map(lambda weight: round(weight, 6))


@pytest.fixture
def frontier() -> Frontier:
    sets = ("day", "held", "fog")
    return make({name: nested([1, 2, 2], 3) for name in sets}).frontier


def test_weights_are_read_from_text():
    assert parse_weights("day:1, night sky:2.5,a:b:0") == {"day": 1, "night sky": 2.5, "a:b": 0}
    assert parse_weights("a%2Cb:1,c%25:2") == {"a,b": 1, "c%": 2}


@given(st.dictionaries(NAMES, WEIGHTS, min_size=1))
def test_what_is_written_is_read_again(weights: dict[str, float]):
    assert parse_weights(weights_text(weights)) == pytest.approx(weights)


@pytest.mark.parametrize("text", ["", "day", "day:", "day:one", "day:1,", "1", ":"])
def test_what_is_no_list_of_weights_is_refused(text: str):
    with pytest.raises(Invalid, match="is not a list of weights"):
        parse_weights(text)


def test_sets_of_the_run_and_the_mean_of_its_shifts_can_be_weighed(frontier: Frontier):
    check_weights(frontier, {"day": 1, "held": 0, "fog": 0.5, MEAN: 2})
    with pytest.raises(UnknownName, match="moon"):
        check_weights(frontier, {"day": 1, "moon": 1})


@pytest.mark.parametrize("weight", [-1, 0, float("nan"), float("inf")])
def test_weights_that_make_no_mean_are_refused(frontier: Frontier, weight: float):
    with pytest.raises(Invalid, match="must be 0 or more, and one of them above 0"):
        check_weights(frontier, {"day": weight})
