"""Fine-tuning like pretraining: images and prompts of their classes, by contrast."""

from __future__ import annotations

import hashlib

import torch
from torch import Tensor

from wiseft import clip
from wiseft.classifier import ImageClassifier
from wiseft.clip import Clip
from wiseft.device import autocast
from wiseft.errors import Incompatible, Invalid
from wiseft.images import Images
from wiseft.methods.batches import Batches
from wiseft.methods.losses import contrastive_loss
from wiseft.methods.objective import Objective
from wiseft.recipes import DEMO_ARCHITECTURE
from wiseft.specs import FinetuneSpec


class Contrastive(Objective):
    """CLIP's loss on images and prompts of their classes, over both towers and the logit scale.

    Each image is paired with one of the class's prompts, drawn anew in every step; other images of
    the same class in the batch count as different. The head is the zero-shot head of the trained
    text tower.
    Source: Goyal et al., "Finetune like you pretrain", CVPR 2023, section 3.

    Args:
        model: the zero-shot classifier, on the device; it is trained in place.
        train: the training images.
        spec: how to train.
        device: where to compute.
        towers: the CLIP model with the text tower (`load_towers`), which is trained in place.
    """

    def __init__(
        self,
        model: ImageClassifier,
        train: Images,
        spec: FinetuneSpec,
        device: str,
        towers: Clip,
    ) -> None:
        towers.model.add_module("visual", model.encoder)
        self.model = model
        self.trained = towers.model.to(device)
        self._clip = towers
        self._spec, self._device = spec, device
        self._batches = Batches(train, model.spec.transform, spec.crop_scale, device)
        self._labels = torch.from_numpy(train.labels)
        prompts = [
            template.replace("{}", name)
            for name in model.spec.class_names
            for template in model.spec.templates
        ]
        shape = len(model.spec.class_names), len(model.spec.templates)
        self._tokens = towers.tokenizer(prompts).unflatten(0, shape)

    def backward(self, places: Tensor, micro_batch: int) -> Tensor:
        """The gradient of the whole batch's loss, whose pairs all depend on each other.

        In parts, all embeddings are computed first, then the gradient of the loss with respect to
        them, then that of each part's embeddings with respect to the weights.
        Source: Gao et al., "Scaling deep contrastive learning batch size under memory limited
        setup", RepL4NLP 2021.
        """
        drawn = torch.randint(self._tokens.shape[1], (len(places),))
        tokens = self._tokens[self._labels[places], drawn].to(self._device)
        texts = tokens.split(micro_batch)
        parts = [pixels for _, pixels in self._batches.parts(places, micro_batch)]
        if len(parts) == 1:
            loss = self._loss(*self._embeddings(parts[0], tokens))
            loss.backward()
            return loss.detach()
        with torch.no_grad():
            found = [self._embeddings(*each) for each in zip(parts, texts, strict=True)]
        images, prompts = (torch.cat(each).requires_grad_() for each in zip(*found, strict=True))
        loss = self._loss(images, prompts)
        loss.backward()
        assert images.grad is not None
        assert prompts.grad is not None
        gradients = zip(
            images.grad.split(micro_batch), prompts.grad.split(micro_batch), strict=True
        )
        for pixels, text, gradient in zip(parts, texts, gradients, strict=True):
            torch.autograd.backward(self._embeddings(pixels, text), gradient)
        return loss.detach()

    def classifier(self) -> ImageClassifier:
        """The trained encoder, with the zero-shot head of the trained text tower."""
        self.trained.eval()
        spec = self.model.spec
        zeroshot = clip.zeroshot_classifier(self._clip, spec.class_names, spec.templates)
        self.model.head.load_state_dict(zeroshot.head.state_dict())
        return self.model.eval()

    def _embeddings(self, pixels: Tensor, tokens: Tensor) -> tuple[Tensor, Tensor]:
        """Of length one, both [b, D]."""
        with autocast(self._device, self._spec.precision):
            return (
                self._clip.model.encode_image(pixels, normalize=True),
                self._clip.model.encode_text(tokens, normalize=True),
            )

    def _loss(self, images: Tensor, texts: Tensor) -> Tensor:
        return contrastive_loss(images, texts, self._clip.model.logit_scale.exp())


def load_towers(classifier: ImageClassifier, text_tower: str | None) -> Clip:
    """The CLIP model that a zero-shot classifier was made of, for its text tower.

    Args:
        classifier: the zero-shot classifier.
        text_tower: open_clip's tag, or a file; None is enough for the demo's model.

    Raises:
        Invalid: where the text tower is not given.
        Incompatible: where the image tower beside it is not the classifier's.
        WiseftError: where it cannot be loaded.
    """
    architecture = classifier.spec.architecture
    if architecture == DEMO_ARCHITECTURE:
        towers = clip.load_clip(clip.DEMO, text_tower)
    elif text_tower is None:
        raise Invalid(
            "The contrastive loss needs the text tower, which a checkpoint does not hold: name "
            f"the open_clip tag or the file of the {architecture} that it was made of."
        )
    else:
        towers = clip.load_clip(architecture, text_tower)
    theirs = towers.encoder.state_dict()
    for name, tensor in classifier.encoder.state_dict().items():
        # Checkpoints may be kept in float16.
        if not torch.allclose(tensor.cpu(), theirs[name], rtol=1e-3, atol=1e-6):
            raise Incompatible(
                f"The text tower in {text_tower or clip.DEMO_FILE.name} does not belong to this "
                f"checkpoint: the image tower beside it has another {name}."
            )
    return towers


def fingerprint(towers: Clip) -> str:
    """SHA-256 (hex) of all weights of a CLIP model."""
    hashed = hashlib.sha256()
    for name, tensor in sorted(towers.model.state_dict().items()):
        hashed.update(name.encode())
        hashed.update(tensor.cpu().contiguous().numpy().data)
    return hashed.hexdigest()
