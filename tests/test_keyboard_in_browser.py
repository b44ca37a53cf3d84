"""The desk with the keyboard alone, and as a screen reader is told of it."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests import reader, scenes

pytestmark = pytest.mark.browser

# Besides all that the navigation of an administrator leads to.
PAGES = ["/desk/search/?q=ledger", "/desk/cases/{case}/", "/desk/cases/{case}/escalation/new/"]


@pytest.fixture(scope="module")
def case(api_of) -> int:
    return scenes.judged(api_of, title="Yearly ledger stops")


def test_whoever_hears_the_desk_misses_nothing(case, page_of):
    page = page_of("ada")
    page.goto("/desk/")
    doors = page.locator(".side ul a").evaluate_all("doors => doors.map((door) => door.getAttribute('href'))")
    assert len(doors) > 10
    found = {}
    for address in [*doors, *PAGES]:
        page.goto(address.format(case=case))
        found[address] = reader.wrong(page)

    assert {address: sentences for address, sentences in found.items() if sentences} == {}


def test_the_desk_is_walked_without_a_mouse(case, page_of):
    page = page_of("sam")
    page.goto("/desk/queue/?q=Yearly ledger")
    _from_the_row_to_a_note(page)
    _to_the_owners_and_the_escalation(page)
    page.goto("/desk/queue/")
    _by_the_palette(page, case)
    _by_searching_as_one_types(page)
    _through_the_sheet_of_keys(page)


def _from_the_row_to_a_note(page: Page) -> None:
    page.keyboard.press("j")
    page.keyboard.press("n")
    expect(page.locator("#composer-body")).to_be_focused()
    assert page.locator("[name=audience]:checked").get_attribute("value") == "support"
    page.keyboard.type("jkx?")
    assert page.locator("#composer-body").input_value() == "jkx?"
    page.locator("#composer-body").fill("")
    page.keyboard.press("Escape")


def _to_the_owners_and_the_escalation(page: Page) -> None:
    page.keyboard.press("a")
    expect(page.locator("#panel-owners select").first).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    expect(page.locator("#panel-escalation a[data-key=e]")).to_be_focused()


def _by_the_palette(page: Page, case: int) -> None:
    page.keyboard.press("Control+k")
    palette = page.get_by_role("dialog", name="Find or do")
    field = palette.get_by_role("combobox")
    expect(field).to_be_focused()
    page.keyboard.type(str(case))
    option = palette.get_by_role("option", selected=True)
    expect(palette.get_by_role("option", name=re.compile("Search everything for"))).to_be_visible()
    expect(option).to_contain_text(str(case))
    assert field.get_attribute("aria-activedescendant") == option.get_attribute("id")
    expect(palette.get_by_role("status")).to_contain_text("to choose from")
    assert reader.the(page, "listbox", "What there is")
    page.keyboard.press("ArrowDown")
    expect(option).to_contain_text("Search everything")
    page.keyboard.press("ArrowUp")
    expect(option).to_contain_text(str(case))
    field.fill("")
    page.keyboard.type(str(case))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(rf"/desk/cases/{case}/$"))


def _by_searching_as_one_types(page: Page) -> None:
    page.keyboard.press("g")
    page.keyboard.press("s")
    field = page.get_by_role("searchbox")
    expect(field).to_be_focused()
    page.keyboard.type("yearly led")
    expect(page.locator("#found mark").first).to_be_visible()
    expect(page.locator("#found-says")).to_have_text(re.compile(r"\d+ found"))
    expect(field).to_be_focused()
    expect(page).to_have_url(re.compile(r"q=yearly"))
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    expect(page.locator("#found [data-row] a").first).to_be_focused()


def _through_the_sheet_of_keys(page: Page) -> None:
    door = page.get_by_role("button", name="Keys")
    door.focus()
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Keys")
    sheet.get_by_role("searchbox").fill("owner")
    expect(sheet.get_by_text("assign an owner")).to_be_visible()
    expect(sheet.get_by_text("Knowledge")).to_be_hidden()
    sheet.get_by_role("checkbox").uncheck()
    page.keyboard.press("Escape")
    expect(door).to_be_focused()
    page.keyboard.press("?")
    expect(sheet).to_be_hidden()


def test_the_sheet_of_keys_calls_a_fold_by_its_name_whatever_it_says_at_the_moment(case, page_of):
    page = page_of("sam")
    page.goto(f"/desk/cases/{case}/")
    page.keyboard.press("?")
    here = page.get_by_role("dialog", name="Keys").locator("[data-keys=here]")

    for name in ["Engineering", "Owners", "Macros", "Tags", "Snooze", "Fields", "Tasks"]:
        expect(here.get_by_text(name, exact=True)).to_be_visible()


def test_from_case_to_case_of_a_list_and_back(case, api_of, page_of):
    scenes.judged(api_of, title="Weekly export stops")
    page = page_of("sam")
    page.goto("/desk/queue/?q=owner:me")
    titles = page.locator("[data-row] .title a").all_inner_texts()
    assert len(titles) > 1
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    way = page.get_by_role("navigation", name="The list one came from")
    expect(way).to_contain_text(f"1 of {len(titles)}")

    page.keyboard.press("J")
    expect(page.get_by_role("heading", level=1)).to_contain_text(titles[1])
    page.keyboard.press("K")
    expect(page.get_by_role("heading", level=1)).to_contain_text(titles[0])
    page.keyboard.press("n")
    page.keyboard.type("Read.")
    page.keyboard.press("Control+Shift+Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(titles[1])
    page.keyboard.press("U")
    expect(page).to_have_url(re.compile("/desk/queue/"))


def test_words_one_writes_often_come_by_a_few_letters(case, api_of, page_of):
    api_of("max").post("templates", json={"name": "Known outage", "body": "Hello {{ contact.first_name }}, we know."})
    page = page_of("sam")
    page.goto(f"/desk/cases/{case}/")
    page.keyboard.press("n")
    words = page.locator("#composer-body")
    words.press_sequentially("Well; then. ;outa")
    expect(page.get_by_role("listbox", name="Templates").get_by_role("option", selected=True)).to_contain_text(
        "Known outage"
    )
    page.keyboard.press("Enter")
    expect(words).to_have_value("Well; then. Hello Ana, we know.")
    expect(words).to_be_focused()
    words.fill("")


def test_what_one_is_told_is_read_row_by_row_with_a_way_back(api_of, page_of):
    page = page_of("sam")
    page.goto("/desk/notices/")
    first, second, third = (_told(page, api_of, f"Import {n} stops") for n in range(3))
    said = page.locator("#flash")
    page.keyboard.press("e")
    expect(_row(page, third)).to_be_visible()

    _row(page, third).locator("h2 a").focus()
    page.keyboard.press("e")
    expect(_row(page, third)).to_have_count(0)
    expect(said).to_contain_text("marked as read")
    expect(_row(page, second).locator("h2 a")).to_be_focused()
    page.keyboard.press("h")
    expect(_row(page, second)).to_have_count(0)
    expect(said).to_contain_text("Put off until")
    expect(_row(page, first).locator("h2 a")).to_be_focused()
    page.keyboard.press("z")
    expect(_row(page, second)).to_be_visible()
    expect(said).to_be_empty()

    page.keyboard.press("Shift+E")
    expect(page.locator("#notices [data-row]")).to_have_count(0)
    expect(said).to_contain_text("marked as read")
    page.keyboard.press("z")
    expect(_row(page, second)).to_be_visible()
    _less(page, second)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys").get_by_text("mark as read")).to_be_visible()


def _less(page: Page, number: int) -> None:
    _row(page, number).locator("h2 a").focus()
    page.keyboard.press("l")
    expect(_row(page, number).get_by_role("button", name="Mute this case")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#flash")).to_contain_text(f"You muted {number}.")
    expect(page.locator("#notices details[open]")).to_have_count(0)
    page.locator("#flash").get_by_role("button", name="Undo").click()
    expect(page.locator("#flash")).to_be_empty()


def _told(page: Page, api_of: scenes.Api, title: str) -> int:
    """The number of a case of which Erin tells Sam; it stands on his page."""
    number = scenes.judged(api_of, title=title)
    told = {"who": "sam@tandem.example", "words": "Have a look."}
    api_of("erin").post(f"cases/{number}/tellings", json=told)
    expect(_row(page, number)).to_contain_text("Have a look")
    return number


def _row(page: Page, number: int) -> Locator:
    return page.locator(f"#told-{number}")
