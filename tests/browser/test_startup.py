"""The very first visit to a server, which knows nothing of any visitor before."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.server import ROOT, serve

pytestmark = pytest.mark.browser


def test_a_link_opens_its_page_on_the_first_visit(chromium: BrowserContext, state: Path):
    with serve(ROOT / "streamlit_app.py", state) as url:
        page = chromium.new_page()
        page.goto(f"{url}/classes?run=signs-made-up&set=night")
        expect(page.get_by_role("heading", name="Class by class")).to_be_visible(timeout=30_000)
        expect(page.get_by_role("dialog")).to_have_count(0)
        page.close()
