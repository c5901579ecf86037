"""The weights between two models: theta(alpha) = (1 - alpha) * theta_0 + alpha * theta_1.

Source: Wortsman et al., "Robust fine-tuning of zero-shot models", CVPR 2022, section 3.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from wiseft.classifier import ImageClassifier
from wiseft.compatibility import spec_differences
from wiseft.errors import Incompatible, Invalid
from wiseft.weights import difference

ALIGNMENT = 512
"""Bytes to whose multiples each tensor's place in a buffer is rounded up.

It is what torch's allocators give a tensor of its own, so that kernels choose, and round, as they
do for a model whose weights were never put into a buffer.
"""


class WeightPath:
    """The straight line between two classifiers, and one working model that moves along it.

    The weights of both ends and of the working model each lie in one contiguous buffer per dtype,
    the working model's parameters and buffers being views into it: to move to another alpha is
    one `lerp` per dtype and allocates nothing. Running statistics of BatchNorm are interpolated
    like parameters; integer and boolean buffers are copied from the nearer end.

    Args:
        zeroshot, finetuned: the ends, alpha 0 and 1; they are copied and not changed.
        device: where the path is kept and the working model computes.

    Attributes:
        model: the working model, in eval mode. To convert it to another dtype or memory format
            would give it weights of its own, which no longer move; convert what `merged` returns.
        alpha: where it is; 0 at first.

    Raises:
        Incompatible: where the two are not weights of the same model.
    """

    def __init__(
        self, zeroshot: ImageClassifier, finetuned: ImageClassifier, device: str = "cpu"
    ) -> None:
        check_compatible(zeroshot, finetuned)
        self.model = copy.deepcopy(zeroshot).to(device).eval()
        self._spans = [
            _Span.over(dtype, tensors, finetuned.state_dict())
            for dtype, tensors in _by_dtype(self.model).items()
        ]
        self.alpha = 0.0

    @property
    def extrapolating(self) -> bool:
        """Whether the working model lies outside the two ends."""
        return not 0 <= self.alpha <= 1

    def at(self, alpha: float) -> ImageClassifier:
        """Move the working model to `alpha` and return it.

        At 0 and 1 it has the weights of the ends bit for bit. Outside 0..1 the line is followed
        beyond them.

        Raises:
            Invalid: where alpha is NaN or infinite.
        """
        if not math.isfinite(alpha):
            raise Invalid(f"Alpha must be a finite number, not {alpha}.")
        for span in self._spans:
            span.move(alpha)
        self.alpha = alpha
        return self.model

    def merged(self, alpha: float) -> ImageClassifier:
        """The model at `alpha` as one of its own, after moving the working model there.

        Raises:
            Invalid: where alpha is NaN or infinite.
        """
        working = self.at(alpha)
        # Left to itself, deepcopy would copy the whole buffer along with each view into it.
        own: dict[int, Tensor] = {id(each): each.clone() for each in working.buffers()}
        return copy.deepcopy(working, own)


def check_compatible(zeroshot: ImageClassifier, finetuned: ImageClassifier) -> None:
    """Raise `Incompatible`, with the difference named, where no weights lie between two models."""
    unlike_specs = spec_differences(zeroshot.spec, finetuned.spec)
    if unlike_specs:
        raise Incompatible(f"The two checkpoints cannot be merged: {unlike_specs[0]}.")
    unlike = difference(zeroshot.state_dict(), finetuned.state_dict())
    if unlike:
        raise Incompatible(
            f"The two checkpoints cannot be merged: against the zero-shot one, the fine-tuned "
            f"one {unlike}."
        )


@dataclass(frozen=True, eq=False)
class _Span:
    """The tensors of one dtype: both ends, and between them the memory of the working model.

    Attributes:
        start, end, current: all tensors one after the other [n].
    """

    start: Tensor
    end: Tensor
    current: Tensor

    @classmethod
    def over(
        cls, dtype: torch.dtype, working: Mapping[str, Tensor], finetuned: Mapping[str, Tensor]
    ) -> _Span:
        """Lay out the tensors of the working model, which become views into `current`.

        Args:
            dtype: of all of them.
            working: parameters and buffers of the working model by name, at alpha 0.
            finetuned: tensors of these names (and perhaps others) at alpha 1.
        """
        step = ALIGNMENT // dtype.itemsize
        length = sum(math.ceil(each.numel() / step) * step for each in working.values())
        device = next(iter(working.values())).device
        current = torch.zeros(length, dtype=dtype, device=device)
        end = torch.zeros_like(current)
        offset = 0
        for name, tensor in working.items():
            place = slice(offset, offset + tensor.numel())
            view = current[place].view(tensor.shape)
            view.copy_(tensor.detach())
            end[place].view(tensor.shape).copy_(finetuned[name])
            tensor.data = view
            offset += math.ceil(tensor.numel() / step) * step
        return cls(start=current.clone(), end=end, current=current)

    @torch.no_grad()
    def move(self, alpha: float) -> None:
        """Set the tensors of the working model to those at `alpha`."""
        # lerp at 0 and 1 would lose the sign of zeros.
        if alpha not in (0, 1) and self.current.is_floating_point():
            torch.lerp(self.start, self.end, alpha, out=self.current)
        else:
            self.current.copy_(self.start if alpha < 0.5 else self.end)


def _by_dtype(model: ImageClassifier) -> dict[torch.dtype, dict[str, Tensor]]:
    """Parameters and persistent buffers by dtype and name, a tied one under its first name."""
    grouped: dict[torch.dtype, dict[str, Tensor]] = {}
    seen: set[int] = set()
    for name, tensor in model.state_dict(keep_vars=True).items():
        if id(tensor) not in seen:
            seen.add(id(tensor))
            grouped.setdefault(tensor.dtype, {})[name] = tensor
    return grouped
