"""Training images by their places, cropped and normalised on the device."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import torch
from torch import Tensor

from wiseft.classifier import normalize_pixels
from wiseft.images import Images
from wiseft.methods.crops import cropped, draw_boxes
from wiseft.parallel import Group
from wiseft.specs import Transform


@dataclass(frozen=True, eq=False)
class Batches:
    """Where the image batches of a training come from.

    Attributes:
        images: the training set.
        transform: of the model.
        crop_scale: smallest share of the area that a crop keeps; 1 for no crops.
        device: of the result.
        group: with whom each batch is shared.
    """

    images: Images
    transform: Transform
    crop_scale: float
    device: str
    group: Group = field(default_factory=Group)

    def parts(self, places: Tensor, size: int) -> Iterator[tuple[Tensor, Tensor]]:
        """This process's share of a batch, up to `size` images a part: places, pixels [b, 3, S, S].

        The random numbers of the whole batch are drawn at once, before the first part. Going
        through the returned parts reads the images.
        """
        boxes = None
        if self.crop_scale < 1:
            boxes = draw_boxes(len(places), self.transform.size, self.crop_scale)
        return self._parts(places, boxes, size)

    def _parts(
        self, places: Tensor, boxes: Tensor | None, size: int
    ) -> Iterator[tuple[Tensor, Tensor]]:
        for part in self.group.share(torch.arange(len(places))).split(size):
            read = self.images.pixels[places[part].numpy()]
            pixels = torch.from_numpy(read).to(self.device)
            if boxes is not None:
                pixels = cropped(pixels, boxes[part])
            yield places[part], normalize_pixels(pixels, self.transform)
