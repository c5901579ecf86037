"""Streamlit on this machine and the Chromium to see it with, for tests and measurements."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]

CHROMIUM_PATH = shutil.which("chromium") or shutil.which("chromium-browser")
"""None where it is not installed."""

CHROMIUM_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]


@contextmanager
def serve(script: Path, state: Path | None = None) -> Iterator[str]:
    """Serve a script on a free port, from the workspace `state` where one is given.

    Yields its address. At the end, the server's log must be free of tracebacks.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = {
        "server.port": port,
        "server.address": "127.0.0.1",
        "server.headless": "true",
        "server.fileWatcherType": "none",
    }
    arguments = [f"--{name}={value}" for name, value in options.items()]
    workspace = {} if state is None else {"WISEFT_DATA": str(state)}
    with tempfile.TemporaryFile() as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", str(script), *arguments],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), **workspace},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait_until_healthy(f"http://127.0.0.1:{port}/_stcore/health", server)
            yield f"http://127.0.0.1:{port}"
        finally:
            _end(server)
            log.seek(0)
            written = log.read().decode("utf-8", "replace")
        if "Traceback" in written:
            raise AssertionError(f"The server failed:\n{written}")


def _end(server: subprocess.Popen[bytes]) -> None:
    """Ask the server to end, and see to it where it waits for a browser that is still open."""
    server.terminate()
    try:
        server.wait(timeout=20)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _wait_until_healthy(url: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("The server did not start.")
