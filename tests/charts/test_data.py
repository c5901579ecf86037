from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from wiseft.charts import counts_figure, distance_figure
from wiseft.palette import DARK, LIGHT

COUNTS = pd.DataFrame({"class": ["<b>cat</b>", "dog"], "train": [9, 4], "night": [0, 1]})
TITLES = {"train": "Train", "night": "By <i>night</i>"}

LAYERS = pd.DataFrame(
    {
        "layer": ["stem", "block 0", "head"],
        "tensors": [1, 2, 3],
        "values": [10, 20, 30],
        "norm": [1.0, 2.0, 0.0],
        "distance": [0.0, 0.5, 1.0],
        "relative": [0.0, 0.25, math.nan],
    }
)


def test_the_area_of_a_square_is_a_number_of_images():
    (marks,) = counts_figure(COUNTS, TITLES).data
    assert list(zip(marks.y, marks.x, strict=True)) == [(0, 0), (0, 1), (1, 0), (1, 1)]
    sizes = np.array(marks.marker.size)
    np.testing.assert_allclose(sizes[[2, 3]] ** 2 / sizes[0] ** 2, [4 / 9, 1 / 9])
    assert list(marks.marker.symbol) == ["square", "x-thin", "square", "square"]


def test_names_on_the_counts_are_text_and_told_in_full():
    figure = counts_figure(COUNTS, TITLES)
    assert list(figure.layout.yaxis.ticktext) == ["&lt;b&gt;cat&lt;/b&gt;", "dog"]
    assert list(figure.layout.xaxis.ticktext)[1] == "By &lt;i&gt;night&lt;/i&gt;"
    assert figure.data[0].text[1] == (
        "<b>&lt;b&gt;cat&lt;/b&gt;</b>, By &lt;i&gt;night&lt;/i&gt;: 0 images"
    )


def test_every_layer_stands_at_its_distance():
    figure = distance_figure(LAYERS)
    diamonds = next(each for each in figure.data if each.marker.symbol == "diamond")
    np.testing.assert_allclose(diamonds.x, [0, 25, math.nan])
    assert list(figure.layout.yaxis.ticktext) == ["stem", "block 0", "head"]
    top, bottom = figure.layout.yaxis.range
    assert top > bottom, "the stem stands above"
    numbers = [each.text for each in figure.layout.annotations[-3:]]
    assert numbers == ["0.0\u2009%", "25.0\u2009%", "–"]
    assert "from a norm of 2: <b>25.0\u2009%</b>" in diamonds.text[1]


@pytest.mark.parametrize(("dark", "colours"), [(False, LIGHT), (True, DARK)])
def test_marks_have_the_colours_of_their_ends(dark: bool, colours):
    figure = distance_figure(LAYERS, dark=dark)
    found = {each.marker.symbol: each.marker.color for each in figure.data if each.marker.symbol}
    assert found == {"star": colours.zeroshot, "diamond": colours.finetuned}


def test_there_is_a_figure_of_nothing():
    for figure in (counts_figure(COUNTS[:0], TITLES), distance_figure(LAYERS[:0])):
        assert not figure.data
        assert len(figure.layout.annotations) == 1
    assert distance_figure(LAYERS.assign(relative=0.0)).layout.xaxis.range[1] > 0
