from __future__ import annotations

import copy
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from torch import Tensor, nn

from tests.models import tiny_classifier
from wiseft.classifier import ImageClassifier
from wiseft.errors import Incompatible, Invalid
from wiseft.merging import WeightPath, check_compatible

SPEC = tiny_classifier().spec
ALPHAS = st.floats(-2, 3)
VALUES = hnp.arrays(np.float32, 7, elements=st.floats(-1e3, 1e3, width=32))


class Holder(nn.Module):
    """An encoder of tensors that a test chooses: a tied parameter and buffers of several dtypes."""

    def __init__(self, values: Tensor, count: int, flag: bool) -> None:
        super().__init__()
        self.first = nn.Parameter(values.clone())
        self.again = self.first
        self.register_buffer("statistic", values.clone() + 1)
        self.register_buffer("count", torch.tensor(count))
        self.register_buffer("flag", torch.tensor([flag]))
        self.register_buffer("low", values.to(torch.float16))
        self.register_buffer("derived", torch.tensor(7.0), persistent=False)


def holder(values: np.ndarray | Tensor, count: int = 0, flag: bool = False) -> ImageClassifier:
    head = nn.Linear(2, 3)
    nn.init.zeros_(head.weight)
    nn.init.zeros_(head.bias)
    return ImageClassifier(Holder(torch.as_tensor(values), count, flag), head, SPEC)


def bits(model: nn.Module) -> dict[str, bytes]:
    return {name: tensor.numpy().tobytes() for name, tensor in model.state_dict().items()}


@given(VALUES, VALUES, ALPHAS)
def test_weights_are_those_of_the_formula(start: np.ndarray, end: np.ndarray, alpha: float):
    model = WeightPath(holder(start), holder(end)).at(alpha)
    found = model.get_buffer("encoder.statistic").numpy()
    ends = [(values + np.float32(1)).astype(np.float64) for values in (start, end)]
    expected = (1 - alpha) * ends[0] + alpha * ends[1]
    # Three roundings, of a difference, a product and a sum, each relative to what it rounds.
    size = np.maximum(np.abs(ends[0]), np.abs(ends[1])) * (1 + 2 * abs(alpha))
    assert np.all(np.abs(found - expected) <= 4 * np.finfo(np.float32).eps * size + 1e-37)


@given(VALUES, VALUES)
def test_the_ends_are_bit_for_bit_the_two_models(start: np.ndarray, end: np.ndarray):
    zeroshot, finetuned = holder(start, 3, True), holder(end, 5, False)
    path = WeightPath(zeroshot, finetuned)
    assert bits(path.model) == bits(zeroshot)
    assert bits(path.at(1)) == bits(finetuned)
    path.at(0.3)
    assert bits(path.at(0)) == bits(zeroshot)


def test_the_sign_of_zeros_survives_at_the_ends():
    negative, positive = torch.full((7,), -0.0), torch.full((7,), 0.0)
    path = WeightPath(holder(negative), holder(positive))
    assert torch.signbit(path.at(0).get_parameter("encoder.first")).all()
    assert not torch.signbit(path.at(1).get_parameter("encoder.first")).any()


def test_running_statistics_are_interpolated_and_counters_come_from_the_nearer_end():
    zeroshot, finetuned = tiny_classifier(0), tiny_classifier(1)
    path = WeightPath(zeroshot, finetuned)
    name = "encoder.trunk.conv1.1."
    for alpha, count in ((0.25, 100), (0.75, 101), (-1, 100), (2, 101)):
        state = path.at(alpha).state_dict()
        ends = [model.state_dict()[name + "running_var"] for model in (zeroshot, finetuned)]
        torch.testing.assert_close(
            state[name + "running_var"], (1 - alpha) * ends[0] + alpha * ends[1]
        )
        assert state[name + "num_batches_tracked"] == count


def test_logits_are_those_of_plain_interpolation():
    zeroshot, finetuned = tiny_classifier(0), tiny_classifier(1)
    pixels = torch.randn(8, 3, 16, 16, generator=torch.Generator().manual_seed(0))
    path, plain = WeightPath(zeroshot, finetuned), tiny_classifier(2)
    for alpha in (0.0, 0.1, 0.5, 0.9, 1.0):
        start, end = zeroshot.state_dict(), finetuned.state_dict()
        plain.load_state_dict({k: (1 - alpha) * start[k] + alpha * end[k] for k in start})
        with torch.inference_mode():
            torch.testing.assert_close(path.at(alpha)(pixels), plain(pixels), rtol=0, atol=1e-3)


def test_moving_works_in_place_and_touches_no_other_model():
    zeroshot, finetuned = tiny_classifier(0), tiny_classifier(1)
    before = bits(zeroshot), bits(finetuned)
    path = WeightPath(zeroshot, finetuned)
    places = {name: tensor.data_ptr() for name, tensor in path.model.state_dict().items()}
    for alpha in (0.2, 1.0, 1.7):
        assert path.at(alpha) is path.model
        assert path.alpha == alpha
    assert {name: t.data_ptr() for name, t in path.model.state_dict().items()} == places
    assert (bits(zeroshot), bits(finetuned)) == before


def test_the_tensors_of_a_dtype_share_one_memory():
    path = WeightPath(tiny_classifier(0), tiny_classifier(1))
    memories: dict[torch.dtype, set[int]] = {}
    for tensor in path.model.state_dict().values():
        memories.setdefault(tensor.dtype, set()).add(tensor.untyped_storage().data_ptr())
        assert tensor.data_ptr() % 64 == 0
    assert {dtype: len(each) for dtype, each in memories.items()} == {
        torch.float32: 1,
        torch.int64: 1,
    }


def test_extrapolation_is_marked():
    path = WeightPath(tiny_classifier(0), tiny_classifier(1))
    marked = {alpha: path.at(alpha) is path.model and path.extrapolating for alpha in MARKED}
    assert marked == MARKED


MARKED = {-0.01: True, 0.0: False, 0.5: False, 1.0: False, 1.01: True}


@pytest.mark.parametrize("alpha", [float("nan"), float("inf"), float("-inf")])
def test_an_alpha_that_is_not_finite_is_refused_and_nothing_moves(alpha: float):
    path = WeightPath(tiny_classifier(0), tiny_classifier(1))
    path.at(0.5)
    before = bits(path.model)
    with pytest.raises(Invalid, match="finite"):
        path.at(alpha)
    assert (path.alpha, bits(path.model)) == (0.5, before)


def test_tied_parameters_stay_tied():
    encoder = WeightPath(holder(torch.zeros(7)), holder(torch.ones(7))).at(0.25).encoder
    assert isinstance(encoder, Holder)
    assert encoder.first is encoder.again
    assert encoder.again.tolist() == [0.25] * 7
    assert encoder.derived == 7


def test_a_merged_model_is_independent_and_carries_no_buffer_of_the_path():
    path = WeightPath(tiny_classifier(0), tiny_classifier(1))
    merged = path.merged(0.4)
    before = bits(merged)
    assert bits(path.at(0.4)) == before
    path.at(0.9)
    assert bits(merged) == before
    assert merged.spec == path.model.spec
    for tensor in merged.state_dict().values():
        assert tensor.untyped_storage().nbytes() == tensor.nbytes


def test_a_merged_model_can_be_trained():
    merged = WeightPath(tiny_classifier(0), tiny_classifier(1)).merged(0.5)
    merged(torch.ones(2, 3, 16, 16)).sum().backward()
    assert all(parameter.grad is not None for parameter in merged.parameters())


def with_spec(**changes: object) -> ImageClassifier:
    model = tiny_classifier()
    model.spec = replace(model.spec, **changes)
    return model


def test_differences_are_named_in_order():
    base = tiny_classifier()
    everything = with_spec(architecture="RN50", class_names=("a",), transform=transform(32))
    with pytest.raises(Incompatible, match="one is a tiny-resnet, the other a RN50"):
        check_compatible(base, everything)
    names = with_spec(class_names=("circle", "disc", "triangle"), transform=transform(32))
    with pytest.raises(Incompatible, match="class 2 is 'square' in one and 'disc' in the other"):
        check_compatible(base, names)
    with pytest.raises(Incompatible, match="one has 3 classes, the other 1"):
        check_compatible(base, with_spec(class_names=("a",), transform=transform(32)))
    with pytest.raises(Incompatible, match=r"size=16.*size=32"):
        check_compatible(base, with_spec(transform=transform(32)))


def transform(size: int):
    return replace(SPEC.transform, size=size)


def test_different_templates_do_not_matter():
    check_compatible(tiny_classifier(), with_spec(templates=("{}",)))


def test_different_weights_are_refused_with_their_names():
    base, lacking, wide = tiny_classifier(), tiny_classifier(), tiny_classifier()
    lacking.head = nn.Linear(16, 3, bias=False)
    with pytest.raises(Incompatible, match=r"the fine-tuned one lacks head\.bias"):
        WeightPath(base, lacking)
    wide.head = nn.Linear(20, 3)
    with pytest.raises(Incompatible, match=r"head\.weight \[3, 20\] instead of \[3, 16\]"):
        WeightPath(base, wide)


def test_the_inputs_may_be_in_training_mode():
    zeroshot = copy.deepcopy(tiny_classifier(0)).train()
    path = WeightPath(zeroshot, tiny_classifier(1))
    assert zeroshot.training
    assert not any(module.training for module in path.model.modules())


@pytest.mark.gpu
def test_the_path_lives_on_the_device():
    zeroshot, finetuned = tiny_classifier(0), tiny_classifier(1)
    path = WeightPath(zeroshot, finetuned, "cuda")
    assert all(tensor.is_cuda for tensor in path.model.state_dict().values())
    assert bits(path.merged(1.0).cpu()) == bits(finetuned)
    assert not any(tensor.is_cuda for tensor in zeroshot.state_dict().values())
