from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from tests.runs import write_run
from wiseft.cli import main
from wiseft.evidence import against
from wiseft.frontier import MEAN
from wiseft.rules import RULES, best_on_shift, half, weighted_mean, within_loss
from wiseft.runs import Run


@pytest.fixture
def run(state_folder: Path) -> Run:
    return write_run(state_folder, scale=0.1)


def choose(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert main(["frontier", "signs-made-up", *arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["frontier", "signs-made-up", *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    return captured.err


@pytest.mark.parametrize("rule", list(RULES))
def test_every_rule_can_be_asked(run: Run, rule: str, capsys: pytest.CaptureFixture[str]):
    found = choose(capsys, "--rule", rule)
    choice = RULES[rule](run.evidence())
    assert (found["rule"], found["alpha"], found["sentence"]) == (
        rule,
        choice.alpha,
        choice.sentence,
    )
    assert found["chosen_on"] == list(choice.chosen_on)
    assert (found["against"], found["difference"]) == (None, {})


def test_rules_are_given_what_they_take(run: Run, capsys: pytest.CaptureFixture[str]):
    evidence = run.evidence()
    found = choose(capsys, "--rule", "within_loss", "--loss", "3")
    assert found["alpha"] == within_loss(evidence, loss=0.03).alpha
    found = choose(capsys, "--rule", "best_on_shift", "--shift", "fog")
    assert found["alpha"] == best_on_shift(evidence, shift="fog").alpha
    assert found["uses_shifted_test_data"]
    found = choose(capsys, "--rule", "weighted_mean", "--weights", "day:1,sketch:2")
    choice = weighted_mean(evidence, weights={"day": 1, "sketch": 2})
    assert found["alpha"] == choice.alpha
    assert choice.optimism
    assert found["optimism"] == asdict(choice.optimism)


def test_what_is_measured_there_and_against_another_alpha(
    run: Run, capsys: pytest.CaptureFixture[str]
):
    frontier = run.frontier()
    found = choose(capsys, "--rule", "half", "--against", "1")
    at = frontier.index(half(run.evidence()).alpha)
    for name in (*frontier.accuracy, MEAN):
        low, high = frontier.bounds(name)[at]
        assert found["accuracy"][name] == {
            "value": frontier.curve(name)[at],
            "low": low,
            "high": high,
            "count": frontier.images(name)[at],
        }
    assert found["against"] == 1
    assert found["difference"] == {
        name: asdict(each) for name, each in against(run.evidence(), 0.5, 1).items()
    }


def test_people_read_the_sentence_a_table_and_what_is_noise(
    run: Run, capsys: pytest.CaptureFixture[str]
):
    assert main(["frontier", "signs-made-up", "--rule", "half", "--against", "0.7"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == half(run.evidence()).sentence
    assert lines[1].split("  ")[0] == "set"
    assert lines[1].rstrip().endswith("against 0.7, pp")
    rows = {line.split("  ")[0]: line for line in lines[2:-2]}
    assert rows.keys() == {*run.frontier().accuracy, MEAN}
    day = against(run.evidence(), 0.5, 0.7)["day"]
    assert f"{100 * run.frontier().accuracy['day'][10]:.1f}" in rows["day"]
    noise = "more than" if day.clear else "within"
    assert lines[-2].endswith(f"to alpha 0.70 in distribution is {noise} noise.")
    assert "under shift" in lines[-1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--rule", "haf"), "Did you mean 'half'?"),
        (("--rule", "half", "--loss", "1"), "The rule half takes no --loss"),
        (("--loss", "1"), "name a rule with --rule"),
        (("--against", "1"), "name a rule with --rule"),
        (("--rule", "within_loss", "--loss", "100"), "A loss is a fraction"),
        (("--rule", "best_on_shift", "--shift", "moon"), "no shift named 'moon'"),
        (("--rule", "weighted_mean", "--weights", "day"), "not a list of weights"),
        (("--rule", "weighted_mean", "--weights", "moon:1"), "no set named 'moon'"),
        (("--rule", "half", "--against", "0.123"), "Alpha 0.123"),
    ],
)
def test_bad_input_is_a_sentence(
    run: Run, arguments: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
):
    assert said in refused(capsys, *arguments)
