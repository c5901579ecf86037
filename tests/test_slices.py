"""Slices of images, against counting them one by one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiseft.significance import holm, mcnemar
from wiseft.slices import (
    NO_VALUE,
    Column,
    column_named,
    column_of_numbers,
    column_of_texts,
    losing_slices,
    pair_of,
    pairs_of,
    slice_hits,
    slice_table,
    worst_slice,
)


def made(seed: int = 0, images: int = 300, slices: int = 4) -> tuple[np.ndarray, Column]:
    rng = np.random.default_rng(seed)
    column = Column("c", "C", tuple("abcdefgh"[:slices]), rng.integers(0, slices, images))
    return rng.random((5, images)) < 0.6, column


def test_the_table_counts_every_slice():
    correct, column = made()
    table = slice_table(correct, column, 1, 4)
    hits = slice_hits(correct, column)
    for code, row in enumerate(table.to_dict("records")):
        own = column.codes == code
        now, before = correct[1], correct[4]
        assert row["count"] == own.sum()
        assert row["accuracy"] == pytest.approx(now[own].mean())
        assert row["versus"] == pytest.approx(before[own].mean())
        assert row["fixed"] == (own & now & ~before).sum()
        assert row["broken"] == (own & before & ~now).sum()
        assert row["rest"] == pytest.approx(now[~own].mean() - before[~own].mean())
        assert row["p"] == pytest.approx(float(mcnemar(row["fixed"], row["broken"])))
        assert hits[:, code].tolist() == correct[:, own].sum(axis=1).tolist()


def test_losing_slices_are_corrected_for_all_that_were_tested():
    correct, column = made()
    correct[1, column.codes == 2] = False
    other = Column("d", "D", ("small", "large"), (np.arange(300) >= 5).astype(int))
    table = losing_slices(correct, [column, other], 1, 4)
    assert table["slice"][0] == "c"
    assert (table["change"] < 0).all()
    assert "small" not in table["slice"].tolist()
    tested = [*slice_table(correct, column, 1, 4)["p"], slice_table(correct, other, 1, 4)["p"][1]]
    assert set(table["tested"]) == {len(tested)}
    assert table["corrected"][0] == pytest.approx(holm(tested).min())


def test_a_pair_has_a_slice_for_every_two_that_share_images():
    _, first = made(images=40)
    second = Column("d", "D", ("x", "y"), np.arange(40) % 2)
    pair = pair_of(first, second)
    assert (pair.name, pair.title) == ("c × d", "C × D")
    for i in range(40):
        wanted = f"{first.slices[first.codes[i]]} × {second.slices[second.codes[i]]}"
        assert pair.slices[pair.codes[i]] == wanted
    assert len(set(pair.slices)) == len(pair.slices) == len(set(pair.codes.tolist()))
    assert column_named([first, second], "c × d") is not None
    assert column_named([first, second], "d × c") is not None
    assert column_named([first, second], "d") is second
    assert column_named([first, second], "d × d") is None


def test_a_pair_that_divides_no_further_is_left_out():
    _, column = made()
    coarser = Column("d", "D", ("low", "high"), column.codes // 2)
    other = Column("e", "E", ("x", "y"), np.arange(300) % 2)
    assert [each.name for each in pairs_of([column, coarser, other])] == ["c × e", "d × e"]


def test_small_slices_are_not_in_the_table():
    correct, _ = made()
    column = Column("d", "D", ("small", "large"), (np.arange(300) >= 5).astype(int))
    assert slice_table(correct, column, 1, 4, smallest=6)["slice"].tolist() == ["large"]
    assert len(slice_table(correct, column, 1, 4)) == 2


def test_chance_alone_makes_no_slice_stand_out():
    found = 0
    for seed in range(60):
        correct, column = made(seed, images=400, slices=8)
        table = losing_slices(correct, [column], 0, 1)
        found += int((table["corrected"] < 0.05).any())
    assert found <= 6


def test_the_worst_slice_is_the_worst_of_those_with_enough_images():
    correct, column = made()
    correct[:, column.codes == 1] = False
    column.codes[column.codes == 3] = 0
    column.codes[0] = 3
    codes, accuracy = worst_slice(correct, column)
    assert codes.tolist() == [1] * 5
    assert accuracy.tolist() == [0.0] * 5
    assert np.isnan(worst_slice(correct, column, smallest=1000)[1]).all()


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=80))
def test_numbers_are_divided_in_order_and_none_is_lost(values: list[float]):
    column = column_of_numbers("x", "X", values)
    assert (column.codes >= 0).all()
    assert len(column.slices) <= 5 or len(set(values)) <= 12
    order = np.argsort(values, kind="stable")
    assert (np.diff(column.codes[order]) >= 0).all()
    assert set(column.codes.tolist()) == set(range(len(column.slices)))


def test_quantiles_have_equal_sizes_and_gaps_a_slice_of_their_own():
    column = column_of_numbers("x", "X", [*range(100), float("nan")])
    assert np.bincount(column.codes).tolist() == [20, 20, 20, 20, 20, 1]
    assert column.slices == ("0 to 19", "20 to 39", "40 to 59", "60 to 79", "80 to 99", NO_VALUE)


def test_texts_stay_texts_unless_they_are_many_numbers():
    assert column_of_texts("r", "Region", ["asia", "", "=1+1", "asia"]).slices == (
        NO_VALUE,
        "=1+1",
        "asia",
    )
    assert column_of_texts("n", "N", ["07", "7", "2"]).slices == ("07", "2", "7")
    many = column_of_texts("n", "N", [str(each) for each in range(50)])
    assert len(many.slices) == 5


def test_no_images_have_no_slices():
    empty = Column("c", "C", (), np.zeros(0, np.int64))
    correct = np.zeros((3, 0), dtype=bool)
    assert slice_table(correct, empty, 0, 1).empty
    assert losing_slices(correct, [empty], 0, 1).empty
    assert slice_hits(correct, empty).shape == (3, 0)
