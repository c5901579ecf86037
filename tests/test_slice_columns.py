"""What a swept folder is divided by, against images and files read anew with PIL and pandas."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from scipy.stats import binomtest

from tests.shapes import CLASSES, write_ends
from wiseft.errors import UnknownName
from wiseft.runs import Run
from wiseft.sweeps import sweep
from wiseft.traits import TRAITS, traits_file
from wiseft.workspace import Workspace

REGIONS = ("north", "south", "=1+1")


def write_photos(root: Path) -> Path:
    """Two classes to train on and to test, in daylight and at night, with a region for each."""
    random = np.random.default_rng(3)
    rows = []
    for folder, count in (("train", 2), ("test", 20), ("night", 30)):
        for name in CLASSES:
            (root / folder / name).mkdir(parents=True)
            for i in range(count):
                source = f"{folder}/{name}/{i:02}.png"
                pixels = random.integers(0, 20 + 4 * i, (12, 16, 3), dtype=np.uint8)
                Image.fromarray(pixels).save(root / source)
                # Some images have no region.
                rows.append((source, REGIONS[random.integers(3)] if i % 5 else ""))
    pd.DataFrame(rows, columns=["path", "region"]).to_csv(root / "metadata.csv", index=False)
    return root


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sliced")


@pytest.fixture(scope="module")
def root(folder: Path) -> Path:
    return write_photos(folder / "photos")


@pytest.fixture(scope="module")
def ends(folder: Path) -> tuple[Path, Path]:
    return write_ends(folder)


@pytest.fixture(scope="module")
def run(folder: Path, root: Path, ends: tuple[Path, Path]) -> Run:
    return sweep(*ends, root, alphas=(0, 0.5, 1), workspace=Workspace(folder / "state"))


def night_of(root: Path, run: Run) -> pd.DataFrame:
    """Every image of the night: its file, its region, its brightness, and the raw predictions."""
    files = [file for name in CLASSES for file in sorted((root / "night" / name).iterdir())]
    frame = pd.DataFrame({"path": [file.relative_to(root).as_posix() for file in files]})
    metadata = pd.read_csv(root / "metadata.csv", keep_default_na=False)
    frame = frame.merge(metadata, on="path", how="left")
    frame["region"] = frame["region"].replace("", "(none)")
    frame["class"] = [Path(path).parent.name for path in frame["path"]]
    frame["brightness"] = [np.asarray(Image.open(file).convert("L")).mean() for file in files]
    for name, alpha in (("now", 1.0), ("before", 0.0)):
        said = run.predictions("night", alpha)
        assert [CLASSES[label] for label in said.labels] == frame["class"].tolist()
        frame[name] = [CLASSES[each] for each in said.predicted] == frame["class"]
    return frame


def check(table: pd.DataFrame, frame: pd.DataFrame, by: str) -> None:
    """Every slice against a pandas group and SciPy's tests."""
    groups = frame.groupby(by, sort=False)
    assert sorted(table["slice"]) == sorted(groups.groups)
    for row in table.to_dict("records"):
        own = groups.get_group(row["slice"])
        fixed, broken = (own.now & ~own.before).sum(), (own.before & ~own.now).sum()
        assert (row["count"], row["fixed"], row["broken"]) == (len(own), fixed, broken)
        assert row["accuracy"] == pytest.approx(own.now.mean())
        assert row["versus"] == pytest.approx(own.before.mean())
        assert row["change"] == pytest.approx(own.now.mean() - own.before.mean())
        exact = binomtest(int(own.now.sum()), len(own)).proportion_ci(method="exact")
        assert (row["low"], row["high"]) == pytest.approx((exact.low, exact.high), abs=1e-9)
        others = frame.drop(own.index)
        assert row["rest"] == pytest.approx(others.now.mean() - others.before.mean())
        moved = int(fixed + broken)
        wanted = binomtest(int(fixed), moved).pvalue if moved else 1.0
        assert row["p"] == pytest.approx(wanted)


def test_slices_of_metadata_are_those_of_a_pandas_group(root: Path, run: Run):
    frame = night_of(root, run)
    check(run.slices("night", "region", 1.0, 0.0), frame, "region")
    check(run.slices("night", "class", 1.0, 0.0), frame, "class")


def test_slices_of_brightness_are_fifths_of_the_images_in_order(root: Path, run: Run):
    frame = night_of(root, run)
    assert frame["brightness"].is_unique
    rank = frame["brightness"].rank().astype(int) - 1
    table = run.slices("night", "brightness", 1.0, 0.0)
    frame["fifth"] = np.array(table["slice"])[5 * rank // len(frame)]
    check(table, frame, "fifth")
    for name, own in frame.groupby("fifth"):
        low, high = map(float, str(name).split(" to "))
        assert (low, high) == pytest.approx((own.brightness.min(), own.brightness.max()), rel=0.01)


def test_a_pair_of_columns_is_a_group_by_both(root: Path, run: Run):
    frame = night_of(root, run)
    frame["both"] = frame["region"] + " × " + frame["class"]
    check(run.slices("night", "region × class", 1.0, 0.0), frame, "both")
    with pytest.raises(UnknownName, match="region"):
        run.slices("night", "region × shape", 1.0)


def test_a_sweep_measures_every_image_once_and_anew_where_the_file_is_damaged(
    root: Path, ends: tuple[Path, Path], run: Run, caplog: pytest.LogCaptureFixture
):
    workspace = Workspace(run.folder)
    files = [traits_file(run.store.folder, each.data) for each in run.record.sets]
    assert all(file.is_file() for file in files)
    columns = run.slice_columns("night").columns
    assert {each.name for each in columns} >= {"brightness", "contrast", "sharpness", "region"}
    assert not {"width", "height"} & {each.name for each in columns}  # all are alike
    assert set(TRAITS) >= {"brightness", "contrast", "sharpness", "width", "height"}
    before = [file.stat().st_mtime_ns for file in files]
    sweep(*ends, root, alphas=(0, 0.5, 1), workspace=workspace)
    assert [file.stat().st_mtime_ns for file in files] == before
    whole = files[1].read_bytes()
    files[1].write_bytes(whole[:100])
    with caplog.at_level(logging.WARNING):
        assert "have not been measured" in run.slice_columns(run.record.sets[1].name).notes[0]
    assert "damaged" in caplog.text
    sweep(*ends, root, alphas=(0, 0.5, 1), workspace=workspace)
    assert not run.slice_columns(run.record.sets[1].name).notes
