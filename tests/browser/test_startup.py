"""The very first visit to a server, which knows nothing of any visitor before."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.server import ROOT, serve

pytestmark = pytest.mark.browser


def test_a_link_opens_its_page_on_the_first_visit(chromium: BrowserContext, state: Path):
    with serve(ROOT / "streamlit_app.py", state) as url, chromium.new_page() as page:
        page.goto(f"{url}/classes?run=signs-made-up&set=night")
        # The first visit waits for the server's imports, on a busy machine for long.
        heading = page.get_by_role("heading", name="Which confusions go, which come")
        expect(heading).to_be_visible(timeout=90_000)
        expect(page.get_by_role("dialog")).to_have_count(0)
