from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.charts.drawn import coordinates, hover, make, mark, marks, texts, traces
from wiseft.charts import alpha_figure, frontier_figure
from wiseft.errors import Incompatible, Invalid, UnknownName
from wiseft.frontier import MEAN, WORST, Frontier
from wiseft.palette import LIGHT
from wiseft.scales import SCALES, Axes


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


def test_the_worst_shift_stands_upwards_and_says_which_it_is():
    frontier = make({"day": [80, 95], "fog": [60, 40], "night": [50, 55]}, 100, [0, 1])
    figure = frontier_figure(frontier, shift=WORST, axes="linear")
    assert mark(figure, "star") == pytest.approx((0.8, 0.5))
    assert mark(figure, "diamond") == pytest.approx((0.95, 0.4))
    assert "↑ Correct under shift, worst of 2 sets" in texts(figure)
    assert ["Worst of 2 shifts, Night" in text for text in hover(figure)] == [True, False]
    assert "Worst of 2 shifts, Fog <b>40.0" in hover(figure)[1]


def test_other_runs_stand_beside_it_on_the_same_axes(signs: Frontier):
    frontier = make({"day": [80, 95], "night": [60, 40]}, 100, [0, 1])
    others = {
        f"<b>{number}</b>": make({"day": [80, 96 + number], "night": [60, 20]}, 100, [0, 1])
        for number in range(4)
    }
    figure = frontier_figure(frontier, axes="linear", beside=others)
    lines = [trace for trace in traces(figure) if trace.mode == "lines" and trace.text is not None]
    looks = [(trace.line.color, trace.line.dash) for trace in lines]
    assert looks == [
        *((colour, "solid") for colour in LIGHT.runs),
        (LIGHT.runs[0], "dash"),
    ]
    assert [trace.x[1] for trace in lines] == pytest.approx([0.96, 0.97, 0.98, 0.99])
    assert figure.layout.xaxis.range[1] > 0.99
    assert figure.layout.yaxis.range[0] < 0.2
    assert lines[1].text[1].startswith("<b>α 1.00</b>, &lt;b&gt;1&lt;/b&gt;<br>Day <b>97.0")
    assert len(marks(figure, "diamond")) == 5
    assert "&lt;b&gt;3&lt;/b&gt;" in texts(figure)
    with pytest.raises(Incompatible, match="'signs' was not measured on the reference set and sh"):
        frontier_figure(frontier, beside={"signs": signs})


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
