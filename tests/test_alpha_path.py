from __future__ import annotations

import numpy as np
import pytest

from tests.test_interpolation import smooth
from wiseft.alpha_path import GRID, AlphaPath, compared
from wiseft.errors import Incompatible
from wiseft.interpolation import interpolated
from wiseft.predictions import Predictions


def test_the_deviation_is_what_an_independent_count_finds():
    logits, labels = smooth(24, images=400)
    path = interpolated((0.0, 1.0), [logits(0), logits(1)], labels, GRID)
    truth = {a: Predictions.from_logits(logits(a), labels) for a in (0.3, 0.5)}
    found = compared(path, truth, (0.3, 0.5))
    by_hand = [
        abs(np.mean(path.predicted[i] == labels) - np.mean(truth[a].predicted == labels))
        for i, a in ((30, 0.3), (50, 0.5))
    ]
    assert found.accuracy == pytest.approx(max(by_hand))
    assert found.changed > 0


def test_a_true_evaluation_takes_the_place_of_an_interpolated_one():
    logits, labels = smooth(24)
    path = interpolated((0.0, 1.0), [logits(0), logits(1)], labels, GRID)
    for alpha, length in ((0.5, 101), (0.505, 102), (-0.2, 102), (1.2, 102)):
        truth = Predictions.from_logits(logits(alpha), labels)
        better = path.with_exact({alpha: truth})
        index = int(np.searchsorted(better.alphas, alpha))
        assert len(better.alphas) == length
        assert better.exact[index]
        assert np.array_equal(better.at(index).predicted, truth.predicted)
        assert np.all(np.diff(better.alphas) > 0)
        kept = better.alphas != alpha
        assert np.array_equal(better.predicted[kept], path.predicted[path.alphas != alpha])


def test_a_path_of_evaluations_alone_is_exact():
    logits, labels = smooth(300)
    truth = {a: Predictions.from_logits(logits(a), labels) for a in (1.0, 0.0, 0.3)}
    path = AlphaPath.of(truth)
    assert path.alphas.tolist() == [0, 0.3, 1]
    assert path.exact.all()
    assert path.deviation is None
    for index, alpha in enumerate(path.alphas.tolist()):
        assert np.array_equal(path.at(index).predicted, truth[alpha].predicted)
        assert np.array_equal(path.at(index).confidence, truth[alpha].confidence)
    assert path.correct.tolist() == [int(truth[a].correct.sum()) for a in (0.0, 0.3, 1.0)]


def test_evaluations_of_other_images_are_refused():
    logits, labels = smooth(24)
    path = AlphaPath.of({0.0: Predictions.from_logits(logits(0.0), labels)})
    other = Predictions.from_logits(logits(1.0), (labels + 1) % 24)
    with pytest.raises(Incompatible, match="other images"):
        path.with_exact({1.0: other})
