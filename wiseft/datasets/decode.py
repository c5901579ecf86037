"""Image files of any kind to RGB."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
from PIL import ExifTags, Image, UnidentifiedImageError

from wiseft.errors import UnreadableImage

EXTENSIONS = frozenset(
    {".bmp", ".gif", ".jpeg", ".jpg", ".pgm", ".png", ".ppm", ".tif", ".tiff", ".webp"}
)
"""What the name of an image file may end in, in lower case."""

FORMATS = ("BMP", "GIF", "JPEG", "PNG", "PPM", "TIFF", "WEBP")
"""Pillow's decoders that may see a file. Others start programs (EPS) or are little tested."""

LONGEST = 200
"""An image may be this many times longer than wide; beyond that a resize would need gigabytes."""

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What undoes each value of the orientation tag. Source: Exif 2.3, tag 0x0112."""


def read_rgb(path: Path) -> Image.Image:
    """The image in `path`, upright, in mode RGB and full size.

    Orientation tags are obeyed, transparent parts lie on white, 16-bit greys are scaled to 8 bits,
    and of an animation the first frame is taken.

    Raises:
        UnreadableImage: with the reason in a few words, where it cannot be decoded in full.
    """
    try:
        # Pillow warns of damaged metadata and of large sizes; neither spoils the pixels.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(path, formats=FORMATS) as opened:
                opened.load()
                image = _to_rgb(_upright(opened))
    except UnidentifiedImageError as error:
        raise UnreadableImage("not an image of a known format, whatever its name says") from error
    except FileNotFoundError as error:
        raise UnreadableImage("no such file") from error
    except PermissionError as error:
        raise UnreadableImage("no permission to read it") from error
    except Image.DecompressionBombError as error:
        raise UnreadableImage("too large to be decoded safely") from error
    except Exception as error:  # Decoders of damaged files raise errors of any type.
        raise UnreadableImage(f"cannot be decoded: {error}") from error
    if max(image.size) > LONGEST * min(image.size):
        raise UnreadableImage(f"{image.width} x {image.height} pixels is too long and narrow")
    return image


def _upright(image: Image.Image) -> Image.Image:
    """`image` turned as its orientation tag says, or as it is where the tags are damaged.

    `ImageOps.exif_transpose` also writes all tags anew, which fails on many real photographs.
    """
    try:
        orientation = image.getexif().get(ExifTags.Base.Orientation)
    except (SyntaxError, ValueError):
        return image
    return image.transpose(_TURNS[orientation]) if orientation in _TURNS else image


def _to_rgb(image: Image.Image) -> Image.Image:
    """`image` in mode RGB."""
    if image.mode in ("I", "I;16", "I;16B", "I;16L"):
        values = np.asarray(image).astype(np.float64) / 257
        if values.min() < 0 or values.max() > 255:
            raise ValueError("its values do not fit 16 bits")
        return Image.fromarray(values.round().astype(np.uint8)).convert("RGB")
    if image.mode == "F":
        raise ValueError("floating-point pixels have no known range")
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        ground = Image.new("RGBA", layer.size, "white")
        return Image.alpha_composite(ground, layer).convert("RGB")
    return image.convert("RGB")
