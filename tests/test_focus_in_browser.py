"""Where one is on a page of the desk: out of a menu, at what was refused, and back in the list one came from."""

import pytest
from playwright.sync_api import Page, expect

from tests import scenes

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def case(api_of) -> int:
    return scenes.judged(api_of, title="Monthly invoices stop")


def test_escape_closes_a_menu_and_leads_back_to_its_button(case, page_of):
    page = page_of("sam")
    page.goto("/desk/queue/?q=Monthly invoices")
    page.keyboard.press("s")
    page.keyboard.type("Invoices")
    page.keyboard.press("Escape")
    expect(_open_menus(page)).to_have_count(0)
    expect(page.locator("summary", has_text="Save")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Name")).to_have_value("Invoices")

    page.keyboard.press("Escape")
    page.keyboard.press("v")
    expect(page.get_by_label("Order")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("summary", has_text="Display")).to_be_focused()
    expect(_open_menus(page)).to_have_count(0)


def test_a_menu_closes_when_one_goes_on_elsewhere_and_a_fold_stays(case, page_of):
    page = page_of("sam")
    page.goto("/desk/queue/?q=Monthly invoices")
    page.locator("summary", has_text="Monthly").click()
    expect(_open_menus(page)).to_have_count(1)
    page.get_by_role("heading", level=1).click()
    expect(_open_menus(page)).to_have_count(0)
    page.keyboard.press("s")
    page.keyboard.press("Shift+Tab")
    expect(_open_menus(page)).to_have_count(1)
    page.keyboard.press("Shift+Tab")
    expect(_open_menus(page)).to_have_count(0)

    page.goto(f"/desk/cases/{case}/")
    page.keyboard.press("l")
    expect(page.locator("#organize-tag")).to_be_focused()
    page.keyboard.press("Escape")
    page.locator("#composer-body").click()
    expect(page.locator("#fold-tag")).to_have_attribute("open", "")


def _open_menus(page: Page):
    return page.locator("details.menu[open]")
