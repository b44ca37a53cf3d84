"""Sam writes, thinks better of it and writes again; Ana and her colleague each get it once, and the colleague has enough."""

import re
from collections.abc import Callable
from email.message import EmailMessage

import pytest
from playwright.sync_api import Page, expect

from tests import scenes
from tests.running import Installation, eventually, text_of

pytestmark = pytest.mark.browser
BO = "bo@northwind.example"
SAID = "We lifted the limit of rows."


@pytest.fixture(scope="module")
def number(api_of) -> int:
    return scenes.reported(api_of, title="The quarter export loses rows")


def test_undo_send_cc_and_stop(number, page_of, tandem):
    sam = page_of("sam")
    sam.goto(f"/desk/cases/{number}/")
    add_bo(sam)
    write(sam, "We lifted the limt of rows.", leaves="tomorrow")
    sam.get_by_role("button", name="Undo").click()
    expect(sam.locator("#composer-body")).to_be_focused()
    expect(sam.locator("#composer-body")).to_have_value("We lifted the limt of rows.")
    expect(sam.locator("[id^=planned-]")).to_have_count(0)
    write(sam, SAID, leaves="")

    hers, his = eventually(lambda: mails(tandem, saying=SAID) if len(mails(tandem, saying=SAID)) == 2 else None)
    assert addresses(hers)[0] == "ana@northwind.example"
    assert addresses(his)[1] == BO
    assert hers["List-Unsubscribe"] is None
    assert mails(tandem, saying="limt") == []

    stop(page_of, his)
    write(sam, "It holds since noon.", leaves="")
    [only] = eventually(lambda: mails(tandem, saying="It holds since noon."))
    assert addresses(only) == ["ana@northwind.example"]


def add_bo(page: Page) -> None:
    page.goto(f"{page.url}?open=participants")
    panel = page.locator("#panel-participants")
    panel.get_by_text("Add somebody").click()
    panel.get_by_label("E-mail address").fill(BO)
    panel.get_by_label("Name").fill("Bo Berg")
    panel.get_by_role("button", name="Add to this case").click()
    expect(panel).to_contain_text(BO)
    page.reload()


def write(page: Page, words: str, *, leaves: str) -> None:
    composer = page.locator("#composer")
    composer.locator("textarea").fill(words)
    composer.locator("[name=leaves]").select_option(leaves)
    composer.locator(".send").click()
    expect(page.locator(".msg", has_text=words)).to_be_visible()


def stop(page_of: Callable[..., Page], mail: EmailMessage) -> None:
    link = re.search(r"\S+/stop/\S+", text_of(mail))
    assert link, text_of(mail)
    page = page_of()
    page.goto(link[0])
    page.get_by_role("button", name="Send me no more mail about it").click()
    expect(page.get_by_role("heading", name="You get no more mail about this case")).to_be_visible()


def mails(tandem: Installation, *, saying: str) -> list[EmailMessage]:
    """Those whose own words these are, Ana's first."""
    found = [mail for mail in tandem.sink.mails if saying in text_of(mail)]
    return sorted(found, key=lambda mail: BO in addresses(mail))


def addresses(mail: EmailMessage) -> list[str]:
    """To and Cc; whoever does not read this mail stands at “reply+…”."""
    people = [*mail["To"].addresses, *(mail["Cc"].addresses if mail["Cc"] else [])]
    return [one.addr_spec for one in people]
