"""A training, step by step; its state after any step is all that it goes on from."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from copy import deepcopy
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from wiseft.classifier import ImageClassifier
from wiseft.clip import Clip
from wiseft.errors import Invalid
from wiseft.images import Images
from wiseft.methods.averaging import MovingAverage
from wiseft.methods.contrastive import Contrastive
from wiseft.methods.end_to_end import EndToEnd
from wiseft.methods.heads import fit_probe, randomize
from wiseft.methods.linear import Linear, features
from wiseft.methods.losses import pull
from wiseft.methods.objective import Objective
from wiseft.methods.solvers import SOLVERS
from wiseft.parallel import Group
from wiseft.progress import Progress, Report
from wiseft.recipes import learning_rate
from wiseft.specs import FinetuneSpec, digest
from wiseft.text import number_of


class Training:
    """A copy of a classifier, in training.

    The random numbers of a step are a function of the seed and the step, so that no state of a
    generator has to be kept. Use it inside `own_random_numbers`.

    Args:
        classifier: the start; it is not changed.
        train: the images to train on.
        spec: how to train; `methods.checks` has found nothing wrong with it.
        device: where to compute.
        report: told about preparations, such as the features of the images.
        towers: the CLIP model that the classifier was made of, for the contrastive loss.
        group: the processes that train this model together; all have the same arguments but for
            `device` and `report`, and are inside `Group.together`.

    Attributes:
        objective: what is minimised.
        step: how many steps have been taken.
        epoch_steps: steps of an epoch.
        steps: of the whole training.
    """

    def __init__(
        self,
        classifier: ImageClassifier,
        train: Images,
        spec: FinetuneSpec,
        device: str,
        report: Report,
        towers: Clip | None = None,
        group: Group | None = None,
    ) -> None:
        model = deepcopy(classifier).eval().to(device).to(memory_format=torch.channels_last)
        self._train, self._spec, self._device, self._report = train, spec, device, report
        self._group = group or Group()
        self.objective = _objective(model, train, spec, device, report, towers, self._group)
        self._parameters = [p for p in self.objective.trained.parameters() if p.requires_grad]
        self._pulls = self._penalties()
        self._optimizer = SOLVERS[spec.optimizer](self._parameters, spec)
        self._average: MovingAverage | None = None
        self._full_batch = spec.optimizer == "lbfgs"
        batch = len(train) if self._full_batch else spec.batch_size
        # As many images in one step as in another, so that none learns from a handful.
        self.epoch_steps = math.ceil(len(train) / batch)
        self.steps = spec.epochs * self.epoch_steps
        self.step = 0
        self._micro_batch = min(batch, len(train))
        self._share = math.ceil(self._micro_batch / self._group.size)
        self._refuse_empty_shares()
        self._batches: list[Tensor] = []
        self._started, self._seen, self._note = 0.0, 0, ""

    def begin(self, state: dict[str, Any] | None = None) -> None:
        """Prepare the first step, or go on from what `state` returned.

        The state has to be one of a training with the same arguments.
        """
        if state is None:
            self._start_head()
            # A probe that was fitted on devices of several kinds is not the same to the last bit.
            self._group.same_(list(self.objective.trained.state_dict().values()))
        else:
            self.objective.trained.load_state_dict(state["trained"])
            self._optimizer.load_state_dict(state["optimizer"])
            self.step, self._micro_batch = state["step"], state["micro_batch"]
        if self._spec.ema_decay:
            self._average = MovingAverage(
                self.objective.trained, self._spec.ema_decay, debiased=self._spec.ema_debiased
            )
            if state is not None:
                self._average.load_state_dict(state["average"])

    def state(self) -> dict[str, Any]:
        """All that training goes on from, bit for bit."""
        return {
            "step": self.step,
            "micro_batch": self._micro_batch,
            "trained": self.objective.trained.state_dict(),
            "optimizer": self._optimizer.state_dict(),
            "average": self._average.state_dict() if self._average else None,
        }

    def advance(self) -> Progress:
        """Take one step; tells `loss`, `lr` and `images_per_second`.

        Raises:
            Invalid: where the loss is not finite, or memory does not suffice for one image.
        """
        epoch, position = divmod(self.step, self.epoch_steps)
        if not self._batches:
            self._begin_epoch(epoch)
        places = self._batches[position]
        rate = 1.0 if self._full_batch else learning_rate(self.step, self.steps, self._spec)
        for group in self._optimizer.param_groups:
            group["lr"] = rate
        loss = float(self._optimizer.step(partial(self._gradients, places)))
        if self._average:
            self._average.update()
        self.step += 1
        self._seen += len(places)
        speed = self._seen / (time.perf_counter() - self._started)
        if self.step % self.epoch_steps == 0:
            self._batches = []
        values = {"loss": loss, "lr": rate, "images_per_second": speed}
        note, self._note = self._note, ""
        return Progress(
            f"epoch {epoch + 1} of {self._spec.epochs}", self.step, self.steps, values, note
        )

    def averaged(self) -> AbstractContextManager[None]:
        """In this block the model has the weights to keep: the moving average, if there is one."""
        return self._average.applied() if self._average else nullcontext()

    def _begin_epoch(self, epoch: int) -> None:
        """Put the images into an order that is a function of seed and epoch."""
        _seed(self._device, self._spec.seed, epoch)
        self._batches = list(torch.randperm(len(self._train)).tensor_split(self.epoch_steps))
        self.objective.train()
        self._started, self._seen = time.perf_counter(), 0

    def _gradients(self, places: Tensor) -> float:
        """Set the gradient of the loss of a batch; returns the loss."""
        loss = self._in_memory(places)
        parts = [each.grad for each in self._parameters if each.grad is not None]
        self._group.sum_([loss, *parts])
        for anchors, strength in self._pulls:
            loss = loss + pull(self._parameters, anchors, strength)
        value = loss.item()
        if not math.isfinite(value):
            raise Invalid(
                f"The loss is no longer a finite number at step {self.step + 1} of {self.steps}; "
                f"lower the learning rate ({self._spec.learning_rate:g}). Finished epochs are kept."
            )
        if not self._full_batch:
            nn.utils.clip_grad_norm_(self._parameters, self._spec.clip_norm)
        return value

    def _in_memory(self, places: Tensor) -> Tensor:
        """The loss of a batch and its gradient, in parts that fit into the device's memory.

        The gradient is that of the whole batch, within rounding, but where layers look at the
        images of a part together (BatchNorm) or draw random numbers (dropout).
        """
        while True:
            # A forward pass that is given up may have changed running statistics.
            buffers = [each.clone() for each in self.objective.trained.buffers()]
            self._optimizer.zero_grad()
            _seed(self._device, self._spec.seed, *divmod(self.step, self.epoch_steps))
            loss = None
            with suppress(torch.OutOfMemoryError):
                loss = self.objective.backward(places, self._micro_batch)
            if not self._group.any(loss is None) and loss is not None:
                return loss
            self._halve()
            for buffer, before in zip(self.objective.trained.buffers(), buffers, strict=True):
                buffer.copy_(before)
            if torch.device(self._device).type == "cuda":
                torch.cuda.empty_cache()

    def _halve(self) -> None:
        most = min(self._micro_batch, self._share)
        if most == 1:
            raise Invalid(
                f"The memory of {self._device} does not suffice to train on a single image at a "
                "time; choose a smaller model, the method linear, or another device."
            )
        self._micro_batch = math.ceil(most / 2)
        self._note = (
            f"Memory ran out: batches go through the model {self._micro_batch} images at a time; "
            "the result is the same within rounding."
        )

    def _penalties(self) -> list[tuple[list[Tensor], float]]:
        """What the parameters are pulled to, and how strongly."""
        pulls = []
        if self._spec.l2_pull:
            pulls.append(([p.detach().clone() for p in self._parameters], self._spec.l2_pull))
        if self._spec.optimizer == "lbfgs" and self._spec.weight_decay:
            zeros = [torch.zeros_like(each) for each in self._parameters]
            pulls.append((zeros, self._spec.weight_decay))
        return pulls

    def _refuse_empty_shares(self) -> None:
        smallest = len(self._train) // self.epoch_steps
        if smallest < self._group.size:
            raise Invalid(
                f"A batch of {number_of(smallest, 'image')} cannot be shared by "
                f"{self._group.size} devices; choose fewer devices or larger batches."
            )

    def _start_head(self) -> None:
        model = self.objective.model
        if self._spec.head == "random":
            _seed(self._device, self._spec.seed, "head")
            randomize(model.head)
        if self._spec.head == "probe":
            found = features(model, self._train, self._device, self._report)
            labels = torch.from_numpy(self._train.labels).to(self._device)
            fit_probe(model.head, found, labels, self._report)


@contextmanager
def own_random_numbers(device: str) -> Iterator[None]:
    """In this block torch's generators may be seeded; afterwards they are as they were before."""
    with torch.random.fork_rng([device] if torch.device(device).type == "cuda" else []):
        yield


def _seed(device: str, *seed: int | str) -> None:
    """Seed the generators of the CPU and of the device."""
    number = int(digest(seed)[:15], 16)
    # torch.manual_seed would do it for every device, and where CUDA is not in use remember each
    # call with its stack.
    torch.default_generator.manual_seed(number)
    kind = torch.device(device).type
    if kind == "cuda":
        with torch.cuda.device(device):
            torch.cuda.manual_seed(number)
    elif kind == "mps":
        torch.mps.manual_seed(number)


def _objective(
    model: ImageClassifier,
    train: Images,
    spec: FinetuneSpec,
    device: str,
    report: Report,
    towers: Clip | None,
    group: Group,
) -> Objective:
    if towers is not None:
        return Contrastive(model, train, spec, device, towers)
    if spec.method == "linear":
        return Linear(model, train, spec, device, report)
    return EndToEnd(model, train, spec, device, group)
