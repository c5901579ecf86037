from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wiseft.breakdown import per_class
from wiseft.charts import alpha_figure, class_figure, frontier_figure, template
from wiseft.charts.labels import WIDTHS, Label, line, place, spread, text_width
from wiseft.charts.text import name
from wiseft.errors import Invalid, UnknownName
from wiseft.frontier import MEAN, Frontier
from wiseft.metrics import clopper_pearson
from wiseft.palette import DARK, LIGHT
from wiseft.predictions import Predictions
from wiseft.scales import SCALES, Axes, position

ALPHAS = (0, 0.4, 0.5, 0.7, 0.9, 1)
SIGNS = {
    "day": (84.9, 93.2, 94.9, 96.6, 97.4, 97.3),
    "night": (78.4, 82.1, 82.0, 81.4, 78.5, 76.1),
    "fog": (81.0, 86.2, 87.0, 85.5, 81.0, 76.7),
    "snow": (74.7, 76.4, 76.7, 77.2, 75.2, 74.2),
    "blur": (78.8, 83.1, 83.6, 81.4, 78.9, 76.7),
    "worn": (52.6, 53.5, 53.2, 52.4, 49.9, 48.8),
    "sketch": (80.4, 77.8, 75.7, 69.8, 59.7, 54.2),
    "foreign": (77.1, 77.8, 77.5, 76.6, 73.9, 72.6),
}


def make(
    correct: dict[str, Sequence[int]],
    count: int,
    alphas: Sequence[float],
    matched: dict[str, str] | None = None,
) -> Frontier:
    """A frontier of the set "day" and, as shifts, all others without an "@" in their names."""
    return Frontier(
        run="signs",
        reference="day",
        shifts=tuple(each for each in correct if each != "day" and "@" not in each),
        validation=None,
        matched=matched or {},
        titles={each: each.title() for each in correct},
        alphas=np.array(alphas, float),
        exact=np.ones(len(alphas), dtype=bool),
        deviation={},
        accuracy={each: np.array(values) / count for each, values in correct.items()},
        interval={each: clopper_pearson(values, count) for each, values in correct.items()},
        count=dict.fromkeys(correct, count),
    )


@pytest.fixture
def signs() -> Frontier:
    return make(
        {each: [round(20 * value) for value in values] for each, values in SIGNS.items()},
        2000,
        ALPHAS,
    )


def traces(figure: go.Figure) -> list[Any]:
    return list(figure.data)


def coordinates(figure: go.Figure, axis: str) -> np.ndarray:
    return np.concatenate([np.asarray(trace[axis], float) for trace in traces(figure)])


def marks(figure: go.Figure, symbol: str) -> list[Any]:
    return [trace for trace in traces(figure) if trace.marker.symbol == symbol]


def mark(figure: go.Figure, symbol: str) -> tuple[float, float]:
    (found,) = marks(figure, symbol)
    return float(found.x[0]), float(found.y[0])


def hover(figure: go.Figure) -> list[str]:
    (points,) = [trace for trace in traces(figure) if trace.hovertemplate]
    return list(points.text)


def texts(figure: go.Figure) -> list[str]:
    return [annotation.text for annotation in figure.layout.annotations]


# The frontier


def test_the_ends_and_the_chosen_alpha_stand_where_they_were_measured(signs: Frontier):
    figure = frontier_figure(signs, alpha=0.7, axes="linear")
    mean = signs.curve(MEAN)
    assert mark(figure, "star") == pytest.approx((0.849, mean[0]))
    assert mark(figure, "circle") == pytest.approx((0.966, mean[3]))
    assert mark(figure, "diamond") == pytest.approx((0.973, mean[5]))


@pytest.mark.parametrize("axes", SCALES)
def test_the_cross_spans_both_intervals_on_every_scale(signs: Frontier, axes: Axes):
    figure = frontier_figure(signs, alpha=0.7, axes=axes)
    across, upwards = [trace for trace in traces(figure) if trace.line.color == LIGHT.ink]
    inverse = SCALES[axes].inverse
    np.testing.assert_allclose(inverse(across.x), signs.bounds("day")[3])
    np.testing.assert_allclose(inverse(upwards.y), signs.bounds(MEAN)[3])
    assert across.y[0] == across.y[1] == mark(figure, "circle")[1]


def test_the_curve_is_coloured_along_the_ramp(signs: Frontier):
    figure = frontier_figure(signs)
    pieces = [trace for trace in traces(figure) if trace.line.width == 3.5]
    assert len(pieces) == 20
    colours = [piece.line.color for piece in pieces]
    assert colours[0] == LIGHT.ramp(0.025)
    assert colours[-1] == LIGHT.ramp(0.975)
    assert len(set(colours)) == 20
    ends = [(piece.x[-1], piece.y[-1]) for piece in pieces[:-1]]
    assert ends == [(piece.x[0], piece.y[0]) for piece in pieces[1:]]


def test_a_single_shift_is_held_against_the_reference_of_its_classes():
    frontier = make(
        {"day": [80, 90], "few": [50, 60], "day@few": [70, 95]}, 100, [0, 1], {"few": "day@few"}
    )
    figure = frontier_figure(frontier, shift="few", axes="linear")
    assert mark(figure, "diamond") == pytest.approx((0.95, 0.6))
    assert "Correct in distribution, same classes →" in texts(figure)
    assert "↑ Correct under shift, Few" in texts(figure)


def test_labels_stand_at_the_things_instead_of_a_legend(signs: Frontier):
    found = texts(frontier_figure(signs, alpha=0.5))
    expected = {"Zero-shot", "Fine-tuned", "α 0.50", "0.4", "0.7", "0.9", "straight line"}
    assert expected <= set(found)
    assert "↑ Correct under shift, mean of 7 sets" in found
    assert "Correct in distribution →" in found


def test_the_values_of_the_chosen_alpha_displace_the_ticks_beside_them(signs: Frontier):
    figure = frontier_figure(signs, alpha=0.5)
    assert {"94.9", "76.5"} <= set(texts(figure))
    for axis, at in zip(("x", "y"), mark(figure, "circle"), strict=True):
        ticks = figure.layout[f"{axis}axis"]
        distances = np.abs(np.array(ticks.tickvals) - at) / np.ptp(ticks.range)
        assert len(distances) > 2
        assert distances.min() > 0.045
    assert "%" in figure.layout.xaxis.ticktext[0]
    assert "%" in figure.layout.yaxis.ticktext[-1]


def test_hovering_tells_alpha_and_accuracies_with_intervals_and_counts(signs: Frontier):
    text = hover(frontier_figure(signs))[3]
    low, high = 100 * signs.bounds("day")[3]
    assert text.startswith("<b>α 0.70</b>")
    assert f"Day <b>96.6\u2009%</b> ({low:.1f}–{high:.1f}), 2,000 images" in text
    assert "Mean of 7 shifts <b>74.9\u2009%</b>" in text
    assert text.endswith("14,000 images")


def test_extrapolated_alphas_are_dashed_hollow_and_named():
    frontier = make({"day": [70, 80, 90, 92], "night": [60, 70, 65, 50]}, 100, [-0.25, 0, 1, 1.5])
    figure = frontier_figure(frontier, alpha=1.5)
    dashes = [trace.line.dash for trace in traces(figure) if trace.line.width == 3.5]
    assert [dash == "solid" for dash in dashes] == [False] * 5 + [True] * 20 + [False] * 10
    (chosen,) = marks(figure, "circle")
    assert chosen.marker.color == LIGHT.paper
    assert "\u22120.25, extrapolated" in texts(figure)


def path(exact: Sequence[float]) -> Frontier:
    """A frontier over 101 alphas, of which `exact` were evaluated."""
    alphas = np.round(np.linspace(0, 1, 101), 2).tolist()
    steps = range(101)
    frontier = make(
        {"day": [500 + 4 * i for i in steps], "night": [400 + i for i in steps]}, 1000, alphas
    )
    return replace(frontier, exact=np.isin(alphas, exact))


def test_only_evaluated_alphas_are_points_but_all_answer_to_hovering():
    nodes = (0, 0.25, 0.5, 0.75, 1)
    figure = frontier_figure(path(nodes), alpha=0.4)
    (points,) = [trace for trace in traces(figure) if trace.hovertemplate]
    assert np.flatnonzero(points.marker.opacity).tolist() == [0, 25, 50, 75, 100]
    assert points.marker.size == 8
    told = hover(figure)
    assert told[50].startswith("<b>α 0.50</b><br>")
    assert told[40].startswith("<b>α 0.40</b>, interpolated<br>")
    (chosen,) = marks(figure, "circle")
    assert chosen.marker.color == LIGHT.paper


def test_a_curve_of_many_alphas_is_no_string_of_beads():
    half = traces(frontier_figure(path(np.round(np.linspace(0, 1, 51), 2).tolist())))
    (points,) = [trace for trace in half if trace.hovertemplate]
    assert (np.sum(points.marker.opacity), points.marker.size) == (51, 3)
    everywhere = traces(frontier_figure(path(np.round(np.linspace(0, 1, 101), 2).tolist())))
    (points,) = [trace for trace in everywhere if trace.hovertemplate]
    assert not np.any(points.marker.opacity)


def test_the_pieces_of_a_fine_curve_go_through_every_alpha():
    fine = path((0, 1))
    pieces = [t for t in traces(frontier_figure(fine, axes="linear")) if t.line.width == 3.5]
    assert len(pieces) == 20
    assert {round(x, 9) for piece in pieces for x in piece.x} == set(
        np.round(fine.accuracy["day"], 9)
    )


def test_an_alpha_that_was_not_evaluated_is_refused(signs: Frontier):
    with pytest.raises(Invalid, match=r"Alpha 0\.3 .* has not been evaluated"):
        frontier_figure(signs, alpha=0.3)
    with pytest.raises(Invalid, match=r"Alpha 0\.3 .* has not been evaluated"):
        alpha_figure(signs, alpha=0.3)


def test_an_unknown_shift_is_answered_with_those_that_exist(signs: Frontier):
    with pytest.raises(UnknownName, match="Did you mean 'fog'"):
        frontier_figure(signs, shift="frog")


def test_without_a_shift_it_says_so():
    frontier = make({"day": [70, 80]}, 100, [0, 1])
    assert "no shift" in texts(frontier_figure(frontier))[0].replace("<br>", " ")


def test_the_mean_of_one_shift_goes_by_its_name():
    figure = frontier_figure(make({"day": [70, 80], "night": [60, 50]}, 100, [0, 1]))
    assert "↑ Correct under shift, Night" in texts(figure)


def test_missing_ends_have_neither_mark_nor_chord():
    figure = frontier_figure(make({"day": [70, 80], "night": [60, 50]}, 100, [0.3, 0.6]))
    assert not marks(figure, "star") + marks(figure, "diamond")
    assert not {"Zero-shot", "Fine-tuned", "straight line"} & set(texts(figure))


def test_y_equals_x_is_drawn_only_where_it_is_in_range(signs: Frontier):
    assert "y = x" not in texts(frontier_figure(signs))
    crossing = make({"day": [70, 80, 90], "night": [90, 80, 70]}, 100, [0, 0.5, 1])
    figure = frontier_figure(crossing)
    (diagonal,) = [trace for trace in traces(figure) if trace.line.dash == "dash"]
    np.testing.assert_array_equal(diagonal.x, diagonal.y)
    assert "y = x" in texts(figure)


@settings(deadline=None, max_examples=40)
@given(
    st.sampled_from(list(SCALES)),
    st.integers(1, 60),
    st.lists(st.floats(-0.5, 1.5).map(lambda a: round(a, 4)), min_size=1, max_size=6, unique=True),
    st.booleans(),
    st.data(),
)
def test_whatever_was_measured_is_drawn_inside_finite_axes(
    axes: Axes, count: int, alphas: list[float], dark: bool, data: st.DataObject
):
    some = st.lists(
        st.sampled_from([0, count // 2, count]), min_size=len(alphas), max_size=len(alphas)
    )
    frontier = make(
        {each: data.draw(some) for each in ("day", "night", "fog")}, count, sorted(alphas)
    )
    alpha = data.draw(st.sampled_from([None, *alphas]))
    shift = data.draw(st.sampled_from([MEAN, "fog"]))
    figure = frontier_figure(frontier, shift=shift, alpha=alpha, axes=axes, dark=dark)
    for axis, settings_ in (("x", figure.layout.xaxis), ("y", figure.layout.yaxis)):
        low, high = settings_.range
        at = coordinates(figure, axis)
        assert np.isfinite([low, high, *at]).all()
        assert low < high
        assert ((low - 1e-9 <= at) & (at <= high + 1e-9)).all()
        assert len(settings_.tickvals) == len(settings_.ticktext)
    for each in traces(alpha_figure(frontier, alpha=alpha, dark=dark)):
        assert np.isfinite(np.asarray(each.y, float)).all()


# Accuracy along alpha


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


# Class by class


def said(correct: Sequence[int], count: int) -> Predictions:
    """Of `count` images of each class the first `correct` are predicted correctly."""
    labels = np.repeat(np.arange(len(correct)), count)
    hit = np.concatenate([np.arange(count) < each for each in correct])
    return Predictions.from_logits(
        np.eye(len(correct))[np.where(hit, labels, (labels + 1) % len(correct))], labels
    )


@pytest.fixture
def table() -> pd.DataFrame:
    """Against fine-tuned: a clear gain, a clear loss, within noise, and no change at all."""
    return per_class(
        said([50, 20, 30, 40], 50),
        said([45, 45, 31, 40], 50),
        said([20, 45, 29, 40], 50),
        ["stop", "yield", "no <b>entry", "parking, with a very long name"],
    )


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


# The look, numbers and labels


def test_every_figure_wears_the_look_of_its_scheme(signs: Frontier, table: pd.DataFrame):
    for dark, scheme in ((False, LIGHT), (True, DARK)):
        figures = (
            frontier_figure(signs, alpha=0.5, dark=dark),
            alpha_figure(signs, alpha=0.5, dark=dark),
            class_figure(table, against="finetuned", dark=dark),
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
