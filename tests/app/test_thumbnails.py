"""Images made small: read once, bounded in memory, with a reason where they cannot be read."""

from __future__ import annotations

import base64
import io
from pathlib import Path

import numpy as np
import pytest
import streamlit as st
from PIL import Image

from tests.folders import write_images
from tests.test_pictures import SETS, record_of
from wiseft.alpha_path import AlphaPath
from wiseft.app import thumbnails as module
from wiseft.app.thumbnails import _Kept, pictures, square_uri, thumbnails
from wiseft.datasets import open_benchmark
from wiseft.predictions import Predictions
from wiseft.runs import Run
from wiseft.workspace import Workspace


def decoded(uri: str) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(uri.partition(",")[2])))


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """A run on a folder of images, evaluated at both ends."""
    st.cache_data.clear()
    st.cache_resource.clear()
    benchmark = open_benchmark(write_images(tmp_path / "photos", SETS))
    made = Workspace().keep(record_of(benchmark))
    for each in made.record.sets:
        name = "test" if each.role == "matched" else each.name
        labels = benchmark.set_named(name).labels
        for alpha in (0.0, 1.0):
            logits = np.random.default_rng(0).normal(size=(len(labels), 3))
            said = Predictions.from_logits(logits, labels, each.classes)
            made.store.put(made.record.key(each.name), alpha, said)
    assert isinstance(made.path("night"), AlphaPath)
    return made


def test_they_are_the_middles_of_the_images(run: Run):
    [first, second] = thumbnails(run, "night", [0, 3])
    assert first.source == "night/cat/0.png"
    assert decoded(first.uri or "").size == (8, 8)
    for thumbnail, index in ((first, 0), (second, 3)):
        colour = pictures(run, "night").read(index).getpixel((3, 3))
        seen = decoded(thumbnail.uri or "").getpixel((3, 3))
        assert np.abs(np.subtract(seen, colour)).max() < 8


def test_what_cannot_be_read_has_a_reason(run: Run, tmp_path: Path):
    assert len(pictures(run, "night")) == 5
    (tmp_path / "photos/night/cat/0.png").write_bytes(b"no image")
    [broken, whole] = thumbnails(run, "night", [0, 1])
    assert broken.uri is None
    assert "night/cat/0.png: not an image" in broken.source
    assert whole.uri


def test_they_are_read_once(run: Run, monkeypatch: pytest.MonkeyPatch):
    first = thumbnails(run, "night", range(5))
    monkeypatch.setattr(module, "square_uri", lambda *_: pytest.fail("read again"))
    assert thumbnails(run, "night", range(5)) == first


def test_memory_is_bounded():
    kept = _Kept(limit=100)
    for number in range(50):
        kept.put((str(number), "", 1), "x" * 30)
    assert kept.get(("49", "", 1))
    assert kept.get(("0", "", 1)) is None
    assert kept._size <= 100
    kept.put(("49", "", 1), "y" * 10)
    assert kept.get(("49", "", 1)) == "y" * 10
    assert kept._size == sum(len(each) for each in kept._uris.values())


def test_large_images_become_small_and_small_ones_do_not_become_large():
    assert decoded(square_uri(Image.new("RGB", (900, 600)), 256)).size == (256, 256)
    assert decoded(square_uri(Image.new("RGB", (30, 40)), 256)).size == (30, 30)
