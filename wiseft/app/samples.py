"""A few images of every set, as HTML: sets down, classes across."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from wiseft.text import NOTHING

ACROSS = 8
"""Classes of which an image is shown."""


@dataclass(frozen=True)
class Thumbnail:
    """One image, made small.

    Attributes:
        uri: its pixels as a data URI; None where it cannot be read.
        source: where it comes from, and why it cannot be read.
    """

    uri: str | None
    source: str


@dataclass(frozen=True)
class Samples:
    """One image of each of some classes [C], for some sets.

    Attributes:
        class_names: [C].
        sets: by title, the images [C]; None where the set has none of the class.
    """

    class_names: Sequence[str]
    sets: Mapping[str, Sequence[Thumbnail | None]]


def sample_classes(count: int) -> list[int]:
    """Class ids to show images of: all, or as many as have room, spread over the list."""
    return np.linspace(0, count - 1, min(count, ACROSS)).round().astype(int).tolist()


def samples_table(samples: Samples) -> str:
    """The images, a row a set."""
    heads = "".join(f'<th scope="col">{escape(name)}</th>' for name in samples.class_names)
    body = "".join(
        f'<tr><th scope="row">{escape(title)}</th>'
        + "".join(
            f"<td>{_cell(image, name, title)}</td>"
            for image, name in zip(images, samples.class_names, strict=True)
        )
        + "</tr>"
        for title, images in samples.sets.items()
    )
    return (
        '<table class="samples"><caption class="unseen">Images of every set</caption>'
        f'<thead><tr><th scope="col"></th>{heads}</tr></thead><tbody>{body}</tbody></table>'
    )


def _cell(image: Thumbnail | None, name: str, title: str) -> str:
    if image is None:
        return NOTHING
    if image.uri is None:
        return f'<span title="{escape(image.source)}">unreadable</span>'
    return (
        f'<img src="{image.uri}" alt="{escape(name)}, {escape(title)}" '
        f'title="{escape(image.source)}">'
    )
