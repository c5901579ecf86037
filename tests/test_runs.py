from __future__ import annotations

from pathlib import Path

import numpy as np

from tests.runs import write_run
from wiseft.charts import explore_figure
from wiseft.frontier import MEAN
from wiseft.rules import half
from wiseft.workspace import Workspace


def test_the_evidence_of_a_run_is_its_frontier_and_what_is_behind_it(tmp_path: Path):
    run = write_run(tmp_path, scale=0.05)
    evidence = run.evidence()
    assert evidence.paths.keys() == evidence.frontier.accuracy.keys()
    for name, path in evidence.paths.items():
        accuracy = evidence.correct(name).mean(axis=1)
        np.testing.assert_allclose(accuracy, evidence.frontier.accuracy[name])
        assert len(path) == evidence.frontier.count[name]
    assert half(evidence).alpha == 0.5


def test_exploring_a_run_draws_its_frontier(tmp_path: Path):
    run = write_run(tmp_path, scale=0.05)
    expected = explore_figure(run.frontier(), shift="fog", alpha=0.3, axes="probit", dark=True)
    found = Workspace(tmp_path).run(run.name)
    assert found.explore(shift="fog", alpha=0.3, axes="probit", dark=True) == expected
    assert found.explore() == explore_figure(run.frontier(), shift=MEAN)


def test_the_fingerprint_tells_what_is_known_and_what_counts(tmp_path: Path):
    run = write_run(tmp_path, scale=0.05)

    def fingerprint() -> str:
        return Workspace(tmp_path).run(run.name).fingerprint

    first = fingerprint()
    assert fingerprint() == first
    kept = np.ones(len(run.path("night")), dtype=bool)
    kept[0] = False
    assert run.counting({"night": kept}).fingerprint != first
    path = run.path("night")
    run.store.put_path(run.record.key("night"), "weights", path)
    second = fingerprint()
    assert second != first
    for name in (each.name for each in run.record.sets):
        run.store.put(run.record.key(name), 0.33, run.predictions(name, 0.3))
    assert fingerprint() != second
