"""A classifier and images to predictions: one forward pass over a set."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from wiseft.classifier import ImageClassifier, normalize_pixels
from wiseft.device import autocast
from wiseft.errors import Invalid
from wiseft.images import Images
from wiseft.predictions import Predictions
from wiseft.progress import Progress, Report, silent
from wiseft.specs import Precision


def evaluate(
    classifier: ImageClassifier,
    images: Images,
    class_subsets: Sequence[tuple[int, ...] | None] = (None,),
    *,
    batch_size: int = 64,
    device: str = "cpu",
    precision: Precision = "float32",
    report: Report = silent,
) -> list[Predictions]:
    """What `classifier` says of `images`, once for each subset of the classes.

    All answers come from one forward pass; arguments and errors as in `logits`.
    """
    scores = logits(
        classifier,
        images,
        batch_size=batch_size,
        device=device,
        precision=precision,
        report=report,
    )
    return [Predictions.from_logits(scores, images.labels, each) for each in class_subsets]


@torch.inference_mode()
def logits(
    classifier: ImageClassifier,
    images: Images,
    *,
    batch_size: int = 64,
    device: str = "cpu",
    precision: Precision = "float32",
    report: Report = silent,
) -> NDArray[np.float32]:
    """Logits [N, C] of every image.

    Args:
        classifier: on `device`; it is put in eval mode and left there.
        images: decoded for the classifier's transform.
        batch_size: images a forward pass; on a CPU small batches are the faster ones.
        device: where the classifier is.
        precision: of the forward pass.
        report: told how many images are done.

    Raises:
        Invalid: where a logit is not a finite number.
    """
    classifier.eval()
    scores = np.empty((len(images), len(classifier.spec.class_names)), dtype=np.float32)
    for start in range(0, len(images), batch_size):
        batch = torch.from_numpy(np.array(images.pixels[start : start + batch_size])).to(device)
        pixels = normalize_pixels(batch, classifier.spec.transform)
        with autocast(device, precision):
            found = classifier(pixels)
        done = start + len(batch)
        scores[start:done] = found.float().cpu().numpy()
        if not np.isfinite(scores[start:done]).all():
            raise Invalid(
                f"In {precision} the model gives logits that are not finite numbers on "
                f"{images.name!r}; evaluate in float32, fine-tune again with a lower learning "
                "rate, or take an alpha nearer to the two models."
            )
        report(Progress(f"evaluating {images.name}", done, len(images)))
    return scores
