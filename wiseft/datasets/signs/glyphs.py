"""Digits and letters as strokes, so that no font of the machine plays a part.

Each glyph stands in a box one unit high, y from 0 (top) to 1 (baseline), and is a list of spines:
the points along which the pen moves. A `Font` says how wide, heavy and slanted they are drawn.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wiseft.datasets.signs.geometry import Polygon, arc, placed, polygon, ring, stroke


@dataclass(frozen=True)
class Font:
    """How the strokes of glyphs are drawn.

    Attributes:
        weight: width of the strokes, in units of the glyph's height.
        width: factor on the glyphs' widths.
        slant: how far the top leans to the right, in units of the height.
        spacing: gap between glyphs, in units of the height.
    """

    weight: float = 0.19
    width: float = 1.0
    slant: float = 0.0
    spacing: float = 0.13


def _chain(*pieces: Polygon) -> Polygon:
    """One spine out of several, end to end."""
    return np.concatenate(pieces)


GLYPHS: dict[str, tuple[float, list[Polygon]]] = {
    "0": (0.56, ring(0.28, 0.5, (0.28, 0.5))),
    "1": (0.34, [polygon("0,0.24 0.26,0 0.26,1")]),
    "3": (
        0.54,
        [
            _chain(arc(0.24, 0.25, (0.27, 0.25), 200, 450), polygon("0.14,0.5")),
            _chain(polygon("0.14,0.47"), arc(0.24, 0.735, (0.3, 0.265), -90, 160)),
        ],
    ),
    "5": (
        0.54,
        [
            polygon("0.5,0 0.08,0 0.04,0.47"),
            _chain(polygon("0.04,0.46"), arc(0.23, 0.69, (0.31, 0.31), -130, 150, 15)),
        ],
    ),
    "8": (0.56, [*ring(0.28, 0.24, 0.24), *ring(0.28, 0.74, (0.28, 0.26))]),
    "A": (0.62, [polygon("0,1.06 0.31,0 0.62,1.06"), polygon("0.12,0.68 0.5,0.68")]),
    "E": (0.46, [polygon("0.46,0 0,0 0,1 0.46,1"), polygon("0,0.48 0.4,0.48")]),
    "H": (
        0.56,
        [
            polygon("0,-0.09 0,1.09"),
            polygon("0.56,-0.09 0.56,1.09"),
            polygon("0,0.5 0.56,0.5"),
        ],
    ),
    "L": (0.44, [polygon("0,-0.09 0,1 0.48,1")]),
    "O": (0.64, ring(0.32, 0.5, (0.32, 0.5))),
    "P": (
        0.54,
        [
            polygon("0,-0.09 0,1.09"),
            _chain(polygon("0,0"), arc(0.28, 0.28, (0.26, 0.28), -90, 90), polygon("0,0.56")),
        ],
    ),
    "R": (
        0.54,
        [
            polygon("0,-0.09 0,1.09"),
            _chain(polygon("0,0"), arc(0.28, 0.27, (0.26, 0.27), -90, 90), polygon("0,0.54")),
            polygon("0.24,0.54 0.56,1.07"),
        ],
    ),
    "S": (
        0.54,
        [
            _chain(
                arc(0.27, 0.25, 0.25, -25, -270, 14),
                arc(0.27, 0.75, (0.27, 0.25), -90, 155, 14)[1:],
            )
        ],
    ),
    "T": (0.58, [polygon("-0.04,0 0.62,0"), polygon("0.29,0 0.29,1.09")]),
}
"""The width of each glyph, in units of its height, and its spines."""


def lettering(text: str, font: Font, height: float, width: float) -> list[Polygon]:
    """The strokes of a word about the origin, at most `height` high and `width` wide."""
    polygons: list[Polygon] = []
    cursor = 0.0
    for character in text:
        advance, spines = GLYPHS[character]
        for spine in spines:
            upright = spine * (font.width, 1.0)
            slanted = upright + np.outer(1.0 - upright[:, 1], (font.slant, 0.0))
            polygons += placed([stroke(slanted, font.weight)], x=cursor)
        cursor += advance * font.width + font.weight + font.spacing
    corners = np.concatenate(polygons)
    low, high = corners.min(axis=0), corners.max(axis=0)
    scale = min(width / (high[0] - low[0]), height / (high[1] - low[1]))
    middle = (low + high) / 2 * scale
    return placed(polygons, x=-middle[0], y=-middle[1], scale=scale)
