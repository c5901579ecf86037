"""What a page shows, as text."""

from __future__ import annotations

import json
import re
from html import unescape
from itertools import count
from typing import Any

from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import ButtonGroup, UnknownElement

from wiseft.text import coefficient

_STAMPS = count(1)

_SPACES = str.maketrans("\u2009\u202f", "  ")


def html_of(app: AppTest) -> str:
    """The HTML that the page was given, without style sheets. Fails where the page failed."""
    assert not app.exception, app.exception
    return "\n".join(each.value for each in app.html if not each.value.startswith("<style>"))


def text_of(html: str) -> str:
    """The words in `html`, with plain spaces."""
    apart = re.sub(r"</(li|t[dh]|p|h\d|div|caption)>", " ", html)
    words = unescape(re.sub(r"<[^>]+>", "", apart)).translate(_SPACES)
    return re.sub(r"\s+", " ", words).strip()


def components_of(app: AppTest, name: str) -> list[dict[str, Any]]:
    """What the components of that name were given, in the order of the page."""
    assert not app.exception, app.exception
    found = []
    for each in app.get("bidi_component"):
        assert isinstance(each, UnknownElement)
        if each.proto.component_name == name:
            found.append(json.loads(each.proto.json))
    return found


def component_of(app: AppTest, name: str) -> dict[str, Any] | None:
    """What a component was given; None where the page does not have it."""
    return next(iter(components_of(app, name)), None)


def drawing_of(app: AppTest, name: str) -> dict[str, Any]:
    """The drawing of the page whose kind, or the end of whose file name, is `name`."""
    drawings = [json.loads(each["figure"]) for each in components_of(app, "wiseft_drawing")]
    (found,) = (
        each for each in drawings if each["kind"] == name or each.get("name", "").endswith(name)
    )
    return found


def live_of(app: AppTest) -> dict[str, Any] | None:
    """What the live part was given; None where the page has none."""
    return component_of(app, "wiseft_live")


def alpha_of(app: AppTest) -> float:
    """Where the slider of the live part stands."""
    return app.session_state["live-memory"]["shown"]


def wish(app: AppTest, **wishes: Any) -> AppTest:
    """Choose something in the live part, as the browser reports it."""
    live = live_of(app)
    assert live is not None
    view = live["view"]
    now = {
        "alpha": alpha_of(app),
        "y": view["y"]["chosen"],
        "axes": view["axes"]["chosen"],
    }
    app.session_state["live"] = {"wish": {**now, **wishes, "stamp": next(_STAMPS)}}
    return app.run()


def sentence_of(view: dict[str, Any], index: int) -> str:
    """The sentence of the live part at one alpha, as the browser writes it."""
    numbers = iter(view["sentence"]["numbers"][index])
    clauses = []
    for clause in view["sentence"]["forms"][view["sentence"]["form"][index]]:
        words = ""
        for text, kind in clause:
            if text is not None:
                words += text
            elif kind == "alpha":
                words += coefficient(view["alphas"][index])
            else:
                words += f"{next(numbers) / 10:.1f} {'%' if kind == 'figure' else 'pp'}"
        clauses.append(words)
    return " ".join(clauses).translate(_SPACES)


def live_text_of(view: dict[str, Any], alpha: float) -> str:
    """The words of the live part at one alpha."""
    index = view["alphas"].index(alpha)
    rows = [
        (each["title"], each["note"] if isinstance(each["note"], str) else each["note"][index])
        for each in view["rows"]["sets"]
    ]
    return " ".join(
        [
            sentence_of(view, index),
            view["opening"],
            *([] if index in view["exact"] else [view["interpolated"]]),
            *([] if view["plane"] else [view["missing"]]),
            *(" ".join(row) for row in rows),
        ]
    ).translate(_SPACES)


def shown(app: AppTest) -> str:
    """All words of the page that are not in widgets or figures."""
    live = live_of(app)
    return text_of(html_of(app)) + (f" {live_text_of(live['view'], alpha_of(app))}" if live else "")


def finding_of(app: AppTest) -> str:
    """The sentence at the top of the page."""
    if live := live_of(app):
        return sentence_of(live["view"], live["view"]["alphas"].index(alpha_of(app)))
    found = re.search(r'<h1 class="finding".*?</h1>', html_of(app), re.DOTALL)
    assert found, html_of(app)
    return text_of(found.group())


def table_of(app: AppTest, kind: str) -> list[list[str]]:
    """The cells of the table of that class, row by row, without its head."""
    found = re.search(rf'<table class="{kind}">.*?</table>', html_of(app), re.DOTALL)
    assert found, html_of(app)
    body = found.group().partition("<tbody>")[2]
    rows = re.findall(r"<tr.*?</tr>", body, re.DOTALL)
    return [[text_of(cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", row)] for row in rows]


def segments_of(app: AppTest, key: str) -> ButtonGroup[str]:
    """The segmented control with that key."""
    found = app.get_by_key(key)
    assert isinstance(found, ButtonGroup)
    return found
