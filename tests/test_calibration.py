"""Calibration, against plain loops and simulation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiseft.alpha_path import AlphaPath
from wiseft.calibration import calibration, error_interval, reliability
from wiseft.predictions import Predictions


def said(confidence: np.ndarray, correct: np.ndarray) -> Predictions:
    return Predictions(
        labels=np.zeros(len(correct), np.int64),
        predicted=np.where(correct, 0, 1),
        confidence=confidence.astype(np.float16),
        true_probability=confidence.astype(np.float16),
    )


def a_path(*models: Predictions) -> AlphaPath:
    return AlphaPath.of(dict(zip(np.linspace(0, 1, len(models)).tolist(), models, strict=True)))


def plain_error(confidence: np.ndarray, correct: np.ndarray, bins: int) -> float:
    """Sorted, cut into equal pieces: what bins of equal mass are where no two are the same."""
    order = np.argsort(confidence)
    pieces = np.array_split(order, bins)
    return sum(abs((correct[p] - confidence[p]).sum()) for p in pieces) / len(order)


def test_the_error_is_that_of_equal_pieces_where_all_confidences_differ():
    rng = np.random.default_rng(1)
    level = rng.choice(np.arange(14_000, 15_361), 600, replace=False)
    confidence = level.astype(np.uint16).view(np.float16)
    correct = rng.random(600) < 0.6
    path = a_path(said(confidence, correct), said(confidence, ~correct))
    found = calibration(path)
    wide = confidence.astype(float)
    assert found.error[0] == pytest.approx(plain_error(wide, correct, 15))
    assert found.error[1] == pytest.approx(plain_error(wide, ~correct, 15))
    assert found.gap[0] == pytest.approx(wide.mean() - correct.mean())
    difference = wide - correct
    assert found.high[0] - found.gap[0] == pytest.approx(1.959964 * difference.std() / 600**0.5)


@given(st.lists(st.tuples(st.integers(0, 255), st.booleans()), min_size=1, max_size=60))
def test_the_diagram_holds_every_image_once_and_gives_the_error(images):
    steps, correct = np.array([each for each, _ in images]), np.array([each for _, each in images])
    model = said(steps / 255, correct)
    table = reliability(model, bins=5)
    assert table["count"].sum() == len(images)
    assert (table["confidence"].diff().dropna() > 0).all()
    assert (table["least"].to_numpy()[1:] > table["greatest"].to_numpy()[:-1]).all()
    assert len(table) <= 5
    assert table["accuracy"].between(table["low"], table["high"]).all()
    error = (table["count"] * (table["accuracy"] - table["confidence"]).abs()).sum() / len(images)
    assert calibration(a_path(model), bins=5).error[0] == pytest.approx(error)


def test_images_in_another_order_are_calibrated_alike():
    rng = np.random.default_rng(2)
    confidence, correct = np.round(rng.random(200) * 255) / 255, rng.random(200) < 0.5
    order = rng.permutation(200)
    one, other = (
        calibration(a_path(each))
        for each in (said(confidence, correct), said(confidence[order], correct[order]))
    )
    assert one.error[0] == pytest.approx(other.error[0])


def test_a_calibrated_model_exceeds_the_chance_level_in_five_per_cent_of_cases():
    rng = np.random.default_rng(3)
    confidence = np.clip(rng.beta(5, 2, 1500), 0.1, 1).astype(np.float16)
    models = [said(confidence, rng.random(1500) < confidence.astype(float)) for _ in range(400)]
    found = calibration(a_path(*models))
    assert 0.02 <= (found.error > found.chance).mean() <= 0.09
    assert 0.02 <= ((found.low > 0) | (found.high < 0)).mean() <= 0.09


def test_the_interval_holds_the_error_and_moves_with_it():
    rng = np.random.default_rng(4)
    confidence = rng.uniform(0.6, 1, 3000).astype(np.float16)
    correct = rng.random(3000) < confidence.astype(float) - 0.15
    low, high = error_interval(said(confidence, correct))
    assert low < 0.15 < high
    assert high - low < 0.06
    assert error_interval(said(confidence, correct)) == (low, high)


def test_an_empty_set_has_no_calibration():
    empty = said(np.zeros(0), np.zeros(0, dtype=bool))
    assert np.isnan(calibration(a_path(empty)).error).all()
    assert np.isnan(error_interval(empty)).all()
    assert reliability(empty).empty
