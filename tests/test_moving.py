"""Sam takes a message by its head and drops it where it belongs, with a mouse or with keys; what he was writing stays."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


@pytest.fixture
def cases(api_of):
    """Two cases of Ana's; the second topic stands on the first."""
    ana = api_of("ana")
    opened = [
        ana.post("cases", json={"title": title, "body": title}).json()["number"]
        for title in ("Nightly export stops", "Invoices arrive twice")
    ]
    ana.post(f"cases/{opened[0]}/messages", json={"body": "The invoice again!", "audience": "customer"})
    return opened


def test_a_message_is_dropped_on_the_case_it_belongs_to(cases, page_of, api_of):
    first, second = cases
    sam = page_of("sam")
    sam.goto(f"/desk/cases/{first}/")
    sam.locator("#composer-body").fill("We look at it.")
    stray = sam.locator(".msg", has_text="The invoice again!")

    stray.locator("> header b").hover()
    sam.mouse.down()
    api_of("ana").post(f"cases/{first}/messages", json={"body": "One more thing.", "audience": "customer"})
    sam.mouse.move(400, 400, steps=4)
    place = sam.locator(f".choice:has([value='{second}'])")
    expect(place).to_be_visible()
    place.hover()
    place.hover()
    sam.mouse.up()

    expect(sam.locator("#panel-conversation")).to_contain_text(f"1 message moved to case {second}")
    expect(sam.locator("#panel-conversation")).to_contain_text("One more thing.")
    expect(sam.locator("#composer-body")).to_have_value("We look at it.")
    sam.get_by_role("link", name=re.compile(f"moved to case {second}")).click()
    expect(sam.locator("#panel-conversation")).to_contain_text("The invoice again!")


def test_the_same_by_keys_and_a_draft_goes_along_when_cases_are_merged(cases, page_of):
    first, second = cases
    sam = page_of("sam")
    sam.goto(f"/desk/cases/{first}/")
    sam.locator(".msg", has_text="The invoice again!").get_by_label("Choose this message").check()
    sam.locator("body").press("M")
    sam.get_by_label("What it is about").fill("Invoices")
    sam.keyboard.press("Enter")
    expect(sam.locator("#panel-conversation")).to_contain_text("1 message moved to case")

    sam.locator("#composer-body").fill("Half a sentence")
    sam.goto(f"/desk/cases/{first}/merge/")
    sam.locator("summary", has_text="The same as another case").click()
    form = sam.locator("form[action$='/merge/']")
    form.get_by_label("Case number").fill(str(second))
    form.get_by_role("button", name="Merge").click()

    expect(sam).to_have_url(re.compile(f"/cases/{second}/"))
    expect(sam.locator("#composer-body")).to_have_value("Half a sentence")
