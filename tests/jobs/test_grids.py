from __future__ import annotations

import pytest

from wiseft.errors import Invalid
from wiseft.jobs import Request, finetune_grid

REQUEST = Request("finetune", {"zeroshot": "z", "spec": {"seed": 3}, "name": "photos"}, "Photos")


def test_a_grid_has_every_combination_once():
    rates, epochs = [1e-5, 3e-5], [5, 10, 20]
    requests = finetune_grid(REQUEST, {"learning_rate": rates, "epochs": epochs})
    specs = [each.arguments["spec"] for each in requests]
    assert [(spec["learning_rate"], spec["epochs"]) for spec in specs] == [
        (rate, epoch) for rate in rates for epoch in epochs
    ]
    assert {spec["seed"] for spec in specs} == {3}
    assert len({each.arguments["name"] for each in requests}) == 6
    assert requests[0].arguments["name"] == "photos-learning-rate-1e-05-epochs-5"
    assert requests[0].title == "Photos, learning rate 1e-05, epochs 5"
    assert REQUEST.arguments["spec"] == {"seed": 3}


def test_without_settings_there_is_the_one_request():
    assert finetune_grid(REQUEST, {}) == (REQUEST,)


def test_a_setting_without_values_is_refused():
    with pytest.raises(Invalid, match="'epochs'"):
        finetune_grid(REQUEST, {"epochs": []})
