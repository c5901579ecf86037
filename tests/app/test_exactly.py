"""One alpha evaluated on request from a page."""

from __future__ import annotations

import contextlib
import io
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.models import tiny_classifier
from wiseft import checkpoint, cli
from wiseft.app.exactly import can_evaluate, evaluate_exactly
from wiseft.errors import WiseftError
from wiseft.runs import Run
from wiseft.sweeps import sweep
from wiseft.workspace import Workspace


@pytest.fixture(autouse=True)
def _in_this_process(monkeypatch: pytest.MonkeyPatch):
    """Commands run in this process, which knows the tiny model."""

    def run(command: list[str], **options: object) -> subprocess.CompletedProcess[str]:
        assert command[:3] == [sys.executable, "-m", "wiseft"]
        said = io.StringIO()
        with contextlib.redirect_stderr(said), contextlib.redirect_stdout(io.StringIO()):
            code = cli.main(command[3:])
        return subprocess.CompletedProcess(command, code, "", said.getvalue())

    monkeypatch.setattr(subprocess, "run", run)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    random = np.random.default_rng(0)
    for folder in ("train", "test", "dark"):
        for name in ("circle", "square"):
            (tmp_path / "shapes" / folder / name).mkdir(parents=True)
            for number in range(4):
                pixels = random.integers(0, 255, (16, 16, 3), dtype=np.uint8)
                Image.fromarray(pixels).save(tmp_path / "shapes" / folder / name / f"{number}.png")
    ends = [tmp_path / "zeroshot.safetensors", tmp_path / "finetuned.safetensors"]
    for seed, path in enumerate(ends):
        checkpoint.save(path, tiny_classifier(seed, class_names=("circle", "square")), {})
    return sweep(
        ends[0], ends[1], tmp_path / "shapes", alphas=[0, 1], name="shapes", title="My shapes"
    )


def test_it_is_kept_with_the_rest_of_the_run(run: Run):
    assert can_evaluate(run)
    evaluate_exactly(run, 0.63)
    again = Workspace().run("shapes")
    assert again.evaluated == (0.0, 0.63, 1.0)
    assert again.record == run.record


def test_without_its_checkpoints_a_run_can_only_be_shown(run: Run):
    run.finetuned.unlink()
    assert not can_evaluate(run)


def test_why_it_failed_is_a_sentence(run: Run):
    run.finetuned.write_bytes(b"damaged")
    with pytest.raises(WiseftError, match=r"^Alpha 0\.63 was not evaluated: .*finetuned"):
        evaluate_exactly(run, 0.63)
