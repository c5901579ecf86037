"""Rehearsals: the first steps of the true training, and nothing left behind."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

from tests.models import tiny_classifier
from tests.test_training import tiny_vit, with_memory_for
from tests.trainings import same, shades
from wiseft.errors import Invalid
from wiseft.finetune import finetune
from wiseft.progress import Progress
from wiseft.rehearse import STEPS, rehearse
from wiseft.specs import FinetuneSpec

SPEC = FinetuneSpec(epochs=4, batch_size=4, learning_rate=1e-3, crop_scale=0.9)


def test_the_losses_are_those_of_the_first_steps(tmp_path: Path):
    seen: list[Progress] = []
    finetune(tiny_classifier(0), shades(), SPEC, tmp_path, report=seen.append)
    losses = [each.values["loss"] for each in seen if "loss" in each.values]
    start, generator = tiny_classifier(0), torch.get_rng_state()
    found = rehearse(start, shades(), SPEC)
    assert found.losses == tuple(losses[:STEPS])
    assert same(start, tiny_classifier(0))
    assert torch.equal(torch.get_rng_state(), generator)


def test_the_estimate_is_for_the_whole_training(monkeypatch: pytest.MonkeyPatch):
    # A clock that moves by a second at each look: every step takes the same time.
    now = iter(range(10_000))
    clock = SimpleNamespace(perf_counter=lambda: float(next(now)))
    monkeypatch.setattr("wiseft.rehearse.time", clock)
    found = rehearse(tiny_classifier(0), shades(), SPEC)
    # 18 images in 5 steps an epoch; 20 steps in all.
    assert found.images_per_second * found.seconds == pytest.approx(4 * 18, rel=1e-6)
    twice = rehearse(tiny_classifier(0), shades(), replace(SPEC, epochs=8))
    assert twice.seconds == pytest.approx(2 * found.seconds)


def test_memory_is_told_and_running_out_of_it_noted():
    found = rehearse(with_memory_for(2, tiny_vit()), shades(), SPEC)
    assert "2 images at a time" in found.note
    assert found.peak_bytes is None or found.peak_bytes > 10 * 2**20


@pytest.mark.parametrize("optimizer", ["adamw", "lbfgs"])
def test_features_of_a_part_are_enough_for_the_linear_classifier(optimizer: str):
    spec = replace(SPEC, method="linear", batch_size=2, epochs=2, optimizer=optimizer)
    seen: list[Progress] = []
    found = rehearse(tiny_classifier(0), shades(60), spec, report=seen.append)
    assert max(each.total for each in seen if each.stage.startswith("features")) == 20
    assert found.seconds > 0
    assert len(found.losses) == (10 if optimizer == "adamw" else 2)


def test_classes_with_few_images_are_noted():
    found = rehearse(tiny_classifier(0), shades(), replace(SPEC, shots=10))
    assert "3 classes have fewer than 10 images" in found.note
    assert not rehearse(tiny_classifier(0), shades(), replace(SPEC, shots=6)).note


def test_what_cannot_be_trained_is_refused():
    with pytest.raises(Invalid, match="has 4 blocks; 9"):
        rehearse(tiny_classifier(0), shades(), replace(SPEC, last_blocks=9))
