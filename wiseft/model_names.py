"""The CLIP models that can be named, without loading open_clip and torch behind it."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

DEMO = "demo"
"""The name of the CLIP model that is shipped."""


@cache
def model_names() -> tuple[str, ...]:
    """The shipped model, then open_clip's architectures by name: a file each in its package."""
    found = find_spec("open_clip")
    if found is None or found.origin is None:
        return (DEMO,)
    configs = Path(found.origin).parent / "model_configs"
    return (DEMO, *sorted((path.stem for path in configs.glob("*.json")), key=str.casefold))
