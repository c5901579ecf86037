"""The optimisers, by their names in a `FinetuneSpec`.

What each returns is stepped with a closure that computes the gradient and returns the loss.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import nn

from wiseft.registry import Registry
from wiseft.specs import FinetuneSpec

LBFGS_ITERATIONS = 20
"""Iterations of L-BFGS in one step."""

Parameters = Sequence[nn.Parameter]


def adamw(parameters: Parameters, spec: FinetuneSpec) -> torch.optim.Optimizer:
    """AdamW with the paper's moments. Source: Loshchilov and Hutter, ICLR 2019."""
    return torch.optim.AdamW(
        parameters,
        lr=spec.learning_rate,
        betas=(0.9, 0.999),
        eps=1e-8,
        weight_decay=spec.weight_decay,
    )


def lbfgs(parameters: Parameters, spec: FinetuneSpec) -> torch.optim.Optimizer:
    """L-BFGS with a strong Wolfe line search, which makes a learning rate needless.

    Source: Liu and Nocedal, Mathematical Programming 45, 1989.
    """
    return torch.optim.LBFGS(
        parameters, max_iter=LBFGS_ITERATIONS, history_size=10, line_search_fn="strong_wolfe"
    )


SOLVERS = Registry[Callable[[Parameters, FinetuneSpec], torch.optim.Optimizer]](
    "optimizer", {"adamw": adamw, "lbfgs": lbfgs}
)
