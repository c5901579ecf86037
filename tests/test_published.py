from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from wiseft.errors import Invalid, WiseftError
from wiseft.frontier import MEAN
from wiseft.published import (
    COUNTS,
    FOLDER,
    HALFWAY,
    HEADLINE,
    LEARNING_RATES,
    SHIFTS,
    TITLES,
    PublishedSweep,
    load_sweeps,
)
from wiseft.robustness import barrier
from wiseft.standard_models import load_standard_models

PAPER_TABLE = {
    ("ViT-L/14@336", 0.0): (76.6, 70.5, 89.0, 60.9, 69.1, 77.7, 73.4),
    ("ViT-L/14@336", 1.0): (86.2, 76.8, 79.8, 57.9, 63.3, 65.4, 68.6),
    ("ViT-L/14@336", 0.5): (86.8, 79.5, 89.4, 64.7, 71.1, 79.9, 76.9),
    ("ViT-B/16", 0.0): (68.3, 61.9, 77.6, 48.2, 53.0, 49.8, 58.1),
    ("ViT-B/16", 1.0): (81.3, 70.9, 65.6, 46.3, 49.6, 36.7, 53.8),
    ("ViT-B/16", 0.5): (81.7, 72.8, 78.7, 53.9, 57.3, 52.2, 63.0),
}
"""The paper's headline table as it is printed: ImageNet, its five shifts, their mean."""


@pytest.fixture(scope="module")
def sweeps() -> dict[str, PublishedSweep]:
    return {each.id: each for each in load_sweeps()}


def test_all_sweeps_are_there_with_all_their_alphas(sweeps: dict[str, PublishedSweep]):
    grids = Counter((each.group, len(each.frontier.alphas)) for each in sweeps.values())
    assert grids == {("paper", 21): 10, ("third-party", 11): 18, ("third-party", 7): 1}
    for each in sweeps.values():
        assert each.frontier.exact.all()
        assert HALFWAY in each.frontier.alphas
    assert len({each.title for each in sweeps.values()}) == len(sweeps)


def test_the_headline_table_of_the_paper_comes_out(sweeps: dict[str, PublishedSweep]):
    columns = ("imagenet", *SHIFTS["imagenet"], MEAN)
    found = {}
    for name, alpha in HEADLINE:
        frontier = sweeps[name].frontier
        at = frontier.index(alpha)
        row = tuple(round(100 * float(frontier.curve(each)[at]), 1) for each in columns)
        found[sweeps[name].model, alpha] = row
    assert found == PAPER_TABLE


def test_sweeps_tell_what_they_were_measured_on(sweeps: dict[str, PublishedSweep]):
    whole = sweeps["paper-vitb16-e2e"]
    assert all(whole.measures(shift) for shift in (MEAN, *SHIFTS["imagenet"]))
    assert not whole.measures("cifar10_1")
    three = sweeps["vitl14-laion-400m-imagenet-e2e-lr3e-05"]
    assert [shift for shift in SHIFTS["imagenet"] if three.measures(shift)] == [
        "imagenet_v2",
        "imagenet_r",
        "imagenet_sketch",
    ]
    assert not three.measures(MEAN)
    cifar = sweeps["vitb32-openai-cifar10-e2e-lr3e-05-3"]
    assert (cifar.measures("cifar10_1"), cifar.measures(MEAN)) == (True, False)
    assert cifar.frontier.reference == "cifar10"


def test_intervals_follow_from_the_size_of_the_sets(sweeps: dict[str, PublishedSweep]):
    for each in sweeps.values():
        for name, values in each.frontier.accuracy.items():
            bounds = each.frontier.interval[name]
            assert (bounds[:, 0] < values).all()
            assert (values < bounds[:, 1]).all()
            # The normal approximation is good to a tenth at these counts.
            normal = 2 * 1.96 * np.sqrt(values * (1 - values) / COUNTS[name])
            np.testing.assert_allclose(np.diff(bounds)[:, 0], normal, rtol=0.1)


def test_of_all_sweeps_one_sinks_and_its_learning_rate_was_the_highest(
    sweeps: dict[str, PublishedSweep],
):
    sunk = {
        name
        for name, each in sweeps.items()
        for one in (each.frontier.reference, MEAN)
        if barrier(each.frontier, one).clear
    }
    assert sunk == {LEARNING_RATES[-1]}
    assert [sweeps[each].learning_rate for each in LEARNING_RATES] == [
        "3e-7",
        "3e-6",
        "3e-5",
        "3e-4",
    ]
    highest = sweeps[LEARNING_RATES[-1]].frontier
    assert barrier(highest, "imagenet").alpha == 0.3
    # The line between 62.93 and 64.83 stands at 63.50 there, the sweep at 59.10.
    assert barrier(highest, "imagenet").depth == pytest.approx(0.044)
    assert highest.curve(MEAN).argmax() == 0


def test_every_set_has_a_title_and_a_count():
    named = {*SHIFTS, *(shift for shifts in SHIFTS.values() for shift in shifts)}
    assert set(TITLES) == set(COUNTS) == named


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER, tmp_path / "published"))


def damage(path: Path, change: Callable[[str], str]) -> None:
    path.write_text(change(path.read_text("utf-8")), "utf-8")


SWEEPS = {
    "absent": (None, "No such file"),
    "empty": (lambda _: "", "it has no rows"),
    "cut": (lambda text: text.partition(",68.5,")[0], "line 2 has no objectnet"),
    "no column": (lambda text: text.replace("alpha,", "beta,", 1), "line 2 has no alpha"),
    "more cells": (lambda text: text.replace(",77.6,,,", ",77.6,,,,", 1), "more cells"),
    "no number": (lambda text: text.replace(",68.5,", ",high,", 1), "'high'"),
    "not a share": (lambda text: text.replace(",68.5,", ",685,", 1), "685 is not a percentage"),
    "endless": (lambda text: text.replace(",68.5,", ",inf,", 1), "inf is not a percentage"),
    "a gap": (lambda text: text.replace(",68.5,", ",,", 1), "no accuracy at some alphas"),
    "no start": (lambda text: text.replace(",10,0,76.6", ",10,0.01,76.6", 1), "from 0 to 1"),
    "disorder": (lambda text: text.replace(",10,0.05,78.7", ",10,0.5,78.7", 1), "from 0 to 1"),
    "a group": (
        lambda text: text.replace("e2e,ViT-L/14@336,paper", "e2e,ViT-L/14@336,mine"),
        "mine",
    ),
    "mixed": (lambda text: text.replace("e2e,ViT-L/14@336,", "e2e,ViT-L,", 1), "differ in title"),
    "apart": (
        lambda text: text + "".join(text.splitlines(keepends=True)[1:22]),
        "do not stand together",
    ),
}


@pytest.mark.parametrize("what", SWEEPS)
def test_a_damaged_table_of_sweeps_is_told_in_a_sentence(folder: Path, what: str):
    change, reason = SWEEPS[what]
    path = folder / "sweeps.csv"
    if change is None:
        path.unlink()
    else:
        damage(path, change)
    with pytest.raises(Invalid) as caught:
        load_sweeps(folder)
    message = str(caught.value)
    assert message.startswith(f"{path} cannot be used (")
    assert reason in message
    assert message.endswith("); restore it from the repository.")
    assert "\n" not in message


def test_a_table_that_is_no_text_is_told_in_a_sentence(folder: Path):
    (folder / "sweeps.csv").write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(WiseftError, match="cannot be used"):
        load_sweeps(folder)


MODELS = {
    "twice": (lambda text: text + text.splitlines()[1], "twice"),
    "no filter": (lambda text: text.replace("\nresnet50,", "\nresnet51,"), "resnet50"),
    "no number": (lambda text: text.replace("83.698", "much", 1), "'much'"),
    "no column": (lambda text: text.replace("imagenet_on_a_classes", "x", 1), "no imagenet_on_a"),
}


@pytest.mark.parametrize("what", MODELS)
def test_a_damaged_table_of_models_is_told_in_a_sentence(folder: Path, what: str):
    change, reason = MODELS[what]
    damage(folder / "standard_models.csv", change)
    with pytest.raises(Invalid, match="cannot be used") as caught:
        load_standard_models(folder)
    assert reason in str(caught.value)
