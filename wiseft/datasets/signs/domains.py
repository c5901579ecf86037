"""The domains: how the same signs look by day, at night, in fog, on paper and abroad.

A domain chooses a backdrop, a pen and the national styles, then alters the picture twice: on the
large canvas (`Overlay`: snow, scratches) and on the finished pixels (`Effect`: light, blur). A new
domain is one `Domain` in `DOMAINS`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from wiseft.datasets.signs.designs import sign
from wiseft.datasets.signs.scene import (
    CANVAS,
    OVERSAMPLING,
    SIZE,
    Backdrop,
    Pen,
    Points,
    grain,
    paint,
    paper,
    pencil,
    plain,
    random_view,
    roadside,
    smooth_noise,
    to_image,
)
from wiseft.datasets.signs.styles import HOME, STYLES, Colour, Style

Pixels = NDArray[np.floating]
"""A picture [SIZE, SIZE, 3] on the scale of 0 to 255."""

Overlay = Callable[[Image.Image, Points, RandomState], None]
"""Draws on the canvas, given the outline of the sign."""

Effect = Callable[[Pixels, RandomState], Pixels]
"""Alters the finished picture."""


@dataclass(frozen=True)
class Domain:
    """One way in which pictures of signs differ from clear daylight.

    Attributes:
        title: in words, for people.
        phrases: how captions name it.
        styles: the national styles that occur.
        backdrop: what is behind the sign.
        pen: how the sign is drawn.
        overlays: what is drawn over it.
        effects: what is done to the finished picture, in this order.
    """

    title: str
    phrases: tuple[str, ...]
    styles: tuple[Style, ...] = (HOME,)
    backdrop: Backdrop = roadside
    pen: Pen = paint
    overlays: tuple[Overlay, ...] = ()
    effects: tuple[Effect, ...] = ()


_ROWS, _COLUMNS = np.mgrid[0:SIZE, 0:SIZE].astype(np.float32) / SIZE


def _ramp(rng: RandomState) -> Pixels:
    """A ramp in a random direction, 0 in the middle and about 1 half a picture away."""
    angle = rng.uniform(0, 2 * math.pi)
    ramp = (_COLUMNS - 0.5) * math.cos(angle) + (_ROWS - 0.5) * math.sin(angle)
    return (2 * ramp[:, :, None]).astype(np.float32)


def _luminance(pixels: Pixels) -> Pixels:
    weights = np.array([0.299, 0.587, 0.114], dtype=np.float32)
    return (pixels @ weights)[:, :, None]


# ------------------------------------------------------------------------------- light and weather


def daylight(pixels: Pixels, rng: RandomState) -> Pixels:
    """Exposure, white balance, now and then the edge of a shadow, and a camera's noise."""
    balance = rng.uniform(0.93, 1.07, 3).astype(np.float32)
    pixels = pixels * (balance * rng.uniform(0.75, 1.15))
    if rng.random_sample() < 0.35:
        edge = np.clip((_ramp(rng) - rng.uniform(-0.6, 0.6)) * 20, 0, 1)
        pixels = pixels * (1 - edge * rng.uniform(0.15, 0.45))
    return pixels + grain(rng, 3) * rng.uniform(2, 20)


def darkness(pixels: Pixels, rng: RandomState) -> Pixels:
    """Little light, bluish, more of it where the headlights point, and lamps in the distance."""
    x, y = rng.uniform(0.25, 0.75, 2)
    distance = (_COLUMNS - x) ** 2 + (_ROWS - y) ** 2
    beam = 1 / (1 + distance / rng.uniform(0.03, 0.3))
    light = rng.uniform(0.03, 0.12) + rng.uniform(0.04, 0.4) * beam
    tint = np.array([0.8, 0.9, 1.15], dtype=np.float32)
    pixels = pixels * light[:, :, None].astype(np.float32) * tint
    for _ in range(rng.randint(0, 5)):
        x, y = rng.random_sample(2)
        distance = (_COLUMNS - x) ** 2 + (_ROWS - y) ** 2
        glow = 1 / (1 + distance / rng.uniform(0.0006, 0.003)) ** 1.5
        lamp = LAMPS[rng.randint(len(LAMPS))] * rng.uniform(0.6, 1.0)
        pixels = pixels + glow[:, :, None].astype(np.float32) * lamp
    return pixels + grain(rng, 3) * rng.uniform(6, 26)


LAMPS = np.array([[255, 245, 225], [255, 200, 120], [255, 120, 60], [190, 215, 255]], np.float32)


def haze(pixels: Pixels, rng: RandomState) -> Pixels:
    """A grey veil, in swathes, denser towards one side."""
    level = rng.uniform(165, 225)
    veil = np.array([level, level + 2, level + 5], dtype=np.float32)
    density = rng.uniform(0.64, 0.9) + 0.1 * _ramp(rng)
    density = density + (smooth_noise(rng, 4, 1) - 0.5) * 0.25
    density = np.clip(density, 0, 0.95).astype(np.float32)
    return pixels * (1 - density) + veil * density + grain(rng, 1) * rng.uniform(2, 9)


def snowfall(image: Image.Image, outline: Points, rng: RandomState) -> None:
    """Flakes, or now and then streaks of rain, before the sign and behind it alike."""
    draw = ImageDraw.Draw(image)
    if rng.random_sample() < 0.35:
        dx, dy = rng.uniform(-9, 9), rng.uniform(14, 34)
        level = int(rng.randint(190, 240))
        for x, y in rng.uniform(-20, CANVAS, (rng.randint(100, 260), 2)):
            draw.line([(x, y), (x + dx, y + dy)], fill=(level, level, level + 8), width=2)
        return
    largest = rng.uniform(2.5, 7.5)
    for x, y, size in rng.uniform(0, 1, (rng.randint(90, 240), 3)):
        radius = 1.2 + largest * size * size
        x, y = x * CANVAS, y * CANVAS
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=(248, 250, 253))


def overcast(pixels: Pixels, rng: RandomState) -> Pixels:
    """Flat grey light."""
    share = rng.uniform(0.15, 0.5)
    grey = rng.uniform(130, 190)
    return pixels * (1 - share) + (0.4 * _luminance(pixels) + 0.6 * grey) * share


def motion_blur(pixels: Pixels, rng: RandomState) -> Pixels:
    """The average along a straight path, sometimes out of focus as well."""
    length = rng.uniform(5, 15)
    angle = rng.uniform(0, math.pi)
    if rng.random_sample() < 0.4:
        radius = rng.uniform(0.7, 2.4)
        image = to_image(pixels).filter(ImageFilter.GaussianBlur(radius))
        pixels = np.asarray(image, dtype=np.float32)
    steps = np.linspace(-0.5, 0.5, int(length) + 1) * length
    padded = np.pad(pixels, ((8, 8), (8, 8), (0, 0)), mode="edge")
    blurred = np.zeros_like(pixels)
    for step in steps:
        x, y = 8 + round(step * math.cos(angle)), 8 + round(step * math.sin(angle))
        blurred += padded[y : y + SIZE, x : x + SIZE]
    return blurred / np.float32(len(steps))


def sundown(pixels: Pixels, rng: RandomState) -> Pixels:
    """Low red light."""
    tint = np.array([1.05, 0.58, 0.38], dtype=np.float32) * rng.uniform(0.6, 1.0)
    glow = np.array([70, 22, 0], dtype=np.float32) * (1 - _ROWS[:, :, None])
    return pixels * tint + glow


# ------------------------------------------------------------------------------------------ damage


def _veil(image: Image.Image, outline: Points, colour: Colour, opacity: float) -> None:
    """Lay a translucent colour over the area of the sign."""
    mask = Image.new("L", image.size, 0)
    ImageDraw.Draw(mask).polygon(outline, fill=round(255 * opacity))
    image.paste(colour, (0, 0), mask)


def weathering(image: Image.Image, outline: Points, rng: RandomState) -> None:
    """Colours faded by the sun, rust at the edges, scratches, and parts chipped away."""
    level = int(rng.randint(120, 200))
    _veil(image, outline, (level, level - 6, level - 16), rng.uniform(0.2, 0.6))
    draw = ImageDraw.Draw(image)
    for _ in range(rng.randint(2, 9)):
        x, y = outline[rng.randint(len(outline))]
        x, y = x + rng.uniform(-22, 22), y + rng.uniform(-22, 22)
        width, height = rng.uniform(3, 13, 2)
        rust = (int(rng.randint(90, 150)), int(rng.randint(50, 86)), 36)
        draw.ellipse((x - width, y - height, x + width, y + height), fill=rust)
    for _ in range(rng.randint(3, 12)):
        x, y = CANVAS / 2 + rng.uniform(-60, 60, 2)
        dx, dy = rng.uniform(-40, 40, 2)
        shade = int(rng.randint(60, 230))
        draw.line([(x, y), (x + dx, y + dy)], fill=(shade,) * 3, width=int(rng.randint(1, 4)))


def graffiti(image: Image.Image, outline: Points, rng: RandomState) -> None:
    """Tags of spray paint, and stickers."""
    draw = ImageDraw.Draw(image)
    for _ in range(rng.randint(1, 3)):
        colour = SPRAYS[rng.randint(len(SPRAYS))]
        points = CANVAS / 2 + np.cumsum(rng.uniform(-34, 34, (rng.randint(3, 8), 2)), axis=0)
        path = [(x, y) for x, y in points.tolist()]
        draw.line(path, fill=colour, width=int(rng.randint(4, 9)), joint="curve")
    for _ in range(rng.randint(0, 3)):
        middle = CANVAS / 2 + rng.uniform(-46, 46, 2)
        angle = rng.uniform(0, math.pi)
        along = np.array([math.cos(angle), math.sin(angle)]) * rng.uniform(8, 24)
        across = np.array([-math.sin(angle), math.cos(angle)]) * rng.uniform(8, 18)
        corners = [along + across, along - across, -along - across, across - along]
        colour = SPRAYS[rng.randint(len(SPRAYS))]
        draw.polygon([(x, y) for x, y in (middle + corners).tolist()], fill=colour)


SPRAYS: tuple[Colour, ...] = (
    (18, 18, 20),
    (240, 240, 240),
    (222, 30, 140),
    (40, 180, 60),
    (30, 70, 210),
    (240, 200, 30),
    (130, 130, 134),
)


# ----------------------------------------------------------------------------------------- artwork


def pencil_marks(pixels: Pixels, rng: RandomState) -> Pixels:
    """The tooth of the paper."""
    return pixels + grain(rng, 1) * rng.uniform(3, 16)


def colourless(pixels: Pixels, rng: RandomState) -> Pixels:
    """Black and white, at various contrasts."""
    grey = _luminance(pixels)
    contrast = rng.uniform(0.6, 1.4)
    return np.repeat((grey - 128) * contrast + 128, 3, axis=2)


def brushwork(pixels: Pixels, rng: RandomState) -> Pixels:
    """Patches of strong, uneven colour."""
    pixels = pixels + (smooth_noise(rng, 24, 3) - 0.5) * rng.uniform(30, 90)
    steps = rng.uniform(32, 72)
    image = to_image(np.round(pixels / steps) * np.float32(steps)).filter(ImageFilter.ModeFilter(5))
    return np.asarray(image, dtype=np.float32)


def coarse_pixels(pixels: Pixels, rng: RandomState) -> Pixels:
    """Squares, as in an old video game."""
    side = int(rng.randint(18, 32))
    image = to_image(pixels).resize((side, side), Image.Resampling.BOX)
    return np.asarray(image.resize((SIZE, SIZE), Image.Resampling.NEAREST), dtype=np.float32)


def inverted(pixels: Pixels, rng: RandomState) -> Pixels:
    """The negative of a photograph."""
    return 255 - pixels


# ------------------------------------------------------------------------------------------- table

DOMAINS: dict[str, Domain] = {
    "day": Domain("Daylight", ("in daylight", "on a clear day"), effects=(daylight,)),
    "night": Domain("Night", ("at night", "in the dark"), effects=(daylight, darkness)),
    "fog": Domain("Fog", ("in fog", "on a foggy day"), effects=(daylight, haze)),
    "snow": Domain(
        "Snow and rain",
        ("in snow", "in bad weather"),
        overlays=(snowfall,),
        effects=(overcast, daylight),
    ),
    "blur": Domain(
        "Motion blur", ("blurred", "from a moving car"), effects=(motion_blur, daylight)
    ),
    "worn": Domain(
        "Worn and graffiti",
        ("worn", "with graffiti"),
        overlays=(weathering, graffiti),
        effects=(daylight,),
    ),
    "sketch": Domain(
        "Line sketch",
        ("as a sketch", "drawn in pencil"),
        backdrop=paper,
        pen=pencil,
        effects=(pencil_marks,),
    ),
    "foreign": Domain(
        "Foreign styles", ("from abroad", "in a foreign country"), STYLES[1:], effects=(daylight,)
    ),
    "clip art": Domain("Clip art", ("as clip art", "as an icon"), STYLES, backdrop=plain),
    "monochrome": Domain(
        "Monochrome", ("in black and white",), STYLES, effects=(daylight, colourless)
    ),
    "painting": Domain("Painting", ("as a painting",), STYLES, effects=(brushwork,)),
    "pixel": Domain("Pixel art", ("as pixel art",), STYLES, effects=(daylight, coarse_pixels)),
    "sunset": Domain("Sunset", ("at sunset",), STYLES, effects=(daylight, sundown)),
    "negative": Domain("Negative", ("as a negative",), STYLES, effects=(daylight, inverted)),
}
"""Every domain by name. Test sets are drawn from the first eight, the rest is for pretraining."""


def picture(class_id: int, domain: Domain, rng: RandomState) -> Image.Image:
    """Draw one image [SIZE x SIZE, RGB] of a class of sign in a domain."""
    style = domain.styles[rng.randint(len(domain.styles))]
    image = domain.backdrop(rng)
    view = random_view(rng)
    layers = sign(class_id, style)
    domain.pen(ImageDraw.Draw(image), layers, view, rng)
    outline = view.project(layers[0].polygons[0])
    for overlay in domain.overlays:
        overlay(image, outline, rng)
    pixels = np.asarray(image.reduce(OVERSAMPLING), dtype=np.float32)
    for effect in domain.effects:
        pixels = effect(pixels, rng)
    return to_image(pixels)
