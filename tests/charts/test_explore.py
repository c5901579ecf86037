from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from tests.evidence import make, nested
from wiseft.alpha_path import GRID, Deviation
from wiseft.charts import explore_figure
from wiseft.errors import Invalid, UnknownName
from wiseft.frontier import MEAN, WORST, Frontier
from wiseft.palette import DARK, LIGHT
from wiseft.scales import SCALES, Axes

SHIFTS = ("night", "fog", "snow", "blur", "worn", "sketch", "foreign")
NODES = (0.0, 0.25, 0.5, 0.75, 1.0)


def along(alphas: np.ndarray, shifts: tuple[str, ...] = SHIFTS, images: int = 200) -> Frontier:
    """Curves that rise and fall over `alphas`, evaluated at `NODES`."""
    bump = np.sin(np.pi * alphas)
    counts = {"day": 120 + 40 * alphas + 20 * bump}
    counts |= {each: 60 + 10 * i + 30 * bump - 20 * alphas for i, each in enumerate(shifts)}
    correct = {
        each: nested(np.round(count).astype(int).tolist(), images) for each, count in counts.items()
    }
    exact = np.isin(alphas, NODES).tolist()
    return make(correct, alphas=alphas.tolist(), exact=exact).frontier


@pytest.fixture
def frontier() -> Frontier:
    return along(GRID)


def traces(figure: go.Figure) -> list[Any]:
    return list(figure.select_traces())


def frames(figure: go.Figure) -> list[Any]:
    return list(figure.to_dict()["frames"])


def moving(figure: go.Figure, frame: Any) -> dict[str, Any]:
    """What a frame changes, by the name of the trace."""
    shown = traces(figure)
    return {
        shown[at].name: change for at, change in zip(frame["traces"], frame["data"], strict=True)
    }


def slider(figure: go.Figure) -> Any:
    (found,) = figure.to_dict()["layout"]["sliders"]
    return found


def start_of(figure: go.Figure) -> dict[str, Any]:
    """The moving traces as they are first shown, by name."""
    return {trace.name: trace for trace in traces(figure) if trace.name}


def test_every_frame_has_the_numbers_of_its_alpha(frontier: Frontier):
    figure = explore_figure(frontier, axes="linear")
    rows = ("day", MEAN, *SHIFTS)
    for index, frame in enumerate(frames(figure)):
        change = moving(figure, frame)
        day, mean = frontier.accuracy["day"][index], frontier.curve(MEAN)[index]
        assert change["current alpha"]["x"] == pytest.approx([day])
        assert change["current alpha"]["y"] == pytest.approx([mean])
        assert change["sets"]["x"] == pytest.approx([frontier.curve(n)[index] for n in rows])
        expected = [f"<b>{100 * frontier.curve(n)[index]:.1f}</b>" for n in rows]
        assert change["accuracies"]["text"] == expected
        [finding] = change["finding"]["text"]
        assert f">{GRID[index]:.2f}</b> this model is correct on" in finding
        assert f"<b>{100 * day:.1f}\u2009%</b> in distribution" in finding
        assert f"<b>{100 * mean:.1f}\u2009%</b> under shift" in finding


@pytest.mark.parametrize("axes", SCALES)
def test_the_cross_spans_both_intervals_on_every_scale(frontier: Frontier, axes: Axes):
    figure = explore_figure(frontier, axes=axes)
    for index in (0, 33, 100):
        change = moving(figure, frames(figure)[index])["current alpha"]
        for axis, name in (("x", "day"), ("y", MEAN)):
            arms, [at] = change[f"error_{axis}"], change[axis]
            ends = np.array([at - arms["arrayminus"][0], at + arms["array"][0]])
            found = SCALES[axes].inverse(ends)
            np.testing.assert_allclose(found, frontier.bounds(name)[index])
            low, high = figure.to_dict()["layout"][f"{axis}axis"]["range"]
            assert low <= ends[0] < ends[1] <= high


def test_circles_are_filled_where_evaluated_and_hollow_where_interpolated(frontier: Frontier):
    figure = explore_figure(frontier)
    for index, frame in enumerate(frames(figure)):
        change = moving(figure, frame)
        ramp = LIGHT.ramp(GRID[index])
        expected = ramp if GRID[index] in NODES else LIGHT.paper
        for each in ("current alpha", "sets", "thumb"):
            assert change[each]["marker"]["color"] == expected
        known = "Evaluated." if GRID[index] in NODES else "Interpolated."
        assert change["source"]["text"] == [known]


def test_interpolated_alphas_say_how_far_they_were_off(frontier: Frontier):
    deviation = {"day": Deviation((0.1,), 0.001, 0.002), "fog": Deviation((0.1,), 0.0023, 0.004)}
    figure = explore_figure(replace(frontier, deviation=deviation), alpha=0.33)
    [text] = start_of(figure)["source"].text
    assert text == "Interpolated; at most 0.23\u2009pp off where it was checked."


def test_the_slider_names_every_alpha_and_its_steps_show_their_frames(frontier: Frontier):
    figure = explore_figure(frontier)
    names = [f"{alpha:.2f}" for alpha in GRID]
    assert [frame["name"] for frame in frames(figure)] == names
    assert [step["label"] for step in slider(figure)["steps"]] == names
    assert [step["args"][0] for step in slider(figure)["steps"]] == [[name] for name in names]
    assert all(not step["args"][1]["frame"]["redraw"] for step in slider(figure)["steps"])


@pytest.mark.parametrize(("alpha", "index"), [(None, 50), (0.0, 0), (0.7, 70), (1.0, 100)])
def test_it_starts_at_its_alpha(frontier: Frontier, alpha: float | None, index: int):
    figure = explore_figure(frontier, alpha=alpha)
    assert slider(figure)["active"] == index
    first = start_of(figure)
    for name, change in moving(figure, frames(figure)[index]).items():
        for key in ("x", "y", "text"):
            if key in change:
                assert list(first[name][key]) == list(change[key])


def test_without_one_half_it_starts_as_near_as_can_be():
    figure = explore_figure(along(np.array([0.0, 0.4, 0.8, 1.0])))
    assert slider(figure)["active"] == 1


@pytest.mark.parametrize("alphas", [GRID, GRID[::5]], ids=["101 alphas", "21 alphas"])
def test_frames_are_small_and_hold_only_what_moves(alphas: np.ndarray):
    figure = explore_figure(along(alphas))
    assert len(frames(figure)) == len(alphas)
    assert len(str(figure.to_json())) < 1_000_000
    still = {"type", "x", "y", "text", "marker", "error_x", "error_y"}
    assert all({*each} <= still for frame in frames(figure) for each in frame["data"])
    lines = [trace for trace in traces(figure) if trace.line.width == 3.5]
    assert len(lines) == 20


def test_a_single_alpha_has_a_frame_and_no_slider():
    figure = explore_figure(along(np.array([0.5])))
    assert [frame["name"] for frame in frames(figure)] == ["0.50"]
    assert "sliders" not in figure.to_dict()["layout"]
    assert "thumb" not in start_of(figure)


def test_without_shifts_the_sets_stand_alone():
    figure = explore_figure(along(GRID, shifts=()))
    first = start_of(figure)
    assert "current alpha" not in first
    assert len(first["sets"].x) == 1
    assert "under shift" not in first["finding"].text[0]


def test_one_shift_goes_by_its_name_and_has_no_mean():
    first = start_of(explore_figure(along(GRID, shifts=("night",))))
    assert first["finding"].text[0].endswith("on Night.")
    assert len(first["sets"].x) == 2


def test_a_shift_with_few_classes_is_held_against_the_same_classes():
    frontier = along(GRID, shifts=("night", "few"))
    accuracy = {**frontier.accuracy, "day@few": frontier.accuracy["night"]}
    frontier = replace(
        frontier,
        accuracy=accuracy,
        interval={**frontier.interval, "day@few": frontier.interval["night"]},
        count={**frontier.count, "day@few": 200},
        titles={**frontier.titles, "day@few": "Day, some"},
        matched={"few": "day@few"},
    )
    first = start_of(explore_figure(frontier, shift="few", axes="linear"))
    assert first["current alpha"].x == pytest.approx([frontier.accuracy["night"][50]])
    assert "in distribution, same classes, and on" in first["finding"].text[0]


def test_the_worst_shift_is_named_at_every_alpha():
    frontier = along(GRID, shifts=("night", "fog"))
    late = {"night": np.linspace(0.8, 0.4, len(GRID)), "fog": np.linspace(0.6, 0.5, len(GRID))}
    figure = explore_figure(
        replace(frontier, accuracy={**frontier.accuracy, **late}), shift=WORST, axes="linear"
    )
    named = set()
    for index, frame in enumerate(frames(figure)):
        worst = min(late, key=lambda name: late[name][index])
        [finding] = moving(figure, frame)["finding"]["text"]
        lowest = f"<b>{100 * late[worst][index]:.1f}\u2009%</b>"
        assert f"{lowest} on {frontier.title(worst)}, the worst of 2 shifts." in finding
        named.add(worst)
    assert named == set(late)


def test_what_does_not_exist_is_refused(frontier: Frontier):
    with pytest.raises(Invalid, match=r"Alpha 0\.333"):
        explore_figure(frontier, alpha=0.333)
    with pytest.raises(UnknownName, match="Did you mean 'fog'"):
        explore_figure(frontier, shift="frog")


def test_mark_up_in_names_is_harmless(frontier: Frontier):
    odd = replace(frontier, titles={**frontier.titles, "fog": "<i>Fog</i> & mist"})
    figure = explore_figure(odd, shift="fog")
    assert "on &lt;i&gt;Fog&lt;/i&gt; &amp; mist." in start_of(figure)["finding"].text[0]
    assert "&lt;i&gt;Fog&lt;/i&gt; &amp; mist" in figure.to_dict()["layout"]["yaxis2"]["ticktext"]


def test_dark_wears_the_dark_scheme(frontier: Frontier):
    figure = explore_figure(frontier, dark=True)
    assert figure.to_dict()["layout"]["template"]["layout"]["paper_bgcolor"] == DARK.paper
    assert start_of(figure)["current alpha"].marker.color == DARK.ramp(0.5)
