"""Figures of flips, sets along alpha, overrides, calibration and slices."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.charts.drawn import texts, traces
from wiseft.alpha_path import AlphaPath
from wiseft.calibration import reliability
from wiseft.charts.calibration import reliability_figure
from wiseft.charts.curves import set_curves_figure
from wiseft.charts.diversity import margins_figure, overrides_figure
from wiseft.charts.flips import cumulative_figure, steps_figure
from wiseft.charts.slices import slice_curves_figure, slices_figure
from wiseft.diversity import overrides
from wiseft.flips import against, at_each_step
from wiseft.frontier import Frontier
from wiseft.margins import OPEN, MarginsAlong
from wiseft.palette import palette
from wiseft.slices import Column, slice_table

ALPHAS = np.array([0, 0.25, 0.5, 1.0])


@pytest.fixture
def path() -> AlphaPath:
    rng = np.random.default_rng(0)
    return AlphaPath(
        alphas=ALPHAS,
        labels=rng.integers(0, 3, 90),
        predicted=rng.integers(0, 3, (4, 90)).astype(np.uint8),
        confidence=rng.random((4, 90)).astype(np.float16),
        true_probability=rng.random((4, 90)).astype(np.float16),
        exact=np.ones(4, dtype=bool),
    )


def test_the_area_of_a_bar_is_its_number_of_images(path: AlphaPath):
    steps = at_each_step(path.hits)
    fixed, broken = [each for each in traces(steps_figure(ALPHAS, steps)) if each.type == "bar"]
    width = np.diff(ALPHAS)
    assert fixed.marker.color == palette().gain
    assert np.allclose(fixed.y * width, steps.fixed * 0.25)
    assert np.allclose(broken.y * width, -steps.broken * 0.25)


def test_the_line_of_cumulative_flips_is_the_change_in_images(path: AlphaPath):
    figure = cumulative_figure(ALPHAS, against(path.hits, 3), alpha=0.5, versus=1.0)
    line = next(each for each in traces(figure) if each.hovertemplate)
    assert np.array_equal(line.y, path.correct - path.correct[3])


def test_overrides_fill_the_whole(path: AlphaPath):
    figure = overrides_figure(ALPHAS, overrides(path, 0, 3), alpha=0.5)
    assert np.allclose(sum(np.asarray(each.y) for each in traces(figure)), 1)


def test_margins_have_a_band_and_a_line_for_correct_and_for_wrong():
    quartiles = np.array([[1.0, 2, 3], [2, 4, OPEN], [3, OPEN, OPEN]])
    along = MarginsAlong(
        alphas=np.array([0, 0.5, 1]),
        correct=quartiles,
        wrong=quartiles / 10,
        sure=np.ones(3),
        ends=np.zeros((2, 0), np.float32),
    )
    figure = margins_figure(along, alpha=0.5, versus=1.0)
    lines = [each for each in traces(figure) if each.mode == "lines"]
    np.testing.assert_allclose([each.y for each in lines], [quartiles[:, 1], quartiles[:, 1] / 10])
    assert "<b>5.5 or more</b> (3.00 to 5.5 or more) correct" in lines[0].text
    assert {"correct", "wrong"} <= set(texts(figure))
    nothing = np.full((3, 3), np.nan)
    figure = margins_figure(replace(along, wrong=nothing), alpha=0.5, versus=1.0)
    assert "wrong" not in texts(figure)
    none = replace(along, correct=nothing, wrong=nothing)
    assert "no images" in texts(margins_figure(none, alpha=0.5, versus=1.0))[0]


def test_every_set_is_named_and_the_chosen_one_is_heavy(signs: Frontier):
    values = {key: each * 0.1 for key, each in signs.accuracy.items()}
    figure = set_curves_figure(signs, values, "Error", chosen="fog", alpha=0.5, versus=1)
    assert {"Fog", "Night", "Day"} <= set(texts(figure))
    widths = [each.line.width for each in traces(figure) if each.mode == "lines"]
    assert sorted(widths)[-2:] == [1.5, 3]


def test_the_diagram_has_a_ring_for_the_compared_alpha(path: AlphaPath):
    figure = reliability_figure((0.5, reliability(path.at(2))), (1.0, reliability(path.at(3))))
    ring, circle = [each for each in traces(figure) if each.hovertemplate]
    assert ring.marker.color == palette().paper
    assert circle.marker.color == palette().ramp(0.5)
    assert np.allclose(circle.y, reliability(path.at(2))["accuracy"])


def test_slices_are_drawn_with_names_made_harmless(path: AlphaPath):
    column = Column("c", "C", ("<b>bold</b>", "plain"), np.arange(90) % 2)
    table = slice_table(path.hits, column, 2, 3)
    figure = slices_figure(table, alpha=0.5, versus=1.0)
    assert figure.layout.yaxis.ticktext[0] == "&lt;b&gt;bold&lt;/b&gt;"
    curves = slice_curves_figure(
        ALPHAS, path.exact, path.hits[:, :4].astype(float), "abcd", alpha=0.5, versus=1.0
    )
    assert sum(each.mode == "lines" for each in traces(curves)) == 4


def test_nothing_to_draw_is_said_in_words(path: AlphaPath):
    empty = path.hits[:, :0]
    none = slice_table(empty, Column("c", "C", (), np.zeros(0, np.int64)), 0, 1)
    for figure in (
        steps_figure(ALPHAS, at_each_step(empty)),
        cumulative_figure(ALPHAS, against(empty, 0), alpha=0, versus=1),
        slices_figure(none, alpha=0, versus=1),
        slice_curves_figure(ALPHAS, path.exact, np.zeros((4, 0)), (), alpha=0, versus=1),
    ):
        assert len(texts(figure)) == 1
