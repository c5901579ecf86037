"""Commands that make, merge and use checkpoints."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path

from wiseft.cli.command import (
    Command,
    Result,
    add_benchmark,
    add_device,
    add_dtype,
    positive,
)
from wiseft.cli.show import Console, percent
from wiseft.errors import Invalid
from wiseft.workspace import DEMO, Workspace


def _zeroshot_arguments(parser: argparse.ArgumentParser) -> None:
    add_benchmark(parser)
    parser.add_argument(
        "--model", default="demo", help="open_clip architecture, or demo (default: demo)"
    )
    parser.add_argument(
        "--pretrained", help="open_clip tag, or a local checkpoint of that architecture"
    )
    parser.add_argument("--out", type=Path, required=True, help="checkpoint to write")
    add_dtype(parser)
    add_device(parser)


def _zeroshot(options: argparse.Namespace, console: Console) -> Result:
    from wiseft.datasets import open_benchmark
    from wiseft.device import checked_device, default_device
    from wiseft.zeroshot import make_zeroshot

    device = checked_device(options.device) if options.device else default_device()
    benchmark = open_benchmark(options.benchmark)
    classifier = make_zeroshot(
        options.out,
        benchmark,
        options.model,
        options.pretrained,
        dtype=options.dtype,
        device=device,
        report=console.report,
    )
    record = {
        "checkpoint": str(options.out),
        "architecture": classifier.spec.architecture,
        "classes": len(benchmark.class_names),
        "templates": len(benchmark.templates),
    }
    return record, [
        f"Zero-shot classifier of {record['architecture']} for {record['classes']} classes "
        f"from {record['templates']} templates: {options.out}"
    ]


ZEROSHOT = Command(
    name="zeroshot",
    summary="build a zero-shot classifier from class names",
    description="Build the zero-shot classifier of a CLIP model for a benchmark's class names, "
    "and write it as a checkpoint.",
    example="python -m wiseft zeroshot photos/ --model ViT-B-32-quickgelu --pretrained openai "
    "--out zeroshot.safetensors",
    add_arguments=_zeroshot_arguments,
    run=_zeroshot,
    writes=True,
)


def _merge_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("zeroshot", type=Path, help="checkpoint at alpha 0")
    parser.add_argument("finetuned", type=Path, help="checkpoint at alpha 1")
    parser.add_argument("--alpha", type=float, required=True, help="mixing coefficient")
    parser.add_argument("--out", type=Path, required=True, help="checkpoint to write")
    add_dtype(parser)


def _merge(options: argparse.Namespace, console: Console) -> Result:
    from wiseft import checkpoint
    from wiseft.merging import WeightPath

    start, end = checkpoint.load(options.zeroshot), checkpoint.load(options.finetuned)
    path = WeightPath(start.classifier, end.classifier)
    merged = path.at(options.alpha)
    provenance = {
        "made_by": "merge",
        "alpha": options.alpha,
        "extrapolated": path.extrapolating,
        "zeroshot": start.fingerprint,
        "finetuned": end.fingerprint,
    }
    checkpoint.save(options.out, merged, provenance, dtype=options.dtype)
    record = {
        "checkpoint": str(options.out),
        "alpha": options.alpha,
        "extrapolated": path.extrapolating,
    }
    beyond = " (outside 0..1: extrapolated)" if path.extrapolating else ""
    return record, [f"Merged at alpha {options.alpha:g}{beyond}: {options.out}"]


MERGE = Command(
    name="merge",
    summary="write the checkpoint at one alpha",
    description="Interpolate the weights of two checkpoints: (1 - alpha) * zero-shot + "
    "alpha * fine-tuned.",
    example="python -m wiseft merge zeroshot.safetensors finetuned.safetensors --alpha 0.5 "
    "--out merged.safetensors",
    add_arguments=_merge_arguments,
    run=_merge,
    writes=True,
)


def _predict_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("images", type=Path, nargs="+", metavar="IMAGE")
    parser.add_argument("--top", type=positive, default=3, help="classes to print (default: 3)")
    add_device(parser)


def _predict(options: argparse.Namespace, console: Console) -> Result:
    from wiseft import checkpoint
    from wiseft.device import checked_device, default_device
    from wiseft.predict import predict

    device = checked_device(options.device) if options.device else default_device()
    classifier = checkpoint.load(options.checkpoint).classifier.to(device)
    found, lines = [], []
    for image in options.images:
        ranked = predict(classifier, image, options.top, device)
        found.append(
            {"image": str(image), "classes": [{"class": c, "probability": p} for c, p in ranked]}
        )
        lines.append(f"{image}: " + ", ".join(f"{c} {percent(p)} %" for c, p in ranked))
    return {"checkpoint": str(options.checkpoint), "predictions": found}, lines


PREDICT = Command(
    name="predict",
    summary="what a checkpoint says of images",
    description="Print the most probable classes of one or more images.",
    example="python -m wiseft predict merged.safetensors photo.jpg",
    add_arguments=_predict_arguments,
    run=_predict,
)


def _pretrain_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--out",
        type=Path,
        default=DEMO / "clip.safetensors",
        help="CLIP checkpoint to write (default: the shipped one)",
    )
    parser.add_argument("--samples", type=positive, help="image-caption pairs to train on")
    parser.add_argument("--seed", type=int)
    add_device(parser)


def _pretrain(options: argparse.Namespace, console: Console) -> Result:
    from wiseft.device import checked_device, default_device
    from wiseft.pretrain import PretrainSpec, pretrain

    if options.out.is_dir():
        raise Invalid(f"{options.out} is a folder; give the file to write.")
    device = checked_device(options.device) if options.device else default_device()
    given = {k: v for k in ("samples", "seed") if (v := vars(options)[k]) is not None}
    spec = PretrainSpec(**given)
    path = pretrain(options.out, spec, Workspace().images, device=device, report=console.report)
    record = {"checkpoint": str(path), "spec": asdict(spec)}
    return record, [f"Pretrained on {spec.samples:,} image-caption pairs: {path}"]


PRETRAIN = Command(
    name="pretrain",
    summary="pretrain the demo's CLIP model on captioned street signs",
    description="Draw the captioned corpus of street signs and train the demo's small CLIP model "
    "on it by contrast, from random weights (20 to 40 minutes on two cores).",
    example="python -m wiseft pretrain --out clip.safetensors",
    add_arguments=_pretrain_arguments,
    run=_pretrain,
    writes=True,
)
