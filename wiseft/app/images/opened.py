"""One image opened: its classes' probabilities along alpha, above its strip on the same axis."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping
from typing import Any

import numpy as np
from PIL import Image
from streamlit.components.v2 import component

from wiseft.app.components import scripts
from wiseft.app.images.cards import FOLDER, axis, reading, strip, style, tone
from wiseft.app.images.selection import Selection, leading
from wiseft.app.images.words import flips_sentence, stretches_title
from wiseft.app.thumbnails import pictures
from wiseft.errors import UnreadableImage
from wiseft.text import coefficient, slug

LARGEST = 896
"""Pixels of the longer side that the browser is sent at most: twice what the panel shows."""

_mount = component(
    "wiseft_opened", css=style("strip", "opened"), js=scripts(FOLDER, "strip", "opened")
)


def draw_opened(data: Mapping[str, Any], key: str) -> None:
    """Draw the image of `opened_data`; what is asked for is kept in the session (`wishes`)."""
    _mount(key=key, data=data, on_wish_change=_nothing)


def opened_data(shown: Selection, image: int, *, bright: bool) -> dict[str, Any]:
    """All that the panel shows of an image, as JSON types."""
    path, name = shown.gallery.path, shown.set_name(image)
    column = int(shown.gallery.column[image])
    files = pictures(shown.run, name)
    try:
        pixels = files.read(column)
        picture = {"uri": whole_uri(pixels), "size": list(pixels.size), "missing": ""}
    except UnreadableImage as error:
        picture = {"uri": None, "size": [256, 256], "missing": f"{files.source(column)}: {error}"}
    place = np.flatnonzero(shown.images == image)
    position = int(place[0]) if len(place) else None
    file = files.file(column)
    return {
        **axis(shown),
        **picture,
        **strip(shown, image),
        "id": shown.image_id(image),
        "bright": bright,
        "position": _position(shown, position),
        "previous": _neighbour(shown, position, -1),
        "next": _neighbour(shown, position, +1),
        "set": shown.frontier.title(name),
        "source": files.source(column) if file is None else str(file),
        "true": shown.class_name(int(path.labels[image])),
        "now": reading(shown, image, shown.at),
        "then": reading(shown, image, shown.versus),
        "title": stretches_title(shown.gallery, image),
        "flips": flips_sentence(int(shown.gallery.flips(np.array([image]))[0])),
        "curves": _curves(shown, image, name, column),
        "name": f"{shown.run.name}-{slug(files.source(column)) or column}",
        "table": _table(shown, image),
    }


def whole_uri(image: Image.Image) -> str:
    """An image as a data URI: as it is where it is small, else made smaller."""
    written, kind = io.BytesIO(), "png"
    if max(image.size) <= LARGEST // 2:
        image.save(written, "PNG")
    else:
        kind, smaller = "jpeg", image.copy()
        smaller.thumbnail((LARGEST, LARGEST))
        smaller.save(written, "JPEG", quality=90, subsampling=0)
    return f"data:image/{kind};base64,{base64.b64encode(written.getvalue()).decode('ascii')}"


def _curves(shown: Selection, image: int, name: str, column: int) -> dict[str, Any]:
    """Probabilities in per cent along alpha, of the leading classes where they are known.

    Else of the predicted class, which changes along alpha, and of the true one.
    """
    found = leading(shown.run, name)
    path, label = shown.gallery.path, int(shown.gallery.path.labels[image])
    if found is not None:
        return {
            "alphas": found.alphas.tolist(),
            "about": f"Probability of the {len(found.classes[column])} leading classes along alpha",
            "lines": [
                {
                    "name": shown.class_name(class_id),
                    "tone": tone(shown, image, class_id),
                    "values": np.round(100 * along, 1).tolist(),
                }
                for class_id, along in found.of(column).items()
            ],
        }
    return {
        "alphas": path.alphas.tolist(),
        "about": "Probability of the predicted class and of the true one along alpha. What else "
        "competes was not kept with this run; sweep it again to see it",
        "lines": [
            {
                "name": text,
                "tone": kind,
                "values": np.round(100 * along[:, image].astype(np.float32), 1).tolist(),
            }
            for text, kind, along in (
                (shown.class_name(label), "correct", path.true_probability),
                ("predicted class", "other", path.confidence),
            )
        ],
    }


def _table(shown: Selection, image: int) -> list[dict[str, Any]]:
    """Every stretch: its alphas, what is predicted, and how confidently on average."""
    path = shown.gallery.path
    confidence = path.confidence[:, image].astype(np.float32)
    rows = []
    for each in shown.gallery.stretches(image):
        first, last = (coefficient(float(path.alphas[i])) for i in (each.first, each.last))
        rows.append(
            {
                "alphas": first if each.first == each.last else f"{first}–{last}",
                "name": shown.class_name(each.class_id),
                "tone": tone(shown, image, each.class_id),
                "confidence": round(100 * float(confidence[each.first : each.last + 1].mean())),
            }
        )
    return rows


def _position(shown: Selection, position: int | None) -> str:
    if position is None:
        return "Not among these images"
    return f"Image {position + 1:,} of {len(shown.images):,}"


def _neighbour(shown: Selection, position: int | None, step: int) -> str | None:
    """The image before or after in the order of the gallery; None at its ends."""
    if position is None or not 0 <= position + step < len(shown.images):
        return None
    return shown.image_id(int(shown.images[position + step]))


def _nothing() -> None:
    """Streamlit reports only what has a callback."""
