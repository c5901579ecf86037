"""What the head starts from, where not from the zero-shot classifier."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from wiseft.methods.losses import class_loss, pull
from wiseft.methods.solvers import lbfgs
from wiseft.progress import Progress, Report
from wiseft.specs import FinetuneSpec

PROBE_ROUNDS = 5
"""Steps of L-BFGS that fit a linear probe."""

PROBE_DECAY = 1e-6
"""Weight decay of a linear probe, which keeps the head of separable classes from growing."""


@torch.no_grad()
def randomize(head: nn.Linear) -> None:
    """Turn every row into a random direction, of the same length, and the bias into zero.

    Rows of the zero-shot head are as long as the logit scale, since no temperature is left beside
    it; shorter ones would learn more slowly for that reason alone. The directions come from
    torch's generator on the CPU.
    """
    directions = F.normalize(torch.randn(head.weight.shape), dim=1).to(head.weight)
    head.weight.copy_(directions * head.weight.norm(dim=1, keepdim=True))
    head.bias.zero_()


def fit_probe(head: nn.Linear, features: Tensor, labels: Tensor, report: Report) -> None:
    """Fit a head to the features of a frozen encoder by L-BFGS, from what it is.

    The first half of LP-FT. Source: Kumar et al., "Fine-tuning can distort pretrained features
    and underperform out-of-distribution", ICLR 2022, section 3.4.

    Args:
        head: changed in place.
        features: [N, D].
        labels: class ids [N].
        report: told `loss` after each round.
    """
    parameters = list(head.parameters())
    zeros = [torch.zeros_like(each) for each in parameters]
    solver = lbfgs(parameters, FinetuneSpec())

    def closure() -> float:
        solver.zero_grad()
        loss = class_loss(head(features), labels)
        loss.backward()
        return (loss.detach() + pull(parameters, zeros, PROBE_DECAY)).item()

    for done in range(PROBE_ROUNDS):
        loss = solver.step(closure)
        report(Progress("linear probe", done + 1, PROBE_ROUNDS, {"loss": loss}))
