from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.evidence import make, nested
from wiseft.errors import Incompatible, Invalid
from wiseft.evidence import Evidence, against, difference_sentence
from wiseft.frontier import MEAN
from wiseft.metrics import Difference


def random_answers(seed: int, images: int = 2000) -> np.ndarray:
    """Answers at three alphas that agree on most images, as those of neighbouring models do."""
    random = np.random.default_rng(seed)
    margin = random.normal(1, 1, images) + 0.4 * random.normal(size=(3, images))
    return margin + np.array([[-0.2], [0.2], [0.1]]) > 0


def test_paths_of_other_sets_or_alphas_are_refused():
    evidence = make({"day": nested([5, 6, 7], 10), "fog": nested([5, 6, 7], 10)})
    with pytest.raises(Incompatible, match="of different sets or alphas"):
        Evidence(evidence.frontier, {"day": evidence.paths["day"]})
    shifted = replace(evidence.paths["fog"], alphas=np.array([0, 0.6, 1]))
    with pytest.raises(Incompatible, match="of different sets or alphas"):
        Evidence(evidence.frontier, {**evidence.paths, "fog": shifted})


def test_differences_are_those_of_a_bootstrap_over_the_images():
    answers = {name: random_answers(seed) for seed, name in enumerate(("day", "fog", "snow"))}
    found = against(make(answers), 0.5, 0.0)
    random = np.random.default_rng(0)
    means = {}
    for name, rows in answers.items():
        change = rows[1].astype(int) - rows[0].astype(int)
        assert found[name].value == pytest.approx(change.mean())
        assert found[name].count == 2000
        means[name] = random.choice(change, (4000, 2000)).mean(axis=1)
    means[MEAN] = (means["fog"] + means["snow"]) / 2
    for name, drawn in means.items():
        low, high = np.quantile(drawn, [0.025, 0.975])
        assert found[name].low == pytest.approx(low, abs=0.002)
        assert found[name].high == pytest.approx(high, abs=0.002)
        assert found[name].clear


def test_an_alpha_does_not_differ_from_itself_and_the_other_way_round_is_mirrored():
    evidence = make({"day": random_answers(0), "fog": random_answers(1)})
    for each in against(evidence, 0.5, 0.5).values():
        assert each.value == 0
        assert not each.clear
    there, back = against(evidence, 0.5, 1.0), against(evidence, 1.0, 0.5)
    for name, each in there.items():
        assert (each.value, each.low) == pytest.approx((-back[name].value, -back[name].high))


def test_without_shifts_there_is_no_mean():
    assert set(against(make({"day": nested([5, 6, 7], 10)}), 0, 1)) == {"day"}


def test_an_alpha_that_is_not_there_is_refused():
    with pytest.raises(Invalid, match=r"Alpha 0\.3 of run 'made-up'"):
        against(make({"day": nested([5, 6, 7], 10)}), 0.3, 1)


def test_sentences_tell_noise_from_more():
    frontier = make({"day": nested([5, 6, 7], 10), "fog": nested([5, 6, 7], 10)}).frontier
    small, large = Difference(-0.003, -0.01, 0.004, 2016), Difference(0.064, 0.052, 0.076, 1512)
    assert difference_sentence(frontier, "day", small, 1.0) == (
        "The difference of \u22120.3\u2009pp (\u22121.0 to +0.4 on 2,016 images) to fine-tuned "
        "in distribution is within noise."
    )
    assert difference_sentence(frontier, MEAN, large, 0.0) == (
        "The difference of +6.4\u2009pp (+5.2 to +7.6 on 1,512 images) to zero-shot under shift "
        "is more than noise."
    )
    assert "to alpha 0.50 on Fog is" in difference_sentence(frontier, "fog", large, 0.5)
