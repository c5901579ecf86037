from __future__ import annotations

import numpy as np
import pytest
import torch

from tests.models import tiny_classifier
from wiseft.classifier import normalize_pixels
from wiseft.errors import Invalid
from wiseft.evaluate import evaluate, logits
from wiseft.images import Images
from wiseft.progress import Progress


def noise(count: int = 10) -> Images:
    random = np.random.default_rng(0)
    return Images(
        "noise",
        "v",
        random.integers(0, 256, (count, 16, 16, 3), dtype=np.uint8),
        np.arange(count) % 3,
        tuple(map(str, range(count))),
        (),
    )


def expected(images: Images) -> np.ndarray:
    model = tiny_classifier(0)
    with torch.no_grad():
        pixels = normalize_pixels(torch.from_numpy(images.pixels), model.spec.transform)
        return model(pixels).numpy()


@pytest.mark.parametrize("batch_size", [1, 3, 10, 64])
def test_logits_are_those_of_the_model_in_batches_of_any_size(batch_size: int):
    found = logits(tiny_classifier(0), noise(), batch_size=batch_size)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected(noise()), atol=1e-3)


def test_a_model_in_training_mode_is_evaluated_in_eval_mode():
    model = tiny_classifier(0).train()
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    np.testing.assert_allclose(logits(model, noise()), expected(noise()), atol=1e-3)
    assert all(torch.equal(before[name], t) for name, t in model.state_dict().items())


def test_one_forward_pass_answers_every_subset(monkeypatch: pytest.MonkeyPatch):
    model, calls = tiny_classifier(0), []
    forward = model.forward
    monkeypatch.setattr(model, "forward", lambda x: (calls.append(1), forward(x))[1])
    whole, part = evaluate(model, noise(), [None, (0, 2)])
    assert len(calls) == 1
    scores = expected(noise())
    assert np.array_equal(whole.predicted, scores.argmax(axis=1))
    kept = noise().labels != 1
    assert np.array_equal(part.predicted, 2 * scores[kept][:, [0, 2]].argmax(axis=1))


def test_progress_counts_images():
    seen: list[Progress] = []
    logits(tiny_classifier(0), noise(), batch_size=4, report=seen.append)
    assert [(each.done, each.total) for each in seen] == [(4, 10), (8, 10), (10, 10)]


def test_bfloat16_is_close_and_not_the_same():
    found = logits(tiny_classifier(0), noise(), precision="bfloat16")
    assert not np.array_equal(found, logits(tiny_classifier(0), noise()))
    np.testing.assert_allclose(found, expected(noise()), atol=2)


def test_logits_that_are_no_numbers_are_refused():
    model = tiny_classifier(0)
    with torch.no_grad():
        model.head.bias[0] = float("inf")
    seen: list[Progress] = []
    with pytest.raises(Invalid, match="not finite numbers on 'noise'; evaluate in float32"):
        logits(model, noise(), batch_size=4, report=seen.append)
    assert not seen  # the first batch tells, before time is spent on the others
