"""The Jobs page, on job folders that no worker has touched."""

from __future__ import annotations

import time
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import PageLink

from tests.app.conftest import Open
from tests.app.jobs import AT_STEP_30, ended, running, steps, write_job
from tests.app.pages import component_of, finding_of, html_of, shown, table_of
from tests.runs import write_run
from wiseft.jobs import State
from wiseft.text import percent

pytestmark = pytest.mark.usefixtures("no_workers")

SMALL = 0.1


def lines_of(app: AppTest) -> list[dict[str, object]]:
    """The lines of the table of jobs."""
    found = component_of(app, "wiseft_jobs")
    assert found is not None
    return found["lines"]


def labels_of(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def links_of(app: AppTest) -> dict[str, str]:
    """What links to pages say, and the values in their URLs."""
    found = {}
    for each in app.get("page_link"):
        assert isinstance(each, PageLink)
        found[each.proto.label] = each.proto.query_string
    return found


def test_an_empty_workspace_says_what_to_do(open_page: Open):
    app = open_page("jobs")
    assert finding_of(app) == "There are no jobs yet"
    assert links_of(app) == {"Fine-tune a model": ""}


def test_all_jobs_stand_in_the_table_newest_first(open_page: Open, state_folder: Path):
    write_job(state_folder, ended("done"), title="First", by="cli")
    write_job(state_folder, ended("failed", message="The disk is full."), title="Second")
    write_job(state_folder, running(), title="Third")
    write_job(state_folder, running(), title="Fourth", silent_for=60)
    write_job(state_folder, State(), title="Fifth", by="notebook")
    app = open_page("jobs")
    lines = lines_of(app)
    assert [(line["title"], line["state"], line["who"]) for line in lines] == [
        ("Fifth", "waiting", "a notebook"),
        ("Fourth", "interrupted", "another browser"),
        ("Third", "running", "another browser"),
        ("Second", "failed", "another browser"),
        ("First", "done", "the command line"),
    ]
    assert lines[2]["share"] == 30 / 80
    assert lines[2]["about"] == "epoch 2 of 4, step 30 of 80"
    assert lines[3]["about"] == "The disk is full."
    assert finding_of(app) == "1 job running, 1 waiting"


def test_nothing_running_is_said(open_page: Open, state_folder: Path):
    write_job(state_folder, ended("done"))
    assert finding_of(open_page("jobs")) == "Nothing is running; 1 job ended"


def test_a_line_that_is_clicked_opens_the_job(open_page: Open, state_folder: Path):
    job = write_job(state_folder, ended("done"))
    app = open_page("jobs")
    app.session_state["jobs"] = {"open": job.id}
    app.run()
    assert app.query_params["job"] == job.id


def test_a_damaged_job_leaves_the_others(open_page: Open, state_folder: Path):
    write_job(state_folder, ended("done"), title="First")
    damaged = write_job(state_folder, ended("done"))
    (damaged.folder / "state.json").write_text("{")
    assert [line["title"] for line in lines_of(open_page("jobs"))] == ["First"]


def test_an_unknown_job_is_noted(open_page: Open, state_folder: Path):
    write_job(state_folder, ended("done"))
    app = open_page("jobs", job="<b>gone</b>")
    assert "The link asks for the job “<b>gone</b>”, which is not there." in shown(app)
    assert len(lines_of(app)) == 1


def test_a_running_job_shows_how_far_it_is(open_page: Open, state_folder: Path):
    state = running(notes=("Batches were halved.",))
    assert state.started is not None
    history = steps([1.5] * 30, 80, state.started)
    job = write_job(state_folder, state, history=history)
    app = open_page("jobs", job=job.id)
    assert finding_of(app) == "Zoo, end-to-end: epoch 2 of 4, 50 s left"
    words = shown(app)
    assert "on cpu epoch 2 of 4, step 30 of 80 loss 1.25 learning rate 0.002 640 images/s" in words
    assert "Batches were halved." in words
    assert 'aria-valuenow="38"' in html_of(app)
    assert labels_of(app) == ["All jobs", "Cancel it"]
    assert len(app.get("plotly_chart")) == 2


def test_a_waiting_job_says_how_many_are_before_it(
    open_page: Open, state_folder: Path, no_workers: list[Path]
):
    now = time.time()
    write_job(state_folder, State(), submitted=now - 9)
    job = write_job(state_folder, State(), title="Second", submitted=now - 5)
    app = open_page("jobs", job=job.id)
    assert finding_of(app) == "Second waits for 1 job"
    assert no_workers == [state_folder]


def test_the_sentence_of_a_failed_job_stands_under_its_title(open_page: Open, state_folder: Path):
    sentence = "The loss is no longer finite; lower the learning rate."
    job = write_job(state_folder, ended("failed", message=sentence, progress=AT_STEP_30))
    app = open_page("jobs", job=job.id)
    html = html_of(app)
    assert html.index("Zoo, end-to-end failed") < html.index(sentence) < html.index("facts")
    assert labels_of(app) == ["All jobs", "Resume", "Delete it"]


def test_an_interrupted_job_can_be_resumed(
    open_page: Open, state_folder: Path, no_workers: list[Path]
):
    job = write_job(state_folder, running(), silent_for=60)
    app = open_page("jobs", job=job.id)
    assert finding_of(app) == "Zoo, end-to-end was interrupted"
    app.button(key="job-Resume").click().run()
    assert job.status == "queued"
    assert state_folder in no_workers
    assert finding_of(app) == "Zoo, end-to-end is next"


def test_a_job_that_is_done_leads_to_its_run(open_page: Open, state_folder: Path):
    write_run(state_folder, name="zoo", scale=SMALL)
    job = write_job(state_folder, ended("done", result={"run": "zoo"}))
    app = open_page("jobs", job=job.id)
    assert finding_of(app) == "Zoo, end-to-end is done, in 1 min 40 s"
    assert links_of(app) == {"Open its frontier": "run=zoo", "Again with …": f"again={job.id}"}


def test_the_checkpoint_of_every_epoch_leads_to_where_it_can_be_swept(
    open_page: Open, state_folder: Path, monkeypatch: pytest.MonkeyPatch
):
    accuracy = [{"stage": "epoch 1", "done": 1, "total": 2, "time": 0.0, "accuracy": 0.75}]
    job = write_job(state_folder, ended("cancelled"), history=accuracy)
    epochs = job.work / "epochs"
    epochs.mkdir(parents=True)
    for number in (1, 2):
        (epochs / f"epoch_{number}.safetensors").touch()
    links = links_of(open_page("jobs", job=job.id))
    first, second = (links[each] for each in (f"Epoch 1, {percent(0.75)}", "Epoch 2"))
    assert parse_qs(first) == {
        "zeroshot": ["/zoo/zeroshot.safetensors"],
        "finetuned": [str(epochs / "epoch_1.safetensors")],
    }
    assert "epoch_2" in second
    monkeypatch.setenv("WISEFT_READ_ONLY", "1")
    assert not any("Epoch" in each for each in links_of(open_page("jobs", job=job.id)))


def test_a_run_that_is_gone_is_not_linked(open_page: Open, state_folder: Path):
    job = write_job(state_folder, ended("done", result={"run": "zoo"}))
    assert "Open its frontier" not in links_of(open_page("jobs", job=job.id))


def test_a_grid_shows_all_its_trainings_and_compares_their_runs(
    open_page: Open, state_folder: Path
):
    when = time.time() - 500
    accuracy = [
        {"stage": f"epoch {i}", "done": i, "total": 2, "time": when + i, "accuracy": value}
        for i, value in enumerate((0.75, 0.5), 1)
    ]
    for name in ("a", "b"):
        write_run(state_folder, name=name, scale=SMALL)
        job = write_job(
            state_folder,
            ended("done", result={"run": name}),
            title=f"Zoo {name}",
            submitted=when,
            history=accuracy if name == "a" else (),
        )
    write_job(state_folder, running(), title="Zoo c", submitted=when)
    write_job(state_folder, ended("done"), title="Another", submitted=when + 1)
    app = open_page("jobs", job=job.id)
    assert table_of(app, "numbers") == [
        ["Zoo a", "done", "50.0", "75.0"],
        ["Zoo b", "done", "–", "–"],
        ["Zoo c", "running", "–", "–"],
    ]
    assert links_of(app)["Compare 2 runs of the grid"] == "run=b&with=a"


def test_the_settings_and_the_log_are_there(open_page: Open, state_folder: Path):
    log = "\n".join(f"line {number}" for number in range(1000))
    job = write_job(state_folder, ended("done"), log=log)
    app = open_page("jobs", job=job.id)
    settings = dict(table_of(app, "numbers asked"))
    assert settings["Method"] == "End-to-end"
    assert settings["Learning rate"] == "3e-05"
    assert settings["Benchmark"] == "/zoo"
    assert not app.code
    app.session_state["log"] = True
    app.run()
    assert app.code[0].value.startswith("… 600 earlier lines\nline 600\n")


def test_cancelling_the_job_of_another_has_to_be_confirmed(open_page: Open, state_folder: Path):
    job = write_job(state_folder, running(), by="another")
    app = open_page("jobs", job=job.id)
    assert "may be waiting for it" in shown(app)
    app.button(key="job-Cancel").click().run()
    assert job.cancelling
    assert finding_of(app) == "Zoo, end-to-end is being cancelled"
    assert labels_of(app) == ["All jobs"]


def test_ones_own_job_is_cancelled_at_once(open_page: Open, state_folder: Path):
    app = open_page("jobs")
    job = write_job(state_folder, State(), by="me")
    app.session_state["submitter"] = "me"
    app.query_params["job"] = job.id
    app.run()
    assert "by this browser" in shown(app)
    assert app.button(key="job-Cancel").label == "Cancel"
    app.button(key="job-Cancel").click().run()
    assert job.status == "cancelled"


def test_a_job_is_deleted_and_the_table_comes_back(open_page: Open, state_folder: Path):
    write_job(state_folder, ended("done"), title="First")
    job = write_job(state_folder, ended("done"))
    app = open_page("jobs", job=job.id)
    app.button(key="job-Delete").click().run()
    assert not job.folder.exists()
    assert [line["title"] for line in lines_of(app)] == ["First"]


@pytest.mark.parametrize(
    "state", [State(), running(), ended("failed", message="No."), ended("done")]
)
def test_read_only_there_is_nothing_to_press(
    open_page: Open, state_folder: Path, state: State, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("WISEFT_READ_ONLY", "1")
    job = write_job(state_folder, state)
    app = open_page("jobs", job=job.id)
    assert finding_of(app).startswith("Zoo")
    assert labels_of(app) == ["All jobs"]
    assert not links_of(app)
    assert lines_of(open_page("jobs"))[0]["title"] == "Zoo, end-to-end"


def test_read_only_an_empty_workspace_invites_to_nothing(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("WISEFT_READ_ONLY", "1")
    assert not links_of(open_page("jobs"))


def test_names_are_never_taken_for_mark_up(open_page: Open, state_folder: Path):
    job = write_job(state_folder, ended("failed", message="<i>no</i>"), title="<b>zoo</b>")
    html = html_of(open_page("jobs", job=job.id))
    assert "<b>zoo</b>" not in html
    assert "<i>no</i>" not in html


def test_every_page_says_that_jobs_run(open_page: Open, state_folder: Path):
    write_run(state_folder, scale=SMALL)
    assert "1 job running" not in links_of(open_page())
    write_job(state_folder, running())
    write_job(state_folder, State())
    assert "1 job running, 1 waiting" in links_of(open_page())
    assert "1 job running, 1 waiting" in links_of(open_page("classes"))
