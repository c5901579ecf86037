"""National styles: which panel, colours and font a country gives to each kind of sign.

A new style is one `Style` below and its place in `STYLES`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from wiseft.datasets.signs.geometry import Polygon, disc, rectangle, regular, rounded
from wiseft.datasets.signs.glyphs import Font

Colour = tuple[int, int, int]

Kind = Literal[
    "stop",
    "yield",
    "no entry",
    "limit",
    "no parking",
    "mandatory",
    "warning",
    "information",
    "priority",
]
"""Signs of one kind share a panel within a style."""

RED, BLUE, GREEN = (198, 26, 38), (18, 76, 160), (10, 112, 68)
YELLOW, ORANGE, BROWN = (248, 200, 22), (238, 130, 20), (112, 62, 34)
WHITE, BLACK, GOLD = (246, 246, 244), (22, 22, 24), (170, 130, 30)


@dataclass(frozen=True)
class Shape:
    """The outline of a panel, and where on it a pictogram stands.

    Attributes:
        outline: the polygon.
        y: height of the pictogram's middle; down is positive.
        scale: half the side of the square that is left to the pictogram.
    """

    outline: Polygon
    y: float = 0.0
    scale: float = 0.62


SHAPES: dict[str, Shape] = {
    "octagon": Shape(regular(8, 1.04, 22.5), scale=0.72),
    "disc": Shape(disc(0, 0, 1.0, 40), scale=0.66),
    "triangle": Shape(rounded(regular(3, 1.26, -90), 0.26), scale=0.46),
    "inverted triangle": Shape(rounded(regular(3, 1.26, 90), 0.26), y=-0.2, scale=0.5),
    "square": Shape(rounded(rectangle(-0.9, -0.9, 0.9, 0.9), 0.2), scale=0.72),
    "portrait": Shape(rounded(rectangle(-0.76, -1.0, 0.76, 1.0), 0.2), scale=0.62),
    "diamond": Shape(rounded(regular(4, 1.2, -90), 0.2), scale=0.6),
}


@dataclass(frozen=True)
class Panel:
    """The plate of a sign.

    Attributes:
        shape: a name in `SHAPES`.
        ground: colour of the plate.
        ink: colour of the pictogram.
        rim: colour of the border.
        rim_width: width of the border, as a share of half the panel.
        edge: colour of a thin line around the border, if any.
        bar: colour of a bar across the pictogram that forbids what it shows.
    """

    shape: str
    ground: Colour
    ink: Colour
    rim: Colour
    rim_width: float = 0.08
    edge: Colour | None = None
    bar: Colour = RED


@dataclass(frozen=True, eq=False)
class Style:
    """What the signs of one country have in common.

    Attributes:
        name: for people.
        panels: the panel of each kind of sign.
        font: how letters and digits are drawn.
        stop_word: the word on the stop sign.
        lettered_ban: whether the sign against parking shows a letter P.
    """

    name: str
    panels: Mapping[Kind, Panel]
    font: Font = field(default_factory=Font)
    stop_word: str = "STOP"
    lettered_ban: bool = False


HOME = Style(
    name="home",
    panels={
        "stop": Panel("octagon", RED, WHITE, WHITE, edge=RED),
        "yield": Panel("inverted triangle", WHITE, BLACK, RED, rim_width=0.3),
        "no entry": Panel("disc", RED, WHITE, RED, edge=WHITE),
        "limit": Panel("disc", WHITE, BLACK, RED, rim_width=0.2),
        "no parking": Panel("disc", BLUE, WHITE, RED, rim_width=0.17),
        "mandatory": Panel("disc", BLUE, WHITE, WHITE, rim_width=0.06, edge=BLUE),
        "warning": Panel("triangle", WHITE, BLACK, RED, rim_width=0.24),
        "information": Panel("square", BLUE, WHITE, WHITE, rim_width=0.07, edge=BLUE),
        "priority": Panel("diamond", WHITE, YELLOW, BLACK, rim_width=0.04),
    },
)

PRAIRIE = Style(
    name="prairie",
    panels={
        "stop": Panel("octagon", RED, WHITE, WHITE, rim_width=0.06),
        "yield": Panel("inverted triangle", WHITE, BLACK, RED, rim_width=0.48),
        "no entry": Panel("square", WHITE, RED, WHITE),
        "limit": Panel("portrait", WHITE, BLACK, BLACK, rim_width=0.09),
        "no parking": Panel("portrait", WHITE, BLACK, WHITE),
        "mandatory": Panel("square", WHITE, BLACK, BLACK, rim_width=0.1),
        "warning": Panel("diamond", YELLOW, BLACK, BLACK, rim_width=0.07, edge=YELLOW),
        "information": Panel("square", GREEN, WHITE, WHITE, rim_width=0.07, edge=GREEN),
        "priority": Panel("diamond", BLACK, YELLOW, YELLOW, rim_width=0.06),
    },
    font=Font(weight=0.17, width=0.8),
    lettered_ban=True,
)

HARBOUR = Style(
    name="harbour",
    panels={
        "stop": Panel("disc", YELLOW, BLACK, RED, rim_width=0.18),
        "yield": Panel("inverted triangle", YELLOW, BLACK, RED, rim_width=0.3),
        "no entry": Panel("disc", RED, YELLOW, YELLOW, rim_width=0.08),
        "limit": Panel("disc", YELLOW, BLACK, RED, rim_width=0.2),
        "no parking": Panel("disc", BLUE, YELLOW, RED, rim_width=0.17),
        "mandatory": Panel("square", BLUE, WHITE, BLUE),
        "warning": Panel("triangle", YELLOW, BLACK, RED, rim_width=0.2),
        "information": Panel("disc", BLUE, WHITE, WHITE, rim_width=0.07),
        "priority": Panel("diamond", WHITE, YELLOW, BLUE, rim_width=0.1),
    },
    font=Font(weight=0.23, width=1.1),
    stop_word="HALT",
)

MESA = Style(
    name="mesa",
    panels={
        "stop": Panel("octagon", BROWN, WHITE, WHITE, edge=BROWN),
        "yield": Panel("inverted triangle", WHITE, BLACK, BROWN, rim_width=0.34),
        "no entry": Panel("square", ORANGE, WHITE, WHITE, edge=ORANGE),
        "limit": Panel("square", WHITE, BLUE, BROWN, rim_width=0.14),
        "no parking": Panel("disc", WHITE, BLACK, RED, rim_width=0.17),
        "mandatory": Panel("disc", WHITE, BLACK, RED, rim_width=0.15),
        "warning": Panel("diamond", ORANGE, BLACK, BLACK, rim_width=0.07),
        "information": Panel("square", BROWN, WHITE, WHITE, rim_width=0.06, edge=BROWN),
        "priority": Panel("diamond", WHITE, ORANGE, BLACK, rim_width=0.08),
    },
    font=Font(weight=0.15, width=0.95, slant=0.16),
    stop_word="ALTO",
    lettered_ban=True,
)

TERRACE = Style(
    name="terrace",
    panels={
        "stop": Panel("inverted triangle", RED, WHITE, WHITE, rim_width=0.08, edge=RED),
        "yield": Panel("inverted triangle", WHITE, BLACK, BLUE, rim_width=0.34),
        "no entry": Panel("octagon", RED, WHITE, RED, edge=WHITE),
        "limit": Panel("disc", WHITE, BLUE, RED, rim_width=0.15),
        "no parking": Panel("square", BLUE, WHITE, WHITE, rim_width=0.08),
        "mandatory": Panel("octagon", GREEN, WHITE, WHITE, rim_width=0.07, edge=GREEN),
        "warning": Panel("disc", (236, 206, 128), BLACK, GOLD, rim_width=0.16),
        "information": Panel("portrait", (0, 116, 128), WHITE, WHITE, rim_width=0.08),
        "priority": Panel("square", WHITE, YELLOW, BLACK, rim_width=0.06),
    },
    font=Font(weight=0.19, width=0.86, spacing=0.16),
    stop_word="PARE",
)

STYLES: tuple[Style, ...] = (HOME, PRAIRIE, HARBOUR, MESA, TERRACE)
"""The home country first, then the foreign ones."""
