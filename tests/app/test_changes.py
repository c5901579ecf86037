"""Changes of all alphas at once are those of each alpha alone."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from tests.runs import SUBSET, write_run
from wiseft.app.changes import changes_against
from wiseft.errors import Invalid
from wiseft.evidence import Evidence, against
from wiseft.frontier import WORST
from wiseft.metrics import independent_interval


@pytest.fixture
def evidence(state_folder: Path) -> Evidence:
    run = write_run(state_folder, sets=SUBSET, alphas=[0, 0.5, 0.75, 1], scale=0.1)
    return Evidence(run.frontier(), {each.name: run.path(each.name) for each in run.record.sets})


@pytest.mark.parametrize("end", [0.0, 1.0, 0.5])
def test_they_are_those_of_one_alpha_after_the_other(evidence: Evidence, end: float):
    found = changes_against(evidence, end)
    for index, alpha in enumerate(evidence.frontier.alphas.tolist()):
        wanted = against(evidence, alpha, end)
        assert found.value.keys() == {*wanted, WORST}
        for name, difference in wanted.items():
            assert asdict(found.at(name, index)) == pytest.approx(asdict(difference), abs=1e-12)
        assert {name: bool(found.clear(name)[index]) for name in wanted} == {
            name: difference.clear for name, difference in wanted.items()
        }


def test_the_worst_shift_is_paired_where_it_is_the_same_at_both_alphas(evidence: Evidence):
    frontier = evidence.frontier
    found = changes_against(evidence, 1.0)
    np.testing.assert_allclose(found.value[WORST], frontier.curve(WORST) - frontier.curve(WORST)[3])
    assert frontier.worst_shifts == ("night", "sketch", "sketch", "sketch")
    np.testing.assert_array_equal(found.bounds[WORST][1:], found.bounds["sketch"][1:])
    values, bounds = frontier.curve(WORST), frontier.bounds(WORST)
    apart = independent_interval(values[0], bounds[0], values[3], bounds[3])
    np.testing.assert_array_equal(found.bounds[WORST][0], apart)


def test_nothing_is_known_without_images(evidence: Evidence):
    path = evidence.paths["night"]
    nobody = np.empty((len(path.alphas), 0), path.predicted.dtype)
    empty = replace(
        path,
        labels=path.labels[:0],
        predicted=nobody,
        confidence=nobody.astype(np.float16),
        true_probability=nobody.astype(np.float16),
    )
    frontier = replace(evidence.frontier, count={**evidence.frontier.count, "night": 0})
    found = changes_against(Evidence(frontier, {**evidence.paths, "night": empty}), 1.0)
    assert np.isnan(found.value["night"]).all()
    assert not found.clear("night").any()
    assert found.clear("fog").any()


def test_the_end_has_to_be_there(evidence: Evidence):
    with pytest.raises(Invalid, match=r"Alpha 0\.3 "):
        changes_against(evidence, 0.3)
