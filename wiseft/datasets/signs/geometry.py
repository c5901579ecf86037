"""Polygons, the only thing that a sign is made of.

Coordinates are those of the sign: the origin in its middle, x to the right, y down, and most of
the sign within [-1, 1]. A polygon is an array of its corners [n, 2], float64. Strokes become
polygons too, so that perspective bends them as it bends everything else.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

Polygon = NDArray[np.float64]

MITRE_LIMIT = 2.0
"""How far, in half widths, the corner of a stroke may stick out."""


def polygon(corners: str) -> Polygon:
    """The polygon with these corners, written as in SVG: "x,y x,y x,y"."""
    return np.array([corner.split(",") for corner in corners.split()], dtype=np.float64)


def rectangle(left: float, top: float, right: float, bottom: float) -> Polygon:
    """An upright rectangle."""
    return np.array([(left, top), (right, top), (right, bottom), (left, bottom)], dtype=np.float64)


def arc(
    x: float,
    y: float,
    radius: float | tuple[float, float],
    start: float,
    end: float,
    corners: int = 12,
) -> Polygon:
    """Points [corners, 2] on an ellipse about (x, y), between two angles in degrees.

    Angle 0 points right and 90 down. `radius` is one number, or one for each axis.
    """
    radius_x, radius_y = radius if isinstance(radius, tuple) else (radius, radius)
    angles = np.radians(np.linspace(start, end, corners))
    return np.stack([x + radius_x * np.cos(angles), y + radius_y * np.sin(angles)], axis=1)


def disc(x: float, y: float, radius: float | tuple[float, float], corners: int = 24) -> Polygon:
    """A filled circle or ellipse about (x, y)."""
    return arc(x, y, radius, 0, 360, corners + 1)[:-1]


def regular(sides: int, radius: float, first: float) -> Polygon:
    """A regular polygon about the origin with its first corner at the angle `first` (degrees)."""
    return arc(0, 0, radius, first, first + 360, sides + 1)[:-1]


def stroke(spine: Polygon, width: float) -> Polygon:
    """The outline of a line of a given width along the points of `spine`, with mitred corners."""
    steps = np.diff(spine, axis=0)
    steps /= np.linalg.norm(steps, axis=1, keepdims=True)
    normals = np.stack([-steps[:, 1], steps[:, 0]], axis=1)
    before = np.concatenate([normals[:1], normals])
    after = np.concatenate([normals, normals[-1:]])
    mitres = before + after
    lengths = np.maximum(np.linalg.norm(mitres, axis=1, keepdims=True), 2 / MITRE_LIMIT)
    offsets = mitres * 2 / lengths**2 * (width / 2)
    return np.concatenate([spine + offsets, (spine - offsets)[::-1]])


def line(spine: str, width: float) -> Polygon:
    """A stroke along points that are written as in SVG: "x,y x,y x,y"."""
    return stroke(polygon(spine), width)


def ring(x: float, y: float, radius: float | tuple[float, float]) -> list[Polygon]:
    """A circle or ellipse about (x, y) as two spines that overlap a little."""
    return [arc(x, y, radius, -95, 95, 15), arc(x, y, radius, 85, 275, 15)]


def rounded(corners: Polygon, radius: float) -> Polygon:
    """A convex polygon with each corner replaced by a curve that starts `radius` before it."""
    curves = []
    for before, corner, after in zip(
        np.roll(corners, 1, axis=0), corners, np.roll(corners, -1, axis=0), strict=True
    ):
        start = corner + (before - corner) * (radius / math.dist(before, corner))
        end = corner + (after - corner) * (radius / math.dist(after, corner))
        t = np.linspace(0, 1, 5)[:, None]
        curves.append((1 - t) ** 2 * start + 2 * t * (1 - t) * corner + t**2 * end)
    return np.concatenate(curves)


def placed(
    polygons: Iterable[Polygon],
    x: float = 0,
    y: float = 0,
    scale: float | tuple[float, float] = 1,
) -> list[Polygon]:
    """Polygons scaled about the origin (a negative scale mirrors), then moved by (x, y)."""
    return [each * scale + (x, y) for each in polygons]
