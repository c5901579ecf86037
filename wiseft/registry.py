"""Named things, listed in one place and answered with suggestions when the name is unknown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Generic, TypeVar

from wiseft.errors import UnknownName

T = TypeVar("T")


class Registry(Generic[T]):
    """Things of one kind by name, in the order in which they are shown.

    Args:
        kind: what the things are, in the singular, for the error message ("benchmark").
        items: the things by name.
    """

    def __init__(self, kind: str, items: Mapping[str, T]) -> None:
        self.kind = kind
        self._items = dict(items)

    def __getitem__(self, name: str) -> T:
        """The thing called `name`. Raises `UnknownName`, which lists the names that exist."""
        if name not in self._items:
            raise UnknownName(self.kind, name, self._items)
        return self._items[name]

    def __contains__(self, name: object) -> bool:
        return name in self._items

    def values(self) -> tuple[T, ...]:
        """The things, in order."""
        return tuple(self._items.values())

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)
