import pytest

from wiseft.errors import UnknownName
from wiseft.registry import Registry


def test_things_are_found_by_name_in_the_order_of_listing():
    registry = Registry("shape", {"square": 4, "triangle": 3})
    assert registry["triangle"] == 3
    assert list(registry) == ["square", "triangle"]
    assert len(registry) == 2


def test_an_unknown_name_is_answered_with_a_suggestion():
    with pytest.raises(UnknownName, match=r"no shape named 'sqare'. Did you mean 'square'\?"):
        Registry("shape", {"square": 4})["sqare"]


def test_membership_does_not_raise():
    assert "circle" not in Registry("shape", {"square": 4})
