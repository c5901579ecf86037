"""Moving averages against their definition, and against WiSE-FT."""

import numpy as np
import pytest
import torch

from tests.models import tiny_classifier
from wiseft.merging import WeightPath
from wiseft.methods.averaging import MovingAverage

DECAY, STEPS = 0.8, 7


def walk(classifier, average: MovingAverage, start: int = 0, stop: int = STEPS) -> list[np.ndarray]:
    """Move the weights about; the head's weights after each step."""
    seen = []
    for step in range(start, stop):
        generator = torch.Generator().manual_seed(step)
        with torch.no_grad():
            for parameter in classifier.parameters():
                parameter += torch.randn(parameter.shape, generator=generator)
        average.update()
        seen.append(classifier.head.weight.detach().double().numpy().copy())
    return seen


def head_of(average: MovingAverage, classifier) -> np.ndarray:
    with average.applied():
        return classifier.head.weight.detach().double().numpy().copy()


@pytest.mark.parametrize("debiased", [True, False])
def test_the_average_by_its_definition(debiased: bool):
    classifier = tiny_classifier(0)
    start = classifier.head.weight.detach().double().numpy().copy()
    average = MovingAverage(classifier, DECAY, debiased=debiased)
    expected = 0 * start if debiased else start
    for weights in walk(classifier, average):
        expected = DECAY * expected + (1 - DECAY) * weights
    expected = expected / (1 - DECAY**STEPS) if debiased else expected
    np.testing.assert_allclose(head_of(average, classifier), expected, rtol=1e-5, atol=1e-4)


def test_wise_ft_of_the_debiased_average_is_the_biased_one():
    zeroshot, ends = tiny_classifier(0), []
    for debiased in (True, False):
        classifier = tiny_classifier(0)
        average = MovingAverage(classifier, DECAY, debiased=debiased)
        walk(classifier, average)
        with average.applied():
            ends.append(WeightPath(zeroshot, classifier).merged(1.0))
    merged = WeightPath(zeroshot, ends[0]).merged(1 - DECAY**STEPS)
    biased = dict(ends[1].named_parameters())
    for name, parameter in merged.named_parameters():
        torch.testing.assert_close(parameter, biased[name], rtol=1e-5, atol=1e-4)
    assert not torch.allclose(ends[0].head.weight, ends[1].head.weight, atol=0.01)


def test_the_debiased_average_of_one_step_is_that_step():
    classifier = tiny_classifier(0)
    average = MovingAverage(classifier, 0.999, debiased=True)
    [only] = walk(classifier, average, stop=1)
    np.testing.assert_allclose(head_of(average, classifier), only, rtol=1e-6)


def test_the_weights_in_training_come_back_bit_for_bit():
    classifier = tiny_classifier(0)
    average = MovingAverage(classifier, DECAY, debiased=True)
    *_, last = walk(classifier, average)
    assert not np.array_equal(head_of(average, classifier), last)
    assert np.array_equal(classifier.head.weight.detach().double().numpy(), last)


def test_an_average_goes_on_from_its_state():
    one, other = tiny_classifier(0), tiny_classifier(0)
    whole = MovingAverage(one, DECAY, debiased=True)
    walk(one, whole)
    first = MovingAverage(other, DECAY, debiased=True)
    walk(other, first, stop=3)
    second = MovingAverage(other, DECAY, debiased=True)
    second.load_state_dict(first.state_dict())
    walk(other, second, start=3)
    assert np.array_equal(head_of(whole, one), head_of(second, other))
