"""Paths that people type."""

from __future__ import annotations

from pathlib import Path

from wiseft.errors import Invalid, Missing


def existing_path(text: str, kind: str) -> Path:
    """What `text` names on the machine that serves the app, absolute.

    Args:
        text: as it was typed; blanks and quotation marks around it are taken off.
        kind: what it should be, for the message: "file" or "folder".

    Raises:
        Invalid: where it is empty or no path at all.
        Missing: where there is nothing of that name.
    """
    stripped = text.strip().strip("'\"")
    if not stripped:
        raise Invalid(f"Type the path of a {kind}.")
    try:
        path = Path(stripped).expanduser().resolve()
        exists = path.exists()
    except (OSError, RuntimeError, ValueError) as error:
        raise Invalid(f"“{stripped}” is not the path of a {kind}.") from error
    if not exists:
        raise Missing(
            f"There is no {kind} “{stripped}” on the machine that serves this app; "
            "type its path from the root, as in /data/photos."
        )
    return path
