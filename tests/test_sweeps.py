from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from tests import plain
from tests.models import tiny_classifier
from wiseft import checkpoint
from wiseft.alpha_path import GRID as GRID_OF_PATHS
from wiseft.alpha_path import PAPER_GRID
from wiseft.classifier import ImageClassifier
from wiseft.errors import Incompatible, Invalid, Missing, StorageError
from wiseft.progress import Progress
from wiseft.sweeps import checked_alphas, sweep
from wiseft.workspace import Workspace

CLASSES = ("circle", "square", "triangle")
GRID = (0.0, 0.25, 0.5, 0.75, 1.0)


def write_images(folder: Path, per_class: int, seed: int, classes: tuple[str, ...] = CLASSES):
    random = np.random.default_rng(seed)
    for name in classes:
        (folder / name).mkdir(parents=True)
        for i in range(per_class):
            pixels = random.integers(0, 256, (20, 24, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(folder / name / f"{i}.png")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "shapes"
    write_images(root / "train", 2, seed=0)
    write_images(root / "test", 6, seed=1)
    write_images(root / "dark", 5, seed=2)
    write_images(root / "sparse", 4, seed=3, classes=CLASSES[1:])
    return root


@pytest.fixture
def ends(tmp_path: Path) -> tuple[Path, Path]:
    start, end = tiny_classifier(0), tiny_classifier(1)
    paths = tmp_path / "zeroshot.safetensors", tmp_path / "finetuned.safetensors"
    for path, model in zip(paths, (start, end), strict=True):
        checkpoint.save(path, model, {})
    return paths


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "state")


def loaded(path: Path) -> ImageClassifier:
    return checkpoint.load(path).classifier


def test_every_prediction_is_that_of_the_plain_implementation(root, ends, workspace):
    run = sweep(*ends, root, alphas=GRID, workspace=workspace)
    assert run.alphas == GRID
    for alpha in GRID:
        model = plain.merged(loaded(ends[0]), loaded(ends[1]), alpha)
        for name in ("test", "dark"):
            labels = [label for _, label in plain.images_in(root / name)]
            expected = plain.logits(model, plain.opened(root / name))
            found = run.predictions(name, alpha)
            assert np.array_equal(found.labels, labels)
            assert np.array_equal(found.predicted, expected.argmax(axis=1))


def test_a_shift_with_some_classes_is_restricted_to_them_and_so_is_its_reference(
    root, ends, workspace
):
    run = sweep(*ends, root, alphas=(0.5,), workspace=workspace)
    model = plain.merged(loaded(ends[0]), loaded(ends[1]), 0.5)
    for name, folder in (("sparse", "sparse"), ("test@sparse", "test")):
        scores = plain.logits(model, plain.opened(root / folder))
        labels = np.array([path.parent.name for path, _ in plain.images_in(root / folder)])
        kept = labels != "circle"
        found = run.predictions(name, 0.5)
        assert np.array_equal(found.predicted, 1 + scores[kept][:, 1:].argmax(axis=1))
        assert found.labels.tolist() == [CLASSES.index(label) for label in labels[kept]]
    frontier = run.frontier()
    assert frontier.reference_for("sparse") == "test@sparse"
    assert frontier.shifts == ("dark", "sparse")
    assert frontier.count == {"test": 18, "test@sparse": 12, "dark": 15, "sparse": 8}


def test_a_second_sweep_evaluates_nothing(root, ends, workspace, monkeypatch):
    first = sweep(*ends, root, alphas=GRID, workspace=workspace)

    def fail(*args: object, **options: object) -> None:
        raise AssertionError("evaluated again")

    monkeypatch.setattr("wiseft.evaluator.logits", fail)
    second = sweep(*ends, root, alphas=GRID, workspace=workspace)
    assert second.record == first.record
    assert second.frontier().to_json() == first.frontier().to_json()


@pytest.mark.slow
@pytest.mark.parametrize("damaged", [False, True])
def test_what_competes_is_kept_and_made_again_without_touching_the_path(
    root, ends, workspace, damaged
):
    run = sweep(*ends, root, workspace=workspace)
    found = {each.name: run.leading(each.name) for each in run.record.sets}
    folder = workspace.root / "evaluations"
    for name, leading in found.items():
        assert leading is not None
        path = run.path(name)
        assert len(leading) == len(path) == len(leading.sources)
        assert (leading.classes == path.labels[:, None]).any(axis=1).all()
        at = np.isin(np.round(path.alphas, 4), leading.alphas) & path.exact
        for index, alpha in zip(np.flatnonzero(at), path.alphas[at], strict=True):
            row = leading.alphas.tolist().index(alpha)
            best = leading.probability[row].max(axis=1) / 255
            assert np.abs(best - path.confidence[index].astype(float)).max() < 0.01
    assert found["test@sparse"].sources[0] == "test/square/0.png"
    kept = {path: path.read_bytes() for path in folder.rglob("weights.npz")}
    for path in (*folder.rglob("leading.npz"), *folder.rglob("*-steps.npz")):
        path.write_bytes(b"damaged") if damaged else path.unlink()
    again = sweep(*ends, root, workspace=workspace)
    assert {path: path.read_bytes() for path in folder.rglob("weights.npz")} == kept
    for name, leading in found.items():
        second = again.leading(name)
        assert second is not None
        assert np.array_equal(second.probability, leading.probability)
        assert second.sources == leading.sources
        assert again.steps(name, "outputs") is not None
    assert not list(workspace.scratch.glob("*.npy"))


def test_more_alphas_join_the_ones_there_are(root, ends, workspace):
    sweep(*ends, root, alphas=(0, 1), workspace=workspace)
    run = sweep(*ends, root, alphas=(0.5, 1.5), workspace=workspace)
    assert run.alphas == (0, 0.5, 1, 1.5)


def test_an_interrupted_sweep_loses_the_evaluation_in_hand_at_most(root, ends, workspace):
    seen: list[Progress] = []

    def interrupt(progress: Progress) -> None:
        seen.append(progress)
        if progress.stage == "evaluating dark at alpha 0.5":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sweep(*ends, root, alphas=(0, 0.5, 1), workspace=workspace, report=interrupt)
    [run] = [run for run in workspace.runs() if run.name.startswith("shapes")]
    assert run.alphas == (0, 1)
    assert run.predictions("test", 0.5).labels.size == 18
    with pytest.raises(Missing, match=r"alpha 0\.5 on 'dark'"):
        run.predictions("dark", 0.5)


def test_progress_counts_every_image_once(root, ends, workspace):
    seen: list[Progress] = []
    sweep(*ends, root, alphas=(0, 1), workspace=workspace, batch_size=4, report=seen.append)
    evaluated = [each for each in seen if each.stage.startswith("evaluating")]
    assert {each.total for each in evaluated} == {2 * (18 + 15 + 8)}
    assert evaluated[-1].done == 82
    assert [each.done for each in evaluated] == sorted(each.done for each in evaluated)


def test_unreadable_images_are_listed_and_left_out_of_the_count(root, ends, workspace):
    (root / "dark" / "circle" / "text.jpg").write_text("not an image")
    run = sweep(*ends, root, alphas=(0,), workspace=workspace)
    record = run.record.set_named("dark")
    assert record.count == 15
    [(source, reason)] = record.skipped
    assert source == "dark/circle/text.jpg"
    assert reason
    assert run.frontier().count["dark"] == 15


def test_a_changed_image_is_evaluated_again(root, ends, workspace):
    before = sweep(*ends, root, alphas=(0,), workspace=workspace)
    shutil.rmtree(root / "dark")
    write_images(root / "dark", 3, seed=9)
    after = sweep(*ends, root, alphas=(0,), workspace=workspace)
    assert after.name == before.name
    assert after.frontier().count["dark"] == 9
    assert after.record.key("test") == before.record.key("test")


def test_the_name_of_another_run_is_not_taken(root, ends, tmp_path, workspace):
    sweep(*ends, root, alphas=(0,), name="mine", workspace=workspace)
    other = tmp_path / "other" / "finetuned.safetensors"
    checkpoint.save(other, tiny_classifier(2), {})
    with pytest.raises(Invalid, match="run named 'mine'"):
        sweep(ends[0], other, root, alphas=(0,), name="mine", workspace=workspace)
    first = sweep(*ends, root, alphas=(0,), workspace=workspace)
    second = sweep(ends[0], other, root, alphas=(0,), workspace=workspace)
    assert second.name.startswith(f"{first.name}-")


@pytest.mark.parametrize("name", ["", "a b", "../a", "a/b", ".hidden"])
def test_a_name_that_cannot_stand_in_a_url_or_a_path_is_refused(root, ends, workspace, name):
    with pytest.raises(Invalid, match="cannot name a run"):
        sweep(*ends, root, name=name, workspace=workspace)


def test_checkpoints_of_other_classes_are_refused(root, tmp_path, workspace):
    path = tmp_path / "z.safetensors"
    checkpoint.save(path, tiny_classifier(0, class_names=("circle", "square", "star")), {})
    with pytest.raises(Incompatible, match=r"only in the checkpoints: 'star'; .*'triangle'"):
        sweep(path, path, root, workspace=workspace)
    checkpoint.save(path, tiny_classifier(0, class_names=CLASSES[::-1]), {})
    with pytest.raises(Incompatible, match="the same names in another order"):
        sweep(path, path, root, workspace=workspace)


def test_a_state_folder_that_cannot_be_written_is_a_storage_error(root, ends, tmp_path):
    (tmp_path / "state").write_text("a file in the way")
    with pytest.raises(StorageError):
        sweep(*ends, root, workspace=Workspace(tmp_path / "state"))


def test_alphas_are_rounded_sorted_and_each_once():
    assert checked_alphas([1, 0.1 + 0.2, 0.3, 0, -0.0]) == (0.0, 0.3, 1.0)
    assert str(checked_alphas([-0.0])[0]) == "0.0"
    assert len(PAPER_GRID) == 21


@pytest.mark.parametrize("alphas", [[], [float("nan")], [0.5, float("inf")]])
def test_alphas_that_are_none_or_not_finite_are_refused(alphas: list[float]):
    with pytest.raises(Invalid, match="finite numbers"):
        checked_alphas(alphas)


def test_runs_of_one_zeroshot_model_share_its_evaluations(root, ends, tmp_path, workspace):
    sweep(*ends, root, alphas=(0, 1), workspace=workspace)
    other = tmp_path / "other.safetensors"
    checkpoint.save(other, tiny_classifier(2), {})
    seen: list[Progress] = []
    sweep(ends[0], other, root, alphas=(0, 1), workspace=workspace, report=seen.append)
    assert {each.stage.split()[-1] for each in seen if "alpha" in each.stage} == {"1"}


def test_a_run_record_survives_its_file(root, ends, workspace):
    run = sweep(*ends, root, alphas=(0,), workspace=workspace)
    assert workspace.run(run.name).record == run.record
    assert not run.record.same_models(replace(run.record, precision="bfloat16"))


@pytest.mark.slow
def test_the_whole_path_is_within_tolerance_of_true_evaluations(root, ends, workspace):
    run = sweep(*ends, root, tolerance=0.06, workspace=workspace)
    assert run.alphas == tuple(GRID_OF_PATHS.tolist())
    frontier = run.frontier()
    assert {0.0, 0.25, 0.5, 0.75, 1.0} <= set(frontier.alphas[frontier.exact])
    exact = sweep(*ends, root, exact=True, workspace=Workspace(workspace.root / "exact"))
    truth = exact.frontier()
    assert truth.exact.all()
    assert set(truth.deviation) == set()
    for name in frontier.accuracy:
        assert frontier.exact.all() or frontier.deviation[name].accuracy <= 0.06
        at = frontier.exact
        assert np.array_equal(frontier.accuracy[name][at], truth.accuracy[name][at])


def test_a_path_is_made_once(root, ends, workspace, monkeypatch):
    first = sweep(*ends, root, tolerance=0.1, workspace=workspace)

    def fail(*args: object, **options: object) -> None:
        raise AssertionError("evaluated again")

    monkeypatch.setattr("wiseft.evaluator.logits", fail)
    second = sweep(*ends, root, tolerance=0.1, workspace=workspace)
    assert second.frontier().to_json() == first.frontier().to_json()
    assert not list(workspace.scratch.iterdir())


def test_an_interrupted_path_goes_on_with_what_was_evaluated(root, ends, workspace):
    def interrupt(progress: Progress) -> None:
        if progress.stage == "evaluating dark at alpha 0.75":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sweep(*ends, root, tolerance=0.1, workspace=workspace, report=interrupt)
    seen: list[Progress] = []
    run = sweep(*ends, root, tolerance=0.1, workspace=workspace, report=seen.append)
    again = {each.stage for each in seen if each.stage.startswith("evaluating")}
    assert "evaluating dark at alpha 0.5" not in again
    assert "evaluating test at alpha 0.75" not in again
    assert "evaluating dark at alpha 0.75" in again
    whole = sweep(*ends, root, tolerance=0.1, workspace=Workspace(workspace.root / "other"))
    assert whole.frontier().to_json()["accuracy"] == run.frontier().to_json()["accuracy"]


def test_an_exact_evaluation_takes_the_place_of_an_interpolated_one(root, ends, workspace):
    before = sweep(*ends, root, tolerance=1.0, workspace=workspace)
    alpha = float(before.frontier().alphas[~before.frontier().exact][0])
    after = sweep(*ends, root, alphas=[alpha], workspace=workspace)
    frontier = after.frontier()
    assert frontier.exact[frontier.index(alpha)]
    others = frontier.alphas != alpha
    for name, values in before.frontier().accuracy.items():
        assert np.array_equal(values[others], frontier.accuracy[name][others])


def test_ends_that_differ_in_the_head_alone_need_no_further_evaluation(
    root, ends, tmp_path, workspace
):
    model = loaded(ends[0])
    with torch.no_grad():
        model.head.weight.mul_(torch.rand(3, 1) + 0.5)
    head = tmp_path / "head.safetensors"
    checkpoint.save(head, model, {})
    run = sweep(ends[0], head, root, workspace=workspace)
    assert run.evaluated == (0, 1)
    assert run.frontier().exact.all()
    truth = sweep(ends[0], head, root, alphas=GRID, workspace=Workspace(tmp_path / "other"))
    for name in ("test", "dark", "sparse"):
        for alpha in GRID:
            assert np.array_equal(
                run.predictions(name, alpha).predicted, truth.predictions(name, alpha).predicted
            )


def test_the_output_ensemble_is_kept_beside_the_path(root, ends, workspace):
    run = sweep(*ends, root, tolerance=1.0, workspace=workspace)
    path = run.path("dark", "outputs")
    start, end = (plain.logits(loaded(file), plain.opened(root / "dark")) for file in ends)
    assert path.exact.all()
    mixed = 0.7 * start + 0.3 * end
    assert np.array_equal(path.at(30).predicted, mixed.argmax(axis=1))


@pytest.mark.parametrize("tolerance", [-0.1, float("nan"), float("inf")])
def test_a_tolerance_that_is_none_is_refused(root, ends, workspace, tolerance):
    with pytest.raises(Invalid, match="tolerance"):
        sweep(*ends, root, tolerance=tolerance, workspace=workspace)
