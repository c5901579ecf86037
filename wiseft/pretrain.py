"""Contrastive pretraining of the demo's CLIP model on captioned street signs.

Images and captions of a batch are pulled together where they belong to each other and pushed apart
where they do not (Radford et al., ICML 2021, section 2.3). Real CLIP models come ready-made; this
small one is made here, so that the demo works without any download and can be made again.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import save_file
from torch import Tensor, nn

from wiseft.classifier import normalize_pixels
from wiseft.clip import Clip, OpenClip, load_clip
from wiseft.datasets.signs import Corpus
from wiseft.device import autocast
from wiseft.errors import Invalid
from wiseft.files import written_aside
from wiseft.images import load_images
from wiseft.methods.losses import contrastive_loss
from wiseft.progress import Progress, Report, silent
from wiseft.recipes import learning_rate
from wiseft.specs import Precision
from wiseft.tower import ARCHITECTURE

REPORT_EVERY = 20
"""Steps between two reports."""


@dataclass(frozen=True)
class PretrainSpec:
    """How the demo's CLIP model is pretrained.

    Attributes:
        corpus_size: pictures with captions in the corpus.
        samples: pictures shown in all, repetitions included.
        batch_size: pictures a step; small batches learn faster a sample here.
        learning_rate: the highest value of the schedule.
        betas: AdamW's decay rates of the two moments.
        weight_decay: AdamW's decoupled decay, of matrices and kernels only.
        warmup_steps: steps over which the learning rate rises linearly from zero; a tenth of all
            steps at most.
        clip_norm: largest norm of the gradient over all parameters.
        max_shift: how many pixels a picture may be moved each way.
        seed: of the first weights, the order of the pictures and their shifts.
        precision: of the forward pass; weights and optimiser stay in float32.
    """

    corpus_size: int = 72_000
    samples: int = 230_000
    batch_size: int = 64
    learning_rate: float = 2e-3
    betas: tuple[float, float] = (0.9, 0.98)
    weight_decay: float = 0.05
    warmup_steps: int = 300
    clip_norm: float = 1.0
    max_shift: int = 4
    seed: int = 0
    precision: Precision = "bfloat16"

    @property
    def steps(self) -> int:
        """Optimiser steps in all."""
        return self.samples // self.batch_size


def pretrain(
    path: Path,
    spec: PretrainSpec,
    cache: Path,
    device: str = "cpu",
    report: Report = silent,
) -> Path:
    """Pretrain `wiseft-signs` from scratch and save the whole CLIP model.

    Args:
        path: of the safetensors file: weights in float16, and metadata (JSON under `wiseft`).
        spec: how; the defaults make the shipped model, in ten minutes on one CPU core.
        cache: folder for the drawn pictures of the corpus; used again by later calls.
        device: where to compute.
        report: receives `loss`, `lr`, `images_per_second` and `logit_scale`.

    Returns:
        `path`.

    Raises:
        Invalid: where the spec shows fewer pictures than one batch holds.
        StorageError: where `path` or `cache` cannot be written.
    """
    if spec.samples < spec.batch_size or spec.corpus_size < spec.batch_size:
        raise Invalid(
            f"Pretraining needs at least one batch of {spec.batch_size} pictures; "
            f"raise samples ({spec.samples}) or corpus_size ({spec.corpus_size})."
        )
    corpus = Corpus(spec.corpus_size)
    with torch.random.fork_rng():
        torch.manual_seed(spec.seed)
        clip = load_clip(ARCHITECTURE)
    pixels = load_images(corpus, clip.transform, cache, report).pixels
    tokens = clip.tokenizer(corpus.captions())
    with small_vocabulary(clip.model, tokens) as tokens:
        loss = _train(clip, pixels, tokens, spec, device, report)
    _save(path, clip, {"spec": asdict(spec), "corpus": corpus.version(), "loss": loss})
    return path


@contextmanager
def small_vocabulary(model: OpenClip, tokens: Tensor) -> Iterator[Tensor]:
    """Leave only the token embeddings that are used in place, and put them back afterwards.

    AdamW would otherwise visit 49,408 rows a step for the few that occur. What the model says of
    these texts is not changed. Rows of tokens that do not occur are zero afterwards, since they
    have learnt nothing, and zeros take no room in a compressed file.

    Args:
        model: the CLIP model; changed in place.
        tokens: ids [N, L] of every text that will be used inside.

    Yields:
        The tokens [N, L] as ids of the small vocabulary.
    """
    # The text tower takes a text's embedding from its end token, which it knows by its highest id;
    # `unique` sorts, so that this holds in the small vocabulary too.
    used, remapped = torch.unique(tokens, return_inverse=True)
    rows = model.get_parameter("token_embedding.weight").detach()
    size = len(rows)
    model.token_embedding = nn.Embedding.from_pretrained(rows[used], freeze=False)
    yield remapped
    rows = model.get_parameter("token_embedding.weight").detach()
    full = rows.new_zeros(size, rows.shape[1])
    full[used.to(rows.device)] = rows
    model.token_embedding = nn.Embedding.from_pretrained(full, freeze=False)


def _train(
    clip: Clip,
    pixels: NDArray[np.uint8],
    tokens: Tensor,
    spec: PretrainSpec,
    device: str,
    report: Report,
) -> float:
    """Train in place; the mean loss of the last `REPORT_EVERY` steps."""
    model = clip.model.to(device).to(memory_format=torch.channels_last).train()
    optimizer = _optimizer(model, spec)
    losses: list[float] = []
    started = time.monotonic()
    for step, (batch, places) in enumerate(_batches(pixels, spec)):
        rate = learning_rate(step, spec.steps, spec)
        for group in optimizer.param_groups:
            group["lr"] = rate
        images = normalize_pixels(torch.from_numpy(batch).to(device), clip.transform)
        with autocast(device, spec.precision):
            image_features = model.encode_image(images, normalize=True)
            text_features = model.encode_text(tokens[places].to(device), normalize=True)
        loss = contrastive_loss(image_features, text_features, model.logit_scale.exp())
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), spec.clip_norm)
        optimizer.step()
        losses.append(loss.item())
        done = step + 1
        if done % REPORT_EVERY == 0 or done == spec.steps:
            values = {
                "loss": float(np.mean(losses[-REPORT_EVERY:])),
                "lr": rate,
                "images_per_second": done * spec.batch_size / (time.monotonic() - started),
                "logit_scale": model.logit_scale.exp().item(),
            }
            report(Progress("pretraining", done, spec.steps, values))
    model.eval()
    return float(np.mean(losses[-REPORT_EVERY:]))


def _optimizer(model: nn.Module, spec: PretrainSpec) -> torch.optim.Optimizer:
    """AdamW that lets biases, gains and the logit scale grow as they must."""
    parameters = list(model.parameters())
    groups = [
        {"params": [p for p in parameters if p.ndim >= 2], "weight_decay": spec.weight_decay},
        {"params": [p for p in parameters if p.ndim < 2], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, betas=spec.betas)


def _batches(
    pixels: NDArray[np.uint8], spec: PretrainSpec
) -> Iterator[tuple[NDArray[np.uint8], NDArray[np.int64]]]:
    """Batches [B, S, S, 3] of moved pictures, and their places in the corpus [B]."""
    rng = np.random.default_rng(spec.seed)
    order = np.empty(0, dtype=np.int64)
    for _ in range(spec.steps):
        if len(order) < spec.batch_size:
            order = rng.permutation(len(pixels))
        # In ascending order, which is how a memory map is read fastest.
        places, order = np.sort(order[: spec.batch_size]), order[spec.batch_size :]
        yield shifted(pixels[places], spec.max_shift, rng), places


def shifted(images: NDArray[np.uint8], most: int, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Images [B, S, S, C], each moved by up to `most` pixels; edges are repeated outwards."""
    size = images.shape[1]
    padded = np.pad(images, ((0, 0), (most, most), (most, most), (0, 0)), mode="edge")
    corners = rng.integers(0, 2 * most + 1, (len(images), 2))
    moved = [
        image[top : top + size, left : left + size]
        for image, (top, left) in zip(padded, corners, strict=True)
    ]
    return np.stack(moved)


def _save(path: Path, clip: Clip, record: dict[str, object]) -> None:
    """Write all weights in float16, with what they are and how they were made."""
    weights = {
        name: tensor.detach().to("cpu", torch.float16).contiguous()
        for name, tensor in clip.model.state_dict().items()
    }
    metadata = json.dumps({"architecture": clip.architecture, **record})
    with written_aside(path) as temporary:
        save_file(weights, temporary, metadata={"wiseft": metadata})
