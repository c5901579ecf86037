from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from wiseft.jobs.history import HISTORY, KEPT, History, read_history
from wiseft.progress import Progress


def step(done: int, total: int) -> Progress:
    return Progress("training", done, total, {"loss": 1.0 / done, "lr": 0.1})


def test_measurements_are_kept_as_they_were_told(tmp_path: Path):
    history = History(tmp_path)
    history.add(step(1, 10))
    history.add(Progress("epoch 1 of 2", 5, 10, {"accuracy": 0.5}))
    first, second = read_history(tmp_path)
    assert first["loss"] == 1.0
    assert (first["stage"], first["done"], first["total"]) == ("training", 1, 10)
    assert second["accuracy"] == 0.5
    assert first["time"] <= second["time"]


def test_what_measures_nothing_is_not_kept(tmp_path: Path):
    History(tmp_path).add(Progress("reading", 3, 10))
    assert read_history(tmp_path) == []


def test_a_million_steps_stay_small_and_evenly_spread(tmp_path: Path):
    history, total = History(tmp_path), 1_000_000
    for done in range(1, total + 1):
        history.add(step(done, total))
        if done % 100_000 == 0:
            history.add(Progress("epoch", done, total, {"accuracy": 0.5}))
    rows = read_history(tmp_path)
    steps = [row["done"] for row in rows if "loss" in row]
    assert KEPT / 2 - 1 <= len(steps) <= KEPT
    assert len({b - a for a, b in pairwise(steps)}) == 1
    assert steps[0] == 1
    assert steps[-1] > total * (1 - 2 / len(steps))
    assert len([row for row in rows if "accuracy" in row]) == 10
    assert (tmp_path / HISTORY).stat().st_size < 200_000


def test_a_resumed_job_replaces_what_it_measures_again(tmp_path: Path):
    history = History(tmp_path)
    for done in range(1, 8):
        history.add(step(done, 10))
    history.add(Progress("epoch", 5, 10, {"accuracy": 0.5}))
    resumed = History(tmp_path)
    for done in range(6, 11):
        resumed.add(step(done, 10))
    rows = read_history(tmp_path)
    assert [row["done"] for row in rows if "loss" in row] == list(range(1, 11))
    assert [row["done"] for row in rows if "accuracy" in row] == [5]


def test_a_job_that_is_resumed_late_goes_on_as_sparsely(tmp_path: Path):
    history, total = History(tmp_path), 15_000
    for done in range(1, 12_001):
        history.add(step(done, total))
    resumed = History(tmp_path)
    for done in range(11_500, total + 1):
        resumed.add(step(done, total))
    steps = [row["done"] for row in read_history(tmp_path)]
    gaps = [after - before for before, after in pairwise(steps)]
    assert gaps.count(16) == len(gaps) - 1  # all but the one where it was resumed


def test_a_gap_does_not_make_what_follows_sparse(tmp_path: Path):
    history = History(tmp_path)
    for done in (1, 2, 19, 20, 21):
        history.add(step(done, 21))
    assert [row["done"] for row in read_history(tmp_path)] == [1, 2, 19, 20, 21]


def test_what_comes_after_another_total_is_another_curve(tmp_path: Path):
    history = History(tmp_path)
    for total in (10, 20):
        for done in (1, 2, 3):
            history.add(Progress("probe", done, total, {"loss": 1.0}))
    assert [row["done"] for row in read_history(tmp_path)] == [1, 2, 3, 1, 2, 3]


def test_a_line_cut_off_by_a_kill_is_left_out(tmp_path: Path):
    history = History(tmp_path)
    history.add(step(1, 3))
    history.add(step(2, 3))
    file = tmp_path / HISTORY
    for cut in (b'{"stage": "tr', b"3\n", b"\xff\n", b'{"stage": "x"}\n'):
        file.write_bytes(file.read_bytes() + cut)
        assert [row["done"] for row in read_history(tmp_path)] == [1, 2]
    file.write_bytes(file.read_bytes() + b'{"stage": "tr')
    History(tmp_path).add(step(3, 3))
    assert [row["done"] for row in read_history(tmp_path)] == [1, 2, 3]


@given(st.lists(st.integers(1, 60), min_size=1, max_size=60))
def test_every_curve_goes_forward_whatever_is_told(tmp_path_factory, places: list[int]):
    folder = tmp_path_factory.mktemp("history")
    history = History(folder)
    for done in places:
        history.add(step(done, 60))
    kept = [row["done"] for row in read_history(folder)]
    assert kept == sorted(set(kept))
    assert set(kept) <= set(places)
