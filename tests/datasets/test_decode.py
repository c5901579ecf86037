from __future__ import annotations

import io
import struct
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageOps

from wiseft.datasets.decode import read_rgb
from wiseft.errors import UnreadableImage

RGB = np.random.default_rng(0).integers(0, 256, (8, 6, 3), dtype=np.uint8)


def saved(path: Path, image: Image.Image, **options: object) -> Path:
    image.save(path, **options)  # pyright: ignore[reportArgumentType]
    return path


def test_rgb_is_read_as_it_is(tmp_path: Path):
    found = read_rgb(saved(tmp_path / "a.png", Image.fromarray(RGB)))
    assert found.mode == "RGB"
    assert np.array_equal(np.asarray(found), RGB)


def test_greys_become_three_equal_channels(tmp_path: Path):
    grey = RGB[..., 0]
    found = np.asarray(read_rgb(saved(tmp_path / "a.png", Image.fromarray(grey))))
    assert np.array_equal(found, np.stack([grey] * 3, axis=-1))


@pytest.mark.parametrize("suffix", ["png", "tif", "pgm"])
def test_sixteen_bits_are_scaled_and_not_clipped(tmp_path: Path, suffix: str):
    deep = np.array([[0, 257, 32896], [65535, 1000, 40000]], dtype=np.uint16)
    found = np.asarray(read_rgb(saved(tmp_path / f"a.{suffix}", Image.fromarray(deep))))
    assert found[..., 0].tolist() == [[0, 1, 128], [255, 4, 156]]


def test_cmyk_becomes_rgb(tmp_path: Path):
    cmyk = Image.new("CMYK", (4, 4), (0, 255, 255, 0))
    found = np.asarray(read_rgb(saved(tmp_path / "a.jpg", cmyk, quality=100))).astype(int)
    assert np.abs(found - [255, 0, 0]).max() < 10


def test_transparent_parts_lie_on_white(tmp_path: Path):
    half = Image.new("RGBA", (2, 1), (255, 0, 0, 255))
    half.putpixel((1, 0), (255, 0, 0, 0))
    found = np.asarray(read_rgb(saved(tmp_path / "a.png", half)))
    assert found.tolist() == [[[255, 0, 0], [255, 255, 255]]]


def test_a_palette_with_transparency_lies_on_white_too(tmp_path: Path):
    palette = Image.new("P", (2, 1))
    palette.putpalette([255, 0, 0, 0, 0, 255])
    palette.putpixel((1, 0), 1)
    path = saved(tmp_path / "a.png", palette, transparency=bytes([255, 0]))
    assert np.asarray(read_rgb(path)).tolist() == [[[255, 0, 0], [255, 255, 255]]]


def test_the_orientation_tag_is_obeyed(tmp_path: Path):
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter, clockwise
    path = saved(tmp_path / "a.png", Image.fromarray(RGB), exif=exif)
    assert np.array_equal(np.asarray(read_rgb(path)), np.rot90(RGB, -1))


@pytest.mark.parametrize("value", range(1, 9))
def test_every_orientation_is_that_of_pillow(tmp_path: Path, value: int):
    exif = Image.Exif()
    exif[0x0112] = value
    path = saved(tmp_path / "a.png", Image.fromarray(RGB), exif=exif)
    with Image.open(path) as opened:
        expected = np.asarray(ImageOps.exif_transpose(opened))
    assert np.array_equal(np.asarray(read_rgb(path)), expected)


def test_damaged_tags_do_not_spoil_the_pixels(tmp_path: Path):
    path = saved(tmp_path / "a.webp", Image.fromarray(RGB), exif=b"Exif\0\0no tags", lossless=True)
    assert np.array_equal(np.asarray(read_rgb(path)), RGB)


def test_tags_that_cannot_be_written_anew_do_not_hide_the_orientation(tmp_path: Path):
    # Orientation 6, and an x-resolution whose type says text: no encoder takes that back.
    entries = struct.pack(">HHHIHH", 2, 0x0112, 3, 1, 6, 0) + struct.pack(
        ">HHI4s", 0x011A, 2, 3, b"ab\0\0"
    )
    tags = b"Exif\0\0MM\0*\0\0\0\x08" + entries + b"\0\0\0\0"
    path = saved(tmp_path / "a.webp", Image.fromarray(RGB), exif=tags, lossless=True)
    with Image.open(path) as opened, pytest.raises(TypeError):
        ImageOps.exif_transpose(opened)
    assert np.array_equal(np.asarray(read_rgb(path)), np.rot90(RGB, -1))


def test_the_first_frame_of_an_animation_is_taken(tmp_path: Path):
    frames = [Image.new("RGB", (4, 4), colour) for colour in ("red", "blue")]
    path = saved(tmp_path / "a.gif", frames[0], save_all=True, append_images=frames[1:])
    assert np.asarray(read_rgb(path))[0, 0].tolist() == [255, 0, 0]


def test_one_pixel_is_an_image(tmp_path: Path):
    assert read_rgb(saved(tmp_path / "a.png", Image.new("RGB", (1, 1)))).size == (1, 1)


def jpeg() -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(np.repeat(RGB, 20, axis=0)).save(buffer, "JPEG")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not an image"),
        (b"a text that is called .jpg", "not an image"),
        (jpeg()[:100], "cannot be decoded"),
        (jpeg()[:-100], "cannot be decoded: image file is truncated"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, "not an image|cannot be decoded"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\n", "not an image"),
    ],
)
def test_what_is_no_image_is_refused_with_the_reason(tmp_path: Path, content: bytes, words: str):
    path = tmp_path / "a.jpg"
    path.write_bytes(content)
    with pytest.raises(UnreadableImage, match=words):
        read_rgb(path)


def encoded(suffix: str) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(RGB).save(buffer, suffix)
    return buffer.getvalue()


@pytest.mark.parametrize("suffix", ["bmp", "gif", "jpeg", "png", "ppm", "tiff", "webp"])
@given(data=st.data())
def test_of_whatever_bytes_come_an_image_or_the_reason(suffix: str, data: st.DataObject):
    content = bytearray(encoded(suffix))
    places = st.integers(0, len(content) - 1)
    for place, value in data.draw(st.dictionaries(places, st.integers(0, 255), max_size=8)).items():
        content[place] = value
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(Image, "MAX_IMAGE_PIXELS", 10_000)  # huge damaged sizes would take seconds
        path = Path(folder) / "a.jpg"
        path.write_bytes(content[: data.draw(places)] if data.draw(st.booleans()) else content)
        with suppress(UnreadableImage):
            assert read_rgb(path).mode == "RGB"


def test_a_file_that_is_gone_is_refused(tmp_path: Path):
    with pytest.raises(UnreadableImage, match="no such file"):
        read_rgb(tmp_path / "a.jpg")


def test_a_folder_is_refused(tmp_path: Path):
    with pytest.raises(UnreadableImage):
        read_rgb(tmp_path)


def test_a_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = saved(tmp_path / "a.png", Image.new("L", (100, 100)))
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    with pytest.raises(UnreadableImage, match="too large"):
        read_rgb(path)


def test_large_images_below_the_bomb_are_read_without_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path = saved(tmp_path / "a.png", Image.new("L", (100, 100)))
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 6000)
    assert read_rgb(path).size == (100, 100)


def test_an_extreme_shape_is_refused(tmp_path: Path):
    path = saved(tmp_path / "a.png", Image.new("L", (500, 1)))
    with pytest.raises(UnreadableImage, match="500 x 1"):
        read_rgb(path)


def test_pixels_without_a_known_range_are_refused(tmp_path: Path):
    path = saved(tmp_path / "a.tif", Image.fromarray(np.ones((4, 4), dtype=np.float32)))
    with pytest.raises(UnreadableImage, match="range"):
        read_rgb(path)
