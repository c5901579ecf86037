from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from tests import plain
from tests.models import tiny_classifier
from wiseft.errors import Invalid
from wiseft.predict import predict


def test_classes_are_ranked_by_the_probability_of_a_plain_forward_pass(tmp_path: Path):
    model = tiny_classifier(0)
    pixels = np.random.default_rng(0).integers(0, 256, (30, 20, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(tmp_path / "a.png")
    found = predict(model, tmp_path / "a.png", top=2)
    scores = torch.from_numpy(plain.logits(model, [Image.fromarray(pixels)])[0]).softmax(dim=0)
    order = scores.argsort(descending=True)[:2].tolist()
    assert [name for name, _ in found] == [model.spec.class_names[i] for i in order]
    np.testing.assert_allclose([p for _, p in found], scores[order], atol=1e-4)


def test_more_classes_than_there_are_is_all_of_them(tmp_path: Path):
    Image.new("RGB", (1, 1)).save(tmp_path / "a.png")
    assert len(predict(tiny_classifier(0), tmp_path / "a.png", top=100)) == 3


def test_what_is_no_image_is_refused_with_its_path(tmp_path: Path):
    (tmp_path / "a.jpg").write_text("text")
    with pytest.raises(Invalid, match=r"a\.jpg cannot be read: not an image"):
        predict(tiny_classifier(0), tmp_path / "a.jpg")
