"""What one writes goes to whom it was written for, once, and what was said is not begun again."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests import scenes

pytestmark = pytest.mark.browser


@pytest.fixture
def number(api_of) -> int:
    return scenes.judged(api_of)


@pytest.mark.parametrize("audience", ["Among us", "To Ana"])
def test_what_sam_said_is_not_begun_again_when_he_goes_back(number, page_of, audience):
    sam = at_the_case(page_of("sam"), number)
    write(sam, audience, "She is on an old plan.")
    send(sam)

    sam.go_back()

    wait_for_the_stream(sam)
    expect(said(sam, "She is on an old plan.")).to_be_visible()
    expect(words(sam)).to_have_value("")
    sam.goto("/desk/drafts/")
    expect(sam.get_by_text("Nothing begun.")).to_be_visible()


def test_nor_where_his_browser_kept_the_page_as_he_left_it(number, page_of):
    sam = at_the_case(page_of("sam"), number)
    write(sam, "Among us", "She is on an old plan.")
    sam.route("**/messages/", arrive_and_stay)
    with sam.expect_response("**/messages/"):
        sam.locator("#composer .send").click()
    expect(words(sam)).to_have_value("She is on an old plan.")

    sam.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")

    expect(said(sam, "She is on an old plan.")).to_be_visible()
    expect(words(sam)).to_have_value("")


def arrive_and_stay(route: Route) -> None:
    """The page stays as it was left, as one that comes out of a browser's memory."""
    route.fetch(max_redirects=0)
    route.fulfill(status=204)


@pytest.mark.parametrize("by", ["mouse", "Enter"])
def test_a_template_comes_into_a_composer_in_which_nothing_stands_yet(number, api_of, page_of, by):
    told = {"name": f"No news by {by}", "body": "Hello {{ contact.first_name }}, we are still at it."}
    api_of("max").post("templates", json=told)
    sam = at_the_case(page_of("sam"), number)
    sam.locator("summary", has_text="Templates").click()
    insert = sam.get_by_role("button", name=f"Insert “No news by {by}”")

    insert.click() if by == "mouse" else insert.press("Enter")

    expect(words(sam)).to_have_value("Hello Ana, we are still at it.")
    send(sam)


@pytest.mark.parametrize("way", ["Insert", ";"])
def test_what_a_template_promises_next_update_promises_too(number, api_of, page_of, way):
    name = f"Until {'then' if way == ';' else 'later'}"
    api_of("max").post("templates", json={"name": name, "body": "You hear from me by {{ promise }}."})
    sam = at_the_case(page_of("sam"), number)
    words(sam).focus()
    sam.get_by_label("Next update").select_option("1h")

    if way == ";":
        words(sam).press_sequentially(";then")
        expect(sam.get_by_role("listbox", name="Templates").get_by_role("option", selected=True)).to_be_visible()
        words(sam).press("Enter")
    else:
        sam.locator("summary", has_text="Templates").click()
        sam.get_by_role("button", name=f"Insert “{name}”").click()

    expect(words(sam)).to_have_value(re.compile("You hear from me by "))
    expect(sam.get_by_label("Next update")).to_have_value("at")
    at = sam.locator("#composer [name=at]")
    expect(at).to_be_visible()
    assert words(sam).input_value().endswith(f"{at.input_value()[-5:]}.")


def test_sam_is_asked_once_before_a_note_of_his_goes_to_ana(number, page_of):
    sam = at_the_case(page_of("sam"), number)
    write(sam, "Among us", "@erin knows more.")
    expect(sam.locator("[data-kept-at]")).to_contain_text("kept")
    sam.get_by_role("radio", name="To Ana").check()

    sam.get_by_role("button", name="Send to Ana").click()
    expect(sam.locator("#doubts")).to_contain_text("It was begun as a note")
    expect(sam.locator("#doubts")).to_contain_text("It mentions Erin Haas")
    expect(words(sam)).to_have_value("@erin knows more.")

    sam.get_by_role("button", name="Send to Ana anyway").click()
    expect(said(sam, "@erin knows more.")).to_be_visible()
    expect(words(sam)).to_have_value("")


def test_what_is_too_long_is_said_in_the_composer(number, page_of):
    sam = at_the_case(page_of("sam"), number)
    write(sam, "Among us", "Row 10000")
    kept = sam.locator("[data-kept-at]")
    expect(kept).to_contain_text("kept")

    words(sam).fill("x" * 60_000)
    expect(kept).to_contain_text("not kept: That is too long for one message.")
    sam.locator("#composer .send").click()

    expect(sam.locator("#composer-error")).to_contain_text("That is too long for one message.")
    expect(words(sam)).to_have_value("x" * 60_000)
    words(sam).fill("Row 10000, and no more.")
    expect(kept).to_have_text(re.compile(r"^kept "))
    send(sam)


def test_sam_is_told_that_max_sent_the_draft_he_shares(number, page_of):
    sam, max = at_the_case(page_of("sam"), number), at_the_case(page_of("max"), number)
    write(sam, "To Ana", "We found the limit.")
    sam.get_by_role("button", name="Share the draft").click()
    expect(sam.get_by_role("button", name="Share it no more")).to_be_attached()
    wait_for_the_stream(sam)

    max.get_by_role("link", name="Write in it too").click()
    expect(words(max)).to_have_value("We found the limit.")
    words(max).focus()
    expect(max.get_by_role("radio", name="Among us")).to_have_count(0)
    send(max)

    expect(words(sam)).to_have_value("")
    expect(sam.locator("#flash")).to_contain_text("sent what stood here.")


def at_the_case(page: Page, number: int) -> Page:
    page.goto(f"/desk/cases/{number}/")
    wait_for_the_stream(page)
    return page


def wait_for_the_stream(page: Page) -> None:
    expect(page.locator("[data-stream]")).to_contain_text(re.compile("updated"))


def write(page: Page, audience: str, text: str) -> None:
    page.get_by_role("radio", name=audience).check()
    words(page).press_sequentially(text)


def send(page: Page) -> None:
    text = words(page).input_value()
    page.locator("#composer .send").click()
    expect(said(page, text)).to_be_visible()


def said(page: Page, text: str):
    return page.locator(".said").filter(has_text=text)


def words(page: Page):
    return page.locator("#composer-body")
