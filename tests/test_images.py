from __future__ import annotations

import json
import logging
import multiprocessing
import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Barrier

import numpy as np
import open_clip
import pytest
import torch
from PIL import Image
from torchvision.transforms import Compose

from wiseft.datasets import open_benchmark
from wiseft.datasets.base import ImageSet
from wiseft.errors import Invalid, StorageError, UnreadableImage, storage_errors
from wiseft.images import load_images, prepare
from wiseft.progress import Progress
from wiseft.specs import Transform

TRANSFORM = Transform(8, (0.5, 0.5, 0.5), (0.5, 0.5, 0.5))
FULL = Path("/dev/full")


class Noise(ImageSet):
    """Random images; those in `broken` cannot be read, and each reading is counted."""

    name, title = "noise", "Noise"

    def __init__(self, size: int = 10, broken: tuple[int, ...] = ()) -> None:
        self.labels = np.arange(size, dtype=np.int64) % 3
        self.broken = broken
        self.readings = 0

    def version(self) -> str:
        return f"noise {len(self)} {self.broken}"

    def read(self, index: int) -> Image.Image:
        self.readings += 1
        if index in self.broken:
            raise UnreadableImage("broken on purpose")
        random = np.random.default_rng(index)
        return Image.fromarray(random.integers(0, 256, (9, 12, 3), dtype=np.uint8))

    def source(self, index: int) -> str:
        return f"noise/{index}"


@pytest.mark.parametrize("workers", [0, 2])
def test_images_are_decoded_once_and_mapped_afterwards(tmp_path: Path, workers: int):
    images = Noise()
    first = load_images(images, TRANSFORM, tmp_path, workers=workers)
    again = load_images(images, TRANSFORM, tmp_path, workers=workers)
    assert images.readings == (10 if workers == 0 else 0)  # workers count for themselves
    assert first.pixels.shape == (10, 8, 8, 3)
    assert np.array_equal(first.pixels, again.pixels)
    for i in range(10):
        assert np.array_equal(first.pixels[i], prepare(images.read(i), TRANSFORM))
    assert again.labels.tolist() == images.labels.tolist()
    assert again.sources[3] == "noise/3"


def test_another_geometry_is_decoded_anew_and_another_normalisation_is_not(tmp_path: Path):
    images = Noise()
    load_images(images, TRANSFORM, tmp_path)
    load_images(images, replace(TRANSFORM, mean=(0.0, 0.0, 0.0)), tmp_path)
    assert images.readings == 10
    load_images(images, replace(TRANSFORM, interpolation="bilinear"), tmp_path)
    assert images.readings == 20


def test_unreadable_images_are_listed_and_left_out(tmp_path: Path):
    for _ in range(2):
        found = load_images(Noise(broken=(0, 4)), TRANSFORM, tmp_path)
        assert len(found) == 8
        assert [(each.source, each.reason) for each in found.skipped] == [
            ("noise/0", "broken on purpose"),
            ("noise/4", "broken on purpose"),
        ]
        assert found.sources[0] == "noise/1"
        assert found.labels[3] == 2  # image 5: images 0 and 4 are gone
        assert np.array_equal(found.pixels[3], prepare(Noise().read(5), TRANSFORM))


def test_a_set_without_a_single_readable_image_is_refused(tmp_path: Path):
    with pytest.raises(Invalid, match=r"None of the images .* \(noise/0: broken on purpose\)"):
        load_images(Noise(3, broken=(0, 1, 2)), TRANSFORM, tmp_path)
    assert not list(tmp_path.iterdir())


def test_reading_is_reported(tmp_path: Path):
    seen: list[Progress] = []
    load_images(Noise(70), TRANSFORM, tmp_path, seen.append, workers=0)
    assert [(each.done, each.total) for each in seen] == [(64, 70), (70, 70)]


def damage_short(folder: Path) -> None:
    [path] = folder.glob("*.u8")
    path.write_bytes(path.read_bytes()[:-1])


def damage_gone(folder: Path) -> None:
    [path] = folder.glob("*.u8")
    path.unlink()


def damage_json(folder: Path) -> None:
    [path] = folder.glob("*.json")
    path.write_text("{")


def damage_keys(folder: Path) -> None:
    [path] = folder.glob("*.json")
    path.write_text(json.dumps({"labels": [0] * 10}))


def damage_sources(folder: Path) -> None:
    [path] = folder.glob("*.json")
    path.write_text(json.dumps({"labels": [0] * 10, "sources": ["a"], "skipped": []}))


@pytest.mark.parametrize(
    "damage", [damage_short, damage_gone, damage_json, damage_keys, damage_sources]
)
def test_damaged_files_are_reported_and_made_anew(
    tmp_path: Path, damage, caplog: pytest.LogCaptureFixture
):
    before = np.array(load_images(Noise(), TRANSFORM, tmp_path).pixels)
    damage(tmp_path)
    with caplog.at_level(logging.WARNING):
        after = load_images(Noise(), TRANSFORM, tmp_path)
    assert "is damaged" in caplog.text
    assert np.array_equal(before, after.pixels)


def test_an_interrupted_reading_leaves_nothing_behind(tmp_path: Path):
    def interrupt(progress: Progress) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load_images(Noise(70), TRANSFORM, tmp_path, interrupt, workers=0)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_made_is_a_storage_error(tmp_path: Path):
    (tmp_path / "images").write_text("a file in the way")
    with pytest.raises(StorageError):
        load_images(Noise(), TRANSFORM, tmp_path / "images")


@pytest.mark.skipif(
    not FULL.is_char_device(), reason="this system has no device that is always full"
)
def test_a_full_disk_is_a_storage_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    @contextmanager
    def full(path: Path) -> Iterator[Path]:
        with storage_errors(path):
            yield FULL

    monkeypatch.setattr("wiseft.images.written_aside", full)
    with pytest.raises(StorageError, match="disk is full"):
        load_images(Noise(), TRANSFORM, tmp_path)


def test_two_that_read_the_same_images_at_once_do_not_disturb_each_other(tmp_path: Path):
    together = Barrier(2, timeout=30)

    class Meeting(Noise):
        def read(self, index: int) -> Image.Image:
            together.wait()
            return super().read(index)

    with ThreadPoolExecutor() as pool:
        pending = [pool.submit(load_images, Meeting(), TRANSFORM, tmp_path) for _ in range(2)]
        found = [each.result().pixels for each in pending]
    expected = load_images(Noise(), TRANSFORM, tmp_path / "alone").pixels
    assert all(np.array_equal(each, expected) for each in found)
    assert {path.suffix for path in tmp_path.iterdir() if path.is_file()} == {".u8", ".json"}
    assert len(list(tmp_path.iterdir())) == 3


def test_reading_draws_no_random_numbers(tmp_path: Path):
    before = torch.get_rng_state()
    load_images(Noise(), TRANSFORM, tmp_path)
    assert torch.equal(before, torch.get_rng_state())


@pytest.mark.skipif(sys.platform != "linux", reason="decodes in processes on Linux only")
def test_a_thread_of_a_script_without_a_main_guard_can_decode_in_processes(tmp_path: Path):
    script = tmp_path / "script.py"
    script.write_text(
        "import sys, threading, torch\n"
        "from pathlib import Path\n"
        "from wiseft.datasets.signs import SignSet\n"
        "from wiseft.images import load_images\n"
        "from wiseft.specs import Transform\n"
        "torch.set_num_threads(2)\n"
        "torch.rand(400, 400) @ torch.rand(400, 400)\n"  # the threads that fork does not copy
        "signs, transform = SignSet('few', 'Few', 'day', 200), Transform(8, (0,) * 3, (1,) * 3)\n"
        "read = lambda: print(len(load_images(signs, transform, Path(sys.argv[1]))))\n"
        "thread = threading.Thread(target=read)\n"
        "thread.start(), thread.join()\n"
    )
    found = subprocess.run(
        [sys.executable, script, tmp_path / "images"],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (found.stdout, found.stderr) == ("200\n", "")


@pytest.mark.skipif(sys.platform != "linux", reason="decodes in processes on Linux only")
def test_workers_end_with_a_process_that_is_killed(tmp_path: Path):
    fork = multiprocessing.get_context("fork")
    alive, held = os.pipe()  # `held` is open in the process and its workers as long as they live
    started = fork.Event()

    def stall(progress: Progress) -> None:
        started.set()
        time.sleep(60)  # images that nobody takes fill the pipe from the workers

    large = replace(TRANSFORM, size=64)
    process = fork.Process(
        target=load_images,
        args=(Noise(400), large, tmp_path),
        kwargs={"report": stall, "workers": 2},
    )
    process.start()
    os.close(held)
    assert started.wait(30)
    time.sleep(0.5)
    process.kill()
    ended, _, _ = select.select([alive], [], [], 30)
    os.close(alive)
    assert ended


@pytest.mark.parametrize("size", [(300, 200), (90, 230), (64, 64), (1, 1), (50, 49)])
@pytest.mark.parametrize("mode", ["shortest", "squash", "longest"])
@pytest.mark.parametrize("interpolation", ["bicubic", "bilinear"])
def test_resizing_is_that_of_open_clip(size, mode, interpolation):
    random = np.random.default_rng(0)
    image = Image.fromarray(random.integers(0, 256, (size[1], size[0], 3), dtype=np.uint8))
    preprocess = open_clip.image_transform(
        64,
        is_train=False,
        mean=(0.0, 0.0, 0.0),
        std=(1.0, 1.0, 1.0),
        resize_mode=mode,
        interpolation=interpolation,
    )
    assert isinstance(preprocess, Compose)
    theirs = torch.as_tensor(preprocess(image))
    expected = (theirs * 255).round().permute(1, 2, 0).numpy().astype(np.uint8)
    transform = Transform(64, (0, 0, 0), (1, 1, 1), interpolation=interpolation, resize_mode=mode)
    assert np.array_equal(prepare(image, transform), expected)


def test_real_images_are_read_in_order(pacs: Path, tmp_path: Path):
    sketch = open_benchmark(pacs).set_named("sketch")
    found = load_images(sketch, replace(TRANSFORM, size=64), tmp_path)
    assert len(found) == 280
    assert not found.skipped
    for i in (0, 137, 279):
        expected = prepare(
            Image.open(pacs / found.sources[i]).convert("RGB"), Transform(64, (0, 0, 0), (1, 1, 1))
        )
        assert np.array_equal(found.pixels[i], expected)
