"""A CLIP model and a benchmark to a zero-shot checkpoint."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from wiseft import checkpoint, clip
from wiseft.classifier import ImageClassifier
from wiseft.datasets.base import Benchmark
from wiseft.progress import Report, silent


def make_zeroshot(
    out: Path,
    benchmark: Benchmark,
    model: str = clip.DEMO,
    pretrained: str | None = None,
    *,
    dtype: checkpoint.FileDtype = "float32",
    device: str = "cpu",
    provenance: Mapping[str, Any] | None = None,
    report: Report = silent,
) -> ImageClassifier:
    """Write the zero-shot classifier of a CLIP model for the classes of a benchmark.

    Args:
        out: the checkpoint to write.
        benchmark: its class names and templates are what the text tower reads.
        model: an architecture of open_clip, or "demo".
        pretrained: a tag of open_clip, or a local file of that architecture; None for the demo.
        dtype: of the weights in the file.
        device: where to compute.
        provenance: what the checkpoint shall say of itself beside that.
        report: told how many classes have been read.

    Raises:
        WiseftError: where the model cannot be loaded, or the file not be written.
    """
    towers = clip.load_clip(model, pretrained, device)
    classifier = clip.zeroshot_classifier(
        towers, benchmark.class_names, benchmark.templates, report=report
    )
    made = {
        "made_by": "zeroshot",
        "benchmark": benchmark.title,
        "model": model,
        "pretrained": None if pretrained is None else Path(pretrained).name,
    }
    checkpoint.save(out, classifier, {**made, **(provenance or {})}, dtype=dtype)
    return classifier
