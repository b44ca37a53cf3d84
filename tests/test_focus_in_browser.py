"""Where one is on a page of the desk: out of a menu, at what was refused, and back in the list one came from."""

import pytest
from playwright.sync_api import Locator, Page, expect

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


def test_whoever_is_refused_is_where_something_is_wrong(case, page_of):
    page = page_of("sam")
    page.goto("/desk/handovers/new/")
    page.get_by_role("button", name="Hand over").click()
    _expect_to_be_read(page.get_by_role("alert"))

    page.goto("/desk/notices/settings/")
    page.locator("[name=budget]").evaluate("field => (field.form.noValidate = true)")
    page.locator("[name=budget]").fill("-5")
    page.keyboard.press("Enter")
    _expect_to_be_read(page.locator("[name=budget][aria-invalid=true]"))


def test_whoever_is_refused_in_a_panel_is_where_something_is_wrong(case, page_of):
    page = page_of("sam")
    page.goto(f"/desk/cases/{case}/?open=assessment")
    panel = page.locator("#panel-assessment")
    panel.locator("summary", has_text="Judge again").click()
    panel.locator("[name=impact][value='1']").check()
    panel.locator("[name=urgency][value='1']").check()
    panel.locator("summary", has_text="Another priority").click()
    panel.locator("[name=priority]").select_option(index=1)
    panel.get_by_role("button", name="Judge").click()
    _expect_to_be_read(panel.locator("[name=why][aria-invalid=true]"))


def test_whoever_comes_back_to_a_list_is_at_the_row_they_left(api_of, page_of):
    for n in range(3):
        scenes.judged(api_of, title=f"Weekly invoices {n} stop")
    page = page_of("sam")
    _there_and_back(page, "/desk/queue/?q=invoices")
    _there_and_back(page, "/desk/")


def test_from_a_search_one_goes_down_to_what_was_found_and_comes_back_to_it(case, page_of):
    page = page_of("sam")
    page.goto("/desk/search/?q=Monthly invoices")
    found = page.locator("#found [data-row] a").first
    page.keyboard.press("/")
    page.keyboard.press("ArrowDown")
    expect(found).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("navigation", name="The list one came from")).to_contain_text("Monthly invoices")
    page.wait_for_load_state()
    page.keyboard.press("U")
    expect(found).to_be_focused()


def _there_and_back(page: Page, address: str) -> None:
    page.goto(address)
    rows = page.locator("[data-row] .title a")
    left, following = rows.nth(1).inner_text(), rows.nth(2).inner_text()
    for key in ("j", "j", "Enter"):
        page.keyboard.press(key)
    expect(page.get_by_role("heading", level=1)).to_contain_text(left)
    page.go_back()
    expect(rows.filter(has_text=left)).to_be_focused()

    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(left)
    page.wait_for_load_state()
    page.keyboard.press("U")
    expect(rows.filter(has_text=left)).to_be_focused()
    page.keyboard.press("j")
    expect(rows.filter(has_text=following)).to_be_focused()


def _expect_to_be_read(thing: Locator) -> None:
    expect(thing).to_be_focused()
    expect(thing).to_be_in_viewport()


def _open_menus(page: Page) -> Locator:
    return page.locator("details.menu[open]")
