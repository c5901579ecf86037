from __future__ import annotations

import numpy as np
import pandas as pd

from tests.charts.conftest import said
from tests.charts.drawn import hover, texts, traces
from wiseft.alpha_path import AlphaPath
from wiseft.breakdown import class_counts
from wiseft.charts import class_scatter_figure, worst_class_figure
from wiseft.palette import LIGHT

NAMES = ("a <b>", "c")


def points_of(table: pd.DataFrame, colour: str) -> list[tuple[float, float]]:
    figure = class_scatter_figure(table, alpha=0.7, versus=1.0)
    return [
        point
        for trace in traces(figure)
        if trace.mode == "markers" and trace.marker.color == colour
        for point in zip(trace.x, trace.y, strict=True)
    ]


def test_clear_changes_are_coloured_and_the_rest_is_grey(table: pd.DataFrame):
    assert points_of(table, LIGHT.gain) == [(0.4, 1.0)]
    assert points_of(table, LIGHT.loss) == [(0.9, 0.4)]
    assert points_of(table, LIGHT.mark) == [(0.58, 0.6), (0.8, 0.8)]


def test_clear_changes_are_named_and_hovering_tells_all(table: pd.DataFrame):
    figure = class_scatter_figure(table, alpha=0.7, versus=1.0)
    assert texts(figure)[:2] == ["stop", "yield"]
    told = {
        text: (numbers, trace.hovertemplate)
        for trace in traces(figure)
        if trace.text
        for text, numbers in zip(trace.text, trace.customdata.tolist(), strict=True)
    }
    numbers, template = told["stop"]
    np.testing.assert_allclose(numbers, [50, 100, 92.9, 100, 40, 60], rtol=1e-6)
    assert template.startswith("<b>%{text}</b>, %{customdata[0]:,d} images<br>α 0.70 <b>")
    assert any("no &lt;b&gt;entry" in text for text in told)


def test_a_table_without_classes_says_so(table: pd.DataFrame):
    figure = class_scatter_figure(table.iloc[:0], alpha=0.7, versus=1.0)
    assert "No class" in texts(figure)[0]


def test_the_worst_class_is_named_along_alpha():
    path = AlphaPath.of({0.0: said([2, 8], 10), 1.0: said([9, 6], 10)})
    figure = worst_class_figure(class_counts(path), NAMES, alpha=1.0)
    (line,) = (trace for trace in traces(figure) if trace.mode == "lines")
    np.testing.assert_allclose(line.y, [0.2, 0.6])
    assert "α 0.00: a &lt;b&gt;" in hover(figure)[0]
    assert "<b>c</b> 60.0\u2009%" in texts(figure)


def test_a_set_without_images_has_no_worst_class():
    path = AlphaPath.of({0.0: said([0], 0), 1.0: said([0], 0)})
    assert "No class" in texts(worst_class_figure(class_counts(path), NAMES, alpha=0.0))[0]
