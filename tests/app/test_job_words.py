"""Jobs in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.app.jobs import AT_STEP_30, ended, running, steps
from wiseft.app.job_words import ago, headline, seconds_left, share_done, stage, who
from wiseft.jobs import Request, State

REQUEST = Request("finetune", title="Zoo", by="me")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "just now"),
        (59, "just now"),
        (60, "1 min ago"),
        (3599, "59 min ago"),
        (3600, "1 h ago"),
        (86_400, "1 day ago"),
        (200_000, "2 days ago"),
    ],
)
def test_how_long_ago(seconds: float, words: str):
    assert ago(seconds) == words


@pytest.mark.parametrize(
    ("by", "words"),
    [
        ("me", "this browser"),
        ("else", "another browser"),
        ("cli", "the command line"),
        ("notebook", "a notebook"),
    ],
)
def test_who_asked(by: str, words: str):
    assert who(Request("finetune", by=by), "me") == words


def test_time_left_follows_the_pace_of_this_attempt():
    state = running()
    assert state.started is not None
    rows = steps([1.0] * 10, 80, state.started)
    # A step a second: 50 of 80 are left. What an earlier attempt did at another pace is left out.
    assert seconds_left(state, rows) == pytest.approx(50)
    earlier = [{**rows[0], "time": state.started - 9000}]
    assert seconds_left(state, [*earlier, *rows]) == pytest.approx(50)


def test_time_left_is_not_known_without_two_measurements_of_this_stage():
    state = running()
    assert state.started is not None
    rows = steps([1.0, 1.0], 80, state.started)
    assert seconds_left(state, rows[:1]) is None
    assert seconds_left(state, [{**row, "total": 7} for row in rows]) is None
    assert seconds_left(ended("done", progress=AT_STEP_30), rows) is None
    assert seconds_left(running(None), rows) is None


def test_the_share_that_is_done():
    assert share_done(running()) == 30 / 80
    assert share_done(running(None)) is None
    assert share_done(running(replace(AT_STEP_30, total=0))) is None
    assert share_done(ended("done")) == 1
    assert share_done(ended("failed", progress=AT_STEP_30)) == 30 / 80


def test_steps_are_called_steps_and_images_are_not():
    assert stage(AT_STEP_30) == "epoch 2 of 4, step 30 of 80"
    assert stage(replace(AT_STEP_30, stage="reading", values={}, total=1200)) == (
        "reading, 30 of 1,200"
    )


@pytest.mark.parametrize(
    ("state", "left", "before", "words"),
    [
        (State(), None, 0, "Zoo is next"),
        (State(), None, 1, "Zoo waits for 1 job"),
        (State(), None, 3, "Zoo waits for 3 jobs"),
        (running(None), None, 0, "Zoo: getting ready"),
        (running(), None, 0, "Zoo: epoch 2 of 4"),
        (running(), 75.0, 0, "Zoo: epoch 2 of 4, 1 min 15 s left"),
        (ended("done"), None, 0, "Zoo is done, in 1 min 40 s"),
        (ended("failed"), None, 0, "Zoo failed"),
        (ended("cancelled"), None, 0, "Zoo was cancelled"),
        (ended("interrupted"), None, 0, "Zoo was interrupted"),
    ],
)
def test_the_headline(state: State, left: float | None, before: int, words: str):
    assert headline(REQUEST, state, left, before, cancelling=False) == words


def test_a_job_that_is_to_stop_says_so():
    assert headline(REQUEST, running(), 9.0, 0, cancelling=True) == "Zoo is being cancelled"
