"""The opened image as a file."""

from __future__ import annotations

import io
from pathlib import Path

import streamlit as st

from wiseft.app.images.selection import Selection
from wiseft.app.thumbnails import pictures
from wiseft.errors import UnreadableImage
from wiseft.pictures import Pictures
from wiseft.text import slug


def download_image(shown: Selection, image: int) -> None:
    """A link that saves the image: its file as it is, or as PNG where it is drawn.

    There is none where it cannot be read.
    """
    column = int(shown.gallery.column[image])
    found = pictures(shown.run, shown.set_name(image))
    file = found.file(column)
    if file is not None and not file.is_file():
        return
    st.download_button(
        "Download the image",
        lambda: image_bytes(found, column),
        file_name=f"{slug(found.source(column))}.png" if file is None else _safe(file),
        mime="image/png" if file is None else "application/octet-stream",
        on_click="ignore",
        type="tertiary",
        icon=":material/download:",
        key="download-image",
    )


def image_bytes(found: Pictures, column: int) -> bytes:
    """What is saved; empty where the image has gone in the meantime."""
    file = found.file(column)
    try:
        if file is not None:
            return file.read_bytes()
        written = io.BytesIO()
        found.read(column).save(written, "PNG")
    except (OSError, UnreadableImage):
        return b""
    return written.getvalue()


def _safe(file: Path) -> str:
    """The name of a file without what other systems do not allow."""
    return f"{slug(file.stem) or 'image'}{file.suffix.lower()}"
