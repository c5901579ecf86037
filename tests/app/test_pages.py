"""The Frontier page and what all pages share, from the URL to what is shown, without a browser."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.app.conftest import ROOT, Open
from tests.app.pages import finding_of, html_of, live_of, shown, table_of, wish
from tests.runs import ODD_CLASSES, ODD_NAMES, SETS, SKIPPED, SUBSET, write_run
from wiseft.frontier import MEAN, WORST

SMALL = 0.1
"""Images of a made-up run, against the full one."""

DAY, NIGHT = SETS[0], SETS[1]


def test_it_opens_on_the_newest_run_with_its_finding(open_page: Open, state_folder: Path):
    write_run(state_folder)
    app = open_page()
    assert finding_of(app) == (
        "At alpha 0.70 this model is correct on 96.6 % of Daylight images "
        "(0.7 pp less than fine-tuned) and on 74.9 % under shift (6.4 pp more)."
    )
    assert "reference Daylight 2,016 images 7 shifts of 1,512 24 classes" in shown(app)
    assert "the smallest that loses at most 1 pp against fine-tuned on 1,512 v" in shown(app)


@pytest.mark.parametrize("alpha", [0.0, 0.7, 1.0])
def test_the_numbers_are_those_of_the_frontier(open_page: Open, state_folder: Path, alpha: float):
    frontier = write_run(state_folder, scale=SMALL).frontier()
    rows = table_of(open_page(alpha=f"{alpha:g}"), "numbers")
    names = ["day", MEAN, WORST, *frontier.shifts, "held"]
    assert len(rows) == len(names)
    for name, row in zip(names, rows, strict=True):
        curve = frontier.curve(name)
        accuracies = (curve[0], curve[frontier.index(alpha)], curve[-1], curve.max())
        printed = (row[2], row[3], row[4], row[7])
        assert printed == tuple(f"{100 * each:.1f}" for each in accuracies), name
        assert float(row[8]) == frontier.alphas[curve.argmax()]
    assert rows[0][1] == "202"


def test_what_identifies_the_view_stands_in_the_url(open_page: Open, state_folder: Path):
    write_run(state_folder, scale=SMALL)
    assert open_page().query_params == {
        "run": "signs-made-up",
        "alpha": "0.7",
        "y": MEAN,
        "axes": "logit",
    }
    assert open_page("classes").query_params == {
        "run": "signs-made-up",
        "alpha": "0.7",
        "set": "night",
        "metric": "accuracy",
        "order": "change",
        "matrix": "difference",
        "standing": "clustered",
    }


def test_a_link_opens_the_same_view(open_page: Open, state_folder: Path):
    write_run(state_folder, scale=SMALL)
    write_run(state_folder, name="newer", scale=SMALL, seed=1)
    app = open_page(run="signs-made-up", alpha="0.25", y="fog", axes="probit")
    assert finding_of(app).startswith("At alpha 0.25")
    assert "of Fog images" in finding_of(app)
    assert app.selectbox(key="frontier-run").value == "signs-made-up"
    live = live_of(app)
    assert live is not None
    assert live["view"]["y"]["chosen"] == "fog"
    assert live["view"]["axes"]["chosen"] == "probit"


def test_what_is_chosen_in_the_live_part_changes_the_table_and_the_url(
    open_page: Open, state_folder: Path
):
    write_run(state_folder, scale=SMALL)
    app = wish(open_page(), alpha=0.25)
    assert finding_of(app).startswith("At alpha 0.25")
    assert app.query_params["alpha"] == "0.25"
    assert "At α 0.25" in html_of(app)
    wish(app, y="fog", axes="linear")
    assert app.query_params["y"] == "fog"
    assert app.query_params["axes"] == "linear"
    assert "of Fog images" in finding_of(app)


def test_the_worst_shift_can_be_linked_to(open_page: Open, state_folder: Path):
    write_run(state_folder, scale=SMALL)
    app = open_page(y="worst")
    assert app.query_params["y"] == "worst"
    assert "of Worn images, the worst of 7 shifts (" in finding_of(app)
    assert "Worst of 7 shifts: Worn" in shown(app)
    wish(app, y=MEAN)
    assert "under shift" in finding_of(app)


def test_run_and_alpha_stay_when_the_page_changes(open_page: Open, state_folder: Path):
    write_run(state_folder, scale=SMALL)
    write_run(state_folder, name="newer", scale=SMALL, seed=1)
    app = open_page(run="signs-made-up", alpha="0.3")
    app.query_params.clear()
    app.switch_page("explore/classes.py").run()
    assert app.query_params["run"] == "signs-made-up"
    assert "at alpha 0.30" in finding_of(app)
    app.query_params.clear()
    app.switch_page("explore/frontier.py").run()
    assert finding_of(app).startswith("At alpha 0.30")


def test_another_run_takes_the_alpha_along_but_no_set(open_page: Open, state_folder: Path):
    write_run(state_folder, name="subset", sets=SUBSET, scale=SMALL)
    write_run(state_folder, scale=SMALL)
    app = open_page(run="signs-made-up", alpha="0.2", y="worn")
    app.selectbox(key="frontier-run").set_value("subset").run()
    assert app.query_params == {"run": "subset", "alpha": "0.2", "y": MEAN, "axes": "logit"}
    assert "not there" not in shown(app)


def test_an_unknown_run_is_answered_with_those_that_exist(open_page: Open, state_folder: Path):
    write_run(state_folder, scale=SMALL)
    for page in ("frontier", "classes"):
        app = open_page(page, run="sings")
        assert "There is no run named 'sings'." in shown(app)
        assert "Known: signs-made-up" in shown(app)
    app.selectbox(key="classes-run").set_value("signs-made-up").run()
    assert "clearly" in finding_of(app)


@pytest.mark.parametrize(
    ("query", "note", "alpha"),
    [
        ({"alpha": "abc"}, "alpha “abc”, not a number; this is alpha 0.70", "0.70"),
        ({"alpha": "nan"}, "not a number", "0.70"),
        ({"alpha": "inf"}, "not a number", "0.70"),
        ({"alpha": ""}, "not a number", "0.70"),
        ({"alpha": "0.72"}, "Alpha 0.72 is not known", "0.70"),
        ({"alpha": "-3"}, "Alpha -3 is not known", "0.00"),
        ({"alpha": "1e300"}, "is not known", "1.00"),
        ({"y": "moon"}, "the shift “moon”, which is not there", "0.70"),
        ({"axes": "<b>"}, "the kind of axes “<b>”, which is not there", "0.70"),
    ],
)
def test_nonsense_in_a_link_is_noted(
    open_page: Open, state_folder: Path, query: dict[str, str], note: str, alpha: str
):
    write_run(state_folder, scale=SMALL)
    app = open_page(**query)
    assert note in shown(app)
    assert finding_of(app).startswith(f"At alpha {alpha}")


@pytest.mark.parametrize(
    "query", [{"set": "moon"}, {"metric": "me"}, {"order": "none"}, {"alpha": "x"}]
)
def test_nonsense_in_a_link_to_classes_is_noted(
    open_page: Open, state_folder: Path, query: dict[str, str]
):
    write_run(state_folder, scale=SMALL)
    assert "The link asks for" in shown(open_page("classes", **query))


@pytest.mark.parametrize("page", ["frontier", "classes"])
def test_an_empty_workspace_says_what_to_do(open_page: Open, page: str):
    app = open_page(page)
    assert finding_of(app) == "There are no runs yet"
    assert "python -m wiseft sweep" in app.code[0].value


@pytest.mark.parametrize("page", ["frontier", "classes"])
def test_a_run_without_evaluations_says_so(open_page: Open, state_folder: Path, page: str):
    write_run(state_folder, scale=SMALL, alphas=())
    assert "has no finished evaluations yet" in shown(open_page(page))


@pytest.mark.parametrize("page", ["frontier", "classes"])
def test_a_damaged_record_leaves_the_others(open_page: Open, state_folder: Path, page: str):
    write_run(state_folder, scale=SMALL)
    (state_folder / "runs" / "damaged.json").write_text("{", "utf-8")
    assert "alpha" in finding_of(open_page(page))


def test_damaged_evaluations_are_a_sentence(open_page: Open, state_folder: Path):
    run = write_run(state_folder, scale=SMALL)
    for path in (state_folder / "evaluations").rglob("0.5000.safetensors"):
        path.write_bytes(b"damaged")
    assert run.record.name in shown(open_page())


def test_names_are_never_taken_for_mark_up(open_page: Open, state_folder: Path):
    write_run(state_folder, name="odd", title="<i>o</i>", sets=ODD_NAMES, class_names=ODD_CLASSES)
    app = open_page(y="a b/c?d=e&f#g")
    assert "<b>Day</b> & ‘night’ images" in finding_of(app)
    assert "*stars* $x$ :red[no] [link](x)" in finding_of(app)
    assert "<b>Day" not in html_of(app)


def test_a_shift_with_some_classes_stands_beside_its_own_reference(
    open_page: Open, state_folder: Path
):
    run = write_run(state_folder, sets=SUBSET, scale=SMALL)
    frontier = run.frontier()
    app = open_page(alpha="0.5", y="sketch")
    matched = 100 * frontier.accuracy["day@sketch"][frontier.index(0.5)]
    assert f"correct on {matched:.1f} % of Daylight images of the same classes" in finding_of(app)
    assert f"Daylight, same classes: {matched:.1f} %" in shown(app)


def test_skipped_images_are_counted(open_page: Open, state_folder: Path):
    write_run(state_folder, sets=SKIPPED, scale=SMALL)
    assert "Daylight in distribution; 1 image skipped" in shown(open_page())
    assert "Night 2 images skipped" in shown(open_page())


def test_a_run_without_shifts_has_no_frontier_to_draw(open_page: Open, state_folder: Path):
    write_run(state_folder, sets=[DAY], scale=SMALL)
    app = open_page()
    assert finding_of(app).startswith("At alpha 0.50 this model is correct on")
    assert "under shift" not in finding_of(app)
    assert "no set under distribution shift" in shown(app)
    assert "Opens half-way" in shown(app)
    assert len(table_of(app, "numbers")) == 1


def test_one_shift_has_no_mean_beside_it(open_page: Open, state_folder: Path):
    write_run(state_folder, sets=[DAY, NIGHT], scale=SMALL)
    assert [row[0] for row in table_of(open_page(), "numbers")] == [
        "Daylight in distribution",
        "Night",
    ]


def test_without_the_ends_nothing_is_compared(open_page: Open, state_folder: Path):
    write_run(state_folder, alphas=[0.25, 0.5], scale=SMALL)
    app = open_page()
    assert finding_of(app).startswith("At alpha 0.50 this model is correct on")
    assert "fine-tuned" not in finding_of(app)
    assert "fine-tuned itself has not been evaluated" in shown(app)
    assert "α 0.50 is held" not in finding_of(open_page("classes"))


def test_one_alpha_needs_no_slider(open_page: Open, state_folder: Path):
    write_run(state_folder, alphas=[1.0], scale=SMALL)
    app = open_page()
    assert finding_of(app).startswith("At alpha 1.00, fine-tuned, this model")
    assert finding_of(open_page("classes")).startswith("Alpha 1.00 is held against itself")


def test_extrapolated_alphas_say_so(open_page: Open, state_folder: Path):
    write_run(state_folder, alphas=[-0.25, 0, 1, 1.5], scale=SMALL)
    assert finding_of(open_page(alpha="1.5")).startswith("At alpha 1.50, extrapolated, this")
    assert finding_of(open_page(alpha="-0.25")).startswith("At alpha −0.25, extrapolated, this")


def test_an_interpolated_alpha_is_never_shown_as_evaluated(open_page: Open, state_folder: Path):
    write_run(state_folder, alphas=[0, 0.5, 1], interpolated=[0.25, 0.75], scale=SMALL)
    app = open_page(alpha="0.25")
    assert finding_of(app).startswith("At alpha 0.25, interpolated, this model is correct on")
    assert "3 alphas evaluated, 2 interpolated: at" in shown(app)
    assert "no accuracy was off by more than" in shown(app)
    assert "interpolated: at" in shown(open_page("classes", alpha="0.25"))
    for page in ("frontier", "classes"):
        app = open_page(page, alpha="0.5")
        assert "interpolated" not in finding_of(app)
        assert "interpolated: at" not in shown(app)


def test_an_interpolated_alpha_that_is_evaluated_later_counts(open_page: Open, state_folder: Path):
    write_run(state_folder, alphas=[0, 0.5, 1], interpolated=[0.25], scale=SMALL)
    app = open_page(alpha="0.25")
    assert "interpolated" in finding_of(app)
    write_run(state_folder, alphas=[0.25], scale=SMALL)
    assert "interpolated" not in finding_of(app.run())


def test_a_new_evaluation_is_seen_and_the_old_ones_are_not_stale(
    open_page: Open, state_folder: Path
):
    write_run(state_folder, scale=SMALL, alphas=[0, 0.5, 1])
    app = open_page()
    assert "3 alphas evaluated" in shown(app)
    write_run(state_folder, scale=SMALL, alphas=[0.7])
    assert "4 alphas evaluated" in shown(app.run())


def test_two_runs_of_one_name_are_not_confused(open_page: Open, state_folder: Path):
    write_run(state_folder, scale=SMALL, sets=[DAY, NIGHT])
    assert "78.1" in shown(open_page(alpha="0"))
    sets = [DAY, replace(NIGHT, accuracy={0: 10, 1: 20})]
    write_run(state_folder, scale=SMALL, sets=sets, seed=9)
    assert "78.1" not in shown(open_page(alpha="0"))


def test_every_page_file_stands_in_the_navigation():
    folder = ROOT / "pages"
    listed = (folder / "navigation.py").read_text("utf-8")
    pages = sorted(folder.glob("*/*.py"))
    assert pages
    assert not [page for page in pages if f'"{page.relative_to(folder).as_posix()}"' not in listed]


def test_showing_results_does_not_load_torch(state_folder: Path):
    write_run(state_folder, scale=SMALL)
    code = """
import sys
from streamlit.testing.v1 import AppTest
app = AppTest.from_file("pages/navigation.py", default_timeout=60).run()
assert not app.exception and app.get("bidi_component")
app.switch_page("explore/classes.py").run()
assert not app.exception and app.get("bidi_component")
print(sorted({"torch", "torchvision", "open_clip", "timm"} & set(sys.modules)))
"""
    found = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], cwd=ROOT, capture_output=True, text=True
    )
    assert found.stdout.strip() == "[]", found.stderr
