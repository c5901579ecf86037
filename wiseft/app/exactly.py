"""One alpha evaluated on request, in a process of its own: a page never loads torch."""

from __future__ import annotations

import subprocess
import sys

from wiseft.errors import WiseftError
from wiseft.runs import Run


def can_evaluate(run: Run) -> bool:
    """Whether the two checkpoints of a run are where they were."""
    return run.zeroshot.is_file() and run.finetuned.is_file()


def evaluate_exactly(run: Run, alpha: float) -> None:
    """Evaluate every set of a run at one alpha, and keep what is found with the rest.

    Raises:
        WiseftError: where that cannot be done; the message says why.
    """
    record = run.record
    options = {
        "--alphas": f"{alpha:g}",
        "--name": record.name,
        "--title": record.title,
        "--precision": record.precision,
    }
    ends = [str(run.zeroshot), str(run.finetuned)]
    done = subprocess.run(
        [
            *(sys.executable, "-m", "wiseft", "sweep", *ends, record.benchmark),
            *(f"{name}={value}" for name, value in options.items()),
        ],
        capture_output=True,
        text=True,
    )
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["the process ended without a word"]
        raise WiseftError(f"Alpha {alpha:g} was not evaluated: {said[-1].removeprefix('wiseft: ')}")
