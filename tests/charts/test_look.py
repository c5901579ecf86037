from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.charts.drawn import make, mark, texts
from wiseft.charts import alpha_figure, class_scatter_figure, frontier_figure, template
from wiseft.charts.labels import WIDTHS, Label, line, place, spread, text_width
from wiseft.charts.text import name
from wiseft.frontier import Frontier
from wiseft.palette import DARK, LIGHT
from wiseft.scales import position


def test_every_figure_wears_the_look_of_its_scheme(signs: Frontier, table: pd.DataFrame):
    for dark, scheme in ((False, LIGHT), (True, DARK)):
        figures = (
            frontier_figure(signs, alpha=0.5, dark=dark),
            alpha_figure(signs, alpha=0.5, dark=dark),
            class_scatter_figure(table, alpha=0.7, versus=1.0, dark=dark),
        )
        assert {figure.layout.template.layout.paper_bgcolor for figure in figures} == {scheme.paper}
        assert {figure.layout.template.layout.font.color for figure in figures} == {scheme.ink}


def test_the_look_has_horizontal_hairlines_no_legend_and_no_sharing_with_a_server():
    layout: Any = template().layout
    assert (layout.xaxis.showgrid, layout.yaxis.showgrid) == (False, True)
    assert layout.showlegend is False
    assert layout.font.family.endswith("sans-serif")
    assert "sendChartToCloud" in layout.modebar.remove


def test_mark_up_in_names_is_harmless():
    assert name("a < b", 22) == "a &lt; b"


@given(st.lists(st.floats(-50, 450), min_size=1, max_size=30))
def test_spread_names_keep_their_order_and_distance(wanted: list[float]):
    heights = spread(np.array(wanted), 18, 0, 400)
    gap = min(18, 400 / max(len(wanted) - 1, 1))
    assert np.diff(np.sort(heights)).min(initial=np.inf) >= gap - 1e-6
    assert heights.min() >= -1e-6
    assert heights.max() <= 400 + 1e-6
    assert (np.diff(heights[np.argsort(wanted, kind="stable")]) > 0).all()


def test_spread_moves_no_name_that_has_room_and_shares_what_it_moves():
    np.testing.assert_allclose(spread(np.array([200.0, 100.0]), 18, 0, 400), [200, 100])
    np.testing.assert_allclose(spread(np.array([100.0, 100.0]), 18, 0, 400), [91, 109])


def box(label: Label, at: Any, width: float, height: float) -> tuple[float, ...]:
    wide = text_width(label.text, label.size)
    left = label.at[0] * width + at.dx - wide * {"left": 0, "center": 0.5, "right": 1}[at.xanchor]
    middle = label.at[1] * height + at.dy
    return left, middle - label.size / 2, left + wide, middle + label.size / 2


@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=8))
def test_optional_labels_never_touch_and_stay_inside(points: list[tuple[float, float]]):
    asked = [Label("label", at, colour="#000000", optional=True) for at in points]
    curve = line(np.array(points), weight=1)
    for width in WIDTHS:
        boxes = [
            box(label, at, width, 400)
            for label, at in zip(asked, place(asked, curve, 400), strict=True)
            if at is not None
        ]
        for i, (left, bottom, right, top) in enumerate(boxes):
            assert left >= 0
            assert bottom >= 0
            assert right <= width
            assert top <= 400
            for other in boxes[:i]:
                apart = right < other[0] or other[2] < left or top < other[1] or other[3] < bottom
                assert apart


def test_a_label_leaves_the_curve_free_and_else_stands_where_it_asks_to():
    label = Label("0.4", (0.5, 0.5), colour="#000000", towards=(0, -1))
    (free,) = place([label], np.empty((0, 3)), 400)
    assert free is not None
    assert free.dy < 0
    below = [line(np.array([[0, y], [1, y]]), weight=5) for y in np.arange(0, 0.5, 0.02)]
    (moved,) = place([label], np.concatenate(below), 400)
    assert moved is not None
    assert moved.dy > 0


def test_all_accuracies_of_zero_and_one_keep_their_printed_numbers():
    figure = frontier_figure(make({"day": [0, 8], "night": [8, 0]}, 8, [0, 1]), alpha=1)
    assert {"100.0", "0.0"} <= set(texts(figure))
    assert mark(figure, "diamond") == (
        pytest.approx(float(position(1, 8, "logit"))),
        pytest.approx(float(position(0, 8, "logit"))),
    )
