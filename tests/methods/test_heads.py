"""A random head, and a probe against SciPy's minimiser of the same function."""

import numpy as np
import torch
from scipy.optimize import minimize
from torch import nn

from tests.models import tiny_classifier
from wiseft.methods.heads import PROBE_DECAY, PROBE_ROUNDS, fit_probe, randomize
from wiseft.progress import Progress


def test_a_random_head_has_rows_of_the_same_lengths_in_other_directions():
    head = tiny_classifier().head
    nn.init.ones_(head.bias)
    before = head.weight.detach().clone()
    torch.manual_seed(0)
    randomize(head)
    torch.testing.assert_close(head.weight.norm(dim=1), before.norm(dim=1))
    assert torch.cosine_similarity(head.weight, before).abs().max() < 0.9
    assert not head.bias.any()


def test_the_probe_finds_what_scipy_finds():
    random = np.random.default_rng(0)
    features = random.normal(size=(60, 4)).astype(np.float32)
    labels = random.integers(0, 3, 60)
    head = nn.Linear(4, 3)
    seen: list[Progress] = []
    fit_probe(head, torch.from_numpy(features), torch.from_numpy(labels), seen.append)

    def objective(flat: np.ndarray) -> float:
        weight, bias = flat[:12].reshape(3, 4), flat[12:]
        scores = features @ weight.T + bias
        log_sum = np.log(np.exp(scores).sum(axis=1))
        return (log_sum - scores[np.arange(60), labels]).mean() + PROBE_DECAY / 2 * flat @ flat

    best = minimize(objective, np.zeros(15), method="BFGS", options={"gtol": 1e-7})
    found = torch.cat([head.weight.flatten(), head.bias]).detach().numpy()
    # The loss does not tell a common shift of all rows from none, but for the weight decay.
    assert objective(found.astype(np.float64)) < best.fun + 1e-5
    probabilities = [
        torch.tensor(features @ w.reshape(3, 4).T + b).softmax(dim=1).numpy()
        for w, b in ((best.x[:12], best.x[12:]), (found[:12], found[12:]))
    ]
    np.testing.assert_allclose(*probabilities, atol=2e-3)
    assert [each.done for each in seen] == list(range(1, PROBE_ROUNDS + 1))
