from __future__ import annotations

import io
import json
from pathlib import Path

import pandas as pd
import pytest

from tests.runs import ODD_CLASSES, write_run
from wiseft.cli import main
from wiseft.marks import Mark, put_mark
from wiseft.workspace import Workspace

HERE = ["errors", "signs-made-up", "--set", "night", "--alpha", "0.5"]


@pytest.fixture(autouse=True)
def run(state_folder: Path):
    return write_run(state_folder, scale=0.1)


def test_json_has_the_classes_and_the_confusions(capsys: pytest.CaptureFixture[str], run):
    assert main([*HERE, "--against", "0", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    classes = run.per_class("night", 0.5, 0)
    assert [each["class"] for each in found["classes"]] == classes["class"].tolist()
    assert [each["correct"] for each in found["classes"]] == classes["correct"].tolist()
    assert len(found["confusions"]) == len(run.confusions("night", 0.5, 0))


def test_csv_has_a_line_a_class(capsys: pytest.CaptureFixture[str], run):
    assert main([*HERE, "--csv"]) == 0
    found = pd.read_csv(io.StringIO(capsys.readouterr().out))
    expected = run.per_class("night", 0.5)
    assert found["class"].tolist() == expected["class"].tolist()
    assert found["fixed"].tolist() == expected["fixed"].tolist()


def test_people_read_the_largest_gain_first(capsys: pytest.CaptureFixture[str], run):
    assert main(HERE) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("Run signs-made-up, night, alpha 0.50 against alpha 1.00;")
    table = run.per_class("night", 0.5)
    best = table.sort_values("accuracy_change", ascending=False, kind="stable").iloc[0]
    assert lines[2].startswith(best["class"])


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["errors", "signs-made-up", "--set", "moon", "--alpha", "0.5"], "no set named 'moon'"),
        (["errors", "nothing", "--set", "night", "--alpha", "0.5"], "no run named 'nothing'"),
        ([*HERE[:-1], "0.123"], "has not been evaluated at alpha 0.123"),
        ([*HERE[:-1], "nan"], "not a number"),
        ([*HERE, "--against", "7"], "has not been evaluated at alpha 7"),
        ([*HERE, "--csv", "--json"], "Choose one"),
    ],
)
def test_bad_input_is_one_sentence(
    capsys: pytest.CaptureFixture[str], arguments: list[str], problem: str
):
    assert main(arguments) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert problem in printed.err
    assert len(printed.err.splitlines()) == 1


def test_a_class_called_like_a_formula_is_none_in_a_spreadsheet(
    state_folder: Path, capsys: pytest.CaptureFixture[str]
):
    write_run(state_folder, name="odd", class_names=ODD_CLASSES, scale=0.1)
    assert main(["errors", "odd", *HERE[2:], "--csv"]) == 0
    found = pd.read_csv(io.StringIO(capsys.readouterr().out))
    assert "'=1+1" in found["class"].tolist()


def test_marked_images_are_left_out_where_it_is_asked(
    state_folder: Path, capsys: pytest.CaptureFixture[str], run
):
    put_mark(Workspace(), run.name, Mark("night", "night, image 2", "wrong label"))
    assert main([*HERE, "--without-marked", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["left_out"] == 1
    assert sum(each["count"] for each in found["classes"]) == len(run.path("night")) - 1
    assert main([*HERE, "--without-marked"]) == 0
    assert "; 1 marked image left out;" in capsys.readouterr().out.splitlines()[0]
