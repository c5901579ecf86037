"""The baseline of the paper comes out of the table, and so does effective robustness."""

from __future__ import annotations

import numpy as np
import pytest

from wiseft.frontier import MEAN
from wiseft.published import SHIFTS, load_sweeps
from wiseft.robustness import Line, TwoLines, effective_robustness
from wiseft.standard_models import SAME_CLASSES, StandardModels, load_standard_models, sweeps_frame

LINES = {
    "imagenet_v2": (0.9232, -0.4977),
    "imagenet_r": (0.6368, -2.1077),
    "imagenet_sketch": (1.0709, -2.3701),
    "objectnet": (0.9809, -1.9283),
    MEAN: (1.0439, -1.8918),
}
"""Slope and intercept of the paper's fits, each against ImageNet on the classes of the shift."""


@pytest.fixture(scope="module")
def models() -> StandardModels:
    return load_standard_models()


@pytest.mark.parametrize("shift", LINES)
def test_the_lines_of_the_paper_come_out(models: StandardModels, shift: str):
    line = models.baseline(shift, same_classes=True)
    assert isinstance(line, Line)
    assert (round(line.slope, 4), round(line.intercept, 4)) == LINES[shift]


def test_imagenet_a_has_two_lines_parted_by_the_model_it_was_filtered_with(
    models: StandardModels,
):
    found = models.baseline("imagenet_a", same_classes=True)
    assert isinstance(found, TwoLines)
    assert found.pivot == pytest.approx(0.9186)
    assert (round(found.below.slope, 3), round(found.above.slope, 3)) == (0.689, 2.956)
    assert "resnet50" not in models.on("imagenet_a").names
    assert models.baseline("imagenet_a") != found


def test_every_model_clears_the_thresholds(models: StandardModels):
    assert len(models.names) == 85
    assert np.nanmin(models.accuracy["imagenet"]) >= 0.55
    for name in ("imagenet_r", "imagenet_a"):
        assert np.nanmin(models.accuracy[SAME_CLASSES[name]]) >= 0.75


def test_models_that_were_not_measured_are_left_out(models: StandardModels):
    assert len(models.on("imagenet_v2").names) == 85
    measured = models.on("imagenet_r")
    assert len(measured.names) == 80
    assert not np.isnan(measured.shift).any()
    at = models.names.index(measured.names[7])
    assert measured.shift[7] == models.accuracy["imagenet_r"][at]


def test_effective_robustness_of_the_paper_comes_out(models: StandardModels):
    sweeps = {each.id: each.frontier for each in load_sweeps()}
    baseline = models.baseline(MEAN)
    # Of the mean of five as the paper prints it, and of the mean of the printed five.
    for name, alpha, printed, expected in (
        ("paper-vitl14-336-head", 0.0, 0.734, 0.392),
        ("paper-vitl14-336-e2e", 1.0, 0.686, 0.181),
        ("paper-vitl14-336-e2e", 0.5, 0.769, 0.250),
    ):
        at = sweeps[name].index(alpha)
        x, y = sweeps[name].curve("imagenet")[at], sweeps[name].curve(MEAN)[at]
        assert effective_robustness(x, printed, baseline) == pytest.approx(expected, abs=6e-4)
        assert effective_robustness(x, y, baseline) == pytest.approx(expected, abs=1e-3)


def test_the_frame_has_every_figure_once(models: StandardModels):
    sweeps = load_sweeps()
    frame = sweeps_frame(sweeps, models)
    assert not frame.duplicated(["sweep", "set", "alpha"]).any()
    sets = sum(
        len(each.frontier.alphas) * (len(each.frontier.accuracy) + each.measures(MEAN))
        for each in sweeps
    )
    assert len(frame) == sets
    row = frame.set_index(["sweep", "set", "alpha"]).loc[("paper-vitl14-336-e2e", MEAN, 0.5)]
    assert row["accuracy"] == pytest.approx(0.7692)
    assert row["effective_robustness"] == pytest.approx(0.2506, abs=1e-4)
    assert row["count"] == 10_000 + 30_000 + 50_889 + 18_574 + 7_500
    shifts = frame["set"].isin([MEAN, *SHIFTS["imagenet"]])
    assert frame["effective_robustness"].notna().equals(shifts)
