"""Descriptions of what the pages draw: what is in them, and what is told of it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.charts.conftest import said
from tests.charts.drawn import ALPHAS, SIGNS, make
from wiseft.alpha_path import AlphaPath
from wiseft.app import flips_drawings as flips
from wiseft.app.classes.worst import worst_along
from wiseft.app.drawings.along import count_ticks
from wiseft.app.drawings.description import numbers, percent_ticks
from wiseft.app.drawings.rows import rows
from wiseft.app.drawings.squares import classes, reliability
from wiseft.app.slices_drawings import slices_along
from wiseft.breakdown import class_counts, per_class
from wiseft.calibration import reliability as bins_of
from wiseft.diversity import overrides
from wiseft.flips import against, at_each_step
from wiseft.frontier import Frontier
from wiseft.margins import OPEN, MarginsAlong
from wiseft.slices import Column, slice_table

FEW = np.array([0, 0.25, 0.5, 1.0])


@pytest.fixture
def path() -> AlphaPath:
    rng = np.random.default_rng(0)
    return AlphaPath(
        alphas=FEW,
        labels=rng.integers(0, 3, 90),
        predicted=rng.integers(0, 3, (4, 90)).astype(np.uint8),
        confidence=rng.random((4, 90)).astype(np.float16),
        true_probability=rng.random((4, 90)).astype(np.float16),
        exact=np.ones(4, dtype=bool),
    )


@pytest.fixture
def signs() -> Frontier:
    correct = {key: [round(20 * value) for value in values] for key, values in SIGNS.items()}
    return make(correct, 2000, ALPHAS)


def read(description: str) -> dict[str, Any]:
    return json.loads(description)


def lines_of(drawn: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {each["title"]: each for each in drawn["layers"] if each["mark"] == "line"}


def test_the_area_of_a_bar_is_its_number_of_images(path: AlphaPath):
    steps = at_each_step(path.hits)
    drawn = read(flips.steps(FEW, steps, "Night", "run-night"))
    fixed, broken = drawn["layers"]
    width = np.diff(FEW)
    np.testing.assert_allclose(np.array(fixed["values"]) * width, steps.fixed * 0.25, atol=1e-4)
    np.testing.assert_allclose(np.array(broken["values"]) * width, -steps.broken * 0.25, atol=1e-4)
    assert fixed["told"] == [f"{each:,}" for each in steps.fixed]
    assert drawn["range"][0] < min(broken["values"])
    assert max(fixed["values"]) < drawn["range"][1]


def test_the_line_of_cumulative_flips_is_the_change_in_images(path: AlphaPath):
    drawn = read(flips.cumulative(FEW, against(path.hits, 3), 1.0, "Night", "run-night"))
    (line,) = lines_of(drawn).values()
    assert line["values"] == (path.correct - path.correct[3]).tolist()
    assert line["told"][3] == "0"


def test_overrides_fill_the_whole(path: AlphaPath):
    found = overrides(path, 0, 3)
    drawn = read(flips.overrides_along(FEW, found, "Night", "run-night"))
    assert [drawn["layers"][0]["low"], drawn["layers"][-1]["high"]] == [[0] * 4, [1] * 4]
    for below, above in zip(drawn["layers"], drawn["layers"][1:], strict=False):
        assert below["high"] == above["low"]
    for words in drawn["words"]:
        (layer,) = (
            each for each in drawn["layers"] if words["text"] == f"predicted {each['title']}"
        )
        low, high = (np.interp(words["alpha"], FEW, layer[each]) for each in ("low", "high"))
        assert low < words["value"] < high
    assert drawn["words"]
    share, words = drawn["layers"][0]["told"][0]
    assert share == "100.0\u2009%"
    assert words.startswith("as zero-shot, ")


def test_margins_have_a_band_and_a_line_for_correct_and_for_wrong():
    quartiles = np.array([[1.0, 2, 3], [2, 4, OPEN], [3, OPEN, OPEN]])
    along = MarginsAlong(
        alphas=np.array([0, 0.5, 1]),
        correct=quartiles,
        wrong=quartiles / 10,
        sure=np.ones(3),
        ends=np.zeros((2, 0), np.float32),
    )
    drawn = read(flips.margins_along(along, "Night", "run-night"))
    lines = lines_of(drawn)
    np.testing.assert_allclose(lines["correct"]["values"], quartiles[:, 1], atol=1e-5)
    np.testing.assert_allclose(lines["wrong"]["values"], quartiles[:, 1] / 10, atol=1e-5)
    assert "5.5 or more (3.00 to 5.5 or more)" in lines["correct"]["told"]
    np.testing.assert_allclose(drawn["layers"][0]["high"], quartiles[:, 2], atol=1e-5)
    nothing = np.full((3, 3), np.nan)
    some = read(flips.margins_along(replace(along, wrong=nothing), "Night", "run-night"))
    assert set(lines_of(some)) == {"correct"}
    none = replace(along, correct=nothing, wrong=nothing)
    assert "no images" in read(flips.margins_along(none, "Night", "run-night"))["text"]


def test_every_set_is_named_and_the_chosen_one_is_heavy(signs: Frontier):
    values = {key: each * 0.1 for key, each in signs.accuracy.items()}
    values["fog"] = np.full(len(ALPHAS), np.nan)
    drawn = read(flips.sets_along(signs, values, "Error", chosen="night", label="", name=""))
    lines = lines_of(drawn)
    assert set(lines) == {key.title() for key in SIGNS if key != "fog"}
    assert [title for title, line in lines.items() if line["heavy"]] == ["Night"]
    assert drawn["layers"][-1]["title"] == "Night"
    assert lines["Night"]["told"][0] == "7.8\u2009%"
    nothing = {key: np.full(len(ALPHAS), np.nan) for key in SIGNS}
    empty = read(flips.sets_along(signs, nothing, "Error", chosen="fog", label="", name=""))
    assert empty == {"kind": "message", "text": "None of the sets has an image."}


def test_the_diagram_is_of_both_alphas_with_the_one_in_hand_above(path: AlphaPath):
    bins = {0.5: bins_of(path.at(2)), 1.0: bins_of(path.at(3))}
    drawn = read(reliability(bins, alpha=0.5, label="", name=""))
    ring, circle = drawn["series"]
    assert [ring["alpha"], circle["alpha"]] == [1.0, 0.5]
    assert [ring["filled"], circle["filled"]] == [False, True]
    np.testing.assert_allclose(circle["y"], bins[0.5]["accuracy"], atol=1e-5)
    assert len(circle["told"]) == len(bins[0.5])
    alone = read(reliability({0.5: bins[0.5]}, alpha=0.5, label="", name=""))
    assert len(alone["series"]) == 1


def table() -> pd.DataFrame:
    """Against fine-tuned: a clear gain, a clear loss, within noise, and no change at all."""
    names = ["stop", "yield", "no <b>entry", "parking, with a very long name"]
    return per_class(said([50, 20, 30, 40], 50), said([20, 45, 29, 40], 50), names)


def test_classes_are_drawn_with_their_numbers_and_those_that_move_are_named():
    drawn = read(classes(table(), alpha=0.7, versus=1.0, metric="accuracy", label="", name=""))
    at = drawn["names"].index("stop")
    assert drawn["kinds"] == "gl" + "nn"
    assert [drawn["x"][at], drawn["y"][at], drawn["change"][at]] == [400, 1000, 600]
    assert [drawn["low"][at], drawn["high"][at]] == [929, 1000]
    assert [drawn["names"][each] for each in drawn["named"]] == ["stop", "yield"]
    assert drawn["title"] == "At α 0.70"
    nothing = classes(table().iloc[:0], alpha=0.7, versus=1, metric="f1", label="", name="")
    assert "No class" in read(nothing)["text"]


def test_slices_are_told_with_intervals_and_coloured_where_clear(path: AlphaPath):
    column = Column("c", "C", ("<b>bold</b>", "plain"), np.arange(90) % 2)
    found = slice_table(path.hits, column, 2, 3)
    drawn = read(rows(found, alpha=0.5, versus=1.0, label="", name=""))
    assert [each["name"] for each in drawn["rows"]] == ["<b>bold</b>", "plain"]
    for row, expected in zip(drawn["rows"], found.to_dict("records"), strict=True):
        assert row["now"][1] == round(1000 * expected["accuracy"])
        assert row["versus"] == round(1000 * expected["versus"])
        assert row["told"][0] == [expected["slice"], "45 images"]
        clear = expected["change_low"] > 0 or expected["change_high"] < 0
        assert (row["kind"] != "noise") == clear


def test_the_worst_slice_is_heavy(path: AlphaPath):
    shares = np.array([[0.9, 0.5, 0.7], [0.8, 0.6, 0.5], [0.7, 0.7, 0.4], [0.6, 0.8, 0.3]])
    drawn = read(slices_along(FEW, path.exact, shares, "abc", alpha=0.5, label="", name=""))
    lines = lines_of(drawn)
    assert [title for title, line in lines.items() if line["heavy"]] == ["c"]
    assert lines["b"]["values"] == shares[:, 1].tolist()


def test_the_worst_class_is_named_at_every_alpha(signs: Frontier):
    two = AlphaPath.of({0.0: said([2, 8], 10), 1.0: said([9, 6], 10)})
    frontier = replace(signs, alphas=two.alphas, exact=two.exact)
    drawn = read(worst_along(class_counts(two), ("a <b>", "c"), frontier, label="", name=""))
    band, line = drawn["layers"]
    assert line["values"] == [0.2, 0.6]
    assert drawn["callouts"] == ["a <b> 20.0\u2009%", "c 60.0\u2009%"]
    assert all(low <= at <= high for low, at, high in zip(
        band["low"], line["values"], band["high"], strict=True
    ))  # fmt: skip
    none = AlphaPath.of({0.0: said([0], 0), 1.0: said([0], 0)})
    empty = read(worst_along(class_counts(none), ("a",), frontier, label="", name=""))
    assert "No class" in empty["text"]


def test_nothing_to_draw_is_said_in_words(path: AlphaPath):
    empty = path.hits[:, :0]
    none = slice_table(empty, Column("c", "C", (), np.zeros(0, np.int64)), 0, 1)
    for description in (
        flips.steps(FEW, at_each_step(empty), "", ""),
        flips.steps(FEW[:1], at_each_step(path.hits[:1]), "", ""),
        flips.cumulative(FEW, against(empty, 0), 1.0, "", ""),
        rows(none, alpha=0, versus=1, label="", name=""),
        slices_along(FEW, path.exact, np.zeros((4, 0)), (), alpha=0, label="", name=""),
    ):
        drawn = read(description)
        assert drawn["kind"] == "message"
        assert drawn["text"].endswith(".")


@given(st.integers(1, 60_000), st.integers(1, 60_000))
def test_counts_have_a_few_round_ticks_with_zero(up: int, down: int):
    ticks = count_ticks(-float(down), float(up))
    values = [value for value, _ in ticks]
    assert 0 in values
    assert all(-down <= value <= up for value in values)
    assert len(values) <= 8
    assert [text for _, text in ticks] == [f"{abs(int(value)):,}" for value in values]


def test_shares_have_ticks_of_which_the_last_has_the_unit():
    assert [text for _, text in percent_ticks(0, 1, most=6)][-1] == "100\u2009%"
    assert percent_ticks(0, 0.21, most=7)[0] == (0.0, "0")


def test_what_is_not_a_number_is_left_out():
    assert numbers([0.123456789, np.nan, np.inf, 3]) == [0.12346, None, None, 3]
