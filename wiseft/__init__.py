"""Mix the weights of a zero-shot and a fine-tuned model, see what it costs and gains, and choose.

The method is WiSE-FT (Wortsman et al., "Robust fine-tuning of zero-shot models", CVPR 2022):
theta(alpha) = (1 - alpha) * theta_zeroshot + alpha * theta_finetuned.

Importing this package is light: torch is loaded by the first thing that computes with it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from wiseft.errors import WiseftError

if TYPE_CHECKING:
    from wiseft.backends import submit
    from wiseft.datasets import open_benchmark
    from wiseft.frontier import Frontier
    from wiseft.merging import WeightPath
    from wiseft.runs import Run
    from wiseft.sweeps import sweep
    from wiseft.workspace import Workspace

__version__ = "0.3.0"

_HOMES = {
    "Frontier": "wiseft.frontier",
    "Run": "wiseft.runs",
    "WeightPath": "wiseft.merging",
    "Workspace": "wiseft.workspace",
    "open_benchmark": "wiseft.datasets",
    "submit": "wiseft.backends",
    "sweep": "wiseft.sweeps",
}

__all__ = [
    "Frontier",
    "Run",
    "WeightPath",
    "WiseftError",
    "Workspace",
    "open_benchmark",
    "submit",
    "sweep",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'wiseft' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
