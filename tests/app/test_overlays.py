"""Other runs over the one that is shown on the Frontier page."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.app.conftest import Open
from tests.app.pages import live_of, shown
from tests.runs import SUBSET, write_run

SMALL = 0.1
"""Images of a made-up run, against the full one."""


def lines_of(app: AppTest) -> list[str]:
    """The names of the lines beside the run."""
    live = live_of(app)
    assert live is not None
    return [line["name"] for line in live["view"]["plane"]["lines"]]


def write_comparable(root: Path, *names: str) -> None:
    """Runs of different models that were measured on the same images."""
    for seed, name in enumerate(names):
        write_run(root, name=name, title=f"The run {name}", scale=SMALL, seed=seed)


def test_other_runs_are_drawn_over_the_one_that_is_shown(open_page: Open, state_folder: Path):
    write_comparable(state_folder, "one", "two", "three")
    write_run(state_folder, name="subset", sets=SUBSET, scale=SMALL)
    app = open_page(run="one", **{"with": "three,two"})
    assert lines_of(app) == ["run three", "run two"]
    chosen = app.multiselect(key="frontier-with")
    assert chosen.value == ["three", "two"]
    assert sorted(chosen.options) == ["The run three", "The run two"]
    chosen.set_value(["two"]).run()
    assert lines_of(app) == ["run two"]
    assert app.query_params["with"] == "two"
    app.multiselect(key="frontier-with").set_value([]).run()
    assert lines_of(app) == []
    assert "with" not in app.query_params


def test_other_runs_stay_until_another_run_is_shown(open_page: Open, state_folder: Path):
    write_comparable(state_folder, "one", "two")
    app = open_page(run="one", **{"with": "two"})
    app.query_params.clear()
    app.switch_page("explore/classes.py").run()
    app.query_params.clear()
    app.switch_page("explore/frontier.py").run()
    assert lines_of(app) == ["run two"]
    app.selectbox(key="frontier-run").set_value("two").run()
    assert lines_of(app) == []
    assert "with" not in app.query_params


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ("moon", "There is no run named 'moon'. Known: "),
        ("one", "“one” is the run that is shown: choose another to compare it with."),
        ("subset", "“subset” is not compared with “one”: they were not measured on the same"),
        ("empty", "'empty' has no finished evaluations yet"),
    ],
)
def test_runs_that_cannot_be_compared_are_refused_with_a_reason(
    open_page: Open, state_folder: Path, asked: str, reason: str
):
    write_comparable(state_folder, "one", "two")
    write_run(state_folder, name="subset", sets=SUBSET, scale=SMALL)
    write_run(state_folder, name="empty", scale=SMALL, alphas=(), seed=9)
    app = open_page(run="one", **{"with": f"{asked},two"})
    assert lines_of(app) == ["run two"]
    assert reason in shown(app)


def test_only_so_many_runs_can_be_told_apart(open_page: Open, state_folder: Path):
    others = [f"run-{number}" for number in range(7)]
    write_comparable(state_folder, "one", *others)
    app = open_page(run="one", **{"with": ",".join(others)})
    assert lines_of(app) == [f"run {name}" for name in others[:6]]
    assert "“run-6” is left out: at most 6 runs are drawn over another." in shown(app)
    live = live_of(app)
    assert live is not None
    looks = {(line["colour"], line["dashed"]) for line in live["view"]["plane"]["lines"]}
    assert len(looks) == 6


def test_there_is_nothing_to_compare_a_single_run_with(open_page: Open, state_folder: Path):
    write_run(state_folder, scale=SMALL)
    assert not open_page().multiselect
