"""Whoever told no time zone is offered the one their browser says."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_erin_in_lisbon_takes_what_her_browser_says(page_of):
    page = page_of("erin", timezone_id="Europe/Lisbon")
    page.goto("/desk/notices/settings/")
    page.get_by_role("button", name="Your browser says Europe/Lisbon: use it").click()

    expect(page.get_by_label("Time zone")).to_have_value("Europe/Lisbon")
    expect(page.get_by_role("button", name="Your browser says")).to_have_count(0)

    page.get_by_label("Time zone").fill("")  # the other tests read hers as the house's
    page.locator("#hours").get_by_role("button", name="Keep it").click()
    expect(page.get_by_role("button", name="Your browser says")).to_be_visible()


def test_max_whose_browser_says_the_same_is_offered_nothing(page_of):
    page = page_of("max", timezone_id="UTC")
    page.goto("/desk/notices/settings/")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("[data-zone-here]")).to_be_hidden()
