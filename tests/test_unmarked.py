"""Runs without the images that somebody marked."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.runs import SUBSET, write_run
from wiseft.breakdown import class_counts
from wiseft.confusions import confusion_matrix
from wiseft.leading import Leading
from wiseft.marks import Mark, put_mark
from wiseft.runs import Run
from wiseft.unmarked import unmarked_images, without_marked
from wiseft.workspace import Workspace

OUT = (0, 3, 7)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """A run with three images of night and one of day marked, and a note on another."""
    run = write_run(tmp_path, sets=SUBSET, scale=0.1)
    workspace = Workspace(tmp_path)
    for image in OUT:
        put_mark(workspace, run.name, Mark("night", f"night, image {image}", "wrong label"))
    put_mark(workspace, run.name, Mark("night", "night, image 5", None, "look again"))
    put_mark(workspace, run.name, Mark("night", "of another run", "unusable"))
    return run


def counted(run: Run, workspace: Path) -> Run:
    return without_marked(run, Workspace(workspace))


def test_every_table_is_of_the_images_that_count(run: Run, tmp_path: Path):
    found = counted(run, tmp_path)
    now, then = (run.predictions("night", alpha) for alpha in (0.5, 1))
    kept = np.setdiff1d(np.arange(len(now)), OUT)
    assert found.columns("night").tolist() == kept.tolist()
    classes = found.per_class("night", 0.5)
    assert classes["count"].sum() == len(kept)
    assert classes["correct"].sum() == now.correct[kept].sum()
    fixed = now.correct[kept] & ~then.correct[kept]
    assert found.flips("night", 0.5)["fixed"].sum() == fixed.sum()
    assert found.confusions("night", 0.5)["count"].sum() == (~now.correct[kept]).sum()
    assert found.images("night", 0.5)["index"].tolist() == kept.tolist()
    assert found.frontier().count["night"] == len(kept)
    slices = found.slices("night", "class", 0.5)
    assert slices["count"].sum() == len(kept)


def test_other_sets_and_the_whole_run_stay_as_they_are(run: Run, tmp_path: Path):
    found = counted(run, tmp_path)
    assert found.counted.keys() == {"night"}
    assert found.per_class("fog", 0.5).equals(run.per_class("fog", 0.5))
    assert found.whole.per_class("night", 0.5).equals(run.per_class("night", 0.5))
    assert found.alphas == run.alphas
    assert run.whole is run


def test_a_marked_reference_image_is_none_of_the_matched_set_either(run: Run):
    sources = {
        each.name: [f"{each.name.partition('@')[0]} {i}" for i in range(each.count)]
        for each in run.record.sets
    }
    found = unmarked_images(
        run.record, {("day", "day 2"): Mark("day", "day 2", "unusable")}, sources.__getitem__
    )
    assert np.flatnonzero(~found["day"]).tolist() == [2]
    assert np.flatnonzero(~found["day@sketch"]).tolist() == [2]


def test_a_set_without_any_image_left_is_empty(run: Run):
    found = run.counting({"night": np.zeros(len(run.path("night")), dtype=bool)})
    assert found.per_class("night", 0.5).empty
    assert found.confusions("night", 0.5).empty
    assert found.flips("night", 0.5).empty
    assert np.isnan(found.frontier().accuracy["night"]).all()
    assert class_counts(found.path("night")).correct.shape == (len(run.alphas), 0)
    assert confusion_matrix(found.predictions("night", 0.5), 24).sum() == 0


def test_leading_classes_are_those_of_the_images_that_count(run: Run):
    count = len(run.path("night"))
    every = Leading(
        np.array([0.0, 1.0]),
        np.tile(np.arange(4), (count, 1)),
        np.zeros((2, count, 4), dtype=np.uint8),
        tuple(f"night, image {i}" for i in range(count)),
    )
    run.store.put_leading(run.record.key("night"), every)
    kept = np.arange(count) % 3 == 0
    found = run.counting({"night": kept}).leading("night")
    assert found is not None
    assert found.sources == every.sources[::3]
    assert found.probability.shape == (2, kept.sum(), 4)
