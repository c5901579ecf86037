"""What training minimises, as the training loop sees it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable

from torch import Tensor, nn

from wiseft.classifier import ImageClassifier
from wiseft.evaluate import evaluate
from wiseft.images import Images
from wiseft.predictions import Predictions
from wiseft.progress import Report


def accumulate(losses: Iterable[Tensor]) -> Tensor:
    """Add the gradients of the parts of a batch.

    Args:
        losses: of each part, a scalar weighted by the part's share of the batch; the next is
            computed when the graph of the one before has been let go.

    Returns:
        their sum, the mean loss of the batch.
    """
    total = None
    for loss in losses:
        loss.backward()
        total = loss.detach() if total is None else total + loss.detach()
    assert total is not None, "a batch has images"
    return total


class Objective(ABC):
    """A loss of the training images, as a function of the weights that are trained.

    Attributes:
        model: the classifier in training, on the device.
        trained: the module whose parameters are trained, where they require a gradient, and whose
            state is kept to resume.
    """

    model: ImageClassifier
    trained: nn.Module

    @abstractmethod
    def backward(self, places: Tensor, micro_batch: int) -> Tensor:
        """Add the gradient of a batch's mean loss to that of the parameters.

        Random numbers are drawn for the whole batch first, so that they do not depend on how it
        is divided. Where several processes share the batch, this one's part of it is added.

        Args:
            places: of the images in the training set [B], on the CPU.
            micro_batch: images that go through the model at a time.

        Returns:
            the mean loss, a scalar; this process's part of it where several share the batch.
        """

    def train(self) -> None:
        """Put what is trained into training mode."""
        self.trained.train()

    def classifier(self) -> ImageClassifier:
        """The classifier as it is at this moment, in eval mode."""
        return self.model.eval()

    def predict(self, images: Images, device: str, report: Report) -> Predictions:
        """What the classifier, as it is at this moment, says of a set."""
        return evaluate(self.classifier(), images, device=device, report=report)[0]
