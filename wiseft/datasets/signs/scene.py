"""A sign in front of something: backdrops, the camera's view, and the pens that draw.

Scenes are drawn three times larger than the image and averaged down, which smooths every edge.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from wiseft.datasets.signs.designs import ColouredLayer
from wiseft.datasets.signs.geometry import Polygon
from wiseft.datasets.signs.styles import Colour

SIZE = 64
"""Side of an image, in pixels."""

OVERSAMPLING = 3
CANVAS = SIZE * OVERSAMPLING
"""Side of the canvas that scenes are drawn on, in pixels."""

Points = list[tuple[float, float]]


def mixed(first: Colour, second: Colour, share: float) -> Colour:
    """A colour between two; `share` is that of the second."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return red, green, blue


# ---------------------------------------------------------------------------------------- camera


@dataclass(frozen=True)
class View:
    """Where a sign stands in the picture: a projective map from the sign's plane to the canvas."""

    matrix: NDArray[np.float64]

    def project(self, polygon: Polygon) -> Points:
        """Corners on the canvas, in pixels."""
        homogeneous = polygon @ self.matrix[:, :2].T + self.matrix[:, 2]
        corners = homogeneous[:, :2] / homogeneous[:, 2:]
        return [(x, y) for x, y in corners.tolist()]


def random_view(rng: RandomState) -> View:
    """A sign 22 to 48 pixels wide, a little off the middle, rotated and seen at an angle."""
    half = rng.uniform(22, 48) / 2 * OVERSAMPLING
    angle = math.radians(10) * rng.standard_normal()
    tilt_x, tilt_y = rng.uniform(-0.14, 0.14, 2)
    x, y = CANVAS / 2 + rng.uniform(-6, 6, 2) * OVERSAMPLING
    cos, sin = half * math.cos(angle), half * math.sin(angle)
    turned = np.array([[cos, -sin, 0], [sin, cos, 0], [tilt_x, tilt_y, 1.0]])
    return View(np.array([[1, 0, x], [0, 1, y], [0, 0, 1.0]]) @ turned)


# ------------------------------------------------------------------------------------------ pens

Pen = Callable[[ImageDraw.ImageDraw, Sequence[ColouredLayer], View, RandomState], None]
"""Draws the layers of a sign on the canvas."""


def paint(
    draw: ImageDraw.ImageDraw, layers: Sequence[ColouredLayer], view: View, rng: RandomState
) -> None:
    """Flat colours, a little off the norm in every picture."""
    offset = rng.randint(-14, 15, 3)
    for layer in layers:
        red, green, blue = np.clip(np.add(layer.colour, offset), 0, 255).tolist()
        for each in layer.polygons:
            draw.polygon(view.project(each), fill=(red, green, blue))


def pencil(
    draw: ImageDraw.ImageDraw, layers: Sequence[ColouredLayer], view: View, rng: RandomState
) -> None:
    """Outlines in one shaky grey or coloured pencil; dark areas are lightly shaded."""
    lead = PENCILS[rng.randint(len(PENCILS))]
    lead = mixed(lead, (250, 250, 248), rng.uniform(0, 0.25))
    width = int(rng.randint(4, 9))
    shake = rng.uniform(0.3, 1.6)
    shading = rng.uniform(0, 0.3)
    for layer in layers:
        outlines = []
        for each in layer.polygons:
            corners = np.array(view.project(each))
            corners += rng.uniform(-shake, shake, corners.shape)
            outlines.append([(x, y) for x, y in corners.tolist()])
        for outline in outlines:
            draw.line([*outline, outline[0], outline[1]], fill=lead, width=width)
        darkness = 1 - sum(layer.colour) / 765
        for outline in outlines:
            draw.polygon(outline, fill=mixed((250, 250, 248), lead, shading * darkness))


PENCILS: tuple[Colour, ...] = (
    (62, 62, 66),
    (40, 40, 44),
    (100, 76, 58),
    (52, 64, 120),
    (90, 90, 96),
)


# ------------------------------------------------------------------------------------- backdrops

Backdrop = Callable[[RandomState], Image.Image]
"""Draws what is behind the sign, the post included, on a new canvas."""


def smooth_noise(rng: RandomState, cells: int, channels: int) -> NDArray[np.floating]:
    """Random values in [0, 1] that vary over 1 / `cells` of the picture, [SIZE, SIZE, channels]."""
    grid = rng.randint(0, 256, (cells, cells, channels)).astype(np.uint8)
    image = Image.fromarray(grid if channels == 3 else grid[:, :, 0])
    values = np.asarray(image.resize((SIZE, SIZE), Image.Resampling.BICUBIC), dtype=np.float32)
    return values.reshape(SIZE, SIZE, channels) / 255


def grain(rng: RandomState, channels: int) -> NDArray[np.floating]:
    """Noise of every pixel on its own, uniform in [-1, 1], [SIZE, SIZE, channels]."""
    values = np.frombuffer(rng.bytes(SIZE * SIZE * channels), dtype=np.uint8)
    return values.reshape(SIZE, SIZE, channels).astype(np.float32) / 127.5 - 1


def to_image(pixels: NDArray[np.floating]) -> Image.Image:
    """Pixels [SIZE, SIZE, 3] on the scale of 0 to 255 as an image."""
    return Image.fromarray(np.clip(pixels + 0.5, 0, 255).astype(np.uint8))


def _between(rng: RandomState, low: Colour, high: Colour) -> Colour:
    red, green, blue = (int(rng.randint(a, b + 1)) for a, b in zip(low, high, strict=True))
    return red, green, blue


def _post(draw: ImageDraw.ImageDraw, rng: RandomState) -> None:
    """The post that signs stand on, from the middle of the picture down."""
    grey = int(rng.randint(70, 170))
    top, foot = CANVAS / 2 + rng.uniform(-14, 14), CANVAS / 2 + rng.uniform(-26, 26)
    width = int(rng.randint(4, 9))
    draw.line([(top, CANVAS / 2), (foot, CANVAS)], fill=(grey, grey, grey + 6), width=width)


def roadside(rng: RandomState) -> Image.Image:
    """Sky, ground, and between them houses or trees, or a textured wall close by."""
    top = _between(rng, (60, 100, 120), (190, 215, 250))
    bottom = _between(rng, (60, 70, 40), (190, 180, 160))
    blend = np.linspace(0, 1, SIZE, dtype=np.float32)[:, None, None]
    pixels = np.array(top, dtype=np.float32) * (1 - blend) + np.array(bottom) * blend
    cells, roughness = int(rng.randint(4, 22)), rng.uniform(20, 90)
    pixels = pixels + (smooth_noise(rng, cells, 1) - 0.5) * roughness
    pixels = pixels + (smooth_noise(rng, cells, 3) - 0.5) * (0.5 * roughness)
    image = to_image(pixels.astype(np.float32)).resize((CANVAS, CANVAS), Image.Resampling.BILINEAR)
    draw = ImageDraw.Draw(image)
    horizon = rng.uniform(0.45, 0.85) * CANVAS
    for _ in range(rng.randint(0, 6)):
        x, width = rng.uniform(-0.1, 1.0) * CANVAS, rng.uniform(0.1, 0.4) * CANVAS
        height = rng.uniform(0.12, 0.6) * CANVAS
        if rng.random_sample() < 0.5:
            colour = _between(rng, (70, 60, 60), (220, 200, 190))
            draw.rectangle((x, horizon - height, x + width, horizon), fill=colour)
        else:
            colour = _between(rng, (24, 60, 20), (110, 150, 80))
            draw.ellipse((x, horizon - height, x + width, horizon), fill=colour)
    if rng.random_sample() < 0.6:
        slope = rng.uniform(-12, 12)
        ground = [(0, horizon + slope), (CANVAS, horizon - slope), (CANVAS, CANVAS), (0, CANVAS)]
        draw.polygon(ground, fill=_between(rng, (70, 76, 60), (170, 160, 130)))
    for _ in range(rng.randint(0, 4)):
        x, y = rng.uniform(0, CANVAS, 2)
        width, height = rng.uniform(8, 46, 2)
        draw.rectangle(
            (x, y, x + width, y + height), fill=_between(rng, (0, 0, 0), (255, 255, 255))
        )
    _post(draw, rng)
    return image


def plain(rng: RandomState) -> Image.Image:
    """One pale colour, as on a page of clip art."""
    image = Image.new("RGB", (CANVAS, CANVAS), _between(rng, (215, 215, 215), (255, 255, 255)))
    if rng.random_sample() < 0.5:
        _post(ImageDraw.Draw(image), rng)
    return image


def paper(rng: RandomState) -> Image.Image:
    """Drawing paper with a post and a few stray lines of a pencil."""
    level = int(rng.randint(232, 252))
    image = Image.new("RGB", (CANVAS, CANVAS), (level, level, level - int(rng.randint(0, 12))))
    draw = ImageDraw.Draw(image)
    lead = mixed(PENCILS[rng.randint(len(PENCILS))], (level, level, level), rng.uniform(0, 0.5))
    middle = CANVAS / 2 + rng.uniform(-14, 14)
    for x in (middle - 4, middle + 4):
        draw.line([(x, CANVAS / 2), (x + rng.uniform(-4, 4), CANVAS)], fill=lead, width=2)
    for _ in range(rng.randint(2, 12)):
        x, y = rng.uniform(0, CANVAS, 2)
        dx, dy = rng.uniform(-40, 40, 2)
        draw.line([(x, y), (x + dx, y + dy)], fill=lead, width=int(rng.randint(1, 4)))
    return image
