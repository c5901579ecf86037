from __future__ import annotations

from copy import deepcopy
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from tests.models import tiny_classifier
from tests.trainings import (
    LINEAR,
    SPEC,
    Interruption,
    both_methods,
    same,
    shades,
    stop_in,
    undecided,
    weights,
)
from wiseft import checkpoint
from wiseft.classifier import ImageClassifier, normalize_pixels
from wiseft.errors import Invalid
from wiseft.evaluate import evaluate
from wiseft.finetune import finetune, training_precision
from wiseft.metrics import accuracy
from wiseft.progress import Progress
from wiseft.recipes import learning_rate
from wiseft.specs import FinetuneSpec, digest


@both_methods
def test_it_learns_and_leaves_the_start_alone(tmp_path: Path, spec: FinetuneSpec):
    start, images = undecided(), shades()
    before = weights(start)
    tuned = finetune(start, images, replace(spec, epochs=12), tmp_path)
    assert not any(module.training for module in tuned.modules())
    assert accuracy(evaluate(tuned, images)[0]).value == 1.0
    assert accuracy(evaluate(tuned, shades(30, seed=1))[0]).value > 0.9
    assert all(torch.equal(before[name], tensor) for name, tensor in start.state_dict().items())


def test_linear_leaves_the_encoder_alone_bit_for_bit(tmp_path: Path):
    # Even where the caller left it in training mode, in which BatchNorm would collect statistics.
    start = tiny_classifier(0).train()
    tuned = finetune(start, shades(), LINEAR, tmp_path, monitor=shades(6, seed=1))
    assert same(start.encoder, tuned.encoder)
    assert not torch.equal(start.head.weight, tuned.head.weight)
    assert not torch.equal(start.head.bias, tuned.head.bias)


def smooth_loss(logits: torch.Tensor, labels: torch.Tensor, smoothing: float) -> torch.Tensor:
    """Cross entropy by its definition: the true class has 1 - s of the target, all share s."""
    target = F.one_hot(labels, 3) * (1 - smoothing) + smoothing / 3
    return -(target * logits.log_softmax(dim=1)).sum(dim=1).mean()


def test_three_steps_of_the_head_are_those_of_a_few_plain_lines(tmp_path: Path):
    spec = replace(LINEAR, batch_size=20, label_smoothing=0.1, clip_norm=0.1, weight_decay=0.5)
    # Uneven classes: else the first gradient of the bias is 0, and its step one of rounding.
    start, images = undecided(), shades(20)
    losses: list[float] = []

    def note(progress: Progress) -> None:
        losses.extend([progress.values["loss"]] if "loss" in progress.values else [])

    tuned = finetune(start, images, spec, tmp_path, report=note)

    labels = torch.from_numpy(images.labels)
    with torch.no_grad():
        pixels = normalize_pixels(torch.from_numpy(images.pixels), start.spec.transform)
        features = start.features(pixels)
    # The bias is the last column of one matrix [C, D + 1].
    w = torch.zeros(3, features.shape[1] + 1, requires_grad=True)
    first, second, norms = torch.zeros_like(w), torch.zeros_like(w), []
    for step in range(3):
        loss = smooth_loss(features @ w[:, :-1].T + w[:, -1], labels, 0.1)
        assert losses[step] == pytest.approx(loss.item(), rel=1e-6)
        (gradient,) = torch.autograd.grad(loss, w)
        norms.append(gradient.norm().item())
        gradient = gradient * min(1.0, 0.1 / norms[-1])
        first = 0.9 * first + 0.1 * gradient
        second = 0.999 * second + 0.001 * gradient**2
        unbiased = first / (1 - 0.9 ** (step + 1))
        spread = (second / (1 - 0.999 ** (step + 1))).sqrt()
        rate = learning_rate(step, 3, spec)
        w = (w * (1 - rate * 0.5) - rate * unbiased / (spread + 1e-8)).detach().requires_grad_()
    assert min(norms) > 0.1, "the gradient must be long enough to be clipped"
    torch.testing.assert_close(tuned.head.weight, w[:, :-1], atol=1e-6, rtol=1e-5)
    torch.testing.assert_close(tuned.head.bias, w[:, -1], atol=1e-6, rtol=1e-5)


def test_one_step_of_all_weights_is_that_of_a_few_plain_lines(tmp_path: Path):
    spec = replace(SPEC, epochs=1, batch_size=18)
    start, images = tiny_classifier(0), shades()
    tuned = finetune(start, images, spec, tmp_path)

    model = deepcopy(start).train()
    pixels = normalize_pixels(torch.from_numpy(images.pixels), model.spec.transform)
    smooth_loss(model(pixels), torch.from_numpy(images.labels), 0.0).backward()
    rate, found = learning_rate(0, 1, spec), dict(tuned.named_parameters())
    for name, parameter in model.named_parameters():
        assert parameter.grad is not None
        # After one step AdamW's moments, corrected for their start, are the gradient itself, and
        # the step is its sign; where the gradient is nearly 0 that is a matter of rounding.
        clear = parameter.grad.abs() > 1e-3 * parameter.grad.abs().max()
        expected = parameter.data * (1 - rate * spec.weight_decay) - rate * parameter.grad.sign()
        torch.testing.assert_close(found[name].data[clear], expected[clear], atol=2e-5, rtol=1e-4)


@both_methods
def test_every_epoch_leaves_a_checkpoint_with_its_accuracy(tmp_path: Path, spec: FinetuneSpec):
    seen: list[Progress] = []
    # Uneven classes, so that the accuracy of one class is not that of another.
    monitor = shades(20, seed=1)
    tuned = finetune(
        tiny_classifier(0), shades(), spec, tmp_path, monitor=monitor, report=seen.append
    )
    reported = [each.values["accuracy"] for each in seen if "accuracy" in each.values]
    kept = [checkpoint.load(tmp_path / f"epoch_{epoch}.safetensors") for epoch in (1, 2, 3)]
    assert [each.provenance["accuracy"] for each in kept] == reported
    assert [each.provenance["epoch"] for each in kept] == [1, 2, 3]
    found = [accuracy(evaluate(each.classifier, monitor)[0]).value for each in kept]
    assert found == pytest.approx(reported)
    assert same(kept[-1].classifier, tuned)


def test_the_monitored_set_does_not_change_the_weights(tmp_path: Path):
    alone = finetune(tiny_classifier(0), shades(), SPEC, tmp_path / "alone")
    watched = finetune(
        tiny_classifier(0), shades(), SPEC, tmp_path / "watched", monitor=shades(6, seed=1)
    )
    assert same(alone, watched)


def test_progress_tells_loss_rate_and_speed_of_every_step(tmp_path: Path):
    seen: list[Progress] = []
    finetune(undecided(), shades(), SPEC, tmp_path, report=seen.append)
    steps = [each for each in seen if "loss" in each.values]
    assert [each.done for each in steps] == list(range(1, 16))  # 3 epochs of 5 batches
    assert {each.total for each in steps} == {15}
    rates = [learning_rate(step, 15, SPEC) for step in range(15)]
    assert [each.values["lr"] for each in steps] == rates
    assert all(each.values["images_per_second"] > 0 for each in steps)
    assert steps[-1].values["loss"] < steps[0].values["loss"]
    assert [each.done for each in seen if "loss" not in each.values] == [5, 10, 15]


def test_every_epoch_shows_each_image_once_in_an_order_of_its_own(tmp_path: Path):
    # At this rate nothing is learnt: the losses of an epoch tell only what its batches hold.
    spec = replace(LINEAR, epochs=2, batch_size=6, learning_rate=1e-12, weight_decay=0.0)
    start, images, losses = tiny_classifier(0), shades(), []

    def note(progress: Progress) -> None:
        losses.extend([progress.values["loss"]] if "loss" in progress.values else [])

    finetune(start, images, spec, tmp_path, report=note)
    with torch.no_grad():
        logits = start(normalize_pixels(torch.from_numpy(images.pixels), start.spec.transform))
    whole = smooth_loss(logits, torch.from_numpy(images.labels), 0.0).item()
    assert np.mean(losses[:3]) == pytest.approx(whole, rel=1e-4)
    assert np.mean(losses[3:]) == pytest.approx(whole, rel=1e-4)
    assert sorted(losses[:3]) != pytest.approx(sorted(losses[3:]), rel=1e-4)


def test_another_seed_gives_other_weights(tmp_path: Path):
    a, b = (
        finetune(tiny_classifier(0), shades(), replace(SPEC, seed=seed), tmp_path / str(seed))
        for seed in (0, 1)
    )
    assert not same(a, b)


def test_the_random_state_of_the_caller_is_left_alone(tmp_path: Path):
    before = torch.get_rng_state()
    finetune(tiny_classifier(0), shades(), replace(SPEC, epochs=1, crop_scale=0.5), tmp_path)
    assert torch.equal(before, torch.get_rng_state())


def test_crops_change_what_is_learnt_but_not_where_images_are_uniform(tmp_path: Path):
    def tuned(noise: int, crop_scale: float) -> ImageClassifier:
        spec = replace(SPEC, epochs=1, crop_scale=crop_scale)
        folder = tmp_path / f"{noise} {crop_scale}"
        return finetune(undecided(), shades(noise=noise), spec, folder)

    # Crops are drawn after the order of the images, which is hence the same.
    torch.testing.assert_close(weights(tuned(1, 0.5)), weights(tuned(1, 1.0)), atol=1e-4, rtol=1e-3)
    moved = tuned(40, 0.5).head.weight - tuned(40, 1.0).head.weight
    assert moved.abs().max() > 1e-3


def test_bfloat16_is_of_the_forward_pass_only_and_resumes_bit_for_bit(tmp_path: Path):
    # Not the 1 x 1 maps of 16 pixels: on some CPUs torch's bfloat16 gradient of the kernel of a
    # convolution with stride 2 is undefined there.
    start, images = tiny_classifier(0, size=32), shades(size=32)
    half = replace(SPEC, epochs=2, precision="bfloat16")
    tuned = finetune(start, images, half, tmp_path / "bfloat16")
    assert {each.dtype for each in tuned.parameters()} == {torch.float32}
    assert not same(tuned, finetune(start, images, replace(SPEC, epochs=2), tmp_path / "float32"))
    with pytest.raises(Interruption):
        finetune(start, images, half, tmp_path / "cut", report=stop_in(2))
    assert same(tuned, finetune(start, images, half, tmp_path / "cut"))


def test_weights_that_the_caller_froze_stay_as_they_are(tmp_path: Path):
    start = tiny_classifier(0)
    name, frozen = next(start.encoder.named_parameters())
    frozen.requires_grad_(False)
    tuned = finetune(start, shades(), replace(SPEC, epochs=1), tmp_path)
    assert torch.equal(dict(tuned.encoder.named_parameters())[name], frozen)
    assert not same(start.encoder, tuned.encoder)


def test_images_mapped_from_disk_are_as_good_as_in_memory(tmp_path: Path):
    images, spec = shades(), replace(SPEC, epochs=1)
    images.pixels.tofile(tmp_path / "pixels")
    mapped = np.memmap(tmp_path / "pixels", np.uint8, mode="r", shape=images.pixels.shape)
    tuned = finetune(tiny_classifier(0), images, spec, tmp_path / "memory")
    again = finetune(tiny_classifier(0), replace(images, pixels=mapped), spec, tmp_path / "disk")
    assert same(tuned, again)


def test_a_diverging_loss_is_refused_and_keeps_the_epochs_before(tmp_path: Path):
    # All images are the same and the labels are not: the first step drives the logits of the
    # classes so far apart that the sum of the losses of the second is infinite.
    images = replace(shades(), pixels=np.full((18, 16, 16, 3), 90, np.uint8))
    spec = replace(LINEAR, batch_size=18, learning_rate=3e37, weight_decay=0.0)
    with pytest.raises(Invalid, match="step 2 of 3; lower the learning rate"):
        finetune(tiny_classifier(0), images, spec, tmp_path)
    assert checkpoint.load(tmp_path / "epoch_1.safetensors").provenance["epoch"] == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"method": "head"}, "end-to-end, linear, not 'head'"),
        ({"epochs": 0}, "at least 1"),
        ({"batch_size": 0}, "at least 1"),
        ({"learning_rate": 0.0}, "learning rate"),
        ({"learning_rate": float("nan")}, "learning rate"),
        ({"weight_decay": -1.0}, "weight decay"),
        ({"warmup_steps": -1}, "warm-up"),
        ({"label_smoothing": 1.0}, "label smoothing"),
        ({"clip_norm": 0.0}, "gradient norm"),
        ({"crop_scale": 0.0}, "crop scale"),
        ({"precision": "float16"}, "float16"),
        ({"head": "none"}, "zero-shot, random, probe, not 'none'"),
        ({"loss": "hinge"}, "cross-entropy, contrastive"),
        ({"optimizer": "sgd"}, "adamw, lbfgs"),
        ({"distillation": 1.5}, "distillation"),
        ({"l2_pull": -1.0}, "pull"),
        ({"ema_decay": 1.0}, "moving average"),
        ({"shots": 0}, "1 image a class"),
        ({"last_blocks": 0}, "has 4 blocks; 0"),
        ({"last_blocks": 5}, "has 4 blocks; 5"),
        ({"optimizer": "lbfgs"}, "with the method linear"),
        ({"optimizer": "lbfgs", "method": "linear", "ema_decay": 0.9}, "too few steps"),
        ({"method": "linear", "last_blocks": 1}, "not used with last blocks"),
        ({"method": "linear", "head": "probe"}, "not used with a probe"),
        ({"method": "linear", "compile": True}, "not used with torch.compile"),
        ({"loss": "contrastive", "method": "linear"}, "together with the method linear"),
        ({"loss": "contrastive", "distillation": 0.5}, "together with distillation"),
        ({"loss": "contrastive"}, "name the open_clip tag or the file of the tiny-resnet"),
    ],
)
def test_a_spec_that_cannot_be_trained_is_refused(tmp_path: Path, change: dict, words: str):
    with pytest.raises(Invalid, match=words):
        finetune(tiny_classifier(0), shades(), replace(SPEC, **change), tmp_path)
    assert not list(tmp_path.iterdir())


def test_the_key_of_a_training_with_the_first_options_is_what_it_was(tmp_path: Path):
    start, images = tiny_classifier(0), shades()
    finetune(start, images, replace(SPEC, epochs=1), tmp_path)
    first = asdict(replace(SPEC, epochs=1))
    record = {"schema": 1, "spec": {name: first[name] for name in list(first)[:11]}}
    record |= {"start": checkpoint.fingerprint(start), "data": images.version}
    found = checkpoint.describe(tmp_path / "epoch_1.safetensors").provenance
    assert found["training"] == digest(record)


def test_training_keeps_the_range_of_float32():
    assert training_precision("cpu") in {"float32", "bfloat16"}


def test_images_that_do_not_fit_the_head_are_refused(tmp_path: Path):
    with pytest.raises(Invalid, match="no training images"):
        finetune(tiny_classifier(0), shades(0), SPEC, tmp_path)
    with pytest.raises(Invalid, match="class ids 0 to 2, the checkpoint has 2"):
        finetune(tiny_classifier(0, class_names=("a", "b")), shades(), SPEC, tmp_path)
    below = replace(shades(), labels=shades().labels - 1)
    with pytest.raises(Invalid, match="class ids -1 to 1"):
        finetune(tiny_classifier(0), below, SPEC, tmp_path)


@pytest.mark.parametrize(
    ("count", "batch_size", "steps"),
    [(18, 1000, 1), (5, 4, 2), (8, 4, 2), (9, 4, 3)],
    ids=["larger than the set", "one image over", "fits", "one image over twice"],
)
def test_any_batch_size_fits_any_set(tmp_path: Path, count: int, batch_size: int, steps: int):
    # The tiny model's BatchNorm cannot take one image alone: none is left over for the last step.
    seen: list[Progress] = []
    spec = replace(SPEC, batch_size=batch_size, epochs=1)
    finetune(tiny_classifier(0), shades(count), spec, tmp_path, report=seen.append)
    assert seen[-1].done == seen[-1].total == steps
