"""What the live part is drawn from: the numbers of the run, as they are printed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.app.conftest import Open
from tests.app.pages import alpha_of, finding_of, live_of, sentence_of, wish
from tests.runs import ODD_NAMES, SETS, SUBSET, write_run
from wiseft.alpha_path import GRID
from wiseft.app import results
from wiseft.app.changes import changes_against
from wiseft.app.flags import flags
from wiseft.app.live import LiveView, component, live_data, shift_titles
from wiseft.app.live.along import along
from wiseft.app.live.data import sentence
from wiseft.app.live.places import Line
from wiseft.app.rulings import DEFAULTS, all_rulings, rule_names
from wiseft.app.sentences import ENDS, compared_end, frontier_sentence, plain
from wiseft.evidence import Evidence, against
from wiseft.frontier import MEAN, WORST
from wiseft.metrics import Difference
from wiseft.rules import RULES
from wiseft.runs import Run
from wiseft.scales import Axes, position
from wiseft.text import bare_percent, plus_minus, points

NODES = [0.0, 0.25, 0.5, 0.7, 1.0]
BETWEEN = [alpha for alpha in GRID.tolist() if alpha not in NODES]
SMALL = 0.1


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    root = tmp_path_factory.mktemp("state")
    return write_run(root, alphas=NODES, interpolated=BETWEEN, scale=SMALL)


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Run:
    root = tmp_path_factory.mktemp("state")
    sets = [replace(each, accuracy={0: 95, 0.5: 65, 1: 30}) for each in SETS]
    return write_run(root, name="other", sets=sets, alphas=[0, 0.5, 1], scale=SMALL, seed=3)


@pytest.fixture(scope="module")
def subset(tmp_path_factory: pytest.TempPathFactory) -> Run:
    root = tmp_path_factory.mktemp("state")
    return write_run(root, sets=SUBSET, alphas=NODES, interpolated=[0.6], scale=SMALL)


def evidence_of(run: Run) -> Evidence:
    return Evidence(run.frontier(), {each.name: run.path(each.name) for each in run.record.sets})


def view_of(run: Run, *, y: str = MEAN, axes: Axes = "logit", **changed: Any) -> LiveView:
    evidence = evidence_of(run)
    view = LiveView(
        record=run.record,
        frontier=evidence.frontier,
        lines=(),
        changes={end: changes_against(evidence, alpha) for end, alpha in ENDS.items()},
        flags=flags(all_rulings(evidence)),
        opening="",
        evaluable=False,
        y=y,
        axes=axes,
        colours=dict.fromkeys(evidence.frontier.shifts, "black"),
    )
    return replace(view, **changed)


def line_of(run: Run) -> Line:
    return Line("run other", run.record.title, run.frontier(), "black")


def worst_change(run: Run, alpha: float) -> Difference:
    """Between the worst shifts of an alpha and of what it is compared with."""
    found = changes_against(evidence_of(run), ENDS[compared_end(alpha)])
    return found.at(WORST, run.frontier().index(alpha))


def printed(digits: list[int | None]) -> list[str]:
    """Tenths as they are printed."""
    return ["\u2013" if each is None else f"{each / 10:.1f}" for each in digits]


def rows_of(data: Mapping[str, Any]) -> dict[str, Any]:
    return {row["name"]: row for row in data["rows"]["sets"]}


def test_the_numbers_are_those_of_the_frontier(run: Run):
    frontier, rows = run.frontier(), rows_of(live_data(view_of(run)))
    assert list(rows) == ["day", MEAN, WORST, *frontier.shifts, "held"]
    for name, row in rows.items():
        assert printed(row["accuracy"]) == [bare_percent(each) for each in frontier.curve(name)]
        assert [f"±{each}" for each in printed(row["half"])] == [
            plus_minus(low, high) for low, high in frontier.bounds(name)
        ]
    assert rows[MEAN]["count"] == sum(frontier.count[shift] for shift in frontier.shifts)


def test_the_changes_are_paired(run: Run):
    evidence, rows = evidence_of(run), rows_of(live_data(view_of(run)))
    for index in (0, 33, 70, 100):
        for end, alpha in ENDS.items():
            for name, found in against(evidence, evidence.frontier.alphas[index], alpha).items():
                change = rows[name]["changes"][end]
                assert change["points"][index] / 10 == float(points(found.value).replace("−", "-"))
                assert change["clear"][index] == str(int(found.clear))


@pytest.mark.parametrize("y", [MEAN, WORST, "sketch", "night"])
def test_the_sentence_is_the_same_at_every_alpha(subset: Run, y: str):
    evidence, view = evidence_of(subset), live_data(view_of(subset, y=y))
    frontier = evidence.frontier
    for index, alpha in enumerate(frontier.alphas.tolist()):
        changes = against(evidence, alpha, ENDS[compared_end(alpha)])
        shift = worst_change(subset, alpha) if y == WORST else changes[y]
        wanted = frontier_sentence(frontier, alpha, y, changes[frontier.reference_for(y)], shift)
        assert sentence_of(view, index) == plain(wanted).replace("\u2009", " ")


@pytest.mark.parametrize("axes", ["logit", "probit", "linear"])
def test_places_are_even_steps_along_the_axis(subset: Run, axes: Axes):
    frontier = subset.frontier()
    plane = live_data(view_of(subset, y="sketch", axes=axes))["plane"]
    assert plane["x"]["title"] == "Daylight, classes of Sketch of half the classes"
    for side, name in (("x", "day@sketch"), ("y", "sketch")):
        at = position(frontier.accuracy[name], frontier.count[name], axes)
        slope, start = np.polyfit(at, plane[side]["at"], 1)
        assert np.abs(slope * at + start - plane[side]["at"]).max() < 1
        low, high = position(frontier.interval[name].T, frontier.count[name], axes)
        assert np.abs(slope * low + start - plane[side]["low"]).max() < 2
        assert np.abs(slope * high + start - plane[side]["high"]).max() < 2
        assert min(plane[side]["at"]) > 0
        assert max(plane[side]["at"]) < 10_000


def test_the_ticks_say_where_they_stand(run: Run):
    axis = live_data(view_of(run, axes="linear"))["plane"]["y"]
    at = [place for place, _ in axis["ticks"]]
    shares = [float(text) / 100 for _, text in axis["ticks"]]
    wanted = np.interp(shares, *np.sort([run.frontier().curve(MEAN), axis["at"]], axis=1))
    inside = (np.array(at) >= min(axis["at"])) & (np.array(at) <= max(axis["at"]))
    assert inside.sum() >= 3
    assert np.abs(wanted - at)[inside].max() < 2


def test_the_multiples_share_their_axes(subset: Run):
    frontier = subset.frontier()
    found = live_data(view_of(subset))["multiples"]
    assert [name for name, _ in found["sets"]] == list(frontier.shifts)
    references = [found["x"]["at"][which] for _, which in found["sets"]]
    assert references[0] == references[1] != references[2]
    every = np.concatenate([frontier.curve(name) for name in frontier.shifts])
    places = np.concatenate(found["y"]["at"])
    assert (np.argsort(every, kind="stable") == np.argsort(places, kind="stable")).mean() > 0.9


def test_every_set_is_a_line_along_alpha(run: Run):
    frontier = run.frontier()
    course = along(frontier, dict.fromkeys(frontier.shifts, "black"))
    assert [each["title"] for each in course["lines"] if each["heavy"]] == [
        "Daylight",
        "Mean of 7 shifts",
    ]
    assert len(course["lines"]) == 9
    low, high = (course["yTicks"][i] for i in (0, -1))
    steps = (high[0] - low[0]) / (float(high[1]) - float(low[1]))
    for each, name in zip(course["lines"], ["day", MEAN, *frontier.shifts], strict=True):
        expected = low[0] + steps * (100 * frontier.curve(name) - float(low[1]))
        assert np.abs(np.array(each["at"]) - expected).max() < 2
        assert each["accuracy"] == [round(1000 * value) for value in frontier.curve(name)]
        assert (each["band"] is None) == (name in frontier.shifts)
    assert [text for _, text in course["xTicks"]] == ["0", "0.2", "0.4", "0.6", "0.8", "1"]
    assert [course["x"][i] for i in (0, -1)] == course["ends"]


def test_a_set_without_images_is_no_line_along_alpha(run: Run):
    frontier = run.frontier()
    nothing = np.full(len(frontier.alphas), np.nan)
    emptied = replace(frontier, accuracy={**frontier.accuracy, "fog": nothing})
    course = along(emptied, dict.fromkeys(frontier.shifts, "black"))
    titles = [each["title"] for each in course["lines"]]
    assert "Fog" not in titles
    assert "Mean of 7 shifts" not in titles
    assert len(titles) == 7


def test_the_line_of_equal_accuracy_is_there_where_it_is_in_range(run: Run):
    assert live_data(view_of(run))["plane"]["equal"] is None
    frontier = run.frontier()
    same = dict.fromkeys(frontier.shifts, frontier.accuracy["day"])
    equal = replace(frontier, accuracy={**frontier.accuracy, **same})
    (x0, x1), (y0, y1) = live_data(view_of(run, frontier=equal))["plane"]["equal"]
    assert (x0, x1) == pytest.approx((y0, y1), abs=1)


def test_the_output_ensemble_is_drawn_where_it_is_known(run: Run):
    assert live_data(view_of(run))["plane"]["lines"] == []
    plane = results.live(run, MEAN, "logit")["plane"]
    (line,) = plane["lines"]
    assert line["name"] == "outputs"
    assert line["y"]["at"][0] == plane["y"]["at"][0]
    assert line["y"]["at"] != plane["y"]["at"]
    mixed = run.frontier("outputs")
    assert printed(line["y"]["accuracy"]) == [bare_percent(each) for each in mixed.curve(MEAN)]
    assert printed(line["x"]["from"]) == [bare_percent(low) for low, _ in mixed.bounds("day")]


def test_the_worst_shift_says_which_it_is_at_every_alpha(state_folder: Path):
    sets = [
        SETS[0],
        replace(SETS[1], accuracy={0: 80, 1: 40}, count=1000),
        replace(SETS[2], accuracy={0: 70, 1: 60}, count=500),
    ]
    view = view_of(write_run(state_folder, sets=sets, alphas=[0, 0.25, 0.5, 1]), y=WORST)
    data = live_data(view)
    worst = ["Fog", "Fog", "Night", "Night"]
    assert data["plane"]["y"]["which"] == worst
    assert data["plane"]["y"]["count"] == [500, 500, 1000, 1000]
    assert data["plane"]["x"]["which"] == ""
    assert rows_of(data)[WORST]["note"] == [f"of 2 shifts: {title}" for title in worst]
    ends = [plain(sentence(view, alpha)).replace("\u2009", " ") for alpha in (0, 1)]
    assert ends[0].endswith("70.0 % of Fog images, the worst of 2 shifts (30.0 pp more).")
    assert ends[1].endswith("40.0 % of Night images, the worst of 2 shifts (30.0 pp less).")


def test_other_runs_are_lines_on_the_same_axes(run: Run, other: Run):
    plane = live_data(view_of(run, lines=[line_of(other)]))["plane"]
    alone = live_data(view_of(run))["plane"]
    (line,) = plane["lines"]
    assert line["alphas"] == other.frontier().alphas.tolist()
    assert line["exact"] == [0, 1, 2]
    for side, name in (("x", "day"), ("y", MEAN)):
        both = [(run.frontier(), plane[side]), (other.frontier(), line[side])]
        shares = np.concatenate([position(f.curve(name), 202, "logit") for f, _ in both])
        at = np.concatenate([places["at"] for _, places in both])
        slope, start = np.polyfit(shares, at, 1)
        assert np.abs(slope * shares + start - at).max() < 1
        assert at.min() > 0
        assert at.max() < 10_000
        assert plane[side]["accuracy"] == alone[side]["accuracy"]
    assert plane["y"]["at"] != alone["y"]["at"]


def test_lines_without_images_are_left_out(run: Run, other: Run):
    frontier = other.frontier()
    accuracy = {**frontier.accuracy, "fog": np.full(len(frontier.alphas), np.nan)}
    line = replace(line_of(other), frontier=replace(frontier, accuracy=accuracy))
    assert live_data(view_of(run, lines=[line], y="fog"))["plane"]["lines"] == []
    assert len(live_data(view_of(run, lines=[line], y="night"))["plane"]["lines"]) == 1


def test_it_is_small_and_the_same_every_time(run: Run):
    first = json.dumps(results.live(run, MEAN, "logit"), allow_nan=False)
    more = json.dumps(results.live(run, MEAN, "logit", [run, run]), allow_nan=False)
    again = live_data(view_of(Run(run.record, run.store, run.folder)))
    assert len(first) < 75_000
    assert len(more) - len(first) < 2 * 6_000
    assert json.dumps(again) == json.dumps(live_data(view_of(run)))


def test_a_set_without_images_is_not_drawn(run: Run):
    frontier = run.frontier()
    nothing = np.full(len(frontier.alphas), np.nan)
    empty = replace(
        frontier,
        accuracy={**frontier.accuracy, "fog": nothing},
        count={**frontier.count, "fog": 0},
    )
    data = live_data(view_of(run, frontier=empty, y="fog"))
    json.dumps(data, allow_nan=False)
    assert data["plane"] is None
    assert data["missing"] == "One of these sets has no images to draw."
    assert rows_of(data)["fog"]["accuracy"] == [None] * len(nothing)
    assert "fog" not in dict(data["multiples"]["sets"])


@pytest.mark.parametrize(("number", "titles"), [(1, 0), (2, 1), (3, 4)])
def test_one_shift_needs_no_summary(state_folder: Path, number: int, titles: int):
    run = write_run(state_folder, sets=SETS[:number], scale=SMALL, alphas=[0, 1])
    assert len(shift_titles(run.frontier())) == titles
    assert (live_data(view_of(run, y="night"))["multiples"] is None) == (number < 3)


def test_names_travel_as_they_are(state_folder: Path):
    run = write_run(state_folder, sets=ODD_NAMES, class_names=("a", "b", "c"), alphas=[0, 1])
    rows = rows_of(live_data(view_of(run, y="@fog")))
    assert rows["=day"]["title"] == "<b>Day</b> & ‘night’"


def test_every_rule_has_a_flag_and_says_how_it_chose(run: Run):
    names = rule_names(DEFAULTS, run.frontier())
    assert list(names) == list(RULES)
    found = flags(all_rulings(evidence_of(run)))
    assert [flag.name for flag in found] == list(names.values())
    tested = {flag.name for flag in found if flag.tested}
    assert tested == {"largest gain within 1\u2009pp", "best mean shift", "best of both"}
    assert all(f"lpha {flag.alpha:.2f}" in flag.note for flag in found)
    assert all(("test image" in flag.note) for flag in found if flag.tested)


def test_rules_that_cannot_be_used_have_no_flag(state_folder: Path):
    run = write_run(state_folder, sets=SETS[:1], scale=SMALL, alphas=[0, 0.3, 1])
    assert [flag.name for flag in flags(all_rulings(evidence_of(run)))] == []


def test_nothing_is_sent_again_while_people_drag(open_page: Open, state_folder: Path):
    write_run(state_folder, scale=SMALL)
    app = open_page()
    before = live_of(app)
    for alpha in (0.3, 0.45, 0.3):
        wish(app, alpha=alpha)
        assert alpha_of(app) == alpha
        assert live_of(app) == before


def test_the_slider_is_moved_where_the_url_says_otherwise(open_page: Open, state_folder: Path):
    write_run(state_folder, scale=SMALL)
    app = open_page(alpha="0.3")
    first = live_of(app)
    assert first is not None
    assert first["move"] == {"count": 1, "alpha": 0.3}
    wish(app, alpha=0.6)
    app.query_params["alpha"] = "0.3"
    app.run()
    moved = live_of(app)
    assert moved is not None
    assert moved["move"] == {"count": 2, "alpha": 0.3}
    assert moved["view"] == first["view"]
    assert finding_of(app).startswith("At alpha 0.30")


def test_it_is_put_where_it_was_when_the_page_is_opened_again(open_page: Open, state_folder: Path):
    write_run(state_folder, scale=SMALL)
    app = wish(open_page(alpha="0.3"), alpha=0.6)
    app.switch_page("explore/classes.py").run()
    app.switch_page("explore/frontier.py").run()
    live = live_of(app)
    assert live is not None
    assert live["move"]["alpha"] == 0.6


def test_every_script_is_part_of_the_component():
    folder = Path(component.__file__).parent / "js"
    assert sorted(component._SCRIPTS) == sorted(path.stem for path in folder.glob("*.js"))
