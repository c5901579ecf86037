"""What cannot be trained, found before any work is done."""

from __future__ import annotations

from collections.abc import Iterator

from torch.nn.modules.batchnorm import _BatchNorm

from wiseft.classifier import ImageClassifier
from wiseft.errors import Invalid
from wiseft.images import Images
from wiseft.methods.parts import blocks
from wiseft.settings import refuse_one_device_only, refuse_unusable_settings
from wiseft.specs import FinetuneSpec


def refuse_unusable(
    spec: FinetuneSpec, classifier: ImageClassifier, train: Images, devices: int = 1
) -> None:
    """Raise `Invalid`, with the first problem in a sentence, where this cannot be trained."""
    for problem in _of_images(classifier, train):
        raise Invalid(problem)
    refuse_unusable_settings(spec)
    if spec.last_blocks is not None:
        count = len(blocks(classifier.encoder))
        if not 1 <= spec.last_blocks <= count:
            raise Invalid(
                f"The encoder of {classifier.spec.architecture} has {count} blocks; "
                f"{spec.last_blocks} of them cannot be trained."
            )
    if devices > 1:
        refuse_one_device_only(spec)
        if any(isinstance(module, _BatchNorm) for module in classifier.encoder.modules()):
            raise Invalid(
                f"The encoder of {classifier.spec.architecture} has BatchNorm layers, which look "
                "at all images of a batch together, on one device; choose 1 device."
            )


def _of_images(classifier: ImageClassifier, train: Images) -> Iterator[str]:
    classes = classifier.head.out_features
    if len(train) == 0:
        yield "There are no training images."
    elif not 0 <= train.labels.min() <= train.labels.max() < classes:
        yield (
            f"The training images have class ids {train.labels.min()} to {train.labels.max()}, "
            f"the checkpoint has {classes} classes; make it anew for the classes of these images."
        )
