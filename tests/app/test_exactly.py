"""Alphas evaluated on request from the Frontier page."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.app.conftest import Open
from tests.app.jobs import ended, running
from tests.app.pages import live_of, shown
from tests.runs import write_run
from wiseft.app.results import can_evaluate
from wiseft.jobs import Job, Ledger
from wiseft.progress import Progress
from wiseft.runs import Run
from wiseft.workspace import Workspace

pytestmark = pytest.mark.usefixtures("no_workers")


@pytest.fixture
def run(state_folder: Path) -> Run:
    """A made-up run whose alphas between the nodes are interpolated, and its two checkpoints."""
    made = write_run(state_folder, alphas=(0.0, 0.5, 1.0), interpolated=(0.25, 0.75), scale=0.1)
    for path in (made.zeroshot, made.finetuned):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return made


def ask(app: AppTest, alpha: float) -> Job:
    """Press "Evaluate it exactly", as the browser reports it."""
    app.session_state["live"] = {"exact": alpha}
    app.run()
    app.session_state["live"] = {}
    return Ledger(Workspace().jobs).jobs()[0]


def test_it_becomes_a_job_that_goes_before_others(open_page: Open, run: Run):
    app = open_page(alpha="0.25")
    job = ask(app, 0.25)
    request = job.request
    assert (request.task, request.interactive) == ("evaluate", True)
    assert request.arguments == {"run": run.name, "alpha": 0.25}
    assert f"{run.record.title} at alpha 0.25: waiting for the device" in shown(app)


def test_its_progress_is_shown_until_it_is_done(open_page: Open, run: Run):
    app = open_page(alpha="0.25")
    job = ask(app, 0.25)
    running(Progress("evaluating fog at alpha 0.25", 40, 90)).write(job.folder)
    assert "evaluating fog at alpha 0.25, 40 of 90" in shown(app.run())
    ended("done", result={"run": run.name, "alpha": 0.25}).write(job.folder)
    app.run()
    assert "fog, 40 of 90" not in shown(app)
    assert "Cancel" not in [button.label for button in app.button]


def test_it_can_be_cancelled(open_page: Open, run: Run):
    app = open_page(alpha="0.25")
    job = ask(app, 0.25)
    app.button(key=f"cancel-{job.id}").click().run()
    assert job.status == "cancelled"
    assert "waiting for the device" not in shown(app)


def test_two_can_be_asked_for(open_page: Open, run: Run):
    app = open_page(alpha="0.25")
    ask(app, 0.25)
    ask(app, 0.75)
    assert "alpha 0.25: waiting" in shown(app)
    assert "alpha 0.75: waiting" in shown(app)


def test_why_it_failed_is_a_sentence_that_can_be_put_away(open_page: Open, run: Run):
    app = open_page(alpha="0.25")
    job = ask(app, 0.25)
    ended("failed", message="The images have changed.").write(job.folder)
    assert "Alpha 0.25 was not evaluated: The images have changed." in shown(app.run())
    app.button(key=f"dismiss-{job.id}").click().run()
    assert "The images have changed." not in shown(app)


def test_without_its_checkpoints_a_run_can_only_be_shown(open_page: Open, run: Run):
    assert can_evaluate(run)
    run.finetuned.unlink()
    assert not can_evaluate(run)
    app = open_page(alpha="0.25")
    app.session_state["live"] = {"exact": 0.25}
    app.run()
    assert "a checkpoint of the run" in shown(app)


def test_read_only_it_is_not_offered(open_page: Open, run: Run, monkeypatch: pytest.MonkeyPatch):
    offered = live_of(open_page(alpha="0.25"))
    monkeypatch.setenv("WISEFT_READ_ONLY", "1")
    refused = live_of(open_page(alpha="0.25"))
    assert offered is not None
    assert refused is not None
    assert offered["view"]["evaluable"]
    assert not refused["view"]["evaluable"]
