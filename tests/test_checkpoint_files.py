from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import wiseft.workspace
from tests.checkpoints import SPEC, WEIGHTS, write_checkpoint
from tests.models import tiny_classifier
from wiseft import checkpoint
from wiseft.checkpoint_files import differences, known_checkpoints, open_checkpoint
from wiseft.errors import Incompatible, Invalid
from wiseft.merging import check_compatible
from wiseft.workspace import Workspace


def test_what_a_checkpoint_is_stands_in_its_header(tmp_path: Path):
    classifier = tiny_classifier()
    path = tmp_path / "model.safetensors"
    checkpoint.save(path, classifier, {"made_by": "a test"}, dtype="float16")
    found = open_checkpoint(path)
    assert found.parameters == sum(each.numel() for each in classifier.parameters())
    assert found.precision == "F16"
    assert found.info == checkpoint.describe(path)


def test_what_is_no_checkpoint_is_refused(tmp_path: Path):
    (tmp_path / "notes.safetensors").write_text("some notes")
    with pytest.raises(Invalid, match="is not a checkpoint"):
        open_checkpoint(tmp_path / "notes.safetensors")


def test_own_checkpoints_come_newest_first_then_the_shipped_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(wiseft.workspace, "DEMO", tmp_path / "demo")
    workspace = Workspace(tmp_path / "own")
    assert known_checkpoints(workspace) == {}
    shipped = write_checkpoint(tmp_path / "demo" / "checkpoints" / "a.safetensors")
    workspace = Workspace(tmp_path / "own")
    own = [write_checkpoint(workspace.checkpoints / f"{name}.safetensors") for name in "abc"]
    for path, time in zip(own, (20, 30, 10), strict=True):
        os.utime(path, (time, time))
    (workspace.checkpoints / ".b.safetensors.12.tmp").touch()
    found = known_checkpoints(workspace)
    assert list(found) == [
        "b.safetensors",
        "a.safetensors",
        "c.safetensors",
        "shipped/a.safetensors",
    ]
    assert found["shipped/a.safetensors"] == shipped
    assert list(known_checkpoints(Workspace(tmp_path / "demo"))) == ["a.safetensors"]


def test_the_same_is_said_without_the_weights_as_with_them(tmp_path: Path):
    base, others = tiny_classifier(), [tiny_classifier(1), tiny_classifier(class_names="ab")]
    start = tmp_path / "start.safetensors"
    checkpoint.save(start, base, {})
    verdicts = []
    for number, other in enumerate(others):
        path = tmp_path / f"{number}.safetensors"
        checkpoint.save(path, other, {}, dtype="float16")
        found = differences(open_checkpoint(start), open_checkpoint(path))
        verdicts.append(found)
        if found:
            with pytest.raises(Incompatible, match=found[0]):
                check_compatible(base, other)
        else:
            check_compatible(base, other)
    assert verdicts == [[], ["one has 3 classes, the other 2"]]


def test_tensors_are_compared_where_the_descriptions_fit(tmp_path: Path):
    ours = open_checkpoint(write_checkpoint(tmp_path / "a.safetensors"))
    fewer = {name: each for name, each in WEIGHTS.items() if name != "head.weight"}
    theirs = open_checkpoint(write_checkpoint(tmp_path / "b.safetensors", fewer))
    assert differences(ours, theirs) == ["only one of them has the tensor head.weight"]
    other = replace(SPEC, class_names=("cat",))
    described = open_checkpoint(write_checkpoint(tmp_path / "c.safetensors", fewer, spec=other))
    assert differences(ours, described) == ["one has 2 classes, the other 1"]


def test_statistics_are_no_parameters(tmp_path: Path):
    weights = {"encoder.bn1.running_mean": np.ones(5, np.float32), "head.bias": np.ones(2)}
    assert open_checkpoint(write_checkpoint(tmp_path / "a.safetensors", weights)).parameters == 2
