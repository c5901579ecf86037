"""Slices by name, as they stand in URLs."""

from __future__ import annotations

from urllib.parse import parse_qs

import numpy as np

from wiseft.app.image_links import images_link
from wiseft.app.slice_links import slice_filters, slice_named, slice_of
from wiseft.slices import Column, pair_of

CLASSES = Column("class", "True class", ("a:b", "<i>"), np.array([0, 1, 1, 0]))
DARK = Column("brightness", "Brightness", ("1 to 2", "3"), np.array([0, 0, 1, 1]))
ODD = Column("at: where & when", "at: where & when", ("x:y", "=1+1"), np.array([1, 0, 1, 0]))
ALL = [CLASSES, DARK, ODD]


def test_every_slice_is_found_by_its_name():
    for column in (*ALL, pair_of(DARK, ODD), pair_of(CLASSES, ODD)):
        for name in column.slices:
            found = slice_named(ALL, slice_of(column, name).name)
            assert found is not None
            assert found.column.codes.tolist() == column.codes.tolist()
            assert found.column.slices[found.code] == name


def test_what_is_no_slice_is_not_found():
    for text in ("", "brightness", "brightness:", "brightness:9", "odd:3", ":", "class × :a"):
        assert slice_named(ALL, text) is None


def test_true_classes_have_a_filter_of_their_own():
    assert slice_filters(slice_of(CLASSES, "a:b")) == {"true": "a:b"}
    assert slice_filters(slice_of(DARK, "3")) == {"slice": "brightness:3"}
    both = slice_of(pair_of(DARK, CLASSES), "3 × <i>")
    assert slice_filters(both) == {"slice": "brightness:3", "true": "<i>"}
    assert both.title == "Brightness: 3 × True class: <i>"
    two = slice_of(pair_of(DARK, ODD), "3 × x:y")
    assert slice_filters(two) == {"slice": "brightness × at: where & when:3 × x:y"}


def test_a_link_keeps_every_character():
    found = slice_of(pair_of(DARK, ODD), "3 × =1+1")
    link = images_link(run="r", **slice_filters(found))
    assert parse_qs(link.partition("?")[2])["slice"] == [found.name]
