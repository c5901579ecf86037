from __future__ import annotations

from pathlib import Path

import numpy as np

from tests.shapes import CLASSES, write_shapes
from wiseft import checkpoint, clip
from wiseft.datasets import open_benchmark
from wiseft.zeroshot import make_zeroshot


def test_the_file_is_the_classifier_of_the_benchmark_and_says_how_it_was_made(tmp_path: Path):
    benchmark = open_benchmark(write_shapes(tmp_path / "shapes"))
    out = tmp_path / "zeroshot.safetensors"
    made = make_zeroshot(out, benchmark, provenance={"job": "7"})
    kept = checkpoint.load(out)
    assert kept.classifier.spec.class_names == CLASSES
    towers = clip.load_clip(clip.DEMO)
    expected = clip.zeroshot_classifier(towers, CLASSES, benchmark.templates)
    for classifier in (made, kept.classifier):
        found = classifier.head.weight.detach().numpy()
        np.testing.assert_allclose(found, expected.head.weight.detach().numpy(), rtol=1e-6)
    assert kept.provenance["made_by"] == "zeroshot"
    assert kept.provenance["job"] == "7"
    assert kept.provenance["pretrained"] is None
