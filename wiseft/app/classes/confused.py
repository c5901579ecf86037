"""Which confusions go and come: the ranked pairs with images that moved, and the matrix."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from streamlit.components.v2 import component

from wiseft.app.classes import numbers
from wiseft.app.classes.lines import FOLDER
from wiseft.app.components import scripts
from wiseft.app.image_links import images_link, narrowed
from wiseft.app.samples import Thumbnail
from wiseft.app.thumbnails import thumbnails
from wiseft.confusions import clustered_order, confusion_matrix, moving_classes
from wiseft.frontier import Frontier
from wiseft.runs import Run
from wiseft.text import coefficient

Shown = Literal["difference", "counts"]
Standing = Literal["clustered", "listed"]

LISTED = 12
"""Pairs in the ranked list."""

EXAMPLES = 3
"""Images beside each of them."""

MOST = 60
"""Classes in the matrix; where there are more, those of the confusions that change most."""

NEAREST = 24
"""Classes in the matrix around one that is zoomed to."""

_mount = component(
    "wiseft_confusions",
    css=(FOLDER / "lines.css").read_text("utf-8") + (FOLDER / "confused.css").read_text("utf-8"),
    js=scripts(FOLDER, "shared", "matrix", "confused"),
)


def confusions(data: dict[str, Any]) -> None:
    """Draw what `confused_data` found."""
    _mount(key="confusions", data=data)


def confused_data(
    run: Run,
    frontier: Frontier,
    pairs: pd.DataFrame,
    *,
    set_name: str,
    alpha: float,
    versus: float,
    shown: Shown,
    standing: Standing,
    zoom: int | None,
) -> dict[str, Any]:
    """The ranked pairs and the matrix as JSON types.

    Args:
        run, frontier: whose confusions they are.
        pairs: from `confusion_pairs`.
        set_name: of the set.
        alpha, versus: what is compared.
        shown: the difference of the two alphas, or the counts at `alpha`.
        standing: the order of the classes in the matrix.
        zoom: id of a class to show with those it is confused with; None for all.
    """
    link = images_link(run=run.name, set=set_name, alpha=alpha, versus=versus)
    names = run.record.class_names
    ids = matrix_classes(pairs, len(names), zoom)
    if standing == "clustered":
        both = (run.predictions(set_name, each) for each in (alpha, versus))
        counts = [confusion_matrix(each, len(names), ids) for each in both]
        ids = ids[clustered_order(counts[0] + counts[1])]
    place = {each: at for at, each in enumerate(ids.tolist())}
    true, read = pairs["true_id"].to_numpy(), pairs["predicted_id"].to_numpy()
    inside = np.isin(true, ids) & np.isin(read, ids)
    value = "change" if shown == "difference" else "count"
    cells = pairs.loc[inside & (pairs[value].to_numpy() != 0)]
    return {
        "alpha": coefficient(alpha),
        "versus": coefficient(versus),
        "shown": shown,
        "name": f"{run.name}-{set_name}-confusions-{coefficient(alpha)}",
        "set": frontier.title(set_name),
        "pairs": _listed(run, frontier, pairs, set_name, alpha, versus, link),
        "classes": [names[each] for each in ids.tolist()],
        "of": len(names),
        "cells": [
            {
                "row": place[row["true_id"]],
                "column": place[row["predicted_id"]],
                "value": row[value],
                "count": row["count"],
                "compared": row["compared"],
                "clear": bool(row["clear"]),
                "href": narrowed(link, true=row["true"], read=row["predicted"]),
            }
            for row in cells.to_dict("records")
        ],
    }


def matrix_classes(pairs: pd.DataFrame, classes: int, zoom: int | None) -> NDArray[np.int64]:
    """The ids of the classes that the matrix shows, ascending.

    All where they are few; else those in the confusions that change most; or the one that is
    zoomed to, with those it is most confused with at either alpha.
    """
    if zoom is not None:
        true, read = pairs["true_id"].to_numpy(), pairs["predicted_id"].to_numpy()
        near = (true == zoom) | (read == zoom)
        other = np.where(true == zoom, read, true)[near]
        confused = (pairs["count"] + pairs["compared"]).to_numpy()[near]
        weight = np.bincount(other, confused, minlength=classes)
        order = np.argsort(-weight, kind="stable")
        nearest = [each for each in order.tolist() if weight[each] > 0][: NEAREST - 1]
        return np.sort(np.array([zoom, *nearest], dtype=np.int64))
    return np.arange(classes) if classes <= MOST else moving_classes(pairs, MOST)


def _listed(
    run: Run,
    frontier: Frontier,
    pairs: pd.DataFrame,
    set_name: str,
    alpha: float,
    versus: float,
    link: str,
) -> list[dict[str, Any]]:
    top = pairs.loc[pairs["change"] != 0].head(LISTED).to_dict("records")
    path, (at, against) = run.path(set_name), (frontier.index(each) for each in (alpha, versus))
    columns = run.columns(set_name)
    pairs_of = ((row["true_id"], row["predicted_id"]) for row in top)
    moved = [
        columns[numbers.moved_images(path, at, against, pair)[:EXAMPLES]].tolist()
        for pair in pairs_of
    ]
    every = [each for some in moved for each in some]
    images = iter(thumbnails(run, set_name, every, size=40))
    return [
        {
            "true": row["true"],
            "read": row["predicted"],
            "count": row["count"],
            "compared": row["compared"],
            "change": row["change"],
            "clear": bool(row["clear"]),
            "href": narrowed(link, true=row["true"], read=row["predicted"]),
            "images": [_example(next(images)) for _ in some],
        }
        for row, some in zip(top, moved, strict=True)
    ]


def _example(image: Thumbnail) -> dict[str, str | None]:
    return {"uri": image.uri, "source": image.source}
