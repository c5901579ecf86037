"""The filters of the Images page: read from the URL, changed by controls, named in chips."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from wiseft.app import address
from wiseft.app.address import Choice
from wiseft.app.image_links import ALL_SHIFTS
from wiseft.app.images.selection import Selection, SliceFilter, set_titles
from wiseft.app.images.slicing import slice_filter, slice_titles
from wiseft.app.images.words import ORDERS, outcome_names
from wiseft.app.pickers import segments, select, show, widget_key
from wiseft.frontier import Frontier
from wiseft.gallery import OUTCOMES, Filter, Order, Outcome
from wiseft.runs import Run
from wiseft.text import number_of

_FILTERS = ("true", "read", "slice", "outcome", "confidence")
"""Keys in the URL of what can be cleared in one go."""

_ANY = ""


@dataclass(frozen=True)
class Asked:
    """What the URL asks for, made good.

    Attributes:
        name: of the set, or `ALL_SHIFTS`.
        chosen: the filter.
        slice: that the images are of; None for any.
        notes: sentences where the URL asked for something else.
    """

    name: str
    chosen: Filter
    slice: SliceFilter | None
    notes: tuple[str, ...]


def asked_filter(run: Run, frontier: Frontier) -> Asked:
    """The set and the filter of the URL."""
    titles, class_names = set_titles(frontier), run.record.class_names
    default = next(iter({ALL_SHIFTS: 0} if ALL_SHIFTS in titles else frontier.shifts), None)
    default = default or frontier.reference
    name = address.among(_asked("set", optional=False), titles, default, "set")
    true = address.among(_asked("true"), (_ANY, *class_names), _ANY, "class")
    read = address.among(_asked("read"), (_ANY, *class_names), _ANY, "class")
    outcome: Choice[Outcome] = address.among(_asked("outcome"), OUTCOMES, "all", "outcome")
    order: Choice[Order] = address.among(_asked("order"), ORDERS, "dealt", "order")
    low, high, note = _range(_asked("confidence"))
    part = _asked("slice")
    of = slice_filter(run, name.value, part) if part else None
    ids = {each: class_id for class_id, each in enumerate(class_names)}
    if name.value == ALL_SHIFTS:  # Other pages have no such set: they go on with their own.
        address.forget("set")
    address.publish(run=run.name)
    address.publish_or_drop(
        set=None if name.value == default == ALL_SHIFTS else name.text,
        true=true.text or None,
        read=read.text or None,
        slice=part if of is not None else None,
        outcome=None if outcome.text == "all" else outcome.text,
        order=None if order.text == "dealt" else order.text,
        confidence=None if (low, high) == (0, 1) else f"{low:g}-{high:g}",
    )
    chosen = Filter(ids.get(true.value), ids.get(read.value), outcome.value, low, high, order.value)
    gone = (
        f"The images that are shown have no slice “{part}”; it is that of another set or run."
        if part and of is None
        else None
    )
    notes = (name.note, true.note, read.note, gone, outcome.note, order.note, note)
    return Asked(name.value, chosen, of, tuple(each for each in notes if each))


def filter_controls(shown: Selection, titles: Mapping[str, str]) -> None:
    """What changes the filter; the counts behind the outcomes follow all other filters."""
    names = shown.run.record.class_names
    classes = {_ANY: "any"} | {name: name for name in names}
    chosen = shown.chosen
    with st.container(key="controls-images", horizontal=True, vertical_alignment="bottom"):
        select("set", "Set", titles, shown.name)
        select("true", "True class", classes, _name(names, chosen.true))
        select("read", f"Read as, at {shown.alpha:.2f}", classes, _name(names, chosen.read))
        _slice(shown)
        select("order", "Order", ORDERS, chosen.order)
        _confidence(shown)
    options = {
        each: f"{name} {shown.counts[each]:,}" for each, name in outcome_names(shown.alpha).items()
    }
    with st.container(key="controls-outcome"):
        segments("outcome", "What becomes of them", options, chosen.outcome)


def chips(shown: Selection) -> None:
    """How many images are shown, and what leaves the others out; each can be removed."""
    chosen, title = shown.chosen, outcome_names(shown.alpha)
    parts: dict[str, str] = {}
    if chosen.true is not None:
        parts["true"] = f"True class: {shown.class_name(chosen.true)}"
    if chosen.read is not None:
        parts["read"] = f"Read as: {shown.class_name(chosen.read)}"
    if shown.slice is not None:
        parts["slice"] = shown.slice.title
    if chosen.outcome != "all":
        parts["outcome"] = f"Outcome: {title[chosen.outcome].lower().rstrip(':')}"
    if chosen.low > 0 or chosen.high < 1:
        parts["confidence"] = f"Confidence: {chosen.low:.2f}–{chosen.high:.2f}"
    with st.container(key="chips", horizontal=True, vertical_alignment="center", width="stretch"):
        every = number_of(len(shown.gallery), "image")
        st.html(
            f'<p class="count" role="status"><b>{len(shown.images):,}</b> of {every}</p>',
            width="content",
        )
        for key, text in parts.items():
            st.button(
                f"{_plain(text)} ×",
                key=f"chip-{key}",
                help=f"Remove this filter ({_plain(text)})",
                on_click=address.forget,
                args=(key,),
            )
        if parts:
            st.button("Clear all", key="clear", type="tertiary", on_click=_clear)


def _clear() -> None:
    address.forget(*_FILTERS)


def _slice(shown: Selection) -> None:
    """The slices to choose from; there is nothing to choose where the images have none."""
    options = {_ANY: "any"} | slice_titles(shown.run, shown.name)
    if shown.slice is not None:
        options[shown.slice.name] = shown.slice.title
    if len(options) > 1:
        select("slice", "Slice", options, _ANY if shown.slice is None else shown.slice.name)


def _confidence(shown: Selection) -> None:
    key, chosen = "confidence", shown.chosen
    show(key, (chosen.low, chosen.high))
    st.slider(
        f"Confidence at {shown.alpha:.2f}",
        0.0,
        1.0,
        step=0.05,
        key=widget_key(key),
        on_change=_write_confidence,
        width=200,
    )


def _write_confidence() -> None:
    low, high = st.session_state[widget_key("confidence")]
    address.publish(confidence=f"{low:g}-{high:g}")


def _range(text: str | None) -> tuple[float, float, str | None]:
    """A range of confidence as in "0.3-1"; the whole range with a note where it is none."""
    if not text:
        return 0.0, 1.0, None
    low, high = (address.number_in(each) for each in text.partition("-")[::2])
    if 0 <= low <= high <= 1:
        return low, high, None
    return 0.0, 1.0, f"The link asks for the confidence “{text}”, not a range as in “0.3-0.9”."


def _asked(key: str, *, optional: bool = True) -> str | None:
    return address.asked(key, optional=optional) or None


def _name(names: Sequence[str], class_id: int | None) -> str:
    return _ANY if class_id is None else names[class_id]


def _plain(text: str) -> str:
    """`text` as a label shows it: nothing in it is Markdown, and it is not longer than a chip."""
    short = text if len(text) <= 60 else f"{text[:59]}…"
    return "".join(f"\\{each}" if each in r"\`*_{}[]()<>#+-.!|~$:=@" else each for each in short)
