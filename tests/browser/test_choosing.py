"""The settings of the rules in a browser, and the way to what they choose."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit, settle
from tests.browser.test_app import query_of
from wiseft.rules import within_loss
from wiseft.runs import Run
from wiseft.text import coefficient

pytestmark = pytest.mark.browser


def test_another_loss_is_chosen_and_gone_to(visit: Visit, run: Run):
    page = visit()
    line = page.locator(".st-key-rule-within_loss")
    expect(line.locator(".chosen")).to_have_text("0.70")
    loss = page.get_by_label("Allowed loss, pp")
    loss.fill("3")
    loss.press("Enter")
    alpha = within_loss(run.evidence(), loss=0.03).alpha
    expect(line.locator(".chosen")).to_have_text(coefficient(alpha))
    expect(page.get_by_role("button", name="within 3 pp of fine-tuned")).to_be_visible()
    line.get_by_role("button", name="go there").click()
    expect(page.locator(".finding")).to_contain_text(f"At alpha {coefficient(alpha)}")
    expect(line.get_by_role("button")).to_have_text("you are here")
    settle(page)
    assert (query_of(page)["loss"], query_of(page)["alpha"]) == ("3", f"{alpha:g}")
