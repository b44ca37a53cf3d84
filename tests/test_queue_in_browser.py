"""The queue with the keyboard alone: asked with help, kept as a view, worked on, looked into."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests import scenes

pytestmark = pytest.mark.browser


def test_the_queue_is_worked_without_a_mouse(api_of, page_of):
    for title in ("Quarterly ledger stops", "Quarterly report stops"):
        scenes.judged(api_of, title=title)
    page = page_of("sam")
    page.goto("/desk/queue/")
    _ask_with_completion(page)
    _keep_it_as_a_view(page)
    _give_two_away_and_take_them_back(page)
    _look_into_one_and_the_next(page)


def test_now_is_worked_by_the_same_keys(api_of, page_of):
    scenes.judged(api_of, title="Weekly ledger stops")
    page = page_of("sam")
    page.goto("/desk/")
    page.keyboard.press("j")
    page.keyboard.press("p")
    expect(page.locator("#peek h2")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#peek")).to_be_hidden()
    page.keyboard.press("x")
    expect(page.locator("[data-many-chosen]")).to_have_text("1 chosen")
    page.keyboard.press("n")
    expect(page.locator("#composer-body")).to_be_focused()


def test_columns_of_ones_own_stand_below_each_other_in_all_groups(api_of, page_of):
    scenes.judged(api_of, title="Monthly ledger stops")
    scenes.reported(api_of, title="Monthly report stops")
    shape = {"grouping": "stage", "columns": ["number", "stage", "owners", "priority", "promise"]}
    view = api_of("sam").post("views", json={"name": "By stage", "text": "stops", **shape}).json()["id"]
    page = page_of("sam")
    page.goto(f"/desk/queue/?view={view}")

    # In one look: the list comes anew while others work on what it shows.
    lefts = page.locator(".heads").evaluate_all(
        "all => all.map((heads) => [...heads.children].map((head) => Math.round(head.getBoundingClientRect().x)))"
    )
    assert len(lefts) > 1
    assert lefts[0]
    assert all(others == lefts[0] for others in lefts)


def _ask_with_completion(page: Page) -> None:
    page.keyboard.press("/")
    field = page.get_by_role("combobox", name=re.compile("Search cases"))
    expect(field).to_be_focused()
    field.press_sequentially("own")
    offers = page.get_by_role("listbox", name="What may follow")
    expect(offers.get_by_role("option")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    expect(field).to_have_attribute("aria-activedescendant", "offer-1")
    page.keyboard.press("Enter")
    expect(offers.get_by_role("option").first).to_contain_text("me")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(field).to_have_value("owner:me ")
    page.keyboard.type("quarterly")  # Sam has other cases, too
    expect(offers).to_be_hidden()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"q=owner%3Ame"))
    expect(page.get_by_role("link", name="Without owner:me")).to_be_visible()


def _keep_it_as_a_view(page: Page) -> None:
    page.keyboard.press("s")
    expect(page.get_by_label("Name")).to_be_focused()
    page.keyboard.type("On my desk")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="On my desk")).to_be_visible()
    door = page.get_by_role("navigation", name="Views").get_by_role("link", name=re.compile("On my desk"))
    expect(door).to_have_attribute("aria-current", "page")


def _give_two_away_and_take_them_back(page: Page) -> None:
    for _ in range(2):
        page.keyboard.press("j")
        page.keyboard.press("x")
    expect(page.locator("[data-many-chosen]")).to_have_text("2 chosen")
    page.keyboard.press("b")
    page.keyboard.type("Give to")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    run = page.locator("#run")
    expect(run.locator("select[name=to]")).to_be_focused()
    page.keyboard.type("Max")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(run.get_by_role("button", name="Do it on 2 cases")).to_be_focused()
    page.keyboard.press("Enter")
    expect(run.get_by_role("button", name="Undo")).to_be_focused()
    expect(page.locator("[data-row]")).to_have_count(0)
    page.keyboard.press("Enter")
    expect(page.locator("[data-row]")).to_have_count(2)


def _look_into_one_and_the_next(page: Page) -> None:
    beside = page.get_by_role("complementary", name="The case beside the list")
    rows = page.locator("[data-row] .title a")
    first, second = rows.nth(0).inner_text(), rows.nth(1).inner_text()
    page.reload()
    page.keyboard.press("p")
    expect(beside.get_by_role("heading")).to_have_text(first)
    page.keyboard.press("j")
    expect(beside.get_by_role("heading")).to_have_text(second)
    page.keyboard.press("Escape")
    expect(beside).to_be_hidden()
    expect(rows.nth(1)).to_be_focused()
