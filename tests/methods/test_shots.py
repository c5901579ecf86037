"""Few-shot sets: balanced, seeded, nested."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trainings import shades
from wiseft.methods.shots import SHOTS, few_of_each, few_shot, short_classes

LABELS = np.repeat([0, 1, 2], [60, 12, 3])


@pytest.mark.parametrize("shots", SHOTS)
def test_each_class_has_as_many_as_asked_for_or_all_it_has(shots: int):
    chosen = few_of_each(LABELS, shots, seed=0)
    counts = np.bincount(LABELS[chosen])
    assert counts.tolist() == [min(shots, 60), min(shots, 12), min(shots, 3)]
    assert len(set(chosen.tolist())) == len(chosen)


def test_classes_without_enough_images_are_counted():
    assert [short_classes(LABELS, shots) for shots in (3, 4, 13, 61)] == [0, 1, 2, 3]


@given(st.integers(0, 2**32), st.integers(1, 30), st.integers(0, 30))
def test_few_are_among_more_of_the_same_seed(seed: int, shots: int, more: int):
    few, many = (few_of_each(LABELS, k, seed) for k in (shots, shots + more))
    assert set(few) <= set(many)


def test_the_seed_chooses():
    assert np.array_equal(few_of_each(LABELS, 5, 1), few_of_each(LABELS, 5, 1))
    assert not np.array_equal(few_of_each(LABELS, 5, 1), few_of_each(LABELS, 5, 2))


def test_every_image_can_be_chosen():
    chosen = np.concatenate([few_of_each(LABELS, 1, seed) for seed in range(600)])
    assert len(set(chosen.tolist())) == len(LABELS)


def test_images_keep_their_labels_and_sources():
    images = shades(18)
    few = few_shot(images, 2, seed=3)
    assert np.bincount(few.labels).tolist() == [2, 2, 2]
    for i, source in enumerate(few.sources):
        assert np.array_equal(few.pixels[i], images.pixels[int(source)])
        assert few.labels[i] == images.labels[int(source)]
