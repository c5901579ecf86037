from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.jobs.helpers import program
from tests.shapes import write_ends, write_shapes
from wiseft.backends import LocalBackend, RayBackend
from wiseft.cli import main
from wiseft.jobs import Job, Ledger, Request
from wiseft.workspace import Workspace


@pytest.fixture
def shapes(tmp_path: Path) -> str:
    return str(write_shapes(tmp_path / "shapes"))


@pytest.fixture
def ends(tmp_path: Path) -> list[str]:
    return [str(path) for path in write_ends(tmp_path)]


@pytest.fixture
def workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers know the tiny architectures, and leave soon."""
    ensure = LocalBackend.ensure_running

    def ensure_running(backend: LocalBackend) -> None:
        backend.program = program(0.5, "real")
        ensure(backend)

    monkeypatch.setattr(LocalBackend, "ensure_running", ensure_running)


def run_json(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict:
    assert main([*arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(list(arguments)) == 2
    lines = capsys.readouterr().err.strip().splitlines()
    assert lines[-1].startswith("wiseft: ")
    return lines[-1]


def job_of(record: dict) -> Job:
    return Ledger(Workspace().jobs).job(record["jobs"][0]["job"])


@pytest.mark.usefixtures("no_workers")
def test_a_training_is_submitted_with_its_options(ends, shapes, capsys):
    record = run_json(
        capsys,
        *("submit", "finetune", ends[0], shapes, "--method", "linear", "--lr", "0.5"),
        *("--epochs", "3", "--precision", "float32", "--name", "mine", "--no-sweep"),
    )
    [job] = record["jobs"]
    assert (job["status"], job["by"], job["task"]) == ("queued", "cli", "finetune")
    assert job["title"] == "Fine-tune zeroshot on shapes"
    arguments = job["arguments"]
    assert (arguments["name"], arguments["sweep"]) == ("mine", False)
    chosen = {"method": "linear", "learning_rate": 0.5, "epochs": 3, "precision": "float32"}
    assert chosen.items() <= arguments["spec"].items()


@pytest.mark.usefixtures("no_workers")
def test_lists_of_values_make_a_grid_of_jobs(ends, shapes, capsys):
    grid = ("--lr", "1e-5,3e-5", "--epochs", "5,10,20", "--seed", "7")
    jobs = run_json(capsys, "submit", "finetune", ends[0], shapes, *grid)["jobs"]
    specs = [job["arguments"]["spec"] for job in jobs]
    assert {(spec["learning_rate"], spec["epochs"]) for spec in specs} == {
        (rate, epochs) for rate in (1e-5, 3e-5) for epochs in (5, 10, 20)
    }
    assert {spec["seed"] for spec in specs} == {7}
    assert len({job["title"] for job in jobs}) == len(jobs) == 6


def test_a_job_is_handed_to_a_cluster(ends, shapes, capsys, monkeypatch):
    """That the cluster then runs it is seen in tests/backends."""
    reached: list[str] = []
    monkeypatch.setattr("wiseft.backends.ray.connect", reached.append)
    monkeypatch.setattr(RayBackend, "ensure_running", lambda backend: reached.append("started"))
    monkeypatch.setenv("WISEFT_RAY_ADDRESS", "10.0.0.1:6379")
    arguments = ("submit", "sweep", *ends, shapes)
    named = job_of(run_json(capsys, *arguments, "--backend", "ray"))
    monkeypatch.setenv("WISEFT_BACKEND", "ray")
    chosen = job_of(run_json(capsys, *arguments))
    assert named.request.backend == chosen.request.backend == "ray"
    assert reached == ["10.0.0.1:6379", "started"] * 2


def test_a_cluster_that_does_not_answer_is_a_sentence(ends, shapes, capsys, monkeypatch):
    pytest.importorskip("ray")
    monkeypatch.setattr("ray.is_initialized", lambda: False)
    monkeypatch.setenv("WISEFT_RAY_ADDRESS", "127.0.0.1:1")
    line = refused(capsys, "submit", "sweep", *ends, shapes, "--backend", "ray")
    assert line.startswith("wiseft: No Ray cluster answers (127.0.0.1:1); start one with")
    assert Ledger(Workspace().jobs).jobs() == ()
    assert main(["jobs"]) == 0


def test_the_help_of_submit_shows_how_a_cluster_is_named(capsys):
    with pytest.raises(SystemExit):
        main(["submit", "--help"])
    words = " ".join(capsys.readouterr().out.split())
    assert "python -m wiseft submit sweep" in words
    assert "--backend ray" in words


@pytest.mark.usefixtures("no_workers")
def test_an_evaluation_is_interactive(capsys):
    record = run_json(capsys, "submit", "evaluate", "signs-end-to-end", "--alpha", "0.5")
    assert job_of(record).request.interactive


@pytest.mark.usefixtures("no_workers")
def test_jobs_are_listed_shown_cancelled_and_resumed(ends, shapes, capsys):
    assert main(["jobs"]) == 0
    assert "No jobs yet" in capsys.readouterr().out
    swept = run_json(capsys, "submit", "sweep", *ends, shapes, "--alphas", "0:1:0.5")
    job = job_of(swept)
    assert swept["jobs"][0]["arguments"]["alphas"] == [0, 0.5, 1]
    assert [each["job"] for each in run_json(capsys, "jobs")["jobs"]] == [job.id]
    assert main(["jobs"]) == 0
    assert capsys.readouterr().out.splitlines()[1].split()[:3] == [job.id, "queued", "cli"]
    assert run_json(capsys, "cancel", job.id)["status"] == "cancelled"
    assert run_json(capsys, "resume", job.id)["status"] == "queued"
    shown = run_json(capsys, "jobs", job.id)
    assert (shown["status"], shown["history"], shown["log"]) == ("queued", [], "")
    assert main(["jobs", job.id]) == 0
    assert capsys.readouterr().out.startswith(f"Job {job.id}: Sweep finetuned on shapes, queued")


@pytest.mark.usefixtures("no_workers")
def test_what_cannot_be_done_is_answered_in_one_sentence(
    ends, shapes, capsys, monkeypatch, tmp_path
):
    assert "no job named 'x'" in refused(capsys, "jobs", "x")
    assert "no job named 'x'" in refused(capsys, "cancel", "x")
    assert "nowhere" in refused(capsys, "submit", "finetune", ends[0], "nowhere")
    assert "'abc'" in refused(capsys, "submit", "sweep", *ends, shapes, "--alphas", "abc")
    assert "learning rate" in refused(capsys, "submit", "finetune", ends[0], shapes, "--lr", "nan")
    several = "submit", "finetune", ends[0], shapes, "--devices", "2"
    assert "one device, not 2" in refused(capsys, *several)
    record = run_json(capsys, "submit", "sweep", *ends, shapes)
    assert "is queued" in refused(capsys, "resume", job_of(record).id)
    monkeypatch.setenv("WISEFT_READ_ONLY", "1")
    assert "read-only" in refused(capsys, "submit", "sweep", *ends, shapes)
    assert "read-only" in refused(capsys, "cancel", job_of(record).id)
    assert "read-only" in refused(capsys, "work", "--idle", "0")
    out = str(tmp_path / "out.safetensors")
    for command in (
        ("zeroshot", shapes, "--out", out),
        ("finetune", ends[0], shapes, "--out", out),
        ("sweep", *ends, shapes),
        ("merge", *ends, "--alpha", "0.5", "--out", out),
        ("pretrain",),
    ):
        assert "read-only" in refused(capsys, *command)
    assert main(["jobs"]) == main(["runs"]) == 0


@pytest.mark.usefixtures("workers")
def test_submit_can_wait_for_the_end(ends, shapes, capsys):
    record = run_json(capsys, "submit", "sweep", *ends, shapes, "--alphas", "0,1", "--wait")
    assert record["jobs"][0]["status"] == "done"
    run = Workspace().run(record["jobs"][0]["result"]["run"])
    assert run.evaluated == (0, 1)


@pytest.mark.usefixtures("workers")
def test_a_job_of_another_is_followed_to_its_end(ends, shapes, capsys):
    job = Ledger(Workspace().jobs).submit(
        Request(
            "sweep",
            {"zeroshot": ends[0], "finetuned": ends[1], "benchmark": shapes, "alphas": [0, 1]},
        )
    )
    assert main(["jobs", job.id, "--follow"]) == 0
    told = capsys.readouterr()
    assert f"Job {job.id}: sweep, done" in told.out
    assert "it/s" in told.err  # the bar
    assert "Name the job" in refused(capsys, "jobs", "--follow")


@pytest.mark.usefixtures("workers")
def test_waiting_for_a_job_that_fails_ends_with_its_sentence(ends, shapes, capsys, tmp_path):
    arguments = ("submit", "finetune", ends[0], shapes, "--lr", "-1", "--wait")
    assert "learning rate must be above 0" in refused(capsys, *arguments)


@pytest.mark.usefixtures("no_workers")
def test_ctrl_c_while_waiting_leaves_the_job_as_it_is(ends, shapes, capsys, monkeypatch):
    def interrupt(*arguments: object, **options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Job, "wait", interrupt)
    assert main(["submit", "sweep", *ends, shapes, "--wait"]) == 130
    [job] = Ledger(Workspace().jobs).jobs()
    assert f"Job {job.id} goes on" in capsys.readouterr().err
    assert job.status == "queued"


@pytest.mark.usefixtures("no_workers")
def test_work_runs_what_waits_and_leaves(ends, shapes, capsys):
    record = run_json(capsys, "submit", "sweep", *ends, shapes, "--alphas", "0,1")
    served = run_json(capsys, "work", "--device", "cpu", "--idle", "0")
    assert served == {"device": "cpu"}
    assert job_of(record).status == "done"
    assert "'tpu:9'" in refused(capsys, "work", "--device", "tpu:9", "--idle", "0")


def test_a_device_that_torch_cannot_use_is_replaced_by_the_cpu(monkeypatch, caplog):
    from wiseft.cli.jobs import _as_torch_sees_it

    assert _as_torch_sees_it("cuda:77") == "cpu"
    assert "The jobs run on the CPU" in caplog.text
    monkeypatch.setattr("wiseft.device.default_device", lambda: "cuda")
    assert _as_torch_sees_it("cpu") == "cuda"  # as on GPUs that are not NVIDIA's
