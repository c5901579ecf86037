"""What two checkpoints are and how far they are apart, in sentences and as HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import pandas as pd

from wiseft.app.html import column_heads, html_table, number_cells
from wiseft.charts.classes import WORDS
from wiseft.checkpoint_files import CheckpointFile
from wiseft.text import NOTHING, number_of, percent

PRECISIONS = {"F64": "float64", "F32": "float32", "F16": "float16", "BF16": "bfloat16"}
"""The words for how the format spells them."""

_MAKERS = {"zeroshot": "from class names", "finetune": "by fine-tuning", "merge": "by mixing two"}

NAMED = 5
"""Class names that are shown before the rest is counted."""

FINGERPRINT = 12
"""Hex digits of a fingerprint that are shown."""


def distance_sentence(layers: pd.DataFrame, overall: float) -> str:
    """How far fine-tuning moved the weights, and where most.

    Args:
        layers: from `distances.layer_table`, with one layer at least.
        overall: the relative distance of all weights.
    """
    moved = layers[layers["distance"] > 0]
    if moved.empty:
        return "These two checkpoints hold the same weights"
    name, share = max(zip(moved["layer"], moved["relative"], strict=True), key=lambda row: row[1])
    layer = name if name.startswith(("block", "stage")) else f"the {name}"
    if len(moved) == 1:
        return f"Fine-tuning moved {layer} alone, by {percent(share)} of its norm"
    return (
        f"Fine-tuning moved the weights by {percent(overall)} of their norm, and {layer} most, by "
        f"{percent(share)}"
    )


def fit_sentences(phrases: Sequence[str]) -> list[str]:
    """Whether two checkpoints fit together, from `checkpoint_files.differences`."""
    if not phrases:
        return [
            "They fit together: the same architecture, activation, classes and preprocessing, and "
            "the same tensors in both files."
        ]
    return [f"{phrase[0].upper()}{phrase[1:]}." for phrase in phrases]


def checkpoints_table(zeroshot: CheckpointFile, finetuned: CheckpointFile) -> str:
    """What each of two checkpoints says of itself, side by side."""
    ours, theirs = _facts(zeroshot), _facts(finetuned)
    body = "".join(
        f'<tr><th scope="row">{name}</th><td>{ours[name]}</td><td>{theirs[name]}</td></tr>'
        for name in ours
    )
    heads = ['<th scope="col"></th>']
    heads += [
        f'<th scope="col"><span class="word {end}">{word}</span></th>'
        for end, word in WORDS.items()
    ]
    return html_table("numbers pair", "The two checkpoints", heads, body)


def layers_in_numbers(layers: pd.DataFrame) -> str:
    """A row a layer, from `distances.layer_table`."""
    heads = column_heads("Layer", "Tensors", "Values", "Norm", "Distance", "Relative")
    body = "".join(
        f'<tr><th scope="row">{escape(row["layer"])}</th>'
        + number_cells(
            f"{row['tensors']:,}",
            f"{row['values']:,}",
            f"{row['norm']:.4g}",
            f"{row['distance']:.4g}",
            f"<b>{percent(row['relative'])}</b>",
        )
        + "</tr>"
        for row in layers.to_dict("records")
    )
    return html_table("numbers", "Distance of every layer", heads, body)


def _facts(file: CheckpointFile) -> dict[str, str]:
    """What a checkpoint is, as HTML by what it is about."""
    info, spec = file.info, file.info.spec
    transform = spec.transform
    return {
        "File": f"{escape(str(file.path))} <small>{info.size / 1e6:,.1f} MB</small>",
        "Architecture": escape(spec.architecture),
        "Classes": _classes(spec.class_names),
        "Weights": f"{file.parameters:,} <small>in {_precision(file)}</small>",
        "Preprocessing": f"{transform.size} × {transform.size} pixels, "
        f"{transform.interpolation}, {transform.resize_mode}",
        "Made": _made(info.provenance),
        "Created": escape(_created(info.provenance)),
        "Versions": escape(_words(info.provenance.get("versions", {}))) or NOTHING,
        "Fingerprint": f'<span title="{escape(info.fingerprint)}">'
        f"{escape(info.fingerprint[:FINGERPRINT])}…</span>",
    }


def _classes(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMED:,} more" if len(names) > NAMED else ""
    listed = escape(", ".join(names[:NAMED]) + more)
    return f"{number_of(len(names), 'class')} <small>{listed}</small>"


def _precision(file: CheckpointFile) -> str:
    return PRECISIONS.get(file.precision, file.precision)


def _made(provenance: Mapping[str, Any]) -> str:
    """How it was made, and in small type all that it was made with."""
    made = {k: v for k, v in provenance.items() if k not in ("created", "versions")}
    by, of = str(made.pop("made_by", "")), made.pop("benchmark", None)
    what = _MAKERS.get(by, by) + ("" if of is None else f", {of}")
    settings = made.pop("finetune", {})
    with_what = ", ".join(filter(None, (_words(made), _words(settings))))
    small = f" <small>{escape(with_what)}</small>" if with_what else ""
    return f"{escape(what)}{small}".strip() or NOTHING


def _created(provenance: Mapping[str, Any]) -> str:
    """The time of making without its letter, in UTC."""
    created = provenance.get("created")
    if not isinstance(created, str):
        return NOTHING
    return created.replace("T", " ").replace("+00:00", " UTC")


def _words(value: Any) -> str:
    """JSON in words: "method linear, epochs 8"."""
    if isinstance(value, Mapping):
        parts = ((str(key).replace("_", " "), each) for key, each in value.items())
        return ", ".join(f"{key} {_words(each)}" for key, each in parts if each is not None)
    return str(value)
