"""What the server does before its first visitor."""

from __future__ import annotations

import logging
import socket
from pathlib import Path

import pytest
import streamlit as st

import wiseft.workspace
from tests.runs import write_run
from wiseft.app import results
from wiseft.app.startup import prepare_first_page, send_at_once
from wiseft.frontier import MEAN


def sends_at_once(listening: socket.socket) -> bool:
    """Whether a connection that the socket takes sends every part at once."""
    with socket.create_connection(listening.getsockname()), listening.accept()[0] as taken:
        return taken.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0


@pytest.mark.skipif(not Path("/dev/fd").is_dir(), reason="this system does not list open files")
def test_connections_send_every_part_at_once():
    with socket.socket(socket.AF_INET) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        assert not sends_at_once(listening)
        send_at_once()
        assert sends_at_once(listening)


def test_sockets_that_do_not_listen_stay_as_they_are():
    with socket.socket(socket.AF_INET) as idle:
        send_at_once()
        assert idle.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 0
        idle.bind(("127.0.0.1", 0))


def test_what_the_first_page_shows_is_computed(state_folder: Path, monkeypatch: pytest.MonkeyPatch):
    st.cache_data.clear()
    write_run(state_folder)
    computed: list[str] = []
    live_data = results.live_data
    monkeypatch.setattr(
        results, "live_data", lambda view: computed.append(view.y) or live_data(view)
    )
    prepare_first_page()
    prepare_first_page()
    assert computed == [MEAN]


def test_without_runs_there_is_nothing_to_prepare(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    monkeypatch.setattr(wiseft.workspace, "DEMO", tmp_path / "nothing-shipped")
    with caplog.at_level(logging.WARNING, "wiseft"):
        prepare_first_page()
    assert not caplog.records
