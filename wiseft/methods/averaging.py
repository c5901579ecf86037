"""Exponential moving averages of weights over the steps of a training."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import torch
from torch import Tensor, nn


class MovingAverage:
    """avg_t = b * avg_(t-1) + (1 - b) * theta_t, over the weights after each step.

    The biased average starts at the weights before training, which keep the share b^t in it. The
    debiased one starts at zero and is divided by 1 - b^t, which is the same as moving towards
    theta_t by (1 - b) / (1 - b^t). WiSE-FT at alpha = 1 - b^T on the debiased average is the
    biased one. Integer buffers are copied.
    Source: Wortsman et al., CVPR 2022, appendix on moving averages.

    Args:
        module: whose weights are averaged; as it is before training.
        decay: b, between 0 and 1.
        debiased: which of the two.
    """

    def __init__(self, module: nn.Module, decay: float, *, debiased: bool) -> None:
        self._module = module
        self._decay = decay
        self._debiased = debiased
        self._steps = 0
        self._average = {name: each.clone() for name, each in module.state_dict().items()}

    @torch.no_grad()
    def update(self) -> None:
        """Take in the weights after a step."""
        self._steps += 1
        correction = 1 - self._decay**self._steps if self._debiased else 1.0
        share = (1 - self._decay) / correction
        for name, current in self._module.state_dict().items():
            if current.is_floating_point():
                self._average[name].lerp_(current, share)
            else:
                self._average[name].copy_(current)

    @contextmanager
    def applied(self) -> Iterator[None]:
        """In this block the module has the average as its weights; before any step, its own."""
        if self._steps == 0:
            yield
            return
        own = {name: each.clone() for name, each in self._module.state_dict().items()}
        self._module.load_state_dict(self._average)
        try:
            yield
        finally:
            self._module.load_state_dict(own)

    def state_dict(self) -> dict[str, int | Mapping[str, Tensor]]:
        """What `load_state_dict` goes on from."""
        return {"steps": self._steps, "average": self._average}

    def load_state_dict(self, state: Mapping) -> None:
        """Go on from what `state_dict` returned."""
        self._steps = state["steps"]
        for name, tensor in self._average.items():
            tensor.copy_(state["average"][name])
