"""Traits of images, against values worked by hand."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from wiseft.datasets import open_benchmark
from wiseft.traits import add_traits, keep_traits, measure_traits, read_traits, traits_of


def test_an_even_image_is_as_bright_as_its_grey_and_not_sharp():
    assert traits_of(Image.new("RGB", (8, 4), (100, 100, 100))) == (100, 0, 0, 8, 4)


def test_a_bright_pixel_on_black_by_hand():
    pixels = np.zeros((5, 5, 3), np.uint8)
    pixels[2, 2] = 250
    brightness, contrast, sharpness, width, height = traits_of(Image.fromarray(pixels))
    assert brightness == pytest.approx(10)
    assert contrast == pytest.approx(np.sqrt(250**2 / 25 - 100))
    assert sharpness == pytest.approx((4 * 250**2 + 1000**2) / 25, rel=1e-5)
    assert (width, height) == (5, 5)


def test_blur_lowers_sharpness_and_size_alone_does_not_change_it_much():
    rng = np.random.default_rng(0)
    small = Image.fromarray(rng.integers(0, 255, (112, 112, 3), np.uint8)).resize((224, 224))
    blurred = small.resize((28, 28)).resize((224, 224))
    assert traits_of(blurred)[2] < traits_of(small)[2] / 4
    large = small.resize((896, 896), Image.Resampling.NEAREST)
    assert traits_of(large)[2] == pytest.approx(traits_of(small)[2], rel=0.05)


def folder(root: Path) -> Path:
    for name in ("train", "test"):
        for class_name, grey in (("dark", 20), ("light", 220)):
            (root / name / class_name).mkdir(parents=True)
            for index in range(2):
                image = Image.new("RGB", (6 + index, 4), (grey, grey, grey))
                image.save(root / name / class_name / f"{index}.png")
    return root


def test_traits_are_kept_and_read_again(tmp_path: Path):
    root = folder(tmp_path / "photos")
    (root / "test" / "dark" / "0.png").write_text("not an image")
    images = open_benchmark(root).reference
    found = measure_traits(images)
    assert np.isnan(found.values["brightness"][0])
    keep_traits(tmp_path / "store", "v", found)
    again = read_traits([tmp_path / "elsewhere", tmp_path / "store"], "v")
    assert again is not None
    own = again.of([0, 1, 1])
    assert own is not None
    assert own["brightness"].tolist() == [20, 220, 220]
    assert own["width"].tolist() == [7, 6, 7]
    some = again.of([1, 1], classes=(1,))
    assert some is not None
    assert some["height"].tolist() == [4, 4]
    assert again.of([0, 0, 1]) is None


def test_a_damaged_file_is_reported_and_counts_as_absent(tmp_path: Path, caplog):
    images = open_benchmark(folder(tmp_path / "photos")).reference
    keep_traits(tmp_path, "v", measure_traits(images))
    file = tmp_path / "traits" / "v.npz"
    file.write_bytes(file.read_bytes()[:200])
    with caplog.at_level(logging.WARNING):
        assert read_traits([tmp_path], "v") is None
    assert "damaged" in caplog.text
    assert read_traits([tmp_path], "unknown") is None


def test_sets_are_measured_once_and_trouble_is_reported_not_raised(tmp_path: Path, caplog):
    images = open_benchmark(folder(tmp_path / "photos")).reference
    seen: list[int] = []
    for _ in range(2):
        add_traits(
            [(images, "v")], [tmp_path / "store"], lambda progress: seen.append(progress.done)
        )
    assert seen == [4]
    (tmp_path / "full").write_text("a file in the way")
    with caplog.at_level(logging.WARNING):
        add_traits([(images, "w")], [tmp_path / "full"])
    assert "could not be measured" in caplog.text
