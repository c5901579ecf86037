"""Fine-tuning like pretraining, on the demo's model."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from tests.models import tiny_classifier
from tests.trainings import same, shades
from wiseft import clip
from wiseft.classifier import ImageClassifier, normalize_pixels
from wiseft.errors import Incompatible, Invalid, Missing
from wiseft.finetune import finetune
from wiseft.methods.contrastive import Contrastive, load_towers
from wiseft.progress import Progress
from wiseft.specs import FinetuneSpec

SPEC = FinetuneSpec(epochs=2, batch_size=9, learning_rate=1e-4, crop_scale=1.0, loss="contrastive")
NAMES, TEMPLATES = ("stop", "yield", "no entry"), ("a {} sign", "a photo of a {} sign")


def zeroshot() -> ImageClassifier:
    return clip.zeroshot_classifier(clip.load_clip(clip.DEMO), NAMES, TEMPLATES)


def images():
    return shades(18, size=64)


def objective(templates: tuple[str, ...] = TEMPLATES) -> Contrastive:
    start = zeroshot()
    start.spec = replace(start.spec, templates=templates)
    return Contrastive(start, images(), SPEC, "cpu", load_towers(start, None))


def gradients(each: Contrastive) -> dict[str, torch.Tensor]:
    found = {n: p.grad.clone() for n, p in each.trained.named_parameters() if p.grad is not None}
    each.trained.zero_grad()
    return found


def test_the_loss_pairs_images_with_prompts_of_their_classes():
    places = torch.tensor([0, 1, 2, 4, 6])
    one = objective(templates=("a {} sign",))
    loss = one.backward(places, 100).item()
    with torch.no_grad():
        model = one._clip.model
        pixels = torch.from_numpy(images().pixels[places.numpy()])
        transform = one.model.spec.transform
        found = F.normalize(model.encode_image(normalize_pixels(pixels, transform)), dim=1)
        prompts = [f"a {NAMES[label]} sign" for label in images().labels[places.numpy()]]
        scores = model.logit_scale.exp() * found @ one._clip.embed(prompts).T
    scores = scores.double().numpy()
    both = [
        np.mean(np.log(np.exp(each).sum(axis=1)) - np.diag(each)) for each in (scores, scores.T)
    ]
    assert loss == pytest.approx(np.mean(both), rel=1e-4)


@pytest.mark.parametrize("micro_batch", [1, 4])
def test_in_parts_the_gradient_is_that_of_the_whole_batch(micro_batch: int):
    each, places = objective(), torch.arange(9)
    torch.manual_seed(0)
    whole_loss = each.backward(places, 9)
    whole = gradients(each)
    torch.manual_seed(0)
    torch.testing.assert_close(each.backward(places, micro_batch), whole_loss)
    parts = gradients(each)
    assert "logit_scale" in whole
    assert any(name.startswith("transformer.") for name in whole)
    assert parts.keys() == whole.keys()
    for name, gradient in whole.items():
        scale = gradient.abs().max().item()
        torch.testing.assert_close(parts[name], gradient, atol=1e-4 * scale + 1e-8, rtol=1e-3)


def test_it_learns_and_leaves_a_zeroshot_head_of_the_trained_text_tower(tmp_path: Path):
    start, seen = zeroshot(), []
    tuned = finetune(start, images(), replace(SPEC, epochs=6), tmp_path, report=seen.append)
    losses = [each.values["loss"] for each in seen if "loss" in each.values]
    assert losses[-1] < losses[0]
    assert not torch.equal(tuned.head.weight, start.head.weight)
    assert not tuned.head.bias.any()
    lengths = tuned.head.weight.norm(dim=1)
    torch.testing.assert_close(lengths, lengths[:1].expand(3))


def test_it_goes_on_where_it_was(tmp_path: Path):
    spec = replace(SPEC, crop_scale=0.5, ema_decay=0.5)
    whole = finetune(zeroshot(), images(), spec, tmp_path / "whole")

    def stop(progress: Progress) -> None:
        if progress.done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        finetune(zeroshot(), images(), spec, tmp_path / "cut", report=stop)
    assert same(whole, finetune(zeroshot(), images(), spec, tmp_path / "cut"))


def test_a_text_tower_is_needed_and_must_belong_to_the_checkpoint(tmp_path: Path):
    with pytest.raises(Invalid, match="name the open_clip tag or the file"):
        load_towers(tiny_classifier(), None)
    with pytest.raises(Missing):
        load_towers(zeroshot(), str(tmp_path / "nowhere.safetensors"))
    other = zeroshot()
    with torch.no_grad():
        next(other.encoder.parameters()).mul_(1.1)
    with pytest.raises(Incompatible, match=r"clip.safetensors does not belong to this checkpoint"):
        load_towers(other, None)
