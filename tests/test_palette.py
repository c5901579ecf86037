from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiseft.palette import DARK, LIGHT, Palette, mix, palette

SCHEMES = pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])

XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
"""From linear sRGB to CIE XYZ, D65."""

VISION = {
    "normal": np.eye(3),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
}
"""On linear sRGB; Machado, Oliveira and Fernandes, IEEE TVCG 15 (2009), severity 1."""


def linear(colour: str) -> np.ndarray:
    encoded = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)


def lab(colour: str, vision: np.ndarray) -> np.ndarray:
    t = XYZ @ np.clip(vision @ linear(colour), 0, 1) / XYZ.sum(axis=1)
    f = np.where(t > 216 / 24389, np.cbrt(t), (24389 / 27 * t + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def distance(a: str, b: str, vision: str) -> float:
    """CIE 1976 colour difference; about 2 can just be noticed side by side."""
    return float(np.linalg.norm(lab(a, VISION[vision]) - lab(b, VISION[vision])))


def contrast(a: str, b: str) -> float:
    """As in WCAG 2: from 1 to 21."""
    darker, lighter = sorted(float(XYZ[1] @ linear(colour)) for colour in (a, b))
    return (lighter + 0.05) / (darker + 0.05)


def test_the_measures_agree_with_known_values():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    np.testing.assert_allclose(lab("#ff0000", np.eye(3)), [53.24, 80.09, 67.20], atol=0.02)
    red_and_green = ("#c00000", "#6b6b00")
    assert distance(*red_and_green, "deuteranopia") < distance(*red_and_green, "normal") / 3


@SCHEMES
@pytest.mark.parametrize("vision", VISION)
def test_gain_and_loss_cannot_be_taken_for_an_end_or_each_other(scheme: Palette, vision: str):
    ramp = (scheme.zeroshot, scheme.midway, scheme.finetuned)
    assert distance(scheme.gain, scheme.loss, vision) > 20
    for sign in (scheme.gain, scheme.loss):
        assert min(distance(sign, colour, vision) for colour in ramp) > 30


@SCHEMES
@pytest.mark.parametrize("vision", VISION)
def test_the_ends_and_the_single_shifts_are_told_apart(scheme: Palette, vision: str):
    assert distance(scheme.zeroshot, scheme.finetuned, vision) > 60
    assert min(distance(a, b, vision) for a, b in combinations(scheme.shifts, 2)) > 10


@SCHEMES
@pytest.mark.parametrize("vision", VISION)
def test_wrong_classes_are_told_apart_and_from_what_is_correct(scheme: Palette, vision: str):
    assert min(distance(a, b, vision) for a, b in combinations(scheme.taken, 2)) > 10
    assert min(distance(a, scheme.gain, vision) for a in scheme.taken) > 10


@SCHEMES
@pytest.mark.parametrize("vision", VISION)
def test_further_runs_cannot_be_taken_for_each_other_the_ramp_or_the_ensemble(
    scheme: Palette, vision: str
):
    others = [scheme.ensemble, *(scheme.ramp(alpha) for alpha in np.linspace(0, 1, 21))]
    assert min(distance(a, b, vision) for a, b in combinations(scheme.runs, 2)) > 20
    assert min(distance(run, other, vision) for run in scheme.runs for other in others) > 9


@SCHEMES
def test_text_is_legible_on_paper_and_marks_are_visible(scheme: Palette):
    words = ("ink", "muted", "zeroshot", "finetuned", "midway", "gain", "loss")
    assert min(contrast(getattr(scheme, word), scheme.paper) for word in words) > 4.5
    assert min(contrast(colour, scheme.paper) for colour in scheme.shifts + scheme.runs) > 3


@SCHEMES
def test_the_ramp_goes_from_zero_shot_through_violet_to_fine_tuned(scheme: Palette):
    assert [scheme.ramp(alpha) for alpha in (0, 0.5, 1)] == [
        scheme.zeroshot,
        scheme.midway,
        scheme.finetuned,
    ]
    assert (scheme.ramp(-0.5), scheme.ramp(1.5)) == (scheme.zeroshot, scheme.finetuned)
    assert scheme.ramp(0.25) == mix(scheme.zeroshot, scheme.midway, 0.5)


def test_greys_are_ink_mixed_into_paper():
    assert mix("#ffffff", "#000000", 0.4) == "#666666"
    assert LIGHT.grid == mix(LIGHT.ink, LIGHT.paper, 0.12)
    assert contrast(LIGHT.muted, LIGHT.paper) > contrast(LIGHT.mark, LIGHT.paper)


@given(st.integers(0, 0xFFFFFF), st.integers(0, 0xFFFFFF), st.floats(0, 1))
def test_a_mixture_lies_between_its_colours(over: int, under: int, share: float):
    a, b = f"#{over:06x}", f"#{under:06x}"
    mixed = mix(a, b, share)
    assert len(mixed) == 7
    for i in (1, 3, 5):
        low, high = sorted((int(a[i : i + 2], 16), int(b[i : i + 2], 16)))
        assert low <= int(mixed[i : i + 2], 16) <= high


def test_the_schemes_are_told_apart_by_one_flag():
    assert palette() is palette(dark=False) is LIGHT
    assert palette(dark=True) is DARK


@SCHEMES
def test_css_reads_every_single_colour_by_its_name(scheme: Palette):
    declarations = dict(
        each.strip().split(": ") for each in scheme.css_variables().strip(";").split(";")
    )
    assert declarations["--paper"] == scheme.paper
    assert declarations["--muted"] == scheme.muted
    assert set(declarations) == {
        f"--{name}"
        for name in (
            *("paper", "raised", "ink", "hairline", "zeroshot", "midway", "finetuned"),
            *("ensemble", "gain", "loss", "muted", "mark", "grid"),
        )
    }
