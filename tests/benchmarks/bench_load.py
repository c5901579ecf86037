"""Many people at once: response times of the pages while a model is trained on the same machine.

Usage: python -m tests.benchmarks.bench_load [BENCHMARK] [--sessions 20] [--seconds 25]

BENCHMARK, a benchmark folder (`../shared/images/pacs` where it is not given), is what the demo's
model is fine-tuned on, by a worker of its own, all the time. A session is a websocket client
in place of a browser: it moves alpha on the Frontier page three times, then looks at the page Jobs,
with a second of thought between. Each asks for the whole page, where the slider in a browser runs a
part of it anew. A response is the time from the request to the end of the page's script, everything
that it sends included; what the browser draws of it is not. First one session, then all of them;
all on 127.0.0.1.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles

import psutil
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

from tests.browser.server import ROOT, serve
from wiseft.backends import LocalBackend
from wiseft.datasets import open_benchmark
from wiseft.jobs import Job, Request
from wiseft.model_names import DEMO
from wiseft.workspace import Workspace
from wiseft.zeroshot import make_zeroshot

RUN = "signs-end-to-end"
"""The run that ships, whose alpha is moved."""

THOUGHT = 1.0
"""Seconds between a response and the next request, on average."""

EPOCHS = 10_000
"""More than the training comes to before it is cancelled."""

Times = dict[str, list[float]]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("benchmark", nargs="?", default="../shared/images/pacs")
    parser.add_argument("--sessions", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=25.0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(Path(folder) / "data")
        job = _training(workspace, options.benchmark)
        try:
            with serve(ROOT / "streamlit_app.py", workspace.root) as url:
                server = _server()
                asyncio.run(_crowd(url, 1, 3.0))  # what is loaded at the first visit
                for sessions in (1, options.sessions):
                    first = len(job.history())
                    times = asyncio.run(_crowd(url, sessions, options.seconds))
                    memory = server.memory_info().rss / 2**20
                    print(f"sessions: {sessions}; memory of the server: {memory:,.0f} MiB")
                    for what, found in times.items():
                        print(f"  {what:12} {len(found):5} responses, {_in_words(found)}")
                    print(f"  training: {_speed(job, first)}")
        finally:
            job.cancel()
            job.wait(lambda progress: None, seconds=60)


def _training(workspace: Workspace, benchmark: str) -> Job:
    """A fine-tuning that has begun, in a process of its own."""
    opened = open_benchmark(benchmark)
    start = workspace.checkpoints / "zeroshot.safetensors"
    make_zeroshot(start, opened, DEMO)
    arguments = {
        "zeroshot": str(start),
        "benchmark": opened.name,
        "spec": {"epochs": EPOCHS, "batch_size": 64},
    }
    job = LocalBackend(workspace).submit(Request("finetune", arguments, "Training"))
    while not job.history():
        if job.state.has_ended:
            raise SystemExit(job.state.message)
        time.sleep(0.2)
    return job


def _server() -> psutil.Process:
    """The process that serves the pages."""
    [found] = [each for each in psutil.Process().children() if "streamlit" in each.cmdline()]
    return found


async def _crowd(url: str, sessions: int, seconds: float) -> Times:
    """So many sessions for so long; seconds of every response by what was asked."""
    times: Times = {"move alpha": [], "look at jobs": []}
    end = time.monotonic() + seconds
    await asyncio.gather(*(_session(url, number, end, times) for number in range(sessions)))
    return times


async def _session(url: str, seed: int, end: float, times: Times) -> None:
    randomly = random.Random(seed)
    address = f"{url.replace('http', 'ws', 1)}/_stcore/stream"
    async with connect(address, subprotocols=["streamlit"], origin=url, max_size=None) as server:
        await _ask(server, "", f"run={RUN}")
        request = 0
        while time.monotonic() < end:
            await asyncio.sleep(randomly.uniform(0, 2 * THOUGHT))
            request += 1
            started = time.perf_counter()
            if request % 4 == 0:
                await _ask(server, "jobs", "")
                times["look at jobs"].append(time.perf_counter() - started)
            else:
                await _ask(server, "", f"run={RUN}&alpha={randomly.randrange(101) / 100:g}")
                times["move alpha"].append(time.perf_counter() - started)


async def _ask(server: ClientConnection, page: str, query: str) -> None:
    """Run a page, and take all that it sends."""
    message = BackMsg()
    message.rerun_script.page_name = page
    message.rerun_script.query_string = query
    await server.send(message.SerializeToString())
    while True:
        answer = ForwardMsg()
        answer.ParseFromString(await server.recv())
        if answer.WhichOneof("type") == "script_finished":
            return


def _in_words(found: list[float]) -> str:
    if len(found) < 2:
        return "too few"
    last = quantiles(found, n=20, method="inclusive")[-1]
    return f"median {1000 * median(found):,.0f} ms, 95 % within {1000 * last:,.0f} ms"


def _speed(job: Job, first: int) -> str:
    """Of the steps since the measurement `first`."""
    speeds = [row["images_per_second"] for row in job.history()[first:] if "lr" in row]
    return f"{median(speeds):,.0f} images/s" if speeds else "no step"


if __name__ == "__main__":
    main()
