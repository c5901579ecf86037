"""The Images page, as tests read it and ask of it."""

from __future__ import annotations

from itertools import count
from typing import Any

from streamlit.testing.v1 import AppTest

from tests.app.pages import component_of

_STAMPS = count(1)


def gallery_of(app: AppTest) -> dict[str, Any]:
    """The gallery, every card with its image."""
    found, held = component_of(app, "wiseft_cards"), component_of(app, "wiseft_held")
    assert found is not None
    assert held is not None
    for card in found["cards"]:
        card["uri"] = held.get(card["id"])
        assert card["missing"] == (card["uri"] is None)
    return found


def opened_of(app: AppTest) -> dict[str, Any]:
    found = component_of(app, "wiseft_opened")
    assert found is not None
    return found


def ask(app: AppTest, key: str, kind: str, value: Any) -> AppTest:
    """Ask for something in a component, as the browser reports it."""
    wish = {"kind": kind, "value": value, "stamp": next(_STAMPS)}
    app.session_state[f"images-{key}"] = {"wish": wish}
    return app.run()


def ids(app: AppTest) -> list[str]:
    return [card["id"] for card in gallery_of(app)["cards"]]
