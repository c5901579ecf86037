"""The leading classes of images along a path, against a plain softmax over all classes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import softmax

from wiseft.alpha_path import PAPER_GRID
from wiseft.interpolation import leading, spline_weights
from wiseft.leading import LEADERS, STEPS, Leading
from wiseft.paths import PathSet, leading_classes
from wiseft.specs import EvalKey
from wiseft.store import Store

NODES = (0.0, 0.3, 0.6, 1.0)
ALPHAS = np.array(PAPER_GRID)


def evaluations(classes: int, images: int = 60, seed: int = 0) -> tuple[list, np.ndarray]:
    random = np.random.default_rng(seed)
    logits = random.normal(scale=3, size=(len(NODES), images, classes)).astype(np.float32)
    return list(logits), random.integers(0, classes, images)


@given(classes=st.integers(2, 40), seed=st.integers(0, 50), subset=st.booleans())
def test_they_are_those_of_a_softmax_over_all_classes(classes: int, seed: int, subset: bool):
    logits, labels = evaluations(classes, seed=seed)
    ids = tuple(range(0, classes, 2)) if subset else None
    found = leading(NODES, logits, labels, ALPHAS, ids)
    columns = np.arange(classes) if ids is None else np.array(ids)
    kept = np.isin(labels, columns)
    every = np.tensordot(spline_weights(NODES, ALPHAS), np.stack(logits)[:, kept], axes=1)
    shares = softmax(every[..., columns], axis=2)
    assert found.probability.shape == (len(ALPHAS), kept.sum(), min(LEADERS, len(columns)))
    for image, label in enumerate(labels[kept]):
        highest = shares[:, image].max(axis=0)
        said = found.of(image)
        assert label in said
        assert len(said) == min(LEADERS, len(columns))
        left_out = [highest[c] for c, each in enumerate(columns) if each not in said]
        named = [highest[list(columns).index(each)] for each in said if each != label]
        assert max(left_out, default=0) <= min(named, default=1) + 1e-4
        for each, along in said.items():
            expected = shares[:, image, list(columns).index(each)]
            # Of many classes, those that never come near are followed at a few alphas alone.
            loose = 0.02 if len(columns) > 24 else 1e-3
            assert np.abs(along - expected).max() <= 0.5 / STEPS + loose


def test_the_others_of_many_classes_count_too():
    logits, labels = evaluations(300, images=20)
    found = leading(NODES, logits, labels, np.array([0.0, 0.5, 1.0]))
    shares = softmax(logits[0], axis=1)
    for image in range(20):
        for each, along in found.of(image).items():
            assert along[0] == pytest.approx(shares[image, each], abs=0.5 / STEPS + 1e-3)


def test_the_leading_class_comes_first():
    logits, labels = evaluations(9)
    found = leading(NODES, logits, labels, ALPHAS)
    highest = found.probability.max(axis=0).astype(int)
    assert (np.diff(highest, axis=1) <= 0).all()


def test_sets_with_some_of_the_classes_have_those_alone():
    logits, labels = evaluations(8)
    found = {alpha: {"day": each} for alpha, each in zip(NODES, logits, strict=True)}
    sets = [PathSet("day", "day", labels), PathSet("some", "day", labels, (1, 2, 5))]
    both = leading_classes(found, sets)
    assert len(both["day"]) == len(labels)
    assert len(both["some"]) == np.isin(labels, (1, 2, 5)).sum()
    assert set(np.unique(both["some"].classes)) <= {1, 2, 5}
    assert both["day"].alphas.tolist() == list(PAPER_GRID)


KEY = EvalKey("zero", "fine", "images", None)


def kept(classes: int = 9) -> Leading:
    logits, labels = evaluations(classes)
    names = tuple(f"night/<b>/夜 {i}.jpg" for i in range(len(labels)))
    return replace(leading(NODES, logits, labels, ALPHAS), sources=names)


@pytest.mark.parametrize("classes", [3, 9, 400])
def test_what_is_put_is_got(tmp_path: Path, classes: int):
    expected = kept(classes)
    store = Store(tmp_path)
    assert store.get_leading(KEY) is None
    store.put_leading(KEY, expected)
    found = Store(tmp_path).get_leading(KEY)
    assert found is not None
    assert found.sources == expected.sources
    for name in ("alphas", "classes", "probability"):
        assert np.array_equal(getattr(found, name), getattr(expected, name))


@pytest.mark.parametrize("damaged", [b"", b"no archive at all", None])
def test_damage_is_reported_and_not_fatal(tmp_path: Path, damaged: bytes | None, caplog):
    store = Store(tmp_path)
    store.put_leading(KEY, kept())
    [file] = tmp_path.rglob("leading.npz")
    file.write_bytes(file.read_bytes()[:900] if damaged is None else damaged)
    assert store.get_leading(KEY) is None
    assert "is damaged" in caplog.text
