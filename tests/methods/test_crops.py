"""Random crops: what is drawn, and what is cut."""

import numpy as np
import pytest
import torch

from wiseft.methods.crops import _at_once, cropped, draw_boxes


@pytest.mark.parametrize("smallest", [0.2, 0.9])
def test_boxes_lie_in_the_image_and_keep_enough_of_it(smallest: float):
    torch.manual_seed(0)
    top, left, height, width = draw_boxes(2000, 64, smallest).double().unbind(dim=1)
    assert min(top.min(), left.min()) == 0
    assert (top + height).max() <= 64
    assert (left + width).max() <= 64
    share, ratio = height * width / 64**2, width / height
    assert share.min() > smallest - 0.04  # sides are whole pixels
    assert ratio.min() > 3 / 4 - 0.05
    assert ratio.max() < 4 / 3 + 0.05
    assert share.min() < smallest + 0.02


def test_corners_are_as_likely_as_each_other():
    torch.manual_seed(0)
    boxes = draw_boxes(4000, 10, 0.5)
    of_eight_rows = boxes[boxes[:, 2] == 8]
    counts = np.bincount(of_eight_rows[:, 0].numpy(), minlength=3)
    assert len(counts) == 3
    assert counts.min() > 0.8 * counts.mean()


def test_the_whole_image_is_left_as_it_is():
    pixels = torch.randint(0, 256, (3, 16, 16, 3), dtype=torch.uint8)
    whole = torch.tensor([[0, 0, 16, 16]] * 3)
    assert torch.equal(cropped(pixels, whole), pixels.permute(0, 3, 1, 2))


@pytest.mark.parametrize("seed", range(3))
def test_all_at_once_is_what_one_by_one_is(seed: int):
    # The filters differ a little: on a smooth image that does not show.
    torch.manual_seed(seed)
    boxes = draw_boxes(6, 32, 0.5)
    rows = torch.linspace(0, 3, 32).sin()[:, None, None]
    columns = torch.linspace(0, 2, 32).cos()[None, :, None]
    shift = torch.rand(6, 1, 1, 3) * 50
    pixels = (100 + shift + 50 * rows + 50 * columns).round().byte()
    one_by_one = cropped(pixels, boxes).int()
    at_once = _at_once(pixels.permute(0, 3, 1, 2), boxes).int()
    assert (one_by_one - at_once).abs().max() <= 3
    assert (one_by_one - pixels.permute(0, 3, 1, 2).int()).abs().max() > 8
