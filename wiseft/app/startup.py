"""What happens once, when the server starts."""

from __future__ import annotations

import os
import socket
import stat
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import streamlit as st

from wiseft.errors import WiseftError

DESCRIPTORS = Path("/dev/fd")
"""The open files of this process, on Linux and macOS."""


@asynccontextmanager
async def lifespan(app: st.App) -> AsyncIterator[None]:
    """Prepare what the first visitor needs while their browser still loads the page."""
    send_at_once()
    threading.Thread(target=prepare_first_page, name="startup", daemon=True).start()
    yield


def send_at_once() -> None:
    """Have the sockets that listen send every part of an answer at once (TCP_NODELAY).

    Streamlit 1.67 makes its socket without naming the protocol, and asyncio sets the option only
    where it is named. Without it the second part of an answer waits until the other side has
    acknowledged the first, which may take its time. Connections have the option from the socket
    that took them.
    """
    descriptors = [*DESCRIPTORS.iterdir()] if DESCRIPTORS.is_dir() else []
    for descriptor in (int(each.name) for each in descriptors):
        with suppress(OSError):  # one that is closed by now, or no socket of the internet
            if stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                with socket.socket(fileno=os.dup(descriptor)) as opened:
                    if opened.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def prepare_first_page() -> None:
    """Load what the first page is made of, and what it shows of the newest run."""
    # Imported here, so that the server answers before pandas and SciPy are loaded.
    from wiseft.app import results, tables  # noqa: F401
    from wiseft.app.live import shift_titles
    from wiseft.frontier import MEAN
    from wiseft.workspace import Workspace

    with suppress(WiseftError):  # which the page itself tells
        for run in Workspace().runs()[:1]:
            results.live(run, next(iter(shift_titles(results.frontier(run))), MEAN), "logit")
            results.best_exactly(run)
