"""Whether marked images are left out: one switch for all pages of a run, which is in the URL."""

from __future__ import annotations

from wiseft.app import address

_KEY, _MARKED = "without", "marked"


def leaving_out() -> bool:
    """Whether marked images are left out of counts and accuracies."""
    return address.asked(_KEY, optional=True) == _MARKED


def leave_out(out: bool) -> None:
    """Leave marked images out from now on, or count them."""
    address.publish_or_drop(**{_KEY: _MARKED if out else None})


def in_links() -> dict[str, str]:
    """What links to pages of a run say of it."""
    return {_KEY: _MARKED} if leaving_out() else {}
