"""Fields of our own, asked as one types; and triage left by a key, in a browser."""

import pytest
from playwright.sync_api import expect

from tests import scenes

pytestmark = pytest.mark.browser

FIELDS = {
    "is_lost": {"label": "Is something lost?", "kind": "yes_no"},
    "how_many": {"label": "How many rows?", "kind": "number", "applies_if": "is_lost"},
    "by_hand": {"label": "Noted by hand", "kind": "text"},
}


@pytest.fixture
def fields(api_of):
    for key, told in FIELDS.items():
        api_of("max").put(f"fields/{key}", json=told)
    yield
    for key in FIELDS:
        api_of("max").delete(f"fields/{key}")


def test_a_field_appears_as_one_chooses_and_what_was_typed_stays(fields, api_of, page_of):
    number = scenes.reported(api_of)
    page = page_of("sam")
    page.goto(f"/desk/cases/{number}/?open=field")
    panel = page.locator("#panel-field")
    lost, rows, note = (panel.get_by_label(told["label"]) for told in FIELDS.values())
    note.fill("begun")
    expect(rows).to_have_count(0)

    lost.select_option("yes")
    expect(rows).to_be_visible()
    expect(lost).to_have_value("yes")
    expect(note).to_have_value("begun")
    rows.fill("12")
    with page.expect_response(lambda answer: answer.url.endswith("/fields/")):
        panel.get_by_role("button", name="Keep it").click()

    page.goto(f"/desk/cases/{number}/?open=field")
    expect(rows).to_have_value("12")
    expect(note).to_have_value("begun")


def test_a_case_told_twice_is_merged_from_triage_by_a_key_and_comes_back(api_of, page_of):
    first = scenes.reported(api_of, title="Ledger of the month prints twice")
    second = scenes.reported(api_of, title="Ledger of the month prints twice")
    page = page_of("sam")
    page.goto(f"/desk/triage/{second}/")
    expect(page.locator("#panel-alike")).to_contain_text(str(first))

    page.keyboard.press("d")
    page.keyboard.press("1")

    expect(page.locator("#left")).to_contain_text(str(second))
    page.keyboard.press("z")
    expect(page.locator("h1")).to_have_text("Ledger of the month prints twice")
    assert page.url.endswith(f"/desk/triage/{second}/")
    page.keyboard.press("h")
    expect(page.locator("#triage-hand_off-team")).to_be_focused()
