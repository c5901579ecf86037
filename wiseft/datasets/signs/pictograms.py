"""What signs show: arrows, people, vehicles and animals as layers of polygons.

A pictogram fits the square [-1, 1] x [-1, 1]. A layer is polygons of one colour, which is named by
its role ("ink", "ground", "bar") or is a fixed colour; later layers lie on earlier ones.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from wiseft.datasets.signs.geometry import (
    Polygon,
    arc,
    disc,
    line,
    placed,
    polygon,
    rectangle,
    ring,
    rounded,
    stroke,
)
from wiseft.datasets.signs.styles import BLACK, RED, WHITE, Colour

Role = Literal["ink", "ground", "bar"]


@dataclass(frozen=True)
class Layer:
    """Polygons of one colour."""

    colour: Role | Colour
    polygons: tuple[Polygon, ...]


Pictogram = tuple[Layer, ...]

LIGHTS: tuple[Colour, Colour, Colour] = ((226, 36, 40), (246, 176, 20), (20, 150, 70))


def _ink(*polygons: Polygon) -> Pictogram:
    """A pictogram all in the panel's ink."""
    return (Layer("ink", polygons),)


def _mirrored(pictogram: Pictogram) -> Pictogram:
    """The same the other way round."""
    return tuple(
        Layer(layer.colour, tuple(placed(layer.polygons, scale=(-1, 1)))) for layer in pictogram
    )


BAR = _ink(rectangle(-1.12, -0.26, 1.12, 0.26))

AHEAD = _ink(polygon("0,-1.15 0.72,-0.3 0.24,-0.3 0.24,1.1 -0.24,1.1 -0.24,-0.3 -0.72,-0.3"))

TURN_RIGHT = _ink(
    line("-0.62,1.05 -0.62,-0.3 0.35,-0.3", 0.46),
    polygon("1.15,-0.3 0.3,-1 0.3,0.4"),
)

TURN_LEFT = _mirrored(TURN_RIGHT)


def _circulating_arrow(start: float) -> list[Polygon]:
    """An arc that starts at an angle in degrees, with the head of an arrow at its end."""
    shaft = stroke(arc(0, 0, 0.78, start, start + 76), 0.34)
    base, tip = math.radians(start + 72), math.radians(start + 113)
    head = [(radius * math.cos(base), radius * math.sin(base)) for radius in (0.36, 1.2)]
    return [shaft, np.array([*head, (0.78 * math.cos(tip), 0.78 * math.sin(tip))])]


ROUNDABOUT = _ink(*_circulating_arrow(-90), *_circulating_arrow(30), *_circulating_arrow(150))

_WALKER = (
    disc(0.06, -0.78, 0.2, 14),
    polygon("-0.12,-0.54 0.24,-0.54 0.2,0.12 -0.16,0.12"),
    line("0.1,-0.42 0.44,-0.08 0.62,-0.02", 0.17),
    line("-0.02,-0.42 -0.36,-0.16 -0.44,0.12", 0.17),
    line("0.08,0.02 0.26,0.46 0.5,1", 0.22),
    line("-0.04,0.02 -0.18,0.5 -0.56,0.92", 0.22),
)

CROSSING = (
    Layer(WHITE, (polygon("0,-1.12 1.16,0.92 -1.16,0.92"),)),
    Layer(
        BLACK,
        (
            *placed(_WALKER, x=0.02, y=0.14, scale=0.62),
            rectangle(-0.78, 0.6, -0.5, 0.86),
            rectangle(-0.22, 0.78, 0.14, 0.86),
            rectangle(0.5, 0.6, 0.78, 0.86),
        ),
    ),
)

PRIORITY = _ink(rounded(polygon("0,-1.28 1.28,0 0,1.28 -1.28,0"), 0.2))

BAN = (Layer("bar", (line("-1.1,-1.1 1.1,1.1", 0.3),)),)


def _car_front(colour: Role | Colour, x: float) -> Pictogram:
    """A car that comes towards you, with its middle at `x`."""
    body = (
        rounded(polygon("-0.34,-0.62 0.34,-0.62 0.46,-0.05 -0.46,-0.05"), 0.14),
        rounded(rectangle(-0.54, -0.14, 0.54, 0.46), 0.14),
        rectangle(-0.48, 0.4, -0.22, 0.68),
        rectangle(0.22, 0.4, 0.48, 0.68),
    )
    details = (
        polygon("-0.26,-0.48 0.26,-0.48 0.32,-0.14 -0.32,-0.14"),
        disc(-0.32, 0.14, 0.11, 10),
        disc(0.32, 0.14, 0.11, 10),
    )
    return (
        Layer(colour, tuple(placed(body, x=x))),
        Layer("ground", tuple(placed(details, x=x))),
    )


OVERTAKING = (*_car_front(RED, -0.6), *_car_front("ink", 0.6))

ROAD_WORKS = _ink(
    disc(-0.2, -0.82, 0.21, 14),
    polygon("-0.5,-0.6 -0.1,-0.58 0.02,-0.36 -0.2,0.14 -0.62,0.14"),
    line("-0.2,-0.46 0.16,-0.08 0.5,0.02", 0.18),
    line("-0.48,0.02 -0.54,0.5 -0.86,1", 0.23),
    line("-0.32,0.02 -0.04,0.46 -0.1,1", 0.23),
    line("-0.14,0.06 0.62,0.62", 0.1),
    polygon("0.5,0.46 0.78,0.6 0.66,0.82 0.44,0.68"),
    polygon("0.28,1 0.68,0.56 0.98,0.74 1.16,1"),
)

TRAFFIC_LIGHTS = (
    Layer(BLACK, (rounded(rectangle(-0.4, -1.0, 0.4, 1.02), 0.16),)),
    *(
        Layer(light, (disc(0, y, 0.25, 16),))
        for light, y in zip(LIGHTS, (-0.64, 0.0, 0.64), strict=True)
    ),
)

RAILWAY = (
    Layer(
        "ink",
        (
            polygon("-1,-0.5 -0.24,-0.5 -0.24,0.5 -1,0.5"),
            rectangle(-1.1, -0.64, -0.16, -0.46),
            rectangle(-0.4, -0.14, 0.86, 0.5),
            polygon("0.4,-0.62 0.74,-0.62 0.66,-0.1 0.48,-0.1"),
            polygon("0.8,0.3 1.16,0.72 0.8,0.72"),
            disc(-0.02, -0.18, 0.17, 12),
            rectangle(-1.08, 0.44, 0.92, 0.6),
            disc(-0.7, 0.7, 0.25, 16),
            disc(-0.08, 0.74, 0.21, 16),
            disc(0.5, 0.74, 0.21, 16),
            disc(0.42, -0.88, 0.16, 12),
            disc(0.12, -1.0, 0.2, 12),
            disc(-0.24, -1.06, 0.18, 12),
        ),
    ),
    Layer("ground", (rectangle(-0.8, -0.3, -0.46, 0.02), disc(-0.7, 0.7, 0.09, 10))),
)

DEAD_END = (
    Layer("ink", (rectangle(-0.24, -0.4, 0.24, 1.06),)),
    Layer(RED, (rectangle(-0.94, -0.92, 0.94, -0.4),)),
    Layer(WHITE, (rectangle(-0.94, -1.0, 0.94, -0.92), rectangle(-0.94, -0.4, 0.94, -0.32))),
)

WILD_ANIMALS = _ink(
    polygon(
        "-1,-0.12 -0.78,-0.3 0.16,-0.34 0.4,-0.78 0.42,-0.98 0.62,-0.92 0.98,-0.68 "
        "0.94,-0.54 0.68,-0.56 0.5,0.06 0.26,0.24 -0.5,0.2 -0.84,0.3"
    ),
    line("0.34,0.06 0.74,0.3 0.62,0.7", 0.15),
    line("0.22,0.08 0.36,0.5 0.86,0.58", 0.14),
    line("-0.66,0.08 -0.86,0.5 -1.16,0.96", 0.17),
    line("-0.5,0.1 -0.58,0.56 -0.84,1.02", 0.16),
    line("0.48,-0.9 0.24,-1.14 0.3,-1.36", 0.09),
    line("0.24,-1.12 0.02,-1.2", 0.09),
    line("0.54,-0.92 0.62,-1.2 0.86,-1.34", 0.09),
    line("0.62,-1.18 0.56,-1.38", 0.09),
    polygon("-0.92,-0.2 -1.16,-0.06 -1.02,0.04"),
)

CYCLE = _ink(
    *(stroke(half, 0.15) for half in ring(-0.66, 0.34, 0.44)),
    *(stroke(half, 0.15) for half in ring(0.66, 0.34, 0.44)),
    line("-0.66,0.34 -0.26,-0.3 0.44,-0.3 -0.02,0.34 -0.66,0.34", 0.14),
    line("-0.02,0.34 -0.34,-0.52", 0.13),
    line("0.66,0.34 0.36,-0.66 0.7,-0.74", 0.13),
    rectangle(-0.6, -0.62, -0.1, -0.48),
)

_SKID_MARK = line("0,0.32 0.14,0.5 -0.12,0.72 0.12,0.94 -0.06,1.12", 0.18)

SLIPPERY = (
    *(
        Layer(layer.colour, tuple(placed(layer.polygons, y=-0.42, scale=(0.96, 0.9))))
        for layer in _car_front("ink", 0.0)
    ),
    Layer("ink", (*placed([_SKID_MARK], x=-0.36), *placed([_SKID_MARK], x=0.36))),
)
