"""Choosing alpha, and comparing two of them, on the Frontier page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.app.conftest import Open
from tests.app.pages import finding_of, html_of, live_of, shown, table_of, text_of
from tests.runs import SETS, write_run
from wiseft.app.rulings import all_rulings
from wiseft.evidence import against
from wiseft.frontier import MEAN
from wiseft.runs import Run
from wiseft.text import THIN, points

SMALL = 0.1


def lines_of(app: AppTest) -> dict[str, str]:
    """The text of every rule that can be used, by its name and what follows it."""
    found = re.findall(r'<div class="rule"><div><h3>.*?</div>.*?</div>', html_of(app), re.DOTALL)
    return {text_of(line.partition("<small>")[0]): text_of(line) for line in found}


def alphas_of(app: AppTest) -> list[float]:
    """What the rules choose, in their order."""
    return [float(each) for each in re.findall(r'<p class="chosen">(.*?)</p>', html_of(app))]


def test_there_is_a_line_for_every_rule_with_the_accuracies_there(open_page: Open, run: Run):
    evidence = run.evidence()
    app = open_page()
    lines = list(lines_of(app).values())
    rulings = all_rulings(evidence)
    assert len(lines) == len(rulings)
    assert alphas_of(app) == [each.choice.alpha for each in rulings if each.choice]
    for line, ruling in zip(lines, rulings, strict=True):
        assert ruling.choice
        at = evidence.frontier.index(ruling.choice.alpha)
        assert text_of(ruling.words) in line
        assert text_of(ruling.choice.sentence) in line
        for name, title in (("day", "In distribution"), (MEAN, "Mean of 7 shifts")):
            value = 100 * evidence.frontier.curve(name)[at]
            low, high = 100 * evidence.frontier.bounds(name)[at]
            assert f"{title}: {value:.1f}{low:.1f}–{high:.1f}" in line


def test_the_controls_change_the_choices_the_url_and_the_flags(open_page: Open, run: Run):
    app = open_page()
    before = alphas_of(app)
    app.number_input(key="frontier-loss").set_value(5.0).run()
    assert app.query_params["loss"] == "5"
    assert "Within 5 pp of fine-tuned" in lines_of(app)
    assert alphas_of(app)[2] < before[2]
    app.selectbox(key="frontier-on").set_value("sketch").run()
    assert app.query_params["on"] == "sketch"
    assert alphas_of(app)[4] == 0
    live = live_of(app)
    assert live is not None
    flags = {each["name"]: live["view"]["alphas"][each["at"]] for each in live["view"]["flags"]}
    assert flags["best on Sketch"] == 0
    assert flags[f"within 5{THIN}pp of fine-tuned"] == alphas_of(app)[2]


def test_the_default_leaves_the_url(open_page: Open, run: Run):
    app = open_page(loss="5", on="fog")
    app.number_input(key="frontier-loss").set_value(1.0).run()
    app.selectbox(key="frontier-on").set_value(MEAN).run()
    assert not {"loss", "on", "weights", "versus"} & app.query_params.keys()


def test_the_weights_are_edited_set_by_set(open_page: Open, run: Run):
    app = open_page()
    app.number_input(key="frontier-weight of day").set_value(0.0).run()
    assert app.query_params["weights"] == f"{MEAN}:1"
    app.number_input(key=f"frontier-weight of {MEAN}").set_value(0.0).run()
    assert "must be 0 or more, and one of them above 0" in shown(app)
    app.number_input(key="frontier-weight of sketch").set_value(2.0).run()
    app.number_input(key="frontier-weight of day").set_value(0.0).run()
    app.number_input(key=f"frontier-weight of {MEAN}").set_value(0.0).run()
    assert app.query_params["weights"] == "sketch:2"
    assert alphas_of(app)[5] == 0
    [reset] = [each for each in app.button if each.label == "As in the paper"]
    reset.click().run()
    assert "weights" not in app.query_params
    assert "Best of both" in lines_of(app)


@pytest.mark.parametrize(
    ("query", "note"),
    [
        ({"loss": "11"}, "the allowed loss “11”, not a number from 0 to 10; this is 1."),
        ({"loss": "-1"}, "not a number from 0 to 10"),
        ({"loss": "nan"}, "not a number from 0 to 10"),
        ({"loss": "a lot"}, "not a number from 0 to 10"),
        ({"on": "moon"}, "the shift to be best on “moon”, which is not there"),
        ({"weights": "moon:1"}, "There is no set named 'moon'"),
        ({"weights": "day"}, "“day” are left aside. 'day' is not a list of weights"),
        ({"weights": "day:-1,night:1"}, "Weights must be 0 or more"),
        ({"versus": "<b>"}, "compares with alpha “<b>”, not a number; nothing is compared."),
        ({"versus": "0.52"}, "Alpha 0.52 is not known; this is the nearest that is, 0.50."),
    ],
)
def test_nonsense_in_a_link_is_noted_and_the_default_stands(
    open_page: Open, run: Run, query: dict[str, str], note: str
):
    app = open_page(**query)
    assert note in shown(app)
    assert alphas_of(app) == [
        each.choice.alpha for each in all_rulings(run.evidence()) if each.choice
    ]


def test_go_there_moves_the_slider(open_page: Open, run: Run):
    app = open_page()
    assert app.button(key="go-within_loss").label == "you are here"
    app.button(key="go-half").click().run()
    assert finding_of(app).startswith("At alpha 0.50")
    assert app.query_params["alpha"] == "0.5"
    assert app.button(key="go-half").disabled


def test_the_settings_stay_when_the_page_changes(open_page: Open, run: Run):
    app = open_page(loss="5", versus="0.5")
    for page in ("classes", "frontier"):
        app.query_params.clear()
        app.switch_page(f"explore/{page}.py").run()
    assert (app.query_params["loss"], app.query_params["versus"]) == ("5", "0.5")
    assert "Within 5 pp of fine-tuned" in lines_of(app)


def test_going_back_to_a_link_without_settings_is_going_back_to_the_default(
    open_page: Open, run: Run
):
    app = open_page()
    app.number_input(key="frontier-loss").set_value(5.0).run()
    del app.query_params["loss"]
    assert "Within 1 pp of fine-tuned" in lines_of(app.run())


def test_sets_of_one_run_are_not_asked_of_another(open_page: Open, state_folder: Path, run: Run):
    write_run(state_folder, name="day and fog", sets=[SETS[0], SETS[2]], scale=SMALL)
    app = open_page(run="signs-made-up", on="night", weights="night:1", loss="2")
    app.selectbox(key="frontier-run").set_value("day and fog").run()
    assert "night" not in shown(app)
    assert app.query_params["loss"] == "2"


def test_a_run_without_shifts_says_which_rules_it_cannot_use(open_page: Open, state_folder: Path):
    write_run(state_folder, sets=SETS[:1], scale=SMALL)
    app = open_page()
    assert list(lines_of(app)) == ["Half-way"]
    assert "Best in distribution: Run 'signs-made-up' has no validation images" in shown(app)
    assert "Best mean shift: Run 'signs-made-up' has no shifts" in shown(app)


def test_another_alpha_is_compared_in_a_column_of_its_own(open_page: Open, run: Run):
    app = open_page(alpha="0.7")
    without = table_of(app, "numbers")
    app.number_input(key="frontier-versus").set_value(0.5).run()
    assert app.query_params["versus"] == "0.5"
    assert "Against alpha 0.50, pp" in shown(app)
    differences = against(run.evidence(), 0.7, 0.5)
    rows = {row[0].split()[0]: row for row in table_of(app, "numbers")}
    assert len(rows["Night"]) == len(without[0]) + 1
    for title, name in (("Daylight", "day"), ("Night", "night"), ("Mean", MEAN)):
        assert rows[title][-3].startswith(points(differences[name].value))
    for name, where in (("day", "in distribution"), (MEAN, "under shift")):
        noise = "more than" if differences[name].clear else "within"
        assert f"to alpha 0.50 {where} is {noise} noise." in shown(app)
    app.number_input(key="frontier-versus").set_value(None).run()
    assert "versus" not in app.query_params
    assert table_of(app, "numbers") == without


def test_an_alpha_is_not_compared_with_itself(open_page: Open, run: Run):
    assert "Alpha 0.70 is where the slider stands" in shown(open_page(alpha="0.7", versus="0.7"))


def test_one_alpha_has_nothing_to_be_compared_with(open_page: Open, state_folder: Path):
    write_run(state_folder, alphas=[1.0], scale=SMALL)
    assert not [each for each in open_page().number_input if each.key == "frontier-versus"]
