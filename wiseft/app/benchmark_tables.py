"""What a benchmark holds, in a sentence and as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from wiseft.app.html import column_heads, html_table, number_cells
from wiseft.datasets.inventory import Inventory, Role, SetInventory
from wiseft.text import NOTHING, number_of

ROLES: dict[Role, str] = {
    "train": "fine-tuned on",
    "reference": "in distribution",
    "shift": "shift",
    "validation": "for choosing alpha",
}


_TOLD: tuple[Role, Role] = ("train", "reference")


def benchmark_sentence(inventory: Inventory) -> str:
    """How many classes, images and shifts there are."""
    train, tests = (sum(each.images for each in inventory.of(role)) for role in _TOLD)
    shifts = inventory.of("shift")
    under = sum(each.images for each in shifts)
    shifted = f", and {under:,} under {number_of(len(shifts), 'shift')}" if shifts else ""
    return (
        f"{inventory.title}: {number_of(len(inventory.class_names), 'class')}, "
        f"{number_of(train, 'image')} to train on, {tests:,} to test on in distribution{shifted}"
    )


def sets_table(inventory: Inventory) -> str:
    """A row a set: what it is for, what is in it, and where its files are expected."""
    heads = [*column_heads("Set", "Images", "Classes", "Images a class"), *_text_heads()]
    body = "".join(
        f'<tr><th scope="row">{escape(each.title)} <small>{ROLES[each.role]}</small></th>'
        + number_cells(f"{each.images:,}", f"{each.classes:,}", _range(each))
        + f'<td class="path">{_place(each)}</td></tr>'
        for each in inventory.sets
    )
    return html_table("numbers sets", f"The sets of {inventory.title}", heads, body)


def counts_table(inventory: Inventory, most: int) -> str:
    """A row a class: its images in every set; the first `most` classes."""
    rows = list(zip(inventory.class_names, *(each.counts for each in inventory.sets), strict=True))
    body = "".join(
        f'<tr><th scope="row">{escape(name)}</th>'
        + number_cells(*(f"{count:,}" if count else "<b>0</b>" for count in counts))
        + "</tr>"
        for name, *counts in rows[:most]
    )
    heads = column_heads("Class", *(each.title for each in inventory.sets))
    return html_table("numbers counts", "Images of every class in every set", heads, body)


def remarks_list(sentences: Sequence[str]) -> str:
    """What to know of a benchmark, a line each."""
    lines = "".join(f"<li>{escape(each)}</li>" for each in sentences)
    return f'<ul class="remarks">{lines}</ul>'


def _text_heads() -> list[str]:
    return ['<th scope="col" class="path">Files</th>']


def _range(images: SetInventory) -> str:
    """The fewest and the most images of the classes that are there."""
    there = [count for count in images.counts if count]
    if not there:
        return NOTHING
    low, high = min(there), max(there)
    return f"{low:,}" if low == high else f"{low:,}–{high:,}"


def _place(images: SetInventory) -> str:
    return "drawn, no files" if images.folder is None else f"{escape(str(images.folder))}/"
