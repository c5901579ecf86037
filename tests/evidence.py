"""Evidence for tests: made-up answers, image by image, without any model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from wiseft.alpha_path import AlphaPath
from wiseft.evidence import Evidence
from wiseft.frontier import Frontier
from wiseft.metrics import clopper_pearson


def make(
    correct: Mapping[str, ArrayLike],
    *,
    alphas: Sequence[float] = (0.0, 0.5, 1.0),
    exact: Sequence[bool] | None = None,
) -> Evidence:
    """Evidence from whether each image is predicted correctly at each alpha [A, N].

    The set "day" is the reference, "held" the validation set; all others are shifts.
    """
    answers = {name: np.asarray(rows, bool) for name, rows in correct.items()}
    known = np.ones(len(alphas), bool) if exact is None else np.asarray(exact)
    counts = {name: rows.shape[1] for name, rows in answers.items()}
    frontier = Frontier(
        run="made-up",
        reference="day",
        shifts=tuple(name for name in answers if name not in ("day", "held")),
        validation="held" if "held" in answers else None,
        matched={},
        titles={name: name.title() for name in answers},
        alphas=np.asarray(alphas, float),
        exact=known,
        deviation={},
        accuracy={name: _share(rows) for name, rows in answers.items()},
        interval={
            name: clopper_pearson(rows.sum(axis=1), counts[name]) for name, rows in answers.items()
        },
        count=counts,
    )
    return Evidence(
        frontier, {name: _path(rows, frontier.alphas, known) for name, rows in answers.items()}
    )


def nested(counts: Sequence[int], images: int) -> NDArray[np.bool_]:
    """Answers [A, N] in which the first `counts[a]` images are correct at alpha a."""
    return np.arange(images) < np.asarray(counts)[:, None]


def _share(rows: NDArray[np.bool_]) -> NDArray[np.float64]:
    return rows.mean(axis=1) if rows.size else np.full(len(rows), np.nan)


def _path(
    rows: NDArray[np.bool_], alphas: NDArray[np.float64], exact: NDArray[np.bool_]
) -> AlphaPath:
    certain = np.ones(rows.shape, np.float16)
    return AlphaPath(
        alphas=alphas,
        labels=np.zeros(rows.shape[1], np.int64),
        predicted=(~rows).astype(np.uint8),
        confidence=certain,
        true_probability=certain,
        exact=exact,
    )
