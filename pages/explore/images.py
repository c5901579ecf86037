"""Images: those of a filter, each with what is predicted along alpha, and one of them opened."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import streamlit as st

from wiseft.app import address, results
from wiseft.app.alpha_pair import headline, pick_alphas
from wiseft.app.components import new_wish
from wiseft.app.downloads import download_table
from wiseft.app.images import cards
from wiseft.app.images.cards import cards_data, draw_cards, page_count
from wiseft.app.images.filters import asked_filter, chips, filter_controls
from wiseft.app.images.marking import (
    Marks,
    accuracy_note,
    counted_images,
    download_marks,
    leave_out_switch,
    mark_form,
    marks_of,
)
from wiseft.app.images.opened import draw_opened, opened_data
from wiseft.app.images.saving import download_image
from wiseft.app.images.selection import Selection, select_images, set_titles
from wiseft.app.images.uploading import forget_upload, upload_section
from wiseft.app.images.words import images_note, images_sentence
from wiseft.app.page import errors_as_sentences, page
from wiseft.app.parts import finding, note
from wiseft.app.pickers import pick_run, widget_key
from wiseft.app.sentences import interpolation_note
from wiseft.app.thumbnails import pictures
from wiseft.frontier import Frontier
from wiseft.runs import Run

SHEET = (Path(cards.__file__).parent / "page.css").read_text("utf-8")


@st.fragment
def view(run: Run, frontier: Frontier) -> None:
    """All that follows the controls."""
    with errors_as_sentences():
        for name in ("cards", "opened"):
            take_wish(widget_key(name))
        if new_wish(widget_key("predicted")) is not None:
            forget_upload()
        words, control = headline()
        with control:
            alphas = pick_alphas(frontier)
        asked = asked_filter(run, frontier)
        pair = (alphas.alpha, alphas.versus)
        kept = counted_images(run, asked.name)
        shown = select_images(run, frontier, asked.name, asked.chosen, asked.slice, pair, kept)
        with words:
            finding(images_sentence(shown), shown.alpha)
            note(images_note(shown), interpolation_note(frontier, shown.alpha))
            note(alphas.note, *asked.notes, accuracy_note(shown))
        # The images are what was asked for: they are sent before the controls above them.
        above = st.container(key="images-above")
        bright = bool(st.session_state.get(widget_key("bright"), False))
        gallery(shown, marks_of(run), bright=bright)
        with above:
            filter_controls(shown, set_titles(frontier))
            with st.container(key="images-bar", horizontal=True, vertical_alignment="center"):
                chips(shown)
                with st.container(key="images-switches", horizontal=True, width="content"):
                    leave_out_switch(run)
                    st.toggle("Brighten for viewing", key=widget_key("bright"))
            note(*dict.fromkeys(pictures(run, name).note for name in shown.gallery.names))
        with st.container(key="images-downloads"):
            download_table("Download these images", f"{run.name}-images", shown.table)
            download_marks(run)
        upload_section(run, shown.alpha, shown.other, bright=bright)


def gallery(shown: Selection, marks: Marks, *, bright: bool) -> None:
    """A page of the images, and beside it the one that is opened."""
    opened = opened_image(shown)
    number = page_number(shown, opened)
    with st.container(key="images-beside" if opened is not None else "images-alone"):
        data, images = cards_data(shown, number, opened, marks, bright=bright)
        with st.container(key="gallery-box"):
            draw_cards(data, images, widget_key("cards"))
        if opened is not None:
            with st.container(key="opened-box"):
                panel(shown, opened, bright=bright)


def panel(shown: Selection, image: int, *, bright: bool) -> None:
    """One image, opened."""
    draw_opened(opened_data(shown, image, bright=bright), widget_key("opened"))
    download_image(shown, image)
    mark_form(shown, image)


def opened_image(shown: Selection) -> int | None:
    """The image that the URL opens; it is told where there is none of that name."""
    text = address.asked("image", optional=True)
    found = shown.image_of(text)
    if text and found is None:
        note(f"The link opens the image “{text}”, which this set does not have.")
    address.publish_or_drop(image=text if found is not None else None)
    return found


def page_number(shown: Selection, opened: int | None) -> int:
    """The page of the gallery: that of the opened image, else the one that the URL names."""
    wanted = address.number_in(address.asked("page", optional=True) or "1")
    number = int(min(max(wanted, 1), page_count(shown))) if math.isfinite(wanted) else 1
    memory: dict[str, Any] = st.session_state.setdefault(widget_key("page-memory"), {})
    view = (shown.run.name, shown.name, shown.chosen, shown.slice and shown.slice.name)
    # Another filter begins anew, unless the URL has been to another page, as by going back.
    if memory.get("view", view) != view and memory.get("number") == number:
        number = 1
    moved = memory.get("opened") != opened
    memory |= {"view": view, "opened": opened}
    if opened is not None and moved and opened in (images := shown.images.tolist()):
        number = images.index(opened) // cards.ON_A_PAGE + 1
    memory["number"] = number
    address.publish_or_drop(page=None if number == 1 else str(number))
    return number


def take_wish(key: str) -> None:
    """Put what was asked for in a component since the last run into the URL."""
    wish = new_wish(key)
    if wish is None:
        return
    if wish["kind"] == "page":
        address.publish(page=str(wish["value"]))
    else:
        address.publish_or_drop(image=wish["value"] or None)


with page("images"):
    st.html(f"<style>{SHEET}</style>")
    with st.container(key="run-picker"):
        run = pick_run()
    view(run, results.frontier(run))
