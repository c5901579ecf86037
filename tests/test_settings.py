from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest

from wiseft.errors import Invalid
from wiseft.recipes import METHODS, default_spec
from wiseft.settings import refuse_unusable_settings
from wiseft.specs import FinetuneSpec


@pytest.mark.parametrize("method", list(METHODS))
def test_every_method_can_be_used_as_it_is(method: str):
    refuse_unusable_settings(default_spec("ViT-B-32", method))


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"learning_rate": math.nan}, "learning rate"),
        ({"learning_rate": 0.0}, "learning rate"),
        ({"epochs": 0}, "Epochs"),
        ({"weight_decay": -0.1}, "weight decay"),
        ({"label_smoothing": 1.0}, "label smoothing"),
        ({"distillation": 1.5}, "distillation"),
        ({"ema_decay": 1.0}, "moving average"),
        ({"shots": 0}, "image a class"),
        ({"method": "magic"}, "'magic'"),
        ({"precision": "float16"}, "float16"),
        ({"optimizer": "lbfgs"}, "L-BFGS"),
        ({"loss": "contrastive", "label_smoothing": 0.1}, "label smoothing"),
    ],
)
def test_what_cannot_be_used_is_named(settings: dict[str, Any], said: str):
    with pytest.raises(Invalid, match=said):
        refuse_unusable_settings(replace(FinetuneSpec("end-to-end"), **settings))
