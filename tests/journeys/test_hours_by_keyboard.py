"""An hour of Sam's and an hour of Erin's with the keyboard alone: no way ends, and whoever only hears the pages misses nothing."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests import reader, scenes

pytestmark = pytest.mark.browser

TITLE = "The archive export ends early"
WORDS = "Hello Ana, we see it, too, and look into the archive."
NOTE = "Which job writes the archive?"
ASKING = "Why does the archive job stop?"
FAR = 160  # so often Tab is pressed before we believe that a thing cannot be reached


class Hour:
    """Somebody at a page, with no mouse."""

    def __init__(self, page: Page, name: str) -> None:
        self.page = page
        page.goto(f"/demo/in/{name}/")
        self.enter(page.locator("button[name=who]"))
        expect(page).to_have_url(re.compile("/desk/"))
        self.hears_all()

    def press(self, *keys: str) -> None:
        """On a page whose scripts are there: they come with it, a moment later than its words."""
        self.page.wait_for_load_state()
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, words: str) -> None:
        self.page.keyboard.type(words)

    def go(self, *keys: str, to: str) -> None:
        """By a key or two to another page, all of which can be heard."""
        self.press(*keys)
        expect(self.page).to_have_url(re.compile(to))
        self.page.wait_for_load_state()
        self.hears_all()

    def hears_all(self) -> None:
        assert reader.wrong(self.page) == [], self.page.url

    def reach(self, thing: Locator) -> None:
        expect(thing).to_be_visible()
        for _ in range(FAR):
            if thing.evaluate("thing => thing === document.activeElement"):
                return
            self.press("Tab")
        raise AssertionError(f"{thing} is not reached by Tab on {self.page.url}")

    def enter(self, thing: Locator) -> None:
        self.reach(thing)
        self.press("Enter")

    def fill(self, thing: Locator, words: str) -> None:
        self.reach(thing)
        self.type(words)

    def step_to(self, row: Locator) -> None:
        """Down the list until the row is at hand."""
        expect(row).to_be_visible()
        for _ in range(FAR):
            self.press("j")
            if row.evaluate("row => row.closest('[data-row]') === document.activeElement?.closest('[data-row]')"):
                return
        raise AssertionError(f"{row} is not reached by j on {self.page.url}")


def test_an_hour_of_sam_and_an_hour_of_erin(api_of, browser, tandem):
    number = scenes.reported(api_of, title=TITLE)
    contexts = [browser.new_context(base_url=tandem.url) for _ in range(2)]
    sam = Hour(contexts[0].new_page(), "sam")
    _judges_it(sam)
    _answers(sam, number)
    _asks_engineering(sam, number)
    erin = Hour(contexts[1].new_page(), "erin")
    _takes_it_over(erin)
    _tries_something(erin, number)
    _hands_back(erin)
    _hears_of_it(sam, number)
    for context in contexts:
        context.close()


def _judges_it(sam: Hour) -> None:
    page = sam.page
    sam.go("g", "t", to="/desk/triage/")
    heading = page.get_by_role("heading", level=1)
    for _ in range(FAR):
        if heading.inner_text() == TITLE:
            break
        before = page.url
        sam.press("n")
        expect(page).not_to_have_url(before)
    sam.press("4", "u", "3", "s")
    expect(page.locator("#judged")).to_contain_text(TITLE)
    sam.press("z")
    expect(heading).to_have_text(TITLE)
    sam.press("4", "u", "4", "s")
    expect(page.locator("#judged")).to_contain_text(TITLE)
    sam.hears_all()


def _answers(sam: Hour, number: int) -> None:
    page = sam.page
    sam.go("g", "q", to="/desk/queue/")
    sam.press("/")
    sam.type('"archive export"')
    sam.press("Escape", "Enter")
    sam.step_to(page.get_by_role("link", name=TITLE))
    sam.press("p")
    expect(page.get_by_role("complementary", name="The case beside the list")).to_contain_text(TITLE)
    sam.press("Escape")
    sam.go("Enter", to=f"/desk/cases/{number}/")
    sam.press("w")
    expect(page.get_by_role("button", name="Watch")).to_have_attribute("aria-pressed", "true")
    sam.press("r")
    sam.type(WORDS)
    sam.press("Control+Enter")
    expect(page.locator(".said").filter(has_text=WORDS)).to_be_visible()
    sam.press("n")
    sam.type(NOTE)
    sam.press("Control+Enter")
    expect(page.locator(".said").filter(has_text=NOTE)).to_be_visible()


def _asks_engineering(sam: Hour, number: int) -> None:
    page = sam.page
    sam.press("a")
    owners = page.locator("#panel-owners")
    expect(owners.locator("select").first).to_be_focused()
    sam.type("Sam")
    sam.enter(owners.get_by_role("button", name="Keep it"))
    expect(page.locator("#strip")).to_contain_text("Sam Okafor")
    sam.press("e")
    expect(page.locator("#panel-escalation a[data-key=e]")).to_be_focused()
    sam.go("Enter", to="/escalation/new/")
    sam.fill(page.get_by_label("What exactly should they answer or do?"), ASKING)
    sam.fill(page.get_by_label("Which team"), "Platform")
    sam.fill(page.get_by_label("Why nothing was tried"), "The archive is not ours.")
    sam.enter(page.get_by_role("button", name="Send it with all this"))
    expect(page).not_to_have_url(re.compile("/new/"))
    sam.hears_all()


def _takes_it_over(erin: Hour) -> None:
    page = erin.page
    erin.go("g", "e", to="/desk/escalations/")
    erin.step_to(page.get_by_role("link", name=ASKING))
    erin.go("Enter", to=r"/desk/escalations/\d+/")
    erin.press("a")
    expect(page.locator("#escalation")).to_contain_text("active")
    expect(page.get_by_text("Hand back").first).to_be_visible()
    erin.hears_all()


def _tries_something(erin: Hour, number: int) -> None:
    page = erin.page
    erin.go("c", to=f"/desk/cases/{number}/")
    erin.press("n")
    erin.type("The nightly job writes it.")
    erin.press("Control+Enter")
    expect(page.locator(".said").filter(has_text="The nightly job writes it.")).to_be_visible()
    erin.press("Control+k")
    erin.type(ASKING)
    palette = page.get_by_role("dialog", name="Find or do")
    expect(palette.get_by_role("option", selected=True)).to_be_visible()
    erin.press("Escape")
    expect(palette).to_be_hidden()


def _hands_back(erin: Hour) -> None:
    page = erin.page
    erin.go("g", "e", to="/desk/escalations/")
    erin.enter(page.get_by_role("link", name=re.compile("^Active")))
    expect(page.get_by_role("link", name=re.compile("^Active"))).to_have_attribute("aria-current", "true")
    erin.step_to(page.get_by_role("link", name=ASKING))
    erin.go("Enter", to=r"/desk/escalations/\d+/")
    erin.press("h")
    form = page.locator("#hand-back")
    for field in form.locator("textarea").all():
        erin.fill(field, "It read stale statistics.")
    erin.enter(form.get_by_role("button", name="Hand back"))
    expect(page.locator("#escalation")).to_contain_text("Handed back")
    erin.hears_all()


def _hears_of_it(sam: Hour, number: int) -> None:
    page = sam.page
    sam.go("g", "n", to="/desk/$")
    bell = page.get_by_role("link", name=re.compile("told|notice", re.I)).first
    expect(bell).to_be_visible()
    sam.go("g", "i", to="/desk/notices/") if page.locator("[data-key='g i']").count() else sam.enter(bell)
    sam.hears_all()
    expect(page.get_by_text(TITLE).first).to_be_visible()
