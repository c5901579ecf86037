"""Two ends of a path over real images: a zero-shot classifier, and the same fine-tuned."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from wiseft import checkpoint, clip
from wiseft.datasets.base import Benchmark
from wiseft.finetune import finetune
from wiseft.images import load_images
from wiseft.recipes import default_spec


def tuned_ends(
    folder: Path,
    benchmark: Benchmark,
    *,
    epochs: int,
    model: str = clip.DEMO,
    pretrained: str | None = None,
) -> tuple[Path, Path]:
    """Checkpoints of the zero-shot classifier of a model, and of it after `epochs` end-to-end."""
    towers = clip.load_clip(model, pretrained)
    start = clip.zeroshot_classifier(towers, benchmark.class_names, benchmark.templates)
    spec = replace(
        default_spec(start.spec.architecture, "end-to-end"), epochs=epochs, batch_size=32
    )
    train = load_images(benchmark.train, start.spec.transform, folder / "images")
    end = finetune(start, train, spec, folder / "epochs")
    paths = folder / "zeroshot.safetensors", folder / "finetuned.safetensors"
    for path, classifier in zip(paths, (start, end), strict=True):
        checkpoint.save(path, classifier, {})
    return paths
