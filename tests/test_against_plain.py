"""The library against a few plain lines: the same prediction of every image at every alpha.

Sums in another order round differently, so that two float32 computations of one logit differ by
about 1e-5. Where the two highest logits of an image are closer to each other than `TIE`, either
class may win; everywhere else not a single prediction may differ.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests import plain
from tests.tuned import tuned_ends
from wiseft import checkpoint
from wiseft.alpha_path import PAPER_GRID
from wiseft.datasets import open_benchmark
from wiseft.datasets.signs import draws_pinned_world
from wiseft.predictions import Predictions
from wiseft.sweeps import sweep
from wiseft.workspace import Workspace

TIE = 1e-4
"""Between logits; the largest are about 20."""
MOST_TIES = 0.02
"""Of a set, which may have a few hundred images only."""

pytestmark = pytest.mark.slow


def assert_same(found: Predictions, scores: np.ndarray, ties: float = MOST_TIES) -> None:
    """Hold predictions against independent logits [N, C], with at most a share of `ties`."""
    best = np.sort(scores, axis=1)
    clear = best[:, -1] - best[:, -2] > TIE
    assert np.array_equal(found.predicted[clear], scores.argmax(axis=1)[clear])
    assert np.mean(~clear) <= ties


def test_a_sweep_over_real_images(pacs: Path, tmp_path: Path):
    benchmark = open_benchmark(pacs)
    ends = tuned_ends(tmp_path, benchmark, epochs=2)
    start, end = (checkpoint.load(path).classifier for path in ends)

    run = sweep(*ends, pacs, alphas=PAPER_GRID)

    assert run.alphas == PAPER_GRID
    for name in ("test", "art", "cartoon", "sketch"):
        images = plain.pixels(plain.opened(pacs / name), start.spec.transform)
        for alpha in PAPER_GRID[::2]:
            scores = plain.scores(plain.merged(start, end, alpha), images)
            # The demo's text tower does not know these words: near zero-shot, all classes tie.
            assert_same(run.predictions(name, alpha), scores, 0.2 if alpha > 0.3 else 1.0)


@pytest.mark.skipif(not draws_pinned_world(), reason="this machine draws other pixels")
@pytest.mark.parametrize("name", ["signs-end-to-end", "signs-linear"])
def test_the_shipped_evaluations(name: str):
    run = Workspace().run(name)
    start, end = (checkpoint.load(path).classifier for path in (run.zeroshot, run.finetuned))
    assert set(PAPER_GRID) <= set(run.alphas)
    for image_set in open_benchmark("signs").evaluation_sets:
        some = range(0, len(image_set), 14)
        images = plain.pixels(map(image_set.read, some), start.spec.transform)
        for alpha in PAPER_GRID[::4]:
            found = run.predictions(image_set.name, alpha)
            assert np.array_equal(found.labels, image_set.labels)
            assert_same(
                Predictions(*(each[::14] for each in vars(found).values())),
                plain.scores(plain.merged(start, end, alpha), images),
            )
