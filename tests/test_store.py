import logging
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from wiseft.alpha_path import GRID, AlphaPath, Deviation
from wiseft.errors import StorageError
from wiseft.interpolation import interpolated
from wiseft.predictions import Predictions
from wiseft.specs import EvalKey
from wiseft.steps import winning_intervals
from wiseft.store import Store

KEY = EvalKey("zero", "fine", "images", None)


def some(seed: int = 0, classes: int = 5, images: int = 20) -> Predictions:
    random = np.random.default_rng(seed)
    return Predictions.from_logits(
        random.normal(size=(images, classes)), random.integers(0, classes, images)
    )


def assert_same(found: Predictions | None, expected: Predictions) -> None:
    assert found is not None
    for name in ("labels", "predicted", "confidence", "true_probability"):
        left, right = getattr(found, name), getattr(expected, name)
        assert left.dtype == right.dtype
        assert np.array_equal(left, right)


@pytest.mark.parametrize("classes", [2, 300, 70_000])
def test_what_is_put_is_got(tmp_path: Path, classes: int):
    expected = some(classes=classes, images=4)
    Store(tmp_path).put(KEY, 0.35, expected)
    assert_same(Store(tmp_path).get(KEY, 0.35), expected)


def test_what_was_not_put_is_none(tmp_path: Path):
    store = Store(tmp_path)
    store.put(KEY, 0.35, some())
    assert store.get(KEY, 0.4) is None
    assert store.get(replace(KEY, data="others"), 0.35) is None


def test_the_alphas_include_the_ends_that_other_runs_evaluated(tmp_path: Path):
    store = Store(tmp_path)
    store.put(KEY, 0.5, some())
    store.put(replace(KEY, finetuned="another"), 0.0, some(1))
    store.put(replace(KEY, finetuned="another"), 0.25, some(2))
    assert store.alphas(KEY) == (0.0, 0.5)
    assert store.alphas(replace(KEY, zeroshot="third")) == ()


def test_alphas_beyond_the_ends_are_kept_apart(tmp_path: Path):
    store = Store(tmp_path)
    for alpha in (-0.5, 1.25):
        store.put(KEY, alpha, some())
    assert store.alphas(KEY) == (-0.5, 1.25)


def test_shipped_evaluations_are_read_and_not_written(tmp_path: Path):
    shipped, own = tmp_path / "shipped", tmp_path / "own"
    Store(shipped).put(KEY, 0.5, some())
    before = {path: path.read_bytes() for path in shipped.rglob("*.safetensors")}
    store = Store(own, [shipped])
    store.put(KEY, 0.6, some())
    assert_same(store.get(KEY, 0.5), some())
    assert store.alphas(KEY) == (0.5, 0.6)
    assert {path: path.read_bytes() for path in shipped.rglob("*.safetensors")} == before


def damage_truncate(data: bytes) -> bytes:
    return data[: len(data) // 2]


def damage_flip(data: bytes) -> bytes:
    return data[:-1] + bytes([data[-1] ^ 1])


def damage_empty(data: bytes) -> bytes:
    return b""


def damage_other(data: bytes) -> bytes:
    return b"not safetensors at all" * 10


@pytest.mark.parametrize("damage", [damage_truncate, damage_flip, damage_empty, damage_other])
def test_a_damaged_file_is_reported_and_made_anew(
    tmp_path: Path, damage, caplog: pytest.LogCaptureFixture
):
    store = Store(tmp_path)
    store.put(KEY, 0.5, some())
    [path] = tmp_path.rglob("*.safetensors")
    path.write_bytes(damage(path.read_bytes()))
    with caplog.at_level(logging.WARNING):
        assert store.get(KEY, 0.5) is None
    assert "is damaged" in caplog.text
    store.put(KEY, 0.5, some())
    assert_same(store.get(KEY, 0.5), some())


def test_a_folder_that_cannot_be_written_is_a_storage_error(tmp_path: Path):
    (tmp_path / "evaluations").write_text("a file in the way")
    with pytest.raises(StorageError, match="was not written"):
        Store(tmp_path / "evaluations").put(KEY, 0.5, some())


WRITER = """
import sys
from pathlib import Path
import numpy as np
from wiseft.predictions import Predictions
from wiseft.specs import EvalKey
from wiseft.steps import winning_intervals
from wiseft.store import Store
store = Store(Path(sys.argv[1]))
for _ in range(3):
    for step in range(21):
        logits = np.random.default_rng(step).normal(size=(50, 4))
        store.put(EvalKey("zero", "fine", "images", None), step / 20,
                  Predictions.from_logits(logits, np.arange(50) % 4))
"""


def test_two_processes_writing_the_same_run_do_not_harm_each_other(tmp_path: Path):
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)]) for _ in range(2)]
    assert [writer.wait(120) for writer in writers] == [0, 0]
    store = Store(tmp_path)
    assert store.alphas(KEY) == tuple(step / 20 for step in range(21))
    for step in range(21):
        logits = np.random.default_rng(step).normal(size=(50, 4))
        assert_same(store.get(KEY, step / 20), Predictions.from_logits(logits, np.arange(50) % 4))
    assert not list(tmp_path.rglob("*.tmp"))


def some_path(classes: int = 5) -> AlphaPath:
    random = np.random.default_rng(0)
    ends = random.normal(size=(2, 30, classes)).astype(np.float32)
    path = interpolated((0.0, 1.0), list(ends), random.integers(0, classes, 30), GRID)
    return replace(path, deviation=Deviation((0.4, 0.6), 0.001, 0.002))


@pytest.mark.parametrize("classes", [5, 3000])
def test_a_path_that_is_put_is_got(tmp_path: Path, classes: int):
    expected = some_path(classes)
    Store(tmp_path).put_path(KEY, "weights", expected)
    found = Store(tmp_path).get_path(KEY, "weights")
    assert found is not None
    for name in ("alphas", "labels", "predicted", "exact"):
        assert np.array_equal(getattr(found, name), getattr(expected, name)), name
    for name in ("confidence", "true_probability"):
        step = np.abs(getattr(found, name).astype(float) - getattr(expected, name))
        assert step.max() <= 0.5 / 255 + 1e-3
    assert found.deviation == expected.deviation
    assert Store(tmp_path).get_path(KEY, "outputs") is None
    assert Store(tmp_path).alphas(KEY) == ()


@pytest.mark.parametrize("damage", [damage_truncate, damage_empty, damage_other])
def test_a_damaged_path_is_reported(tmp_path: Path, damage, caplog: pytest.LogCaptureFixture):
    Store(tmp_path).put_path(KEY, "weights", some_path())
    [path] = tmp_path.rglob("*.npz")
    path.write_bytes(damage(path.read_bytes()))
    with caplog.at_level(logging.WARNING):
        assert Store(tmp_path).get_path(KEY, "weights") is None
    assert "is damaged" in caplog.text


def test_a_flipped_bit_of_a_path_is_noticed(tmp_path: Path):
    Store(tmp_path).put_path(KEY, "weights", some_path())
    [path] = tmp_path.rglob("*.npz")
    whole = path.read_bytes()
    for place in range(200, len(whole) - 200, 997):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1 :])
        assert Store(tmp_path).get_path(KEY, "weights") is None


def test_step_functions_are_kept_and_a_damaged_one_is_none(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    random = np.random.default_rng(0)
    start, end = random.normal(size=(2, 40, 5))
    found = winning_intervals(start, end, random.integers(0, 5, 40)).between()
    store = Store(tmp_path)
    assert store.get_steps(KEY, "outputs") is None
    store.put_steps(KEY, "outputs", found)
    kept = store.get_steps(KEY, "outputs")
    assert kept is not None
    for name in ("low", "high", "low_open", "high_open"):
        assert np.array_equal(getattr(kept, name), getattr(found, name))
    assert store.get_steps(KEY, "weights") is None
    [file] = tmp_path.rglob("outputs-steps.npz")
    file.write_bytes(file.read_bytes()[:100])
    assert store.get_steps(KEY, "outputs") is None
    assert "damaged" in caplog.text
