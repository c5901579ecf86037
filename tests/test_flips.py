"""Flips along alpha, against counting them one by one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import binomtest

from wiseft.flips import FATES, against, at_each_step, fates, flip_counts, per_class_flips

PATHS = st.integers(1, 6).flatmap(
    lambda alphas: st.integers(0, 8).flatmap(lambda images: arrays(bool, (alphas, images)))
)


def fate(side: list[bool]) -> str:
    """What becomes of one image, in plain words."""
    if all(side):
        return "always"
    if not any(side):
        return "never"
    return {
        (False, True): "fixed",
        (True, False): "broken",
        (True, True): "apart",
        (False, False): "between",
    }[side[0], side[-1]]


@given(PATHS)
def test_every_image_that_changes_sides_is_counted_once(correct: np.ndarray):
    found = at_each_step(correct)
    for step in range(len(correct) - 1):
        pairs = list(zip(correct[step], correct[step + 1], strict=True))
        assert found.fixed[step] == pairs.count((False, True))
        assert found.broken[step] == pairs.count((True, False))
    assert flip_counts(correct).sum() == found.fixed.sum() + found.broken.sum()


@given(PATHS, st.data())
def test_flips_against_one_alpha_explain_the_change_of_the_accuracy(correct, data):
    index = data.draw(st.integers(0, len(correct) - 1))
    found = against(correct, index)
    assert np.array_equal(found.fixed - found.broken, correct.sum(1) - correct[index].sum())
    for row, fixed, broken in zip(correct, found.fixed, found.broken, strict=True):
        assert fixed == sum(row & ~correct[index])
        assert broken == sum(correct[index] & ~row)


@given(PATHS)
def test_every_image_has_one_fate(correct: np.ndarray):
    assert [FATES[each] for each in fates(correct)] == [fate(side) for side in correct.T.tolist()]


@given(PATHS, st.data())
def test_classes_add_up_to_the_set(correct, data):
    images = correct.shape[1]
    labels = np.array(data.draw(st.lists(st.integers(0, 3), min_size=images, max_size=images)), int)
    here, there = (data.draw(st.integers(0, len(correct) - 1)) for _ in range(2))
    table = per_class_flips(correct, labels, "abcd", here, there)
    whole = against(correct, there)
    assert table["class"].tolist() == sorted({"abcd"[label] for label in labels})
    assert table["count"].sum() == images
    assert table["fixed"].sum() == whole.fixed[here]
    assert table["broken"].sum() == whole.broken[here]
    assert (table["flips"] * table["count"]).sum() == pytest.approx(flip_counts(correct).sum())
    for row in table.to_dict("records"):
        own = correct[:, labels == row["class_id"]]
        assert row["accuracy"] == own[here].mean()
        assert row["versus"] == own[there].mean()
        words = [fate(side) for side in own.T.tolist()]
        assert [row[each] for each in ("always", "never", "between")] == [
            words.count(each) for each in ("always", "never", "between")
        ]
        assert row["change_low"] <= row["change"] <= row["change_high"]


def test_changes_are_clear_where_they_are_for_all_classes_that_were_looked_at():
    labels = np.repeat(np.arange(4), 10)
    now = np.arange(40) % 10 < np.repeat([10, 8, 7, 0], 10)
    table = per_class_flips(np.stack([np.zeros(40, bool), now]), labels, "abcd", 1, 0)
    p = [binomtest(fixed, fixed).pvalue if fixed else 1.0 for fixed in (10, 8, 7, 0)]
    np.testing.assert_allclose(table["p_holm"], [4 * p[0], 3 * p[1], 2 * p[2], 1])
    assert table["clear"].tolist() == [True, True, True, False]
