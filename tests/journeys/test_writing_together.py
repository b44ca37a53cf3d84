"""Sam and Erin at two screens, on one case and in one draft: nobody loses a letter, nobody speaks over what is new."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests import scenes

pytestmark = pytest.mark.browser

OURS = "We found the limit of the export."
SAMS, ERINS = "Good morning Ana, sorry for the wait. ", " It reads stale statistics, refreshed every night from now on."


def test_two_write_on_one_case(page_of, api_of):
    number = scenes.judged(api_of)
    sam, erin = at_the_case(page_of("sam"), number), at_the_case(page_of("erin"), number)
    they_see_each_other(sam, erin)
    sam_begins_and_erin_sees_that(sam, erin)
    the_owner_changes_under_his_hands(sam, number, api_of)
    it_is_there_after_a_reload_and_on_another_device(sam, page_of("sam"), number)
    he_shares_it_and_both_write_in_it(sam, erin, number)
    ana_writes_and_sam_hears_of_it_before_his_word_leaves(sam, number, api_of)
    erin_is_told_that_it_was_sent(erin)
    sam_leaves(sam, erin)


def they_see_each_other(sam: Page, erin: Page) -> None:
    expect(sam.locator("#panel-presence")).to_contain_text("Erin Haas is here")
    expect(erin.locator("#panel-presence")).to_contain_text("Sam Okafor is here")
    expect(sam.locator("#panel-presence")).not_to_contain_text("Sam Okafor")


def sam_begins_and_erin_sees_that(sam: Page, erin: Page) -> None:
    sam.keyboard.press("r")
    expect(words(sam)).to_be_focused()
    sam.keyboard.type(OURS)
    expect(sam.locator("[data-kept-at]")).to_contain_text("kept")
    expect(erin.locator("#panel-presence")).to_contain_text("Sam Okafor writes to Ana")
    expect(words(erin)).to_have_value("")


def the_owner_changes_under_his_hands(sam: Page, number: int, api_of) -> None:
    api_of("max").post(f"cases/{number}/assignments", json={"part": "technical", "to": "erin@tandem.example"})

    expect(sam.locator("#news")).to_contain_text("Erin Haas is technical owner")
    expect(words(sam)).to_have_value(OURS)
    expect(words(sam)).to_be_focused()


def it_is_there_after_a_reload_and_on_another_device(sam: Page, elsewhere: Page, number: int) -> None:
    sam.reload()
    expect(words(sam)).to_have_value(OURS)
    expect(sam.get_by_role("button", name="Send to Ana")).to_be_hidden()  # so that what was said can be read
    words(sam).focus()
    expect(sam.get_by_role("button", name="Send to Ana")).to_be_visible()
    at_the_case(elsewhere, number)
    expect(words(elsewhere)).to_have_value(OURS)
    elsewhere.context.close()


def he_shares_it_and_both_write_in_it(sam: Page, erin: Page, number: int) -> None:
    words(sam).focus()
    sam.get_by_role("button", name="Share the draft").click()
    expect(sam.get_by_role("button", name="Share it no more")).to_be_attached()
    wait_for_the_stream(sam)
    erin.get_by_role("link", name="Write in it too").click()
    expect(words(erin)).to_have_value(OURS)

    words(sam).press("Control+Home")
    words(erin).press("Control+End")
    for nth in range(0, max(len(SAMS), len(ERINS)), 7):
        sam.keyboard.type(SAMS[nth : nth + 7])
        erin.keyboard.type(ERINS[nth : nth + 7])

    for page in (sam, erin):
        expect(words(page)).to_have_value(SAMS + OURS + ERINS)


def ana_writes_and_sam_hears_of_it_before_his_word_leaves(sam: Page, number: int, api_of) -> None:
    api_of("ana").post(f"cases/{number}/messages", json={"body": "It works again!", "audience": "customer"})
    sam.get_by_role("button", name="Send to Ana", exact=True).click()

    expect(sam.get_by_text("Something is new since you began.")).to_be_visible()
    expect(sam.locator("#news")).to_contain_text("Ana Lima wrote at")
    expect(words(sam)).to_have_value(SAMS + OURS + ERINS)
    updates = api_of("sam").get(f"cases/{number}/updates").json()["items"]
    assert not [one for one in updates if OURS in one["body"]]

    sam.get_by_role("button", name="Send to Ana anyway").click()
    expect(sam.locator(".said").filter(has_text=SAMS + OURS + ERINS)).to_be_visible()
    expect(words(sam)).to_have_value("")


def erin_is_told_that_it_was_sent(erin: Page) -> None:
    expect(words(erin)).to_have_value("")
    expect(erin.locator("#flash")).to_contain_text("Sam Okafor sent what stood here.")


def sam_leaves(sam: Page, erin: Page) -> None:
    expect(erin.locator("#panel-presence")).to_contain_text("Sam Okafor")
    sam.context.close()
    # A connection that was cut without a word is missed at the second heartbeat that does not arrive.
    expect(erin.locator("#panel-presence")).not_to_contain_text("Sam Okafor", timeout=75_000)


def at_the_case(page: Page, number: int) -> Page:
    page.goto(f"/desk/cases/{number}/")
    wait_for_the_stream(page)
    return page


def wait_for_the_stream(page: Page) -> None:
    expect(page.locator("[data-stream]")).to_contain_text(re.compile("updated"))


def words(page: Page):
    return page.locator("#composer-body")
