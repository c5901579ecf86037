"""The parts of a table as HTML."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape


def html_table(kind: str, caption: str, head: Iterable[str], body: str) -> str:
    """A table of the CSS class `kind`; the caption is for screen readers alone."""
    return (
        f'<table class="{kind}"><caption class="unseen">{escape(caption)}</caption>'
        f"<thead><tr>{''.join(head)}</tr></thead><tbody>{body}</tbody></table>"
    )


def column_heads(first: str, *others: str) -> list[str]:
    """The heads of a column of names and of columns of numbers."""
    numbers = (f'<th scope="col" class="number">{escape(each)}</th>' for each in others)
    return [f'<th scope="col">{escape(first)}</th>', *numbers]


def number_cells(*contents: str) -> str:
    """Cells of numbers; their contents are HTML."""
    return "".join(f'<td class="number">{each}</td>' for each in contents)
