"""Sketches of real dogs that a model takes for horses, and at which alpha each is back."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import pytest

from tests.app.conftest import Open
from tests.app.gallery import gallery_of
from tests.app.test_classes_page import data_of
from tests.tuned import tuned_ends
from wiseft.datasets import open_benchmark
from wiseft.runs import Run
from wiseft.sweeps import sweep

pytestmark = pytest.mark.slow

ALPHAS = (0.0, 0.25, 0.5, 0.75, 1.0)

DOG, HORSE = "dog", "horse"


@pytest.fixture
def run(pacs: Path, tmp_path: Path, state_folder: Path) -> Run:
    """The small model, fine-tuned on photographs for two epochs."""
    ends = tuned_ends(tmp_path, open_benchmark(pacs), epochs=2)
    return sweep(*ends, pacs, alphas=ALPHAS)


def test_dogs_that_are_taken_for_horses(run: Run, open_page: Open):
    names = run.record.class_names
    dog, horse = names.index(DOG), names.index(HORSE)
    said = [run.predictions("sketch", alpha) for alpha in ALPHAS]
    confused = [(each.labels == dog) & (each.predicted == horse) for each in said]
    at = int(np.argmax([each.sum() for each in confused]))
    wanted = np.flatnonzero(confused[at])
    assert len(wanted), "the model takes no dog for a horse at any alpha"
    view = {"set": "sketch", "alpha": f"{ALPHAS[at]:g}", "versus": "0.5", "matrix": "counts"}

    data = data_of(open_page("classes", **view), "wiseft_confusions")
    cells = {
        (data["classes"][cell["row"]], data["classes"][cell["column"]]): cell
        for cell in data["cells"]
    }
    assert cells[DOG, HORSE]["count"] == len(wanted)
    assert all(image["uri"] for pair in data["pairs"] for image in pair["images"])

    link = urlsplit(cells[DOG, HORSE]["href"])
    gallery = gallery_of(open_page(link.path, **dict(parse_qsl(link.query))))
    cards = {int(card["id"].rpartition(":")[2]): card for card in gallery["cards"]}
    assert sorted(cards) == wanted[: len(cards)].tolist()
    assert len(cards) == min(len(wanted), 40)
    for image, card in cards.items():
        assert card["source"].startswith("sketch/dog/")
        assert card["uri"].startswith("data:image/jpeg")
        # The strip has the class that is read at every alpha, so where the dog is a dog again.
        read = [name for first, last, _, name in card["stretches"] for _ in range(first, last + 1)]
        assert read == [names[each.predicted[image]] for each in said]
