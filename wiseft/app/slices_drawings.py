"""The slices of a set along alpha, drawn."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from wiseft.app.drawings.along import Line, Upwards, along
from wiseft.app.drawings.description import message, percent_ticks
from wiseft.app.theme import shift_colour
from wiseft.text import percent


def slices_along(
    alphas: NDArray[np.float64],
    exact: NDArray[np.bool_],
    shares: NDArray[np.float64],
    slices: Sequence[str],
    *,
    alpha: float,
    label: str,
    name: str,
) -> str:
    """Describe the accuracy of every slice along alpha; the worst one at `alpha` is heavy.

    Args:
        alphas: mixing coefficients [A], and which of them were evaluated, `exact` [A].
        shares: accuracies [A, S].
        slices: their names [S].
        alpha: one of the alphas.
        label, name: as of `along`.
    """
    if not len(slices):
        return message("No slice has enough images to draw.")
    worst = int(shares[int(np.abs(alphas - alpha).argmin())].argmin())
    top = float(shares.max()) * 1.08 or 0.01
    return along(
        alphas,
        exact,
        [
            Line(
                slices[i],
                shares[:, i],
                "var(--ink)" if i == worst else shift_colour(i),
                [percent(value) for value in shares[:, i]],
                heavy=i == worst,
            )
            for i in (*(i for i in range(len(slices)) if i != worst), worst)
        ],
        Upwards("Correct", 0.0, top, percent_ticks(0.0, top)),
        label=label,
        name=name,
        height=360,
    )
