from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from tests.models import tiny_classifier
from wiseft import checkpoint
from wiseft.errors import Missing, UnknownName, WiseftError
from wiseft.jobs import Job, Ledger, Request
from wiseft.jobs.arguments import CHECKS
from wiseft.jobs.context import Context, Warm
from wiseft.merging import WeightPath
from wiseft.predict import predict
from wiseft.progress import silent
from wiseft.tasks import TASKS
from wiseft.tasks.evaluation import evaluate
from wiseft.workspace import Workspace


@pytest.fixture
def swept(ends, shapes: Path, done) -> str:
    given = {"zeroshot": str(ends[0]), "finetuned": str(ends[1]), "benchmark": str(shapes)}
    job: Job = done("sweep", {**given, "alphas": [0, 1], "name": "mine"})
    assert (job.status, job.state.message) == ("done", None)
    return job.state.result["run"]


def test_every_task_that_can_be_submitted_can_be_run():
    assert list(CHECKS) == list(TASKS)


def test_one_alpha_of_a_run_is_evaluated_as_by_a_sweep(workspace, swept, ends, shapes, done):
    job = done("evaluate", {"run": swept, "alpha": 0.37})
    assert job.state.result == {"run": swept, "alpha": 0.37}
    run = workspace.run(swept)
    assert run.evaluated == (0, 0.37, 1)
    found = {name: run.predictions(name, 0.37) for name in ("test", "dark")}
    other = Workspace(workspace.root / "other")
    from wiseft.sweeps import sweep

    again = sweep(*ends, shapes, alphas=[0.37], workspace=other)
    for name, predictions in found.items():
        expected = again.predictions(name, 0.37)
        np.testing.assert_array_equal(predictions.predicted, expected.predicted)
        np.testing.assert_array_equal(predictions.confidence, expected.confidence)


def test_models_stay_warm_from_one_evaluation_to_the_next(swept, ledger: Ledger, work, monkeypatch):
    loaded: list[Path] = []
    load = checkpoint.load
    monkeypatch.setattr(checkpoint, "load", lambda path: (loaded.append(path), load(path))[1])
    jobs = [
        ledger.submit(Request("evaluate", {"run": swept, "alpha": alpha}))
        for alpha in (0.2, 0.4, 0.6)
    ]
    work()
    assert {job.status for job in jobs} == {"done"}
    assert len(loaded) == 2


@pytest.fixture
def context(workspace: Workspace) -> Context:
    return Context(workspace, "cpu", "job", workspace.root, silent, lambda sentence: None, Warm())


def test_an_evaluation_leaves_the_random_numbers_of_a_training_alone(swept, context: Context):
    before = torch.get_rng_state()
    evaluate({"run": swept, "alpha": 0.5}, context)
    assert torch.equal(before, torch.get_rng_state())


def test_models_that_were_loaded_while_a_training_evaluates_serve_later_too(
    swept, context: Context
):
    with torch.inference_mode():
        evaluate({"run": swept, "alpha": 0.2}, context)
    evaluate({"run": swept, "alpha": 0.4}, context)
    assert context.workspace.run(swept).evaluated == (0, 0.2, 0.4, 1)


def test_a_run_whose_images_have_changed_is_not_evaluated(swept, shapes: Path, done):
    Image.new("RGB", (32, 32)).save(shapes / "dark" / "square" / "0.png")
    job = done("evaluate", {"run": swept, "alpha": 0.5})
    assert "have changed" in (job.state.message or "")


def test_a_run_whose_checkpoint_is_another_is_not_evaluated(swept, ends, done):
    checkpoint.save(ends[1], tiny_classifier(7, class_names=("circle", "square")), {})
    job = done("evaluate", {"run": swept, "alpha": 0.5})
    assert "no longer the checkpoint" in (job.state.message or "")


def test_what_cannot_be_evaluated_is_refused_when_it_is_submitted(swept, ends, ledger: Ledger):
    with pytest.raises(UnknownName, match="no run"):
        ledger.submit(Request("evaluate", {"run": "nope", "alpha": 0.5}))
    with pytest.raises(WiseftError, match="finite"):
        ledger.submit(Request("evaluate", {"run": swept, "alpha": float("nan")}))
    ends[1].unlink()
    with pytest.raises(Missing, match="is not there any more"):
        ledger.submit(Request("evaluate", {"run": swept, "alpha": 0.5}))


def test_an_image_that_comes_with_the_job_is_predicted_along_the_path(
    workspace, swept, ends, shapes: Path, done
):
    image = shapes / "test" / "circle" / "0.png"
    job = done("predict", {"run": swept, "image": "mine.png"}, {"mine.png": image.read_bytes()})
    found = job.state.result
    assert found["alphas"][0] == 0
    assert found["alphas"][-1] == 1
    assert sorted(found["classes"]) == ["circle", "square"]
    table = np.array(found["probabilities"])
    np.testing.assert_allclose(table.sum(axis=0), 1, atol=1e-6)
    path = WeightPath(*(checkpoint.load(each).classifier for each in ends))
    expected = dict(predict(path.at(0.5), image))
    at = found["alphas"].index(0.5)
    for name, row in zip(found["classes"], table, strict=True):
        assert row[at] == pytest.approx(expected[name], abs=1e-6)


def test_only_the_most_probable_classes_are_told(swept, shapes: Path, done):
    image = str(shapes / "test" / "circle" / "0.png")
    found = done("predict", {"run": swept, "image": image, "top": 1}).state.result
    winners = np.array(found["probabilities"]).max(axis=0)
    assert (winners >= 0.5).all()


def test_an_image_that_is_not_there_is_a_sentence(swept, done):
    job = done("predict", {"run": swept, "image": "nowhere.png"})
    assert "nowhere.png is not there" in (job.state.message or "")


def test_no_memory_for_an_evaluation_is_a_sentence(swept, done, monkeypatch):
    def full(*further, **others):
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr("wiseft.evaluator.logits", full)
    job = done("evaluate", {"run": swept, "alpha": 0.5})
    assert "not enough free memory" in (job.state.message or "")


def test_a_sweep_of_a_benchmark_that_is_gone_is_a_sentence(ends, shapes, ledger, work):
    given = {"zeroshot": str(ends[0]), "finetuned": str(ends[1]), "benchmark": str(shapes)}
    job = ledger.submit(Request("sweep", given))
    shutil.rmtree(shapes)
    work()
    assert "neither a benchmark nor a folder" in (job.state.message or "")


@pytest.mark.slow
def test_a_zeroshot_classifier_is_made_for_a_benchmark(workspace: Workspace, shapes: Path, done):
    job = done("zeroshot", {"benchmark": str(shapes), "name": "start"})
    assert (job.status, job.state.message) == ("done", None)
    assert job.state.result == {"checkpoint": "checkpoints/start.safetensors"}
    made = checkpoint.load(workspace.checkpoints / "start.safetensors").classifier
    assert made.spec.class_names == ("circle", "square")
