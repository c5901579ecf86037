"""Images made small for a page: read and encoded once, and kept as long as there is room."""

from __future__ import annotations

import base64
import io
import threading
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from functools import lru_cache

import streamlit as st
from PIL import Image, ImageOps

from wiseft.app import benchmarks
from wiseft.app.samples import Thumbnail
from wiseft.errors import UnreadableImage, WiseftError
from wiseft.pictures import Pictures, open_pictures
from wiseft.run_records import RunRecord
from wiseft.runs import Run
from wiseft.specs import digest

SIDE = 128
"""Of a thumbnail on the page, in CSS pixels."""

KEPT_BYTES = 2**26
"""Encoded thumbnails that are kept in memory."""

FRESH = 0.5
"""Seconds for which folders are taken as they were, so that one page looks at them once."""

READERS = 4
"""Threads that read images; decoders let go of the interpreter while they work."""

_Key = tuple[str, str, int]


def pictures(run: Run, name: str) -> Pictures:
    """All images behind the path of the set `name`; raises `UnknownName`."""
    folder, stamp = str(run.store.folder), _stamp(run.record.benchmark)
    return _pictures(folder, _state(run.record), name, stamp, run.whole)


def thumbnails(run: Run, name: str, indices: Sequence[int], size: int = SIDE) -> list[Thumbnail]:
    """The middles of some images of a set, as data URIs.

    Args:
        run: whose images they are.
        name: of the evaluation set.
        indices: columns of its path, of all images.
        size: what a thumbnail measures on the page, in CSS pixels; it has twice as many where the
            image is large enough.

    Raises:
        UnknownName: where the run has no such set. An image that cannot be read is no error: its
            thumbnail has the reason.
    """
    shown = pictures(run, name)
    return list(_POOL.map(lambda index: _thumbnail(run, shown, index, size), indices))


def _thumbnail(run: Run, shown: Pictures, index: int, size: int) -> Thumbnail:
    source = shown.source(index)
    key = (f"{run.record.benchmark}\n{source}", _stamp_of(shown, index), size)
    if (known := _KEPT.get(key)) is not None:
        return Thumbnail(known, source)
    try:
        uri = square_uri(shown.read(index), 2 * size)
    except UnreadableImage as error:
        return Thumbnail(None, f"{source}: {error}")
    _KEPT.put(key, uri)
    return Thumbnail(uri, source)


def square_uri(image: Image.Image, side: int) -> str:
    """The middle of an image as a data URI, at most `side` pixels wide; never enlarged."""
    side = min(side, *image.size)
    written = io.BytesIO()
    ImageOps.fit(image, (side, side)).save(written, "JPEG", quality=88, subsampling=0)
    return f"data:image/jpeg;base64,{base64.b64encode(written.getvalue()).decode('ascii')}"


class _Kept:
    """The encoded thumbnails that were used last, from all sessions."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._size = 0
        self._uris: OrderedDict[_Key, str] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: _Key) -> str | None:
        with self._lock:
            if key in self._uris:
                self._uris.move_to_end(key)
            return self._uris.get(key)

    def put(self, key: _Key, uri: str) -> None:
        with self._lock:
            self._size += len(uri) - len(self._uris.pop(key, ""))
            self._uris[key] = uri
            while self._size > self._limit:
                self._size -= len(self._uris.popitem(last=False)[1])


_KEPT = _Kept(KEPT_BYTES)
_POOL = ThreadPoolExecutor(READERS, thread_name_prefix="thumbnails")


def _stamp_of(shown: Pictures, index: int) -> str:
    """What changes when the file of an image does; empty where it is drawn, or not there."""
    file = shown.file(index)
    try:
        return "" if file is None else str(file.stat().st_mtime_ns)
    except OSError:
        return ""


@lru_cache(maxsize=32)
def _state(record: RunRecord) -> str:
    return digest(asdict(record))


@st.cache_data(ttl=FRESH, max_entries=32, show_spinner=False)
def _stamp(benchmark: str) -> str:
    return benchmarks.stamp(benchmark)


@st.cache_resource(max_entries=64, show_spinner=False)
def _pictures(folder: str, state: str, name: str, stamp: str, _run: Run) -> Pictures:
    try:
        opened = benchmarks.benchmark(_run.record.benchmark)
    except WiseftError:
        opened = None
    kept = _run.leading(name)
    sources = None if kept is None else kept.sources
    labels = _run.path(name).labels
    return open_pictures(_run.record, name, labels, sources=sources, benchmark=opened)
