"""Read-only mode: results can be looked at, nothing can be computed or changed."""

from __future__ import annotations

import os

from wiseft.errors import WiseftError

VARIABLE = "WISEFT_READ_ONLY"


def read_only() -> bool:
    """Whether the environment variable WISEFT_READ_ONLY is 1, true or yes."""
    return os.environ.get(VARIABLE, "").strip().lower() in {"1", "true", "yes"}


def refuse_read_only() -> None:
    """Raise `WiseftError` in read-only mode."""
    if read_only():
        raise WiseftError(
            "This app is read-only: results can be looked at, nothing can be computed or changed. "
            f"To change that, start it without {VARIABLE}."
        )
