"""What a page shows, as text."""

from __future__ import annotations

import re
from html import unescape

from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import ButtonGroup

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


def shown(app: AppTest) -> str:
    """All words of the page that are not in widgets or figures."""
    return text_of(html_of(app))


def finding_of(app: AppTest) -> str:
    """The sentence at the top of the page."""
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
