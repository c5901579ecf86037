"""How different models are, against scikit-learn and counting one by one."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from wiseft.alpha_path import AlphaPath
from wiseft.diversity import Bits, certainty, diversity, overrides


def a_path(alphas: int = 5, images: int = 60, classes: int = 4, seed: int = 0) -> AlphaPath:
    rng = np.random.default_rng(seed)
    predicted = rng.integers(0, classes, (alphas, images)).astype(np.uint8)
    predicted[1:, : images // 3] = predicted[0, : images // 3]
    return AlphaPath(
        alphas=np.linspace(0, 1, alphas),
        labels=rng.integers(0, classes + 1, images),
        predicted=predicted,
        confidence=rng.random((alphas, images)).astype(np.float16),
        true_probability=np.zeros((alphas, images), np.float16),
        exact=np.ones(alphas, dtype=bool),
    )


def test_diversity_is_that_of_every_pair_of_models():
    path = a_path()
    found = diversity(path, 4)
    for at in range(5):
        one, other = path.predicted[at], path.predicted[4]
        exactly_one = [
            (a == y) != (b == y) for a, b, y in zip(one, other, path.labels, strict=True)
        ]
        assert found.one_correct[at] == pytest.approx(np.mean(exactly_one))
        assert found.disagreement[at] == pytest.approx((one != other).mean())
        assert found.kappa_complement[at] == pytest.approx(1 - cohen_kappa_score(one, other))


def test_two_models_that_always_say_the_same_do_not_differ():
    path = a_path()
    path.predicted[:] = 2
    found = diversity(path, 0)
    assert not found.one_correct.any()
    assert not found.kappa_complement.any()


def test_an_empty_set_has_no_diversity_and_no_certainty():
    empty = a_path(images=0)
    assert np.isnan(diversity(empty, 0).kappa_complement).all()
    assert np.isnan(certainty(empty).all).all()
    assert overrides(empty, 0, 4).disagreements == 0


def test_overrides_tell_whom_every_alpha_follows():
    path = a_path()
    found = overrides(path, 0, 4)
    first, last = path.predicted[0], path.predicted[4]
    apart = np.flatnonzero(first != last)
    assert found.disagreements == len(apart)
    for at in range(5):
        said, true = path.predicted[at][apart], path.labels[apart]
        for number, correct, which in (
            (found.start, found.start_correct, said == first[apart]),
            (found.end, found.end_correct, said == last[apart]),
            (found.neither, found.neither_correct, (said != first[apart]) & (said != last[apart])),
        ):
            assert number[at] == which.sum()
            assert correct[at] == (which & (said == true)).sum()
    assert found.start[0] == found.end[4] == len(apart)


def test_confidence_is_averaged_over_correct_and_wrong_images_apart():
    path = a_path()
    path.labels[:] = path.predicted[0]
    found = certainty(path)
    for at in range(5):
        confidence, hits = path.confidence[at].astype(float), path.predicted[at] == path.labels
        assert found.all[at] == pytest.approx(confidence.mean(), abs=1e-6)
        assert found.correct[at] == pytest.approx(confidence[hits].mean(), abs=1e-6)
        if at:
            assert found.wrong[at] == pytest.approx(confidence[~hits].mean(), abs=1e-6)
    assert np.isnan(found.wrong[0])


@pytest.mark.parametrize("images", [1, 63, 64, 65, 200])
def test_bits_tell_the_diversity_of_any_two_alphas(images: int):
    path = a_path(images=images)
    bits = Bits.of(path)
    for index in range(len(path.alphas)):
        assert bits.one_correct(index).tolist() == diversity(path, index).one_correct.tolist()


def test_bits_of_no_images_have_no_diversity():
    assert np.isnan(Bits.of(a_path(images=0)).one_correct(0)).all()
