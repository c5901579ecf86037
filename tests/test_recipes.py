from dataclasses import asdict, replace

import pytest

from wiseft import tower
from wiseft.errors import UnknownName
from wiseft.recipes import DEMO_ARCHITECTURE, METHODS, default_spec, learning_rate
from wiseft.specs import FinetuneSpec

SPEC = FinetuneSpec(learning_rate=2.0, warmup_steps=10)


@pytest.mark.parametrize(
    ("step", "rate"),
    [
        (0, 0.2),  # 2 * 1 / 10
        (4, 1.0),  # 2 * 5 / 10
        (9, 2.0),  # the end of the warm-up
        (10, 2.0),  # cos 0
        (55, 1.0),  # half-way from 10 to 100: cos(pi / 2)
        (85, 2 * 0.5 * (1 - 3**0.5 / 2)),  # five sixths of the way: cos(5 pi / 6)
    ],
)
def test_the_rate_by_hand(step: int, rate: float):
    assert learning_rate(step, 100, SPEC) == pytest.approx(rate)


def test_the_rate_falls_to_nearly_zero():
    assert 0 < learning_rate(999, 1000, SPEC) < 1e-5


def test_the_warm_up_takes_a_tenth_at_most():
    long = replace(SPEC, warmup_steps=500)
    assert learning_rate(4, 50, long) == pytest.approx(2.0)
    assert learning_rate(0, 50, long) == pytest.approx(0.4)
    assert learning_rate(0, 5, long) == pytest.approx(2.0)


def test_clip_models_get_the_papers_recipe():
    spec = default_spec("ViT-B-16", "end-to-end")
    assert (spec.learning_rate, spec.batch_size, spec.epochs) == (3e-5, 512, 10)
    assert (spec.weight_decay, spec.warmup_steps, spec.clip_norm) == (0.1, 500, 1.0)


@pytest.mark.parametrize("architecture", ["ViT-B-16", "wiseft-signs"])
def test_a_head_alone_learns_at_a_higher_rate(architecture: str):
    linear = default_spec(architecture, "linear")
    assert linear.method == "linear"
    assert linear.learning_rate > default_spec(architecture, "end-to-end").learning_rate


def test_end_to_end_has_the_defaults_of_the_spec():
    assert default_spec("ViT-B-16", "end-to-end") == FinetuneSpec()


@pytest.mark.parametrize("name", list(METHODS))
@pytest.mark.parametrize("architecture", ["ViT-B-16", DEMO_ARCHITECTURE])
def test_every_method_has_its_options_in_the_spec(architecture: str, name: str):
    spec = default_spec(architecture, name)
    assert METHODS[name].options.items() <= asdict(spec).items()
    assert METHODS[name].title
    assert METHODS[name].summary.endswith(".")
    assert METHODS[name].source


def test_no_two_methods_are_the_same():
    specs = [default_spec("ViT-B-16", name) for name in METHODS]
    assert len(set(specs)) == len(METHODS)


def test_an_unknown_method_is_answered_with_those_that_exist():
    with pytest.raises(UnknownName, match="lp-ft"):
        default_spec("ViT-B-16", "lpft")


def test_the_demos_architecture_is_called_as_its_tower_is():
    assert DEMO_ARCHITECTURE == tower.ARCHITECTURE
