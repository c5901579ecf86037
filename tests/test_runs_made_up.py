"""The made-up run of the tests is what it says it is: all tests of the pages rest on it."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tests.runs import GRID, SETS, SIGNS, SKIPPED, SUBSET, write_run
from wiseft.frontier import MEAN, smallest_within
from wiseft.workspace import Workspace


def test_its_accuracies_are_those_of_the_sketches(tmp_path: Path):
    frontier = write_run(tmp_path).frontier()
    assert tuple(frontier.alphas) == GRID
    for sketch in SETS:
        for alpha, wanted in sketch.accuracy.items():
            found = 100 * frontier.accuracy[sketch.name][frontier.index(alpha)]
            assert abs(found - wanted) <= 50 / sketch.count
    mean = frontier.curve(MEAN)
    assert mean.max() > max(mean[0], mean[-1]) + 0.01
    assert smallest_within(frontier, "held") == 0.7


def test_its_images_flip_both_ways_and_few_at_a_time(tmp_path: Path):
    run = write_run(tmp_path)
    before, after = (run.predictions("fog", alpha).correct for alpha in (0.5, 0.55))
    assert (before & ~after).any()
    assert (after & ~before).any()
    assert (before != after).mean() < 0.05


def test_any_process_finds_the_same_run(tmp_path: Path):
    run = write_run(tmp_path, scale=0.1)
    found = Workspace(tmp_path).run("signs-made-up")
    assert found.record == run.record
    np.testing.assert_array_equal(
        found.predictions("fog", 0.3).predicted, run.predictions("fog", 0.3).predicted
    )


def test_a_shift_with_some_classes_has_its_matched_reference(tmp_path: Path):
    run = write_run(tmp_path, sets=SUBSET, scale=0.2)
    frontier = run.frontier()
    assert frontier.reference_for("sketch") == "day@sketch"
    classes = run.record.set_named("sketch").classes
    assert classes is not None
    assert 1 < len(classes) < len(SIGNS)
    for name in ("sketch", "day@sketch"):
        predictions = run.predictions(name, 0.4)
        assert np.isin(predictions.predicted, classes).all()
        assert len(predictions) == run.record.set_named(name).count


def test_skipped_images_are_in_the_record(tmp_path: Path):
    run = write_run(tmp_path, sets=SKIPPED, scale=0.1)
    assert run.record.set_named("night").skipped[0] == ("night/stop/notes.jpg", "not an image")
