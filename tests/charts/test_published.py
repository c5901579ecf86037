from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from wiseft.charts import effective_robustness_figure, published_figure
from wiseft.errors import UnknownName
from wiseft.frontier import MEAN
from wiseft.palette import DARK, LIGHT
from wiseft.published import SHIFTS, PublishedSweep, load_sweeps
from wiseft.robustness import effective_robustness
from wiseft.scales import SCALES, Axes
from wiseft.standard_models import StandardModels, load_standard_models

LARGE, SMALL, CIFAR, THREE = (
    "paper-vitl14-336-e2e",
    "paper-vitb16-e2e",
    "vitb32-openai-cifar10-e2e-lr3e-05-1",
    "vitl14-laion-400m-imagenet-e2e-lr3e-05",
)


@pytest.fixture(scope="module")
def sweeps() -> dict[str, PublishedSweep]:
    return {each.id: each for each in load_sweeps()}


@pytest.fixture(scope="module")
def models() -> StandardModels:
    return load_standard_models()


def traces(figure: go.Figure) -> list[Any]:
    return list(figure.data)


def marked(figure: go.Figure, symbol: str) -> Any:
    (found,) = [trace for trace in traces(figure) if trace.marker.symbol == symbol]
    return found


def told(figure: go.Figure) -> list[list[str]]:
    return [list(trace.text) for trace in traces(figure) if trace.hovertemplate]


def texts(figure: go.Figure) -> list[str]:
    return [annotation.text for annotation in figure.layout.annotations]


@pytest.mark.parametrize("axes", SCALES)
def test_every_sweep_has_its_star_diamond_and_circle(
    sweeps: dict[str, PublishedSweep], models: StandardModels, axes: Axes
):
    figure = published_figure([sweeps[LARGE], sweeps[SMALL]], standard=models, axes=axes)
    inverse = SCALES[axes].inverse
    for symbol, x, y in (
        ("star", [0.766, 0.683], [0.733, 0.581]),
        ("diamond", [0.862, 0.813], [0.6864, 0.5382]),
        ("circle", [0.868, 0.817], [0.7692, 0.6298]),
    ):
        np.testing.assert_allclose(inverse(marked(figure, symbol).x), x)
        np.testing.assert_allclose(inverse(marked(figure, symbol).y), y)


def test_the_curves_run_through_every_published_alpha_in_the_colours_of_the_ramp(
    sweeps: dict[str, PublishedSweep],
):
    figure = published_figure([sweeps[THREE]], shift="imagenet_v2", axes="linear")
    pieces = [trace for trace in traces(figure) if trace.line.width == 3]
    assert [piece.line.color for piece in pieces] == [
        LIGHT.ramp((step + 0.5) / 20) for step in range(20)
    ]
    frontier = sweeps[THREE].frontier
    drawn = np.concatenate([np.column_stack([piece.x, piece.y]) for piece in pieces])
    for point in np.column_stack([frontier.curve("imagenet"), frontier.curve("imagenet_v2")]):
        assert np.isclose(drawn, point).all(axis=1).any()


def test_hovering_tells_both_accuracies_and_effective_robustness_at_every_alpha(
    sweeps: dict[str, PublishedSweep], models: StandardModels
):
    figure = published_figure([sweeps[LARGE]], shift="imagenet_v2", standard=models)
    names, rows = told(figure)
    assert len(names) == 85
    assert "<b>FixPNASNet</b>, a standard model<br>ImageNet 83.7\u2009%<br>under" in names[0]
    assert len(rows) == 21
    assert rows[10] == (
        "<b>ViT-L/14@336</b>, α 0.50<br>"
        "ImageNet <b>86.8\u2009%</b> (86.5–87.1), 50,000 images<br>"
        "ImageNet-V2 <b>79.5\u2009%</b> (78.7–80.3), 10,000 images<br>"
        "effective robustness <b>+1.9\u2009pp</b><br>arXiv 2109.01903, table 4"
    )


def test_the_line_and_the_distance_to_it_are_drawn(
    sweeps: dict[str, PublishedSweep], models: StandardModels
):
    figure = published_figure([sweeps[SMALL], sweeps[LARGE]], standard=models, axes="linear")
    line, beyond = [trace for trace in traces(figure) if trace.line.width == 1.5]
    baseline = models.baseline(MEAN)
    for part in (line, beyond):
        np.testing.assert_allclose(part.y, baseline(np.array(part.x)))
    assert line.x[-1] == beyond.x[0] == models.on(MEAN).reference.max()
    (gap,) = [trace for trace in traces(figure) if trace.line.width == 1]
    np.testing.assert_allclose(gap.x, 0.817)
    np.testing.assert_allclose(gap.y, [float(baseline(0.817)), 0.6298])
    assert {"+21.2\u2009pp", "80 standard models"} <= set(texts(figure))


def test_without_standard_models_nothing_is_said_of_robustness(sweeps: dict[str, PublishedSweep]):
    figure = published_figure([sweeps[CIFAR]], shift="cifar10_1")
    assert not [text for (text, *_) in told(figure) if "robustness" in text]
    assert not [text for text in texts(figure) if "pp" in text]
    assert {"↑ Correct, CIFAR-10.1", "Correct, CIFAR-10 →"} <= set(texts(figure))


def test_names_stand_at_the_curves(sweeps: dict[str, PublishedSweep]):
    both = [sweeps[LARGE], sweeps[SMALL]]
    assert {"ViT-L/14@336", "ViT-B/16"} <= set(texts(published_figure(both)))
    named = texts(published_figure(both, names=["large", "a < b"]))
    assert {"large", "a &lt; b"} <= set(named)


def test_many_sweeps_are_drawn_and_names_left_out_rather_than_written_over_each_other(
    sweeps: dict[str, PublishedSweep], models: StandardModels
):
    whole = [each for each in sweeps.values() if each.measures(MEAN)]
    figure = published_figure(whole, standard=models)
    assert len(marked(figure, "star").x) == len(whole) == 16
    written = set(texts(figure)) & {each.title for each in whole}
    assert 0 < len(written) < len(whole)


@pytest.mark.parametrize("dark", [False, True])
def test_effective_robustness_is_drawn_along_alpha(
    sweeps: dict[str, PublishedSweep], models: StandardModels, dark: bool
):
    chosen = [sweeps[LARGE], sweeps[SMALL]]
    figure = effective_robustness_figure(chosen, models, dark=dark)
    lines = [trace for trace in traces(figure) if trace.mode == "lines+markers"]
    baseline = models.baseline(MEAN)
    for line, each in zip(lines, chosen, strict=True):
        frontier = each.frontier
        np.testing.assert_allclose(line.x, frontier.alphas)
        expected = effective_robustness(frontier.curve("imagenet"), frontier.curve(MEAN), baseline)
        np.testing.assert_allclose(line.y, 100 * expected)
    assert lines[0].text[20] == "<b>+18.1\u2009pp</b> ViT-L/14@336"
    scheme = DARK if dark else LIGHT
    assert list(lines[0].marker.color) == [scheme.ramp(a) for a in chosen[0].frontier.alphas]
    assert figure.layout.template.layout.paper_bgcolor == scheme.paper
    assert {"ViT-L/14@336", "ViT-B/16", "standard models"} <= set(texts(figure))


def test_the_band_holds_nineteen_of_twenty_standard_models(
    sweeps: dict[str, PublishedSweep], models: StandardModels
):
    figure = effective_robustness_figure([sweeps[LARGE]], models, shift="imagenet_v2")
    (band,) = [shape for shape in figure.layout.shapes if shape.type == "rect"]
    on = models.on("imagenet_v2")
    own = effective_robustness(on.reference, on.shift, models.baseline("imagenet_v2"))
    inside = (100 * own >= band.y0) & (100 * own <= band.y1)
    assert inside.mean() == pytest.approx(0.95, abs=0.03)
    assert band.y0 < 0 < band.y1


def test_no_sweep_is_a_sentence(models: StandardModels):
    for figure in (published_figure([]), effective_robustness_figure([], models)):
        assert "Choose at least one sweep" in texts(figure)[0]


def test_a_sweep_that_was_not_measured_is_refused(
    sweeps: dict[str, PublishedSweep], models: StandardModels
):
    for shift in (MEAN, "objectnet"):
        with pytest.raises(UnknownName, match=r"shift of ViT-L/14 LAION-400M, lr 3e-5"):
            published_figure([sweeps[LARGE], sweeps[THREE]], shift=shift)
    with pytest.raises(UnknownName, match="cifar10_1"):
        effective_robustness_figure([sweeps[CIFAR]], models)
    assert all(sweeps[LARGE].measures(shift) for shift in SHIFTS["imagenet"])
