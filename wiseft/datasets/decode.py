"""Image files of any kind to RGB."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from wiseft.errors import UnreadableImage

EXTENSIONS = frozenset(
    {".bmp", ".gif", ".jpeg", ".jpg", ".pgm", ".png", ".ppm", ".tif", ".tiff", ".webp"}
)
"""What the name of an image file may end in, in lower case."""

LONGEST = 200
"""An image may be this many times longer than wide; beyond that a resize would need gigabytes."""


def read_rgb(path: Path) -> Image.Image:
    """The image in `path`, upright, in mode RGB and full size.

    Orientation tags are obeyed, transparent parts lie on white, 16-bit greys are scaled to 8 bits,
    and of an animation the first frame is taken.

    Raises:
        UnreadableImage: with the reason, where it cannot be decoded in full.
    """
    try:
        # Damaged metadata and large sizes make Pillow warn; neither spoils the pixels.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(path) as opened:
                opened.load()
                image = _to_rgb(ImageOps.exif_transpose(opened))
    except UnidentifiedImageError as error:
        raise UnreadableImage("not an image, whatever its name says") from error
    except FileNotFoundError as error:
        raise UnreadableImage("no such file") from error
    except PermissionError as error:
        raise UnreadableImage("no permission to read it") from error
    except Image.DecompressionBombError as error:
        raise UnreadableImage("too large to be decoded safely") from error
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError) as error:
        raise UnreadableImage(f"damaged: {error}") from error
    if max(image.size) > LONGEST * min(image.size):
        raise UnreadableImage(f"{image.width} x {image.height} pixels is too long and narrow")
    return image


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
