from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest

from wiseft.errors import Invalid
from wiseft.frontier import MEAN, WORST, Frontier, best_on, first_highest, smallest_within, within
from wiseft.metrics import clopper_pearson

ALPHAS = np.array([0.0, 0.5, 1.0])
CORRECT = {"day": [80, 95, 96], "night": [70, 80, 60], "fog": [50, 50, 40], "held": [81, 93, 95]}


def make(images: Mapping[str, int] | None = None, **correct: Sequence[int]) -> Frontier:
    """A frontier of 100 images a set, or of as many as said, and as many correct."""
    every = {**CORRECT, **correct}
    count = {**dict.fromkeys(CORRECT, 100), **(images or {})}
    return Frontier(
        run="r",
        reference="day",
        shifts=("night", "fog"),
        validation="held",
        matched={"fog": "day@fog"},
        titles={name: name.title() for name in CORRECT},
        alphas=ALPHAS,
        exact=np.array([True, True, True]),
        deviation={},
        accuracy={name: np.array(values) / count[name] for name, values in every.items()},
        interval={name: clopper_pearson(values, count[name]) for name, values in every.items()},
        count=count,
    )


def test_the_mean_of_the_shifts_is_their_plain_mean():
    np.testing.assert_allclose(make().curve(MEAN), [0.6, 0.65, 0.5])
    assert make().title(MEAN) == "Mean of 2 shifts"


def test_the_mean_has_an_interval_around_it_narrower_than_its_parts():
    frontier = make()
    bounds = frontier.bounds(MEAN)
    assert (bounds[:, 0] < frontier.curve(MEAN)).all()
    assert (frontier.curve(MEAN) < bounds[:, 1]).all()
    width = np.diff(bounds)
    assert all((width < np.diff(frontier.bounds(shift))).all() for shift in frontier.shifts)


def test_the_worst_shift_may_be_another_at_every_alpha():
    frontier = make(night=[40, 120, 30], fog=[50, 50, 30], images={"night": 200})
    assert frontier.worst_shifts == ("night", "fog", "night")
    np.testing.assert_allclose(frontier.curve(WORST), [0.2, 0.5, 0.15])
    parts = frontier.bounds("night")[0], frontier.bounds("fog")[1], frontier.bounds("night")[2]
    np.testing.assert_array_equal(frontier.bounds(WORST), parts)
    assert frontier.images(WORST).tolist() == [200, 100, 200]
    assert frontier.title(WORST) == "Worst of 2 shifts"


def test_images_are_those_behind_each_accuracy():
    frontier = make(images={"night": 200})
    assert frontier.images(MEAN).tolist() == [300, 300, 300]
    assert frontier.images("fog").tolist() == [100, 100, 100]


@pytest.mark.parametrize("name", [MEAN, WORST])
def test_no_set_has_the_name_of_a_summary(name: str):
    with pytest.raises(Invalid, match=f"'{name}', which stands for a summary of the shifts; rena"):
        replace(make(), accuracy={name: np.ones(3)})


def test_a_shift_with_some_classes_is_held_against_the_reference_of_the_same():
    assert make().reference_for("fog") == "day@fog"
    assert make().reference_for("night") == "day"


def test_an_alpha_is_found_within_rounding_and_else_named_with_those_that_exist():
    assert make().index(0.5 + 1e-9) == 1
    with pytest.raises(Invalid, match=r"Alpha 0.7 .* Evaluated: 0, 0.5, 1\."):
        make().index(0.7)


def test_the_best_alpha_is_the_smallest_of_the_best():
    assert best_on(make(), "day") == 1.0
    assert best_on(make(), "fog") == 0.0
    assert best_on(make(), MEAN) == 0.5


def test_the_smallest_alpha_within_a_loss():
    assert smallest_within(make(), "held", 0.01) == 1.0
    assert smallest_within(make(), "held", 0.02) == 0.5
    assert smallest_within(make(), "held", 0.5) == 0.0


def test_rounding_neither_breaks_a_tie_nor_a_limit():
    assert first_highest(np.array([0.1 + 0.2, 0.3])) == first_highest(np.array([0.3, 0.1 + 0.2]))
    assert 0.8 - 0.1 > 0.7
    assert within(np.array([0.7, 0.69, 0.8]), end=2, loss=0.1).tolist() == [True, False, True]


@pytest.mark.parametrize("loss", [-0.01, 1.0, float("nan")])
def test_a_loss_is_a_fraction(loss: float):
    with pytest.raises(Invalid, match="A loss is a fraction"):
        smallest_within(make(), "held", loss)


def test_what_was_not_measured_has_its_best_at_the_first_alpha():
    assert first_highest(np.full(3, np.nan)) == 0


def test_json_holds_fractions_and_survives_json():
    record = json.loads(json.dumps(make().to_json()))
    assert record["accuracy"]["night"] == [0.7, 0.8, 0.6]
    assert record["alphas"] == [0, 0.5, 1]
    assert record["count"]["fog"] == 100
    assert np.shape(record["interval"]["day"]) == (3, 2)


def test_the_table_has_a_row_for_each_set_and_alpha():
    table = make().to_frame()
    assert len(table) == 12
    row = table[(table["set"] == "night") & (table["alpha"] == 0.5)].iloc[0]
    assert row["accuracy"] == 0.8
    assert row["low"] == pytest.approx(clopper_pearson(80, 100)[0])
