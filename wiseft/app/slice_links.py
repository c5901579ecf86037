"""Slices of images by name: as `<column>:<slice>` they are in URLs, and filter the Images page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypedDict

from wiseft.slice_columns import CLASS
from wiseft.slices import BETWEEN, Column, column_named


class Filters(TypedDict, total=False):
    """Of the Images page."""

    true: str
    slice: str


class Slice(NamedTuple):
    """One slice of a column."""

    column: Column
    code: int

    @property
    def name(self) -> str:
        """What stands in URLs."""
        return f"{self.column.name}:{self.column.slices[self.code]}"

    @property
    def title(self) -> str:
        """For people."""
        return BETWEEN.join(f"{each.title}: {slice_name}" for each, slice_name in self.parts)

    @property
    def parts(self) -> list[tuple[Column, str]]:
        """The columns that it is of, one or two, each with the name of its slice in it."""
        if self.column.parts is None:
            return [(self.column, self.column.slices[self.code])]
        some = int((self.column.codes == self.code).argmax())
        return [(each, each.slices[each.codes[some]]) for each in self.column.parts]


def slice_of(column: Column, name: str) -> Slice:
    """The slice of that name of a column that has it."""
    return Slice(column, column.slices.index(name))


def slice_named(columns: Sequence[Column], text: str) -> Slice | None:
    """The slice that `text` names; None where there is none.

    Names of columns and of slices may have colons themselves.
    """
    for place, letter in enumerate(text):
        if letter == ":":
            column, slice_name = column_named(columns, text[:place]), text[place + 1 :]
            if column is not None and slice_name in column.slices:
                return slice_of(column, slice_name)
    return None


def slice_filters(found: Slice) -> Filters:
    """What the link to the images of a slice asks for: true classes have a filter of their own."""
    filters: Filters = {}
    for column, name in found.parts:
        if column.name == CLASS:
            filters["true"] = name
        else:
            filters["slice"] = f"{column.name}:{name}"
    return filters if len(filters) == len(found.parts) else {"slice": found.name}
