from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from tests.charts.drawn import ALPHAS, make, texts, traces
from wiseft.charts import alpha_figure
from wiseft.errors import UnknownName
from wiseft.frontier import MEAN, Frontier
from wiseft.palette import LIGHT


def lines(figure: go.Figure) -> dict[str, Any]:
    return {trace.name: trace for trace in traces(figure) if trace.name}


def test_one_line_a_set_and_the_reference_and_the_mean_are_heavy(signs: Frontier):
    figure = alpha_figure(signs)
    found = lines(figure)
    assert list(found) == [
        *("Day", "Mean of 7 shifts", "Night", "Fog", "Snow", "Blur", "Worn", "Sketch", "Foreign")
    ]
    np.testing.assert_allclose(found["Fog"].y, signs.accuracy["fog"])
    assert {title for title, trace in found.items() if trace.line.width > 2} == {
        "Day",
        "Mean of 7 shifts",
    }
    assert found["Day"].line.color == LIGHT.ink


def test_interpolated_alphas_are_no_points_along_alpha(signs: Frontier):
    exact = np.arange(len(signs.alphas)) % 2 == 0
    partly = replace(signs, exact=exact)
    assert (lines(alpha_figure(partly))["Fog"].marker.size > 0).tolist() == exact.tolist()
    for index, colour in ((2, LIGHT.ramp(signs.alphas[2])), (3, LIGHT.paper)):
        *_, chosen = traces(alpha_figure(partly, alpha=signs.alphas[index]))
        assert chosen.marker.color == colour


def test_a_shift_keeps_its_colour_when_others_are_left_out(signs: Frontier):
    alone = lines(alpha_figure(signs, sets=["sketch"]))["Sketch"]
    assert alone.line.color == lines(alpha_figure(signs))["Sketch"].line.color


def test_the_bands_are_the_intervals_of_the_reference_and_the_mean(signs: Frontier):
    reference, mean = [trace for trace in traces(alpha_figure(signs)) if trace.fill == "toself"]
    for band, bounds in ((reference, signs.bounds("day")), (mean, signs.bounds(MEAN))):
        np.testing.assert_array_equal(band.x, [*ALPHAS, *ALPHAS[::-1]])
        np.testing.assert_allclose(band.y, [*bounds[:, 0], *bounds[::-1, 1]])


def test_names_at_the_right_end_do_not_touch(signs: Frontier):
    height = 420
    figure = alpha_figure(signs, height=height)
    plot = height - figure.layout.margin.t - figure.layout.margin.b
    low, high = figure.layout.yaxis.range
    heights = sorted(
        (annotation.y - low) / (high - low) * plot - annotation.ay
        for annotation in figure.layout.annotations
        if annotation.showarrow is None
    )
    assert len(heights) == 9
    assert min(np.diff(heights)) >= 17.9
    assert heights[0] >= 0
    assert heights[-1] <= plot


def test_the_chosen_alpha_is_a_rule_with_a_mark_on_every_line(signs: Frontier):
    figure = alpha_figure(signs, sets=["day", MEAN], alpha=0.4)
    (rule,) = figure.layout.shapes
    assert rule.x0 == rule.x1 == 0.4
    np.testing.assert_allclose(traces(figure)[-1].y, [0.932, signs.curve(MEAN)[1]])
    assert traces(figure)[-1].marker.color == LIGHT.ramp(0.4)
    assert "α 0.40" in texts(figure)


def test_stretches_beyond_the_ends_say_that_they_extrapolate():
    frontier = make({"day": [70, 80, 90], "night": [60, 70, 65]}, 100, [-0.2, 0.5, 1.2])
    assert texts(alpha_figure(frontier)).count("extrapolated") == 2


def test_sets_that_do_not_exist_or_none_at_all(signs: Frontier):
    with pytest.raises(UnknownName, match="no set named 'rain'"):
        alpha_figure(signs, sets=["rain"])
    assert "at least one set" in texts(alpha_figure(signs, sets=[]))[0].replace("<br>", " ")
    with pytest.raises(UnknownName):
        alpha_figure(make({"day": [70, 80]}, 100, [0, 1]), sets=[MEAN])
