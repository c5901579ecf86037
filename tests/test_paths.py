from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from wiseft.alpha_path import GRID
from wiseft.paths import CHECKS, FIRST_NODES, PathSet, build_paths, exact_steps, output_ensembles
from wiseft.predictions import Predictions
from wiseft.steps import StepFunction

IMAGES = 800
LABELS = np.random.default_rng(9).integers(0, 10, IMAGES)
SETS = [PathSet("all", "images", LABELS), PathSet("some", "images", LABELS, (0, 2, 3, 7))]


def world(bend: Callable[[float], float]):
    """Logits along a path that leaves the straight line by `bend`; and the alphas asked for."""
    random = np.random.default_rng(0)
    start, end, curve = random.normal(scale=2, size=(3, IMAGES, 10))
    start[range(IMAGES), LABELS] += 2
    end[range(IMAGES), LABELS] += 3
    asked: list[float] = []

    def logits(alpha: float) -> dict[str, np.ndarray]:
        bent = (1 - alpha) * start + alpha * end + bend(alpha) * curve
        return {"images": bent.astype(np.float32)}

    def evaluate(alphas: Sequence[float]) -> dict[float, dict[str, np.ndarray]]:
        asked.extend(alphas)
        return {alpha: logits(alpha) for alpha in alphas}

    return evaluate, asked


def smooth(alpha: float) -> float:
    return 0.7 * np.sin(np.pi * alpha)


def kinked(alpha: float) -> float:
    return 3 * abs((alpha * 7) % 1 - 0.5)


@pytest.mark.parametrize("bend", [smooth, kinked])
def test_the_path_is_within_tolerance_of_every_true_evaluation_or_evaluated(bend):
    evaluate, _ = world(bend)
    paths = build_paths(evaluate, SETS, tolerance=0.005)
    for each in SETS:
        path = paths[each.name]
        for index, logits in enumerate(evaluate(GRID.tolist()).values()):
            truth = Predictions.from_logits(logits["images"], each.labels, each.classes)
            if path.exact[index]:
                assert np.array_equal(path.at(index).predicted, truth.predicted)
            difference = abs(path.at(index).correct.mean() - truth.correct.mean())
            assert difference <= 0.01


def test_a_smooth_path_takes_few_evaluations_and_a_rough_one_many():
    evaluate, asked = world(smooth)
    build_paths(evaluate, SETS, tolerance=0.005)
    few = len(asked)
    evaluate, asked = world(kinked)
    build_paths(evaluate, SETS, tolerance=0.005)
    assert len(FIRST_NODES) < few <= 11
    assert len(asked) > 2 * few


def test_no_alpha_is_evaluated_twice():
    evaluate, asked = world(kinked)
    build_paths(evaluate, SETS, tolerance=0.0)
    assert len(set(asked)) == len(asked)


def test_the_deviation_is_that_of_alphas_that_were_not_nodes():
    evaluate, asked = world(smooth)
    path = build_paths(evaluate, SETS, tolerance=0.005)["all"]
    assert path.deviation is not None
    assert path.deviation.accuracy <= 0.005
    assert not set(path.deviation.alphas) & set(FIRST_NODES)
    assert set(path.deviation.alphas) <= set(asked)
    assert path.alphas[path.exact].tolist() == sorted(asked)


def test_what_can_be_evaluated_at_the_same_time_is_asked_for_at_once():
    evaluate, _ = world(smooth)
    batches: list[tuple[float, ...]] = []

    def in_batches(alphas: Sequence[float]) -> dict[float, dict[str, np.ndarray]]:
        batches.append(tuple(alphas))
        return evaluate(alphas)

    path = build_paths(in_batches, SETS, tolerance=0.005)["all"]
    assert batches[0] == FIRST_NODES
    assert all(1 < len(batch) <= CHECKS for batch in batches[1:])
    assert path.deviation is not None
    assert batches[-1] == path.deviation.alphas


def test_without_tolerance_everything_is_evaluated():
    evaluate, asked = world(kinked)
    path = build_paths(evaluate, SETS, exact=True)["all"]
    assert sorted(asked) == GRID.tolist()
    assert path.exact.all()
    assert path.deviation is None


def test_known_alphas_are_nodes_from_the_start():
    evaluate, asked = world(smooth)
    path = build_paths(evaluate, SETS, tolerance=1.0, known=[0.1, 0.3, 1.7])["all"]
    assert {0.1, 0.3} <= set(path.alphas[path.exact].tolist())
    assert 1.7 not in asked


def test_the_output_ensemble_is_exact_everywhere():
    evaluate, _ = world(smooth)
    ends = list(evaluate([0.0, 1.0]).values())
    path = output_ensembles(*ends, SETS)["some"]
    assert path.exact.all()
    for index in (0, 33, 50, 100):
        alpha = GRID[index]
        mixed = (1 - alpha) * ends[0]["images"] + alpha * ends[1]["images"]
        truth = Predictions.from_logits(mixed, LABELS, (0, 2, 3, 7))
        assert np.mean(path.at(index).predicted != truth.predicted) < 1e-3


def test_the_exact_steps_of_the_output_ensemble_agree_with_its_path_and_beat_its_grid():
    evaluate, _ = world(smooth)
    ends = list(evaluate([0.0, 1.0]).values())
    paths = output_ensembles(*ends, SETS)
    for name, intervals in exact_steps(*ends, SETS).items():
        steps, path = StepFunction(intervals), paths[name]
        # Rounding may decide on an image whose crossing lies on the grid.
        assert np.abs(steps(GRID) - path.correct / len(path)).max() <= 1 / len(path)
        best = steps.best()
        assert best.accuracy >= (path.correct / len(path)).max() - 1 / len(path)
        assert steps((best.low + best.high) / 2) == best.accuracy
