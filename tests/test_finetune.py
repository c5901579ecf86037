from __future__ import annotations

import logging
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from tests.models import tiny_classifier
from wiseft import checkpoint
from wiseft.classifier import ImageClassifier, normalize_pixels
from wiseft.errors import Invalid
from wiseft.evaluate import evaluate
from wiseft.finetune import STATE, finetune
from wiseft.images import Images
from wiseft.metrics import accuracy
from wiseft.progress import Progress
from wiseft.recipes import learning_rate
from wiseft.specs import FinetuneSpec

SPEC = FinetuneSpec(epochs=3, batch_size=4, learning_rate=1e-3, crop_scale=1.0)
LINEAR = replace(SPEC, method="linear", learning_rate=0.05)


def shades(count: int = 18, seed: int = 0) -> Images:
    """Images of three shades with noise: easy to tell apart."""
    random = np.random.default_rng(seed)
    labels = np.arange(count) % 3
    noise = random.integers(0, 40, (count, 16, 16, 3))
    pixels = (labels[:, None, None, None] * 100 + noise).clip(0, 255).astype(np.uint8)
    return Images("shades", f"v{seed}", pixels, labels, tuple(map(str, range(count))), ())


def weights(model: ImageClassifier) -> dict[str, torch.Tensor]:
    return {name: tensor.clone() for name, tensor in model.state_dict().items()}


def same(left: ImageClassifier, right: ImageClassifier) -> bool:
    a, b = left.state_dict(), right.state_dict()
    return all(torch.equal(a[name], b[name]) for name in a)


class Interruption(Exception):
    pass


def stop_in(epoch: int):
    def report(progress: Progress) -> None:
        if progress.stage.startswith(f"epoch {epoch} "):
            raise Interruption

    return report


@pytest.mark.parametrize("spec", [SPEC, LINEAR], ids=["end-to-end", "linear"])
def test_it_learns_and_leaves_the_start_alone(tmp_path: Path, spec: FinetuneSpec):
    start, images = tiny_classifier(0), shades()
    before = weights(start)
    tuned = finetune(start, images, replace(spec, epochs=12), tmp_path)
    assert accuracy(evaluate(tuned, images)[0]).value == 1.0
    assert accuracy(evaluate(tuned, shades(30, seed=1))[0]).value > 0.9
    assert all(torch.equal(before[name], tensor) for name, tensor in start.state_dict().items())


def test_linear_leaves_the_encoder_alone_bit_for_bit(tmp_path: Path):
    start = tiny_classifier(0)
    tuned = finetune(start, shades(), LINEAR, tmp_path)
    for name, tensor in start.encoder.state_dict().items():
        assert torch.equal(tensor, tuned.encoder.state_dict()[name]), name
    assert not torch.equal(start.head.weight, tuned.head.weight)
    assert not torch.equal(start.head.bias, tuned.head.bias)


def test_one_step_is_that_of_a_few_plain_lines(tmp_path: Path):
    spec = replace(SPEC, epochs=1, batch_size=18, label_smoothing=0.1, clip_norm=0.5)
    start, images = tiny_classifier(0), shades()
    tuned = finetune(start, images, spec, tmp_path)

    model = deepcopy(start).train()
    pixels = normalize_pixels(torch.from_numpy(images.pixels), model.spec.transform)
    labels = torch.from_numpy(images.labels)
    logits = model(pixels)
    smooth = F.one_hot(labels, 3) * 0.9 + 0.1 / 3
    loss = -(smooth * logits.log_softmax(dim=1)).sum(dim=1).mean()
    loss.backward()
    norm = torch.stack([p.grad.norm() for p in model.parameters() if p.grad is not None]).norm()
    rate = learning_rate(0, 1, spec)
    for name, parameter in model.named_parameters():
        assert parameter.grad is not None
        gradient = parameter.grad * min(1.0, 0.5 / norm.item())
        # After one step AdamW's moments, corrected for their start, are the gradient itself.
        decayed = parameter.data * (1 - rate * spec.weight_decay)
        expected = decayed - rate * gradient / (gradient.abs() + 1e-8)
        found = dict(tuned.named_parameters())[name]
        moved = gradient.abs() > 1e-5  # below, the sign is a matter of rounding
        torch.testing.assert_close(found.data[moved], expected[moved], atol=2e-5, rtol=1e-4)


@pytest.mark.parametrize("spec", [SPEC, LINEAR], ids=["end-to-end", "linear"])
@pytest.mark.parametrize("epoch", [1, 2, 3])
def test_training_that_was_interrupted_gives_the_same_weights(
    tmp_path: Path, spec: FinetuneSpec, epoch: int
):
    spec = replace(spec, crop_scale=0.5)
    whole = finetune(tiny_classifier(0), shades(), spec, tmp_path / "whole")
    with pytest.raises(Interruption):
        finetune(tiny_classifier(0), shades(), spec, tmp_path / "cut", report=stop_in(epoch))
    seen: list[Progress] = []
    resumed = finetune(tiny_classifier(0), shades(), spec, tmp_path / "cut", report=seen.append)
    assert same(whole, resumed)
    # Epoch k reports at its first step, before it is kept: it runs again, the ones before do not.
    first = next(each for each in seen if each.stage.startswith("epoch"))
    assert first.stage == f"epoch {epoch} of 3"


def test_finished_training_is_not_done_again(tmp_path: Path):
    first = finetune(tiny_classifier(0), shades(), SPEC, tmp_path)
    seen: list[Progress] = []
    again = finetune(tiny_classifier(0), shades(), SPEC, tmp_path, report=seen.append)
    assert same(first, again)
    assert not seen


@pytest.mark.parametrize(
    "other",
    [replace(SPEC, learning_rate=2e-3), replace(SPEC, seed=1), replace(SPEC, batch_size=5)],
)
def test_epochs_of_another_training_are_not_gone_on_with(tmp_path: Path, other: FinetuneSpec):
    first = finetune(tiny_classifier(0), shades(), SPEC, tmp_path)
    second = finetune(tiny_classifier(0), shades(), other, tmp_path)
    assert not same(first, second)
    fresh = finetune(tiny_classifier(0), shades(), other, tmp_path / "fresh")
    assert same(second, fresh)


def test_other_images_or_another_start_are_another_training(tmp_path: Path):
    finetune(tiny_classifier(0), shades(), SPEC, tmp_path)
    for start, images in ((tiny_classifier(1), shades()), (tiny_classifier(0), shades(seed=2))):
        seen: list[Progress] = []
        finetune(start, images, SPEC, tmp_path, report=seen.append)
        assert seen[0].stage == "epoch 1 of 3"


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 half a file", b"\x80\x02 nonsense"])
def test_a_damaged_state_is_reported_and_training_starts_anew(
    tmp_path: Path, damage: bytes, caplog: pytest.LogCaptureFixture
):
    whole = finetune(tiny_classifier(0), shades(), SPEC, tmp_path)
    (tmp_path / STATE).write_bytes(damage)
    with caplog.at_level(logging.WARNING):
        again = finetune(tiny_classifier(0), shades(), SPEC, tmp_path)
    assert "cannot be resumed" in caplog.text
    assert same(whole, again)


def test_every_epoch_leaves_a_checkpoint_with_its_accuracy(tmp_path: Path):
    seen: list[Progress] = []
    monitor = shades(30, seed=1)
    tuned = finetune(
        tiny_classifier(0), shades(), SPEC, tmp_path, monitor=monitor, report=seen.append
    )
    reported = [each.values["accuracy"] for each in seen if "accuracy" in each.values]
    for epoch, value in enumerate(reported, start=1):
        kept = checkpoint.load(tmp_path / f"epoch_{epoch}.safetensors")
        assert kept.provenance["accuracy"] == value
        assert kept.provenance["epoch"] == epoch
        assert accuracy(evaluate(kept.classifier, monitor)[0]).value == pytest.approx(value)
    assert len(reported) == 3
    assert same(kept.classifier, tuned)


def test_progress_tells_loss_rate_and_speed_of_every_step(tmp_path: Path):
    seen: list[Progress] = []
    finetune(tiny_classifier(0), shades(), SPEC, tmp_path, report=seen.append)
    steps = [each for each in seen if "loss" in each.values]
    assert [each.done for each in steps] == list(range(1, 16))  # 3 epochs of 5 batches
    assert {each.total for each in steps} == {15}
    assert all(each.values["images_per_second"] > 0 for each in steps)
    assert steps[-1].values["loss"] < steps[0].values["loss"]


def test_a_diverging_loss_is_refused_and_keeps_the_epochs_before(tmp_path: Path):
    start = tiny_classifier(0)
    with torch.no_grad():
        start.head.weight[0, 0] = float("inf")
    with pytest.raises(Invalid, match="lower the learning rate"):
        finetune(start, shades(), SPEC, tmp_path)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"epochs": 0}, "at least 1"),
        ({"batch_size": 0}, "at least 1"),
        ({"learning_rate": 0.0}, "learning rate"),
        ({"learning_rate": float("nan")}, "learning rate"),
        ({"weight_decay": -1.0}, "weight decay"),
        ({"label_smoothing": 1.0}, "label smoothing"),
        ({"crop_scale": 0.0}, "crop scale"),
        ({"precision": "float16"}, "float16"),
    ],
)
def test_a_spec_that_cannot_be_trained_is_refused(tmp_path: Path, change: dict, words: str):
    with pytest.raises(Invalid, match=words):
        finetune(tiny_classifier(0), shades(), replace(SPEC, **change), tmp_path)


def test_images_that_do_not_fit_the_head_are_refused(tmp_path: Path):
    with pytest.raises(Invalid, match="no training images"):
        finetune(tiny_classifier(0), shades(0), SPEC, tmp_path)
    with pytest.raises(Invalid, match="more classes"):
        finetune(tiny_classifier(0, class_names=("a", "b")), shades(), SPEC, tmp_path)


def test_a_batch_may_be_larger_than_the_set(tmp_path: Path):
    seen: list[Progress] = []
    spec = replace(SPEC, batch_size=1000, epochs=2)
    finetune(tiny_classifier(0), shades(), spec, tmp_path, report=seen.append)
    assert max(each.done for each in seen) == 2
