from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from tests.charts.drawn import hover, marks, texts, traces
from wiseft.charts import class_figure
from wiseft.palette import LIGHT


def bars(figure: go.Figure, colour: str) -> list[float]:
    return [
        row
        for trace in traces(figure)
        if trace.line.width == 5 and trace.line.color == colour
        for row in trace.y[::3]
    ]


def test_clear_changes_are_coloured_and_the_rest_is_grey(table: pd.DataFrame):
    figure = class_figure(table, against="finetuned", alpha=0.7)
    assert bars(figure, LIGHT.gain) == [0]
    assert bars(figure, LIGHT.loss) == [1]
    assert bars(figure, LIGHT.mark) == [2, 3]
    assert [text for text in figure.layout.yaxis.ticktext if text.startswith("<b")] == [
        f'<b style="color:{LIGHT.ink}">{text}</b>' for text in ("stop", "yield")
    ]


def test_changes_are_signed_and_measured_from_the_end_asked_for(table: pd.DataFrame):
    assert texts(class_figure(table, against="finetuned"))[:4] == ["+60", "\u221250", "+2", "0"]
    assert texts(class_figure(table, against="zeroshot"))[:4] == ["+10", "\u221250", "\u22122", "0"]


def test_rows_stand_in_the_order_of_the_table(table: pd.DataFrame):
    turned = table.iloc[::-1]
    figure = class_figure(turned, against="finetuned")
    (star,) = marks(figure, "star")
    np.testing.assert_allclose(star.x, turned["zeroshot"])
    assert figure.layout.yaxis.range[0] > figure.layout.yaxis.range[1]
    assert bars(figure, LIGHT.gain) == [3]
    assert texts(figure)[0] == "0"


def test_the_height_follows_the_number_of_classes(table: pd.DataFrame):
    twice = pd.concat([table, table], ignore_index=True)
    taller = class_figure(twice, against="zeroshot").layout.height
    assert taller - class_figure(table, against="zeroshot").layout.height == 4 * 25


def test_names_cannot_be_taken_for_mark_up_and_are_cut_where_too_long(table: pd.DataFrame):
    ticks = class_figure(table, against="finetuned").layout.yaxis.ticktext
    assert ticks[2] == "no &lt;b&gt;entry"
    assert ticks[3] == "parking, with a very …"


def test_hovering_over_a_class_tells_all_of_it(table: pd.DataFrame):
    text = hover(class_figure(table, against="finetuned", alpha=0.7))[0]
    assert text == (
        "<b>stop</b>, 50 images<br>α 0.70 <b>100.0\u2009%</b> (92.9–100.0)<br>"
        "zero-shot 90.0\u2009%<br>fine-tuned 40.0\u2009%<br>"
        "against fine-tuned <b>+60.0\u2009pp</b>: 30 fixed, 0 broken"
    )


def test_a_table_without_classes_says_so(table: pd.DataFrame):
    assert "No class" in texts(class_figure(table.iloc[:0], against="finetuned"))[0]
