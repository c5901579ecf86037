"""The figures of a training."""

from __future__ import annotations

import numpy as np
import pytest

from wiseft.charts.learning import DRAWN, Measured, epochs_figure, loss_figure
from wiseft.metrics import clopper_pearson


def steps(count: int) -> list[dict[str, float | str]]:
    return [
        {"stage": "epoch", "done": i + 1, "total": 2 * count, "loss": 2 - i / count, "lr": 0.1}
        for i in range(count)
    ]


def epochs(*accuracies: float) -> list[dict[str, float | str]]:
    return [
        {"stage": f"epoch {i} of 3", "done": 10 * i, "total": 30, "accuracy": accuracy}
        for i, accuracy in enumerate(accuracies, 1)
    ]


def test_loss_and_learning_rate_are_drawn_as_measured():
    loss, mean, rate = loss_figure([*steps(9), *epochs(0.5)]).data
    np.testing.assert_array_equal(loss.x, range(1, 10))
    np.testing.assert_allclose(loss.y, 2 - np.arange(9) / 9)
    # With ten steps or fewer on either side of nothing, the mean is the loss itself.
    np.testing.assert_allclose(mean.y, loss.y)
    np.testing.assert_array_equal(rate.y, [0.1] * 9)


def test_the_bold_line_is_the_mean_of_the_steps_around():
    losses = np.random.default_rng(0).random(60)
    rows = [{**row, "loss": loss} for row, loss in zip(steps(60), losses, strict=True)]
    mean = loss_figure(rows).data[1]
    assert mean.y[30] == pytest.approx(losses[27:34].mean())
    assert mean.y[0] == pytest.approx(losses[:4].mean())
    assert mean.y[59] == pytest.approx(losses[56:].mean())


def test_a_long_training_is_drawn_with_few_points_from_first_to_last():
    loss = loss_figure(steps(5000)).data[0]
    assert len(loss.x) == DRAWN
    assert (loss.x[0], loss.x[-1]) == (1, 5000)


def test_the_axis_is_as_long_as_the_training_will_be():
    assert loss_figure(steps(20)).layout.xaxis.range[1] == pytest.approx(1.02 * 40)


def test_accuracies_have_their_intervals():
    (trace,) = epochs_figure(epochs(0.5, 0.9), Measured("Test", 10)).data
    bounds = clopper_pearson([5, 9], 10)
    np.testing.assert_allclose(trace.y - trace.error_y.arrayminus, bounds[:, 0])
    np.testing.assert_allclose(trace.y + trace.error_y.array, bounds[:, 1])
    assert "epoch 1 of 3" in trace.text[0]


def test_the_newest_values_stand_beside_their_points():
    figures = loss_figure(steps(9)), epochs_figure(epochs(0.5, 0.9), Measured("Test", 10))
    (loss,), (accuracy,) = (
        [each for each in figure.layout.annotations if each.xref != "paper"] for figure in figures
    )
    assert (loss.x, loss.y) == (9, pytest.approx(figures[0].data[1].y[-1]))
    assert loss.text == "<b>1.11</b>"
    assert (accuracy.x, accuracy.y) == (20, 0.9)
    assert "90.0" in accuracy.text


def test_without_the_set_there_are_no_intervals():
    (trace,) = epochs_figure(epochs(0.5), None).data
    assert trace.error_y.array is None


@pytest.mark.parametrize("dark", [False, True])
def test_nothing_measured_is_said_in_words(dark: bool):
    for figure in (loss_figure(steps(1), dark=dark), epochs_figure([], None, dark=dark)):
        assert not figure.data
        assert figure.layout.annotations[0].text
