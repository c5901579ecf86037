"""What the Slices page says: its sentence, its tables, and its links to the images of slices."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from html import escape
from typing import Any, Literal

import pandas as pd

from wiseft.app.alpha_pair import AlphaPair
from wiseft.app.html import column_heads, html_table, number_cells
from wiseft.app.image_links import images_link
from wiseft.app.sentences import Clause, Span
from wiseft.app.slice_links import Slice, slice_filters, slice_of
from wiseft.gallery import Outcome
from wiseft.runs import Run
from wiseft.significance import SIGNIFICANT
from wiseft.slices import SMALLEST, Column
from wiseft.text import bare_percent, coefficient, distance, interval, number_of, points

MOST_MOVED = 15
"""Slices in the list of those that lose, or gain, most."""

Moved = Literal["loss", "gain"]

MOVES: dict[Moved, str] = {"loss": "lose", "gain": "gain"}

_COUNTED: tuple[Outcome, ...] = ("fixed", "broken")


def slices_sentence(
    tested: pd.DataFrame, known: Sequence[Column], title: str, alpha: float, versus: float
) -> tuple[Clause, ...]:
    """Which slice of a set, called `title`, loses most; where none does, which gains most.

    Args:
        tested: from `compared_slices`, of the columns `known`.
        known: columns and pairs of them.
        title: of the set.
        alpha, versus: the alpha in hand, and the one that it is compared with.
    """
    if alpha == versus:
        second = (Span("move one of the two to see which slices pay."),)
        return (Span("Both alphas are "), Span(coefficient(alpha), "alpha"), Span(":")), second
    if tested.empty:
        return ((Span(f"{title} has no slice of {SMALLEST} images or more."),),)
    moving = (
        Span(" from alpha "),
        Span(coefficient(versus)),
        Span(" to "),
        Span(coefficient(alpha), "alpha"),
    )
    losing = moved(tested, "loss")
    lost = _clear(losing)
    if not lost.empty:
        lose = "clearly loses" if len(lost) == 1 else "clearly lose"
        first = (
            Span(f"On {title} "),
            Span(f"{len(lost)}", "figure"),
            Span(f" of {number_of(len(tested), 'slice')} {lose}"),
            *moving,
            Span(","),
        )
        return first, _most(lost, known)
    loses = "clearly loses" if len(losing) else "loses"
    first = Span(f"On {title} none of {number_of(len(tested), 'slice')} {loses}")
    gained = _clear(moved(tested, "gain"))
    if gained.empty:
        return (first, *moving, Span(":")), (Span("what changes is within noise."),)
    gain = "1 clearly gains" if len(gained) == 1 else f"{len(gained):,} clearly gain"
    return (first, *moving, Span(",")), (Span(f"{gain}, "), *_most(gained, known))


def moved(tested: pd.DataFrame, kind: Moved) -> pd.DataFrame:
    """The slices that lose, or gain, those that do most at the front."""
    if kind == "loss":
        return tested.loc[tested["change"].to_numpy() < 0]
    return tested.loc[tested["change"].to_numpy() > 0].iloc[::-1]


def _clear(slices: pd.DataFrame) -> pd.DataFrame:
    return slices.loc[slices["corrected"].to_numpy() < SIGNIFICANT]


def _most(slices: pd.DataFrame, known: Sequence[Column]) -> tuple[Span, ...]:
    """The first of some slices, in words; larger changes may be of fewer images and be unclear."""
    row = slices.to_dict("records")[0]
    found = slice_of(next(each for each in known if each.title == row["column"]), row["slice"])
    images = number_of(row["count"], "image")
    return (
        Span("most of all "),
        *_named(found),
        Span(f": {distance(row['change'])} of {images}."),
    )


def slices_in_numbers(
    run: Run, name: str, column: Column, table: pd.DataFrame, pair: AlphaPair
) -> str:
    """A line a slice; its name and its counts lead to its images."""
    here, there = (f"α {coefficient(each)}" for each in (pair.alpha, pair.versus))
    heads = column_heads(
        column.title, "Images", there, "interval", here, "interval", "change, pp", "Fixed", "Broken"
    )

    def cells(row: Mapping[Hashable, Any]) -> str:
        clear = row["change_low"] > 0 or row["change_high"] < 0
        kind = ("gain" if row["change"] > 0 else "loss") if clear else "unclear"
        low, high = (points(row[f"change_{bound}"]) for bound in ("low", "high"))
        links = {
            outcome: slice_link(run, name, column, row["slice"], pair, outcome)
            for outcome in _COUNTED
        }
        return number_cells(
            f"{row['count']:,}",
            bare_percent(row["versus"]),
            f"<small>{interval(row['versus_low'], row['versus_high'])}</small>",
            f"<b>{bare_percent(row['accuracy'])}</b>",
            f"<small>{interval(row['low'], row['high'])}</small>",
            f'<span class="{kind}" title="95 % interval {low} to {high} pp">'
            f"{points(row['change'])}</span>",
            *(_link(links[each], f"{row[each]:,}") if row[each] else "0" for each in _COUNTED),
        )

    def head(row: Mapping[Hashable, Any]) -> str:
        link = slice_link(run, name, column, row["slice"], pair)
        return f'<th scope="row">{_link(link, row["slice"])}</th>'

    body = "".join(f"<tr>{head(row)}{cells(row)}</tr>" for row in table.to_dict("records"))
    return html_table("numbers", f"Every slice at {here} against {there}", heads, body)


def _named(found: Slice) -> list[Span]:
    """A slice in a sentence."""
    first, *second = (Span(f"{column.title} {name}", "figure") for column, name in found.parts)
    return [first, *(each for one in second for each in (Span(" and "), one))]


def moved_table(
    run: Run,
    name: str,
    found: pd.DataFrame,
    kind: Moved,
    pair: AlphaPair,
    known: Sequence[Column],
) -> str:
    """The slices that lose, or gain, most, in numbers; each leads to the images that it does."""
    heads = column_heads(
        "Slice", "Images", "Before", "After", "Change, pp", "Rest of the set", "Corrected p"
    )
    by_title = {each.title: each for each in known}
    body = "".join(
        f'<tr><th scope="row">{_linked(run, name, by_title, row, kind, pair)}</th>'
        + number_cells(
            f"{row['count']:,}",
            bare_percent(row["versus"]),
            f"<b>{bare_percent(row['accuracy'])}</b>",
            f'<span class="{kind if row["corrected"] < SIGNIFICANT else "unclear"}">'
            f"{points(row['change'])}</span>",
            points(row["rest"]),
            "&lt; 0.001" if row["corrected"] < 0.001 else f"{row['corrected']:.3f}",
        )
        + "</tr>"
        for row in found.head(MOST_MOVED).to_dict("records")
    )
    return html_table("numbers", f"Slices that {MOVES[kind]} most", heads, body)


def slice_link(
    run: Run,
    name: str,
    column: Column,
    slice_name: str,
    pair: AlphaPair,
    outcome: Outcome | None = None,
) -> str:
    """The link to the images of a slice of a set."""
    return images_link(
        run=run.name,
        set=name,
        **slice_filters(slice_of(column, slice_name)),
        outcome=outcome,
        alpha=pair.alpha,
        versus=pair.versus,
    )


def _linked(
    run: Run,
    name: str,
    columns: Mapping[str, Column],
    row: Mapping[Hashable, Any],
    kind: Moved,
    pair: AlphaPair,
) -> str:
    column = columns[row["column"]]
    outcome: Outcome = "broken" if kind == "loss" else "fixed"
    link = slice_link(run, name, column, row["slice"], pair, outcome)
    return _link(link, slice_of(column, row["slice"]).title)


def _link(link: str, words: str) -> str:
    return f'<a href="{escape(link)}" target="_self">{escape(words)}</a>'
