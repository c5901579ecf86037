"""The gallery: images with their alpha strips, as a component that is given one page of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil
from pathlib import Path
from typing import Any

import numpy as np
from streamlit.components.v2 import component

from wiseft.app.components import scripts
from wiseft.app.images.selection import Selection
from wiseft.app.samples import Thumbnail
from wiseft.app.theme import taken_colour
from wiseft.app.thumbnails import pictures, thumbnails
from wiseft.marks import Mark

FOLDER = Path(__file__).parent

ON_A_PAGE = 40
"""Images that are shown, and sent to the browser, at a time; rows are of 8, 5, 4 or 2."""

CORRECT, OTHER = "correct", "other"
"""Tones of stretches, beside the places of the commonest wrong classes."""


def style(*own: str) -> str:
    """The style sheets of this folder, one after the other."""
    return "\n".join((FOLDER / f"{name}.css").read_text("utf-8") for name in own)


_mount = component(
    "wiseft_cards", css=style("strip", "cards"), js=scripts(FOLDER, "strip", "cards")
)
_hold = component("wiseft_held", js=(FOLDER / "held.js").read_text("utf-8"))


def draw_cards(data: Mapping[str, Any], images: Mapping[str, str], key: str) -> None:
    """Draw the gallery of `cards_data`; what is clicked is kept in the session (`wishes`)."""
    _hold(key=f"{key}-held", data=images, height=1)
    _mount(key=key, data=data, on_wish_change=_nothing)


def page_count(shown: Selection) -> int:
    """Pages of the gallery; one where there is nothing to show."""
    return max(1, ceil(len(shown.images) / ON_A_PAGE))


def cards_data(
    shown: Selection,
    page: int,
    opened: int | None,
    marked: Mapping[tuple[str, str], Mark],
    *,
    bright: bool,
) -> tuple[dict[str, Any], dict[str, str]]:
    """One page of a selection as JSON types, and apart from it its images, data URIs by id.

    Args:
        shown: what is shown.
        page: counted from 1.
        opened: the image that is opened beside the gallery, if any.
        marked: what people have said of images, by set and source.
        bright: whether dark images are brightened.
    """
    images = shown.images[(page - 1) * ON_A_PAGE : page * ON_A_PAGE].tolist()
    small = _small(shown, images)
    data = {
        **axis(shown),
        "legend": [shown.class_name(each) for each in shown.taken],
        "page": page,
        "pages": page_count(shown),
        "opened": None if opened is None else shown.image_id(opened),
        "bright": bright,
        "cards": _cards(shown, images, small, marked),
    }
    return data, {shown.image_id(image): each.uri for image, each in small.items() if each.uri}


def axis(shown: Selection) -> dict[str, Any]:
    """What the strips of all images share."""
    path = shown.gallery.path
    return {
        "alphas": path.alphas.tolist(),
        "at": shown.at,
        "versus": shown.versus,
        "tones": [taken_colour(place) for place in range(len(shown.taken))],
    }


def strip(shown: Selection, image: int) -> dict[str, Any]:
    """The alpha strip of an image.

    Returns:
        stretches: as [first alpha, last alpha, tone, name of the class], alphas by index.
        confidence: in per cent at each alpha.
    """
    confidence = np.round(100 * shown.gallery.path.confidence[:, image].astype(np.float32))
    return {
        "stretches": [
            [
                each.first,
                each.last,
                tone(shown, image, each.class_id),
                shown.class_name(each.class_id),
            ]
            for each in shown.gallery.stretches(image)
        ],
        "confidence": confidence.astype(int).tolist(),
    }


def tone(shown: Selection, image: int, class_id: int) -> str:
    """How a class that is predicted for an image is coloured."""
    if class_id == shown.gallery.path.labels[image]:
        return CORRECT
    return str(shown.taken.index(class_id)) if class_id in shown.taken else OTHER


def reading(shown: Selection, image: int, index: int) -> dict[str, Any]:
    """What is predicted for an image at an alpha by its index."""
    path = shown.gallery.path
    class_id = int(path.predicted[index, image])
    return {
        "name": shown.class_name(class_id),
        "tone": tone(shown, image, class_id),
        "confidence": round(100 * float(path.confidence[index, image])),
    }


def _small(shown: Selection, images: Sequence[int]) -> dict[int, Thumbnail]:
    found: dict[int, Thumbnail] = {}
    for name in shown.gallery.names:
        of = [image for image in images if shown.set_name(image) == name]
        columns = shown.gallery.column[of].tolist()
        found |= dict(zip(of, thumbnails(shown.run, name, columns), strict=True))
    return found


def _cards(
    shown: Selection,
    images: Sequence[int],
    small: Mapping[int, Thumbnail],
    marked: Mapping[tuple[str, str], Mark],
) -> list[dict[str, Any]]:
    several = len(shown.gallery.names) > 1
    return [
        {
            "id": shown.image_id(image),
            "missing": small[image].uri is None,
            "source": small[image].source,
            "true": shown.class_name(int(shown.gallery.path.labels[image])),
            "set": shown.frontier.title(shown.set_name(image)) if several else "",
            "now": reading(shown, image, shown.at),
            "then": reading(shown, image, shown.versus),
            "mark": _mark(shown, image, marked),
            **strip(shown, image),
        }
        for image in images
    ]


def _mark(shown: Selection, image: int, marked: Mapping[tuple[str, str], Mark]) -> str:
    """What somebody has said of an image, in a word or two; empty where nothing."""
    if not marked:
        return ""
    name = shown.set_name(image)
    source = pictures(shown.run, name).source(int(shown.gallery.column[image]))
    found = marked.get((name, source))
    return "" if found is None else found.verdict or "note"


def _nothing() -> None:
    """Streamlit reports only what has a callback."""
