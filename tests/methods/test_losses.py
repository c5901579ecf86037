"""Losses against their definitions, in NumPy."""

import math

import numpy as np
import pytest
import torch
from torch import nn

from wiseft.methods.losses import class_loss, contrastive_loss, pull

LOGITS = np.array([[1.0, 2.0, 4.0], [0.0, 0.5, -1.0]])
TEACHER = np.array([[3.0, 0.0, 1.0], [0.2, 0.1, 0.0]])
LABELS = np.array([2, 0])


def log_softmax(scores: np.ndarray) -> np.ndarray:
    return scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))


def loss_of(targets: np.ndarray) -> float:
    return -(targets * log_softmax(LOGITS)).sum(axis=1).mean()


def found(**options) -> float:
    return class_loss(torch.tensor(LOGITS), torch.tensor(LABELS), **options).item()


def test_cross_entropy_by_its_definition():
    assert found() == pytest.approx(loss_of(np.eye(3)[LABELS]))


def test_label_smoothing_spreads_its_share_over_all_classes():
    assert found(smoothing=0.3) == pytest.approx(loss_of(0.7 * np.eye(3)[LABELS] + 0.1))


@pytest.mark.parametrize("share", [0.0, 0.25, 1.0])
def test_distillation_moves_its_share_of_the_target_to_the_teacher(share: float):
    targets = (1 - share) * np.eye(3)[LABELS] + share * np.exp(log_softmax(TEACHER))
    loss = found(teacher=torch.tensor(TEACHER), distillation=share)
    assert loss == pytest.approx(loss_of(targets))


def test_the_contrastive_loss_agrees_with_its_definition():
    rng = np.random.default_rng(0)
    images, texts = rng.normal(size=(2, 5, 3)).astype(np.float32)
    similarities = 2.5 * images @ texts.T
    log_sum_rows = np.log(np.exp(similarities).sum(axis=1))
    log_sum_columns = np.log(np.exp(similarities).sum(axis=0))
    matched = np.diag(similarities)
    expected = ((log_sum_rows - matched).mean() + (log_sum_columns - matched).mean()) / 2
    loss = contrastive_loss(torch.tensor(images), torch.tensor(texts), torch.tensor(2.5))
    assert math.isclose(loss.item(), expected, rel_tol=1e-5)


def test_the_contrastive_loss_of_pairs_that_cannot_be_told_apart_is_that_of_guessing():
    same = torch.ones(6, 4) / 2
    loss = contrastive_loss(same, same, torch.tensor(10.0))
    assert math.isclose(loss.item(), math.log(6), rel_tol=1e-6)


def test_the_pull_adds_a_gradient_towards_the_anchor():
    # 0.5 / 2 * (1^2 + 2^2 + 3^2) = 3.5; its gradient is 0.5 times the distance.
    one, two = nn.Parameter(torch.tensor([2.0, 0.0])), nn.Parameter(torch.tensor([3.0]))
    one.grad = torch.tensor([10.0, 10.0])
    anchors = [torch.tensor([1.0, 2.0]), torch.tensor([0.0])]
    assert pull([one, two], anchors, 0.5).item() == pytest.approx(3.5)
    assert one.grad.tolist() == [10.5, 9.0]
    assert two.grad is not None
    assert two.grad.tolist() == [1.5]
