"""Names that fit, as one writes a condition."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("page", "label"), [("rules/new", "If"), ("policies/new/case", "Holds for"), ("fields", "Asked if")]
)
def test_a_name_and_its_values_are_offered_and_what_is_wrong_is_said(page_of, page, label):
    desk = page_of("max")
    desk.goto(f"/desk/{page}/")
    condition, offered = desk.get_by_label(label), desk.get_by_role("group", name="Names that fit")

    condition.press_sequentially("tier")
    offered.get_by_role("button", name="account.tier").click()
    condition.press_sequentially(" == ent")
    expect(desk.locator("#condition-check")).to_contain_text("The condition is not understood")
    offered.get_by_role("button", name="enterprise").click()

    expect(condition).to_have_value('account.tier == "enterprise"')
    expect(desk.locator("#condition-check")).to_be_empty()
