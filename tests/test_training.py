"""The training loop: steps by hand, batches in parts, what is pulled, distilled and averaged."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from tests.models import tiny_classifier, tiny_vit
from tests.trainings import shades, weights
from wiseft.classifier import ImageClassifier, normalize_pixels
from wiseft.errors import Invalid
from wiseft.finetune import finetune
from wiseft.images import Images
from wiseft.methods.parts import blocks
from wiseft.progress import Progress, silent
from wiseft.recipes import learning_rate
from wiseft.specs import FinetuneSpec
from wiseft.training import Training, own_random_numbers

SPEC = FinetuneSpec(epochs=2, batch_size=9, learning_rate=1e-3, crop_scale=1.0)
LINEAR = replace(SPEC, method="linear", learning_rate=0.05)


def with_memory_for(images: int, classifier: ImageClassifier) -> ImageClassifier:
    """The classifier on a device whose memory holds so many images in training."""

    def refuse(module: nn.Module, inputs: tuple[Tensor, ...]) -> None:
        if torch.is_grad_enabled() and len(inputs[0]) > images:
            raise torch.OutOfMemoryError("simulated")

    classifier.encoder.register_forward_pre_hook(refuse)
    return classifier


def after(steps: int, start: ImageClassifier, spec: FinetuneSpec, images: Images) -> Training:
    with own_random_numbers("cpu"):
        training = Training(start, images, spec, "cpu", silent)
        training.begin()
        for _ in range(steps):
            training.advance()
    return training


def close(left: nn.Module, right: nn.Module) -> None:
    there = right.state_dict()
    for name, tensor in left.state_dict().items():
        # Where a gradient is nearly nothing, AdamW's step is a matter of rounding.
        torch.testing.assert_close(tensor, there[name], atol=2e-4, rtol=1e-3)


@pytest.mark.parametrize("memory", [8, 4, 1])
def test_batches_in_parts_give_the_same_weights_within_rounding(tmp_path: Path, memory: int):
    spec = replace(SPEC, crop_scale=0.5, clip_norm=0.5, l2_pull=0.1, distillation=0.3)
    seen: list[Progress] = []
    whole = finetune(tiny_vit(), shades(), spec, tmp_path / "whole")
    limited = with_memory_for(memory, tiny_vit())
    parts = finetune(limited, shades(), spec, tmp_path / "parts", report=seen.append)
    close(whole, parts)
    # 9 images, then 5, 3, 2, 1: the first that fits.
    fits = next(count for count in (5, 3, 2, 1) if count <= memory)
    notes = [each.note for each in seen if each.note]
    assert len(notes) == 1
    assert f"{fits} images at a time" in notes[0]
    assert seen[0].note == notes[0]


def test_statistics_of_an_attempt_that_did_not_fit_are_not_counted():
    # The first part of five images fits, the second of four does not: both start again.
    start, images = tiny_classifier(0), shades(9)
    counted = 0

    def refuse_once(module: nn.Module, inputs: tuple[Tensor, ...]) -> None:
        nonlocal counted
        counted += 1
        if counted == 1 or counted == 3:
            raise torch.OutOfMemoryError("simulated")

    start.encoder.register_forward_pre_hook(refuse_once)
    training = after(1, start, SPEC, images)
    batches = [
        int(value)
        for name, value in training.objective.model.state_dict().items()
        if name.endswith("num_batches_tracked")
    ]
    # Parts of 3 images: three forward passes beside the 100 of the start.
    assert set(batches) == {103}


def test_too_little_memory_for_one_image_is_said_in_a_sentence(tmp_path: Path):
    with pytest.raises(Invalid, match="does not suffice to train on a single image"):
        finetune(with_memory_for(0, tiny_vit()), shades(), SPEC, tmp_path)


def test_resumed_training_divides_batches_as_before(tmp_path: Path):
    spec = replace(SPEC, crop_scale=0.5)
    whole = finetune(with_memory_for(4, tiny_vit()), shades(), spec, tmp_path / "whole")

    def stop(progress: Progress) -> None:
        if progress.done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        finetune(with_memory_for(4, tiny_vit()), shades(), spec, tmp_path / "cut", report=stop)
    seen: list[Progress] = []
    again = finetune(
        with_memory_for(4, tiny_vit()), shades(), spec, tmp_path / "cut", report=seen.append
    )
    assert not any(each.note for each in seen)
    assert all(map(torch.equal, weights(whole).values(), weights(again).values()))


def test_a_step_with_pull_and_distillation_is_that_of_a_few_plain_lines():
    # Two steps, since at the first one the weights are where they are pulled to.
    spec = replace(LINEAR, batch_size=18, l2_pull=0.3, distillation=0.4, weight_decay=0.0)
    spec = replace(spec, clip_norm=1e9, head="random")
    start, images = tiny_classifier(0), shades()
    with own_random_numbers("cpu"):
        training = Training(start, images, spec, "cpu", silent)
        training.begin()
        head = training.objective.model.head
        w = torch.cat([head.weight, head.bias[:, None]], dim=1).detach().clone()
        reported = [training.advance().values["loss"] for _ in range(2)]

    with torch.no_grad():
        x = start.features(normalize_pixels(torch.from_numpy(images.pixels), start.spec.transform))
        x = torch.cat([x, torch.ones(len(x), 1)], dim=1)
        anchor = torch.cat([start.head.weight, start.head.bias[:, None]], dim=1)
        teacher = (x @ anchor.T).softmax(dim=1)
        target = 0.6 * torch.eye(3)[torch.from_numpy(images.labels)] + 0.4 * teacher
        first, second = torch.zeros_like(w), torch.zeros_like(w)
        for step in range(2):
            scores = (x @ w.T).log_softmax(dim=1)
            loss = -(target * scores).sum(dim=1).mean() + 0.15 * (w - anchor).square().sum()
            assert reported[step] == pytest.approx(loss.item(), rel=1e-5)
            gradient = (scores.exp() - target).T @ x / len(x) + 0.3 * (w - anchor)
            first = 0.9 * first + 0.1 * gradient
            second = 0.999 * second + 0.001 * gradient**2
            unbiased = first / (1 - 0.9 ** (step + 1))
            spread = (second / (1 - 0.999 ** (step + 1))).sqrt()
            w = w - learning_rate(step, 2, spec) * unbiased / (spread + 1e-8)
    torch.testing.assert_close(head.weight, w[:, :-1], atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(head.bias, w[:, -1], atol=1e-4, rtol=1e-4)


def test_lbfgs_reaches_where_the_gradient_vanishes(tmp_path: Path):
    spec = replace(LINEAR, optimizer="lbfgs", epochs=6, weight_decay=1e-2, label_smoothing=0.1)
    start, images = tiny_classifier(0), shades(20)
    tuned = finetune(start, images, spec, tmp_path)
    with torch.no_grad():
        x = start.features(normalize_pixels(torch.from_numpy(images.pixels), start.spec.transform))
        target = 0.9 * torch.eye(3)[torch.from_numpy(images.labels)] + 0.1 / 3
        error = (tuned.head(x).softmax(dim=1) - target) / len(x)
        assert (error.T @ x + 1e-2 * tuned.head.weight).abs().max() < 1e-4
        assert (error.sum(dim=0) + 1e-2 * tuned.head.bias).abs().max() < 1e-4


def test_the_last_blocks_alone_are_trained(tmp_path: Path):
    start = tiny_classifier(0)
    tuned = finetune(start, shades(), replace(SPEC, last_blocks=1), tmp_path)
    kept, last = blocks(start.encoder), blocks(tuned.encoder)[-1]
    before = weights(start)
    changed = {name for name, each in weights(tuned).items() if not torch.equal(each, before[name])}
    of_last = {name for name in before if ".layer4." in name or "head." in name}
    # Running statistics too: those of frozen BatchNorm layers stand still.
    assert changed <= of_last
    assert {name for name, _ in tuned.named_parameters()} & of_last <= changed
    assert len(kept) == 4
    assert last.get_parameter("conv1.weight").requires_grad


def test_a_probe_moves_the_head_before_anything_else():
    start = tiny_classifier(0)
    probed = after(0, start, replace(SPEC, head="probe"), shades()).objective.model
    assert not torch.equal(probed.head.weight, start.head.weight)
    encoder = start.encoder.state_dict()
    assert all(
        torch.equal(each, encoder[name]) for name, each in probed.encoder.state_dict().items()
    )


def test_an_average_is_kept_instead_of_the_last_weights(tmp_path: Path):
    spec = replace(LINEAR, epochs=1, batch_size=6, ema_decay=0.5)
    training = after(0, tiny_classifier(0), spec, shades())
    expected, seen = torch.zeros(3, 16), []
    with own_random_numbers("cpu"):
        for _ in range(3):
            training.advance()
            seen.append(training.objective.model.head.weight.detach().clone())
    for head in seen:
        expected = 0.5 * expected + 0.5 * head
    tuned = finetune(tiny_classifier(0), shades(), spec, tmp_path)
    torch.testing.assert_close(tuned.head.weight, expected / (1 - 0.5**3))
    assert not torch.allclose(tuned.head.weight, seen[-1], atol=1e-4)


def test_compiling_is_refused_in_a_sentence_where_it_does_not_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    from torch._dynamo.exc import TorchDynamoException

    def fail(pixels: Tensor) -> Tensor:
        raise TorchDynamoException("no compiler\nat line 1")

    monkeypatch.setattr(torch, "compile", lambda model: fail)
    with pytest.raises(Invalid, match=r"does not work on this machine \(no compiler\); train"):
        finetune(tiny_classifier(0), shades(), replace(SPEC, compile=True), tmp_path)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")
def test_compiled_training_gives_the_same_weights_within_rounding(tmp_path: Path):
    spec = replace(SPEC, epochs=1)
    plain = finetune(tiny_vit(), shades(), spec, tmp_path / "plain")
    spec = replace(spec, compile=True)
    compiled = finetune(tiny_vit(), shades(), spec, tmp_path / "compiled")
    close(plain, compiled)
