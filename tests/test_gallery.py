"""Which images a filter shows, against plain loops over all images."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.runs import write_run
from wiseft.alpha_path import AlphaPath
from wiseft.errors import Incompatible, Missing, UnknownName
from wiseft.gallery import OUTCOMES, Filter, Gallery, Outcome, images_frame

ALPHAS = np.round(np.linspace(0, 1, 6), 2)


def path_of(seed: int, images: int, classes: int = 4, alphas: np.ndarray = ALPHAS) -> AlphaPath:
    random = np.random.default_rng(seed)
    shape = (len(alphas), images)
    # Neighbouring alphas mostly agree, as those of real paths do.
    predicted = random.integers(0, classes, shape)
    stay = random.random(shape) < 0.7
    for row in range(1, len(alphas)):
        predicted[row, stay[row]] = predicted[row - 1, stay[row]]
    return AlphaPath(
        alphas=alphas,
        labels=random.integers(0, classes, images),
        predicted=predicted.astype(np.uint8),
        confidence=random.random(shape).astype(np.float16),
        true_probability=random.random(shape).astype(np.float16),
        exact=np.ones(len(alphas), dtype=bool),
    )


def has_outcome(outcome: Outcome, along: list[bool], at: int, versus: int) -> bool:
    here, there = along[at], along[versus]
    return {
        "all": True,
        "fixed": here and not there,
        "broken": there and not here,
        "between": any(along) and not along[0] and not along[-1],
        "wrong": not any(along),
        "correct": all(along),
        "correct-at": here,
        "wrong-at": not here,
    }[outcome]


filters = st.builds(
    Filter,
    true=st.none() | st.integers(0, 3),
    read=st.none() | st.integers(0, 3),
    outcome=st.sampled_from(OUTCOMES),
    low=st.sampled_from([0.0, 0.25, 0.6]),
    high=st.sampled_from([1.0, 0.75]),
    order=st.sampled_from(["dealt", "confident", "near", "listed"]),
)
places = st.integers(0, len(ALPHAS) - 1)


@given(filters, st.integers(0, 99), st.integers(0, 30), places, places, st.booleans())
def test_a_filter_shows_what_a_plain_loop_finds(chosen, seed, images, at, versus, leave_out):
    gallery = Gallery.of({"one": path_of(seed, images), "two": path_of(seed + 1, images // 2)})
    path = gallery.path
    kept = np.random.default_rng(seed).random(len(gallery)) < 0.5 if leave_out else None
    shown: dict[Outcome, list[int]] = {each: [] for each in OUTCOMES}
    for image, label in enumerate(path.labels.tolist()):
        along = (path.predicted[:, image] == label).tolist()
        if kept is not None and not kept[image]:
            continue
        if chosen.true is not None and label != chosen.true:
            continue
        if chosen.read is not None and path.predicted[at, image] != chosen.read:
            continue
        if not chosen.low <= path.confidence[at, image] <= chosen.high:
            continue
        for outcome in OUTCOMES:
            if has_outcome(outcome, along, at, versus):
                shown[outcome].append(image)
    found = gallery.select(chosen, at, versus, kept)
    assert sorted(found.tolist()) == shown[chosen.outcome]
    counted = {each: len(images) for each, images in shown.items()}
    assert gallery.counts(chosen, at, versus, kept) == counted


@given(st.integers(0, 99), places)
def test_the_most_confident_errors_come_first(seed: int, at: int):
    gallery = Gallery.of({"one": path_of(seed, 40)})
    found = gallery.select(Filter(order="confident"), at, 0)
    wrong = ~gallery.correct[at, found]
    assert (np.diff(wrong.astype(int)) <= 0).all()
    for group in (found[wrong], found[~wrong]):
        assert (np.diff(gallery.path.confidence[at, group].astype(float)) <= 0).all()


@given(st.integers(0, 99), places)
def test_those_that_flip_nearest_come_first(seed: int, at: int):
    path = path_of(seed, 40)
    found = Gallery.of({"one": path}).select(Filter(order="near"), at, 0)
    distances = [
        min(
            (
                abs(alpha - ALPHAS[at])
                for alpha, predicted in zip(ALPHAS, path.predicted[:, image], strict=True)
                if predicted != path.predicted[at, image]
            ),
            default=np.inf,
        )
        for image in found
    ]
    assert distances == sorted(distances)


@given(st.integers(0, 99), st.integers(1, 60))
def test_classes_take_turns(seed: int, images: int):
    gallery = Gallery.of({"one": path_of(seed, images), "two": path_of(seed + 7, images)})
    found = gallery.select(Filter(), 0, 1)
    labels = gallery.path.labels[found].tolist()
    seen: dict[int, int] = {}
    rounds = []
    for label in labels:
        seen[label] = seen.get(label, -1) + 1
        rounds.append(seen[label])
    assert rounds == sorted(rounds)


def test_sets_take_turns_within_a_class():
    path = path_of(0, 12, classes=1)
    gallery = Gallery.of({"one": path, "two": path, "three": path})
    found = gallery.select(Filter(), 0, 1)
    assert sorted(gallery.set_of[found[:3]].tolist()) == [0, 1, 2]


@given(st.integers(0, 99))
def test_stretches_put_together_are_the_path(seed: int):
    path = path_of(seed, 5)
    gallery = Gallery.of({"one": path})
    flips = gallery.flips(np.arange(5))
    for image in range(5):
        stretches = gallery.stretches(image)
        along = [each.class_id for each in stretches for _ in range(each.first, each.last + 1)]
        assert along == path.predicted[:, image].tolist()
        assert all(a.class_id != b.class_id for a, b in pairwise(stretches))
        assert flips[image] == len(stretches) - 1


def test_the_commonest_wrong_classes_are_counted_over_all_alphas():
    path = path_of(3, 200, classes=6)
    wrong = path.predicted[path.predicted != path.labels]
    expected = sorted(range(6), key=lambda each: (-(wrong == each).sum(), each))[:4]
    assert Gallery.of({"one": path}).commonest_wrong(4) == expected


def test_nothing_is_wrong_where_all_is_correct():
    path = path_of(0, 8, classes=1)
    assert Gallery.of({"one": path}).commonest_wrong(4) == []


def test_a_set_without_images_shows_none():
    gallery = Gallery.of({"one": path_of(0, 0)})
    assert gallery.select(Filter(), 0, 1).tolist() == []
    assert set(gallery.counts(Filter(), 0, 1).values()) == {0}


def test_columns_are_those_of_the_sets():
    gallery = Gallery.of({"one": path_of(0, 3), "two": path_of(1, 2)})
    assert gallery.set_of.tolist() == [0, 0, 0, 1, 1]
    assert gallery.column.tolist() == [0, 1, 2, 0, 1]


def test_sets_at_different_alphas_are_refused():
    with pytest.raises(Incompatible, match="one by one"):
        Gallery.of({"one": path_of(0, 3), "two": path_of(1, 2, alphas=ALPHAS[:4])})


@given(st.integers(0, 99), places, places)
def test_the_table_agrees_with_the_path(seed: int, at: int, versus: int):
    path = path_of(seed, 25)
    gallery = Gallery.of({"one": path})
    sources = {"one": [f"image {i}" for i in range(25)]}
    table = images_frame(gallery, Filter(order="listed"), at, versus, "abcd", sources)
    assert len(table) == 25
    for row in table.to_dict("records"):
        image = row["index"]
        here = path.predicted[at, image] == path.labels[image]
        there = path.predicted[versus, image] == path.labels[image]
        expected = {(1, 1): "correct", (1, 0): "fixed", (0, 1): "broken", (0, 0): "wrong"}
        assert row["outcome"] == expected[int(here), int(there)]
        assert row["source"] == f"image {image}"
        assert row["true"] == "abcd"[path.labels[image]]
        assert row["predicted"] == "abcd"[path.predicted[at, image]]
        assert row["confidence"] == pytest.approx(float(path.confidence[at, image]))


def test_a_run_tells_of_its_images(tmp_path: Path):
    run = write_run(tmp_path, scale=0.1)
    table = run.images("night", 0.5, outcome="fixed")
    here, there = run.predictions("night", 0.5), run.predictions("night", 1.0)
    assert table["index"].tolist() == np.flatnonzero(here.correct & ~there.correct).tolist()
    assert set(table["outcome"]) == {"fixed"}
    taken = table["versus_predicted"].iloc[0]
    found = run.images("night", 1.0, 0.0, predicted=taken)
    assert set(found["predicted"]) == {taken}
    with pytest.raises(UnknownName, match="class named 'stopp'"):
        run.images("night", 0.5, true="stopp")
    with pytest.raises(Missing, match=r"alpha 0\.42"):
        run.images("night", 0.42)
