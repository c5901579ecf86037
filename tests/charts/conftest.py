"""What the tests of several figures draw."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest

from tests.charts.drawn import ALPHAS, SIGNS, make
from wiseft.breakdown import per_class
from wiseft.frontier import Frontier
from wiseft.predictions import Predictions


@pytest.fixture
def signs() -> Frontier:
    return make(
        {each: [round(20 * value) for value in values] for each, values in SIGNS.items()},
        2000,
        ALPHAS,
    )


def said(correct: Sequence[int], count: int) -> Predictions:
    """Of `count` images of each class the first `correct` are predicted correctly."""
    labels = np.repeat(np.arange(len(correct)), count)
    hit = np.concatenate([np.arange(count) < each for each in correct])
    return Predictions.from_logits(
        np.eye(len(correct))[np.where(hit, labels, (labels + 1) % len(correct))], labels
    )


@pytest.fixture
def table() -> pd.DataFrame:
    """Against fine-tuned: a clear gain, a clear loss, within noise, and no change at all."""
    return per_class(
        said([50, 20, 30, 40], 50),
        said([20, 45, 29, 40], 50),
        ["stop", "yield", "no <b>entry", "parking, with a very long name"],
    )
