"""Links to the Images page: what other pages count is what it shows."""

from __future__ import annotations

from urllib.parse import urlencode

from wiseft.app.leaving_out import in_links
from wiseft.gallery import Outcome

ALL_SHIFTS = "all shifts"
"""The name that stands for the images of all shifts together wherever a set is named."""


def images_link(
    *,
    run: str | None = None,
    set: str | None = None,
    true: str | None = None,
    read: str | None = None,
    slice: str | None = None,
    outcome: Outcome | None = None,
    alpha: float | None = None,
    versus: float | None = None,
    page: int | None = None,
    image: str | None = None,
) -> str:
    """The relative URL of the Images page with these filters; what is None is left out.

    Where marked images are left out on this page, they are there.

    Args:
        run: name of the run.
        set: name of the evaluation set, or `ALL_SHIFTS`.
        true: name of the true class.
        read: name of the class that is predicted at `alpha`.
        slice: of the images, as `<column>:<slice>`.
        outcome: what becomes of the images between `versus` and `alpha`.
        alpha, versus: the mixing coefficient in hand, and the one it is compared with.
        page: of the gallery, counted from 1.
        image: the image that is opened, as `<set>:<column of its path>`.
    """
    asked = {
        "run": run,
        "set": set,
        "true": true,
        "read": read,
        "slice": slice,
        "outcome": outcome,
        "alpha": None if alpha is None else f"{alpha:g}",
        "versus": None if versus is None else f"{versus:g}",
        "page": page,
        "image": image,
    }
    filters = {key: each for key, each in asked.items() if each is not None}
    return f"images?{urlencode(filters | in_links())}"


def narrowed(
    link: str, *, true: str, read: str | None = None, outcome: Outcome | None = None
) -> str:
    """A link of `images_link` with filters that it does not have yet, named as there.

    Of hundreds of links that differ in little, what they have in common is written once.
    """
    filters = {"true": true, "read": read, "outcome": outcome}
    return f"{link}&{urlencode({key: each for key, each in filters.items() if each is not None})}"
