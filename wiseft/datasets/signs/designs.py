"""The classes of signs, and how each looks in each national style.

A new class is one `Design` in `DESIGNS`; its place there is its class id.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from wiseft.datasets.signs import pictograms
from wiseft.datasets.signs.geometry import Polygon, placed
from wiseft.datasets.signs.glyphs import lettering
from wiseft.datasets.signs.pictograms import Layer, Pictogram
from wiseft.datasets.signs.styles import SHAPES, Colour, Kind, Panel, Style


@dataclass(frozen=True)
class Design:
    """One class of signs.

    Attributes:
        name: the readable class name.
        synonyms: other names that captions use for it.
        kind: which of a style's panels it stands on.
        pictogram: what it shows, given the style.
    """

    name: str
    synonyms: tuple[str, ...]
    kind: Kind
    pictogram: Callable[[Style], Pictogram]


def _always(pictogram: Pictogram) -> Callable[[Style], Pictogram]:
    return lambda style: pictogram


def _word(text: str, height: float = 1.5, width: float = 2.2) -> Callable[[Style], Pictogram]:
    return lambda style: (Layer("ink", tuple(lettering(text, style.font, height, width))),)


def _stop(style: Style) -> Pictogram:
    return _word(style.stop_word, height=0.95, width=2.2)(style)


def _no_parking(style: Style) -> Pictogram:
    letter = _word("P", height=1.4)(style) if style.lettered_ban else ()
    return (*letter, *pictograms.BAN)


DESIGNS: tuple[Design, ...] = (
    Design("stop", ("halt",), "stop", _stop),
    Design("yield", ("give way",), "yield", _always(())),
    Design("no entry", ("do not enter",), "no entry", _always(pictograms.BAR)),
    Design("speed limit 30", ("30 zone", "30"), "limit", _word("30")),
    Design("speed limit 50", ("50 zone", "50"), "limit", _word("50")),
    Design("speed limit 80", ("80 zone", "80"), "limit", _word("80")),
    Design("speed limit 100", ("100 zone", "100"), "limit", _word("100")),
    Design("turn left", ("left turn only",), "mandatory", _always(pictograms.TURN_LEFT)),
    Design("turn right", ("right turn only",), "mandatory", _always(pictograms.TURN_RIGHT)),
    Design("straight ahead", ("go straight",), "mandatory", _always(pictograms.AHEAD)),
    Design("roundabout", ("traffic circle",), "mandatory", _always(pictograms.ROUNDABOUT)),
    Design("pedestrian crossing", ("crosswalk",), "information", _always(pictograms.CROSSING)),
    Design("priority road", ("main road",), "priority", _always(pictograms.PRIORITY)),
    Design("no parking", ("parking forbidden",), "no parking", _no_parking),
    Design("no overtaking", ("no passing",), "limit", _always(pictograms.OVERTAKING)),
    Design("road works", ("construction",), "warning", _always(pictograms.ROAD_WORKS)),
    Design("traffic lights", ("signal ahead",), "warning", _always(pictograms.TRAFFIC_LIGHTS)),
    Design("railway crossing", ("train",), "warning", _always(pictograms.RAILWAY)),
    Design("parking", ("car park",), "information", _word("P", height=1.7)),
    Design("hospital", ("clinic",), "information", _word("H", height=1.6)),
    Design("dead end", ("no through road",), "information", _always(pictograms.DEAD_END)),
    Design("wild animals", ("deer",), "warning", _always(pictograms.WILD_ANIMALS)),
    Design("cycle path", ("bicycle lane",), "mandatory", _always(pictograms.CYCLE)),
    Design("slippery road", ("skidding",), "warning", _always(pictograms.SLIPPERY)),
)

CLASS_NAMES = tuple(design.name for design in DESIGNS)


@dataclass(frozen=True)
class ColouredLayer:
    """Polygons of one colour, in the coordinates of the sign."""

    colour: Colour
    polygons: tuple[Polygon, ...]


def _plate(panel: Panel) -> list[ColouredLayer]:
    """The panel without its pictogram: edge, border and ground, each inside the last."""
    outline = SHAPES[panel.shape].outline
    inset = 1.0
    layers = []
    if panel.edge is not None:
        layers.append(ColouredLayer(panel.edge, (outline,)))
        inset -= 0.06
    layers.append(ColouredLayer(panel.rim, (outline * inset,)))
    layers.append(ColouredLayer(panel.ground, (outline * (inset - panel.rim_width),)))
    return layers


@cache
def sign(class_id: int, style: Style) -> tuple[ColouredLayer, ...]:
    """The layers of a sign, the plate first; its outline is the first layer's only polygon."""
    design = DESIGNS[class_id]
    panel = style.panels[design.kind]
    shape = SHAPES[panel.shape]
    roles: dict[str, Colour] = {"ink": panel.ink, "ground": panel.ground, "bar": panel.bar}
    layers = _plate(panel)
    for layer in design.pictogram(style):
        colour = roles[layer.colour] if isinstance(layer.colour, str) else layer.colour
        polygons = tuple(placed(layer.polygons, y=shape.y, scale=shape.scale))
        layers.append(ColouredLayer(colour, polygons))
    return tuple(layers)
