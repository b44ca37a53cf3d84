"""Two people on one case: what one does, the other sees without reloading, and nothing typed is lost."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, Route, expect

from tests import scenes

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def number(api_of) -> int:
    return scenes.escalated(api_of)[0]


def test_what_sam_does_stands_on_erins_page(number, page_of):
    sam, erin = _open(page_of("sam"), number), _open(page_of("erin"), number)

    panel = sam.locator("#panel-attempts")
    panel.locator("summary", has_text="Note an attempt").click()
    panel.locator("textarea[name=what]").fill("Turned the flag off")
    panel.locator("input[name=outcome][value=helped]").check()
    panel.get_by_role("button", name="Note it").click()

    expect(erin.locator("#panel-attempts")).to_contain_text("Turned the flag off")
    expect(erin.locator("#glance-attempts .says")).to_have_text("2, 1 helped")
    _is_as_after_a_reload(erin, "panel-attempts", "glance-attempts")


def test_a_field_made_larger_by_hand_breaks_no_rule_of_the_page(number, page_of):
    sam, errors = _open(page_of("sam"), number), []
    sam.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)

    panel = sam.locator("#panel-attempts")
    panel.locator("summary", has_text="Note an attempt").click()
    field = panel.locator("textarea[name=what]")
    field.fill("Turned the flag on")
    field.evaluate("field => (field.style.height = '20rem')")  # as dragging its corner does
    panel.locator("input[name=outcome][value=no_effect]").check()
    panel.get_by_role("button", name="Note it").click()

    expect(panel).to_contain_text("Turned the flag on")
    expect(sam.locator(".htmx-settling")).to_have_count(0)
    assert errors == []


def test_what_a_program_does_stands_there_too_and_typed_words_stay(number, page_of, api_of):
    erin = _open(page_of("erin"), number)
    erin.locator(".meanwhile summary").first.click()
    composer = erin.locator("#composer-body")
    composer.fill("I think that the flag")

    api_of("sam").post(f"cases/{number}/updates", json={"body": "We found the flag.", "promise_at": scenes.in_hours(2)})

    expect(erin.locator("#panel-conversation")).to_contain_text("We found the flag.")
    expect(composer).to_have_value("I think that the flag")
    expect(composer).to_be_focused()
    expect(erin.locator(".meanwhile").first).to_have_attribute("open", "")
    expect(erin.locator("#strip [data-clock]")).to_contain_text("in 1 h")
    _is_as_after_a_reload(erin, "strip")


def test_what_is_open_stays_open_and_what_is_folded_folded(number, page_of, api_of):
    erin = _open(page_of("erin"), number)
    erin.locator("#fold-facts > summary").click()
    erin.locator("#fold-board > summary").click()
    expect(erin.locator("#fold-board #panel-board")).to_contain_text("The statistics of the table are stale.")

    api_of("sam").post(f"cases/{number}/hypotheses", json={"text": "The flag was flipped on Monday."})
    api_of("sam").post(f"cases/{number}/facts", json={"key": "job", "value": "orders", "source": "told"})

    expect(erin.locator("#panel-board")).to_contain_text("The flag was flipped on Monday.")
    expect(erin.locator("#glance-facts .says")).to_contain_text("known")
    expect(erin.locator("#fold-board")).to_have_attribute("open", "")
    expect(erin.locator("#fold-facts")).not_to_have_attribute("open", "")


def test_what_sam_goes_on_with_while_an_answer_is_on_its_way_stays(number, page_of):
    sam = _open(page_of("sam"), number)
    sam.locator("#fold-board > summary").click()
    board = sam.locator("#panel-board")
    board.locator("summary", has_text="Propose a cause").click()
    board.get_by_label("It could be that").fill("The disk is full")
    on_its_way: list[Route] = []
    sam.route("**/hypotheses/", lambda route: on_its_way.append(route))
    with sam.expect_request("**/hypotheses/"):
        board.get_by_role("button", name="Propose").click()

    board.locator("summary", has_text="Add evidence").click()
    board.get_by_label("What it shows").fill("The disk has 40 GB free")
    on_its_way[0].continue_()

    expect(board).to_contain_text("The disk is full")
    expect(board.get_by_label("What it shows")).to_have_value("The disk has 40 GB free")
    expect(board.get_by_label("What it shows")).to_be_focused()
    expect(board.get_by_label("It could be that")).to_have_value("")
    board.get_by_role("button", name="Add", exact=True).click()
    expect(board).to_contain_text("The disk has 40 GB free")


def test_ana_sees_on_the_portal_when_sam_writes_and_never_what_is_among_us(number, page_of, api_of):
    ana = page_of("ana")
    ana.goto(f"/portal/cases/{number}/")
    _wait_for_the_stream(ana)

    api_of("sam").post(f"cases/{number}/messages", json={"body": "She is on an old plan.", "audience": "support"})
    api_of("sam").post(
        f"cases/{number}/updates", json={"body": "The file is on its way.", "promise_at": scenes.in_hours(3)}
    )

    expect(ana.locator("#card-message")).to_contain_text("The file is on its way.")
    expect(ana.locator("body")).not_to_contain_text("old plan")


def test_the_stream_says_goodbye_when_erin_leaves_the_house(number, page_of, tandem):
    erin = _open(page_of("erin"), number)

    tandem.django("shell", "-v0", "-c", RETIRE)
    try:
        expect(erin.locator("[data-stream]")).to_contain_text("Your access to this page ended", timeout=15_000)
        expect(erin.locator("#flash")).to_contain_text("Your access to this page ended")
    finally:
        tandem.django("shell", "-v0", "-c", RETURN)


def test_a_page_tells_all_times_in_one_zone_wherever_its_reader_is(number, page_of):
    page = page_of("sam", timezone_id="Asia/Tokyo")
    page.goto(f"/desk/cases/{number}/")
    updated = page.locator(".side [data-stream]")
    expect(updated).to_contain_text("updated")
    told, now = updated.inner_text(), datetime.now(UTC)

    assert told in [f"updated {at:%H:%M}" for at in (now, now - timedelta(minutes=1))]


def test_who_is_on_a_case_comes_to_its_row_by_itself(api_of, page_of):
    number = scenes.judged(api_of, title="Faces on rows")
    sam, erin = page_of("sam"), page_of("erin")
    sam.clock.install()
    sam.route("**/live/**", lambda route: route.abort())  # nothing tells him
    sam.goto("/desk/queue/")
    row = sam.locator("[data-row]", has_text="Faces on rows")
    expect(row).to_be_visible()
    expect(row.locator(".on-it")).to_have_count(0)

    _open(erin, number)
    sam.clock.fast_forward("00:31")

    expect(row.locator(".on-it")).to_contain_text("Erin")


RETIRE = "from tandem.people.models import User; User.objects.get(email='erin@tandem.example').retire()"
# As if she had never left, for the tests after this one.
RETURN = """
from tandem.people.models import Token, User
User.objects.filter(email='erin@tandem.example').update(is_active=True)
Token.objects.filter(user__email='erin@tandem.example').update(revoked_at=None)
"""


def _open(page: Page, number: int) -> Page:
    page.goto(f"/desk/cases/{number}/")
    _wait_for_the_stream(page)
    return page


def _wait_for_the_stream(page: Page) -> None:
    expect(page.locator("[data-stream]")).to_contain_text("updated")


def _is_as_after_a_reload(page: Page, *names: str) -> None:
    live = [_plain(page, name) for name in names]
    page.reload()
    assert live == [_plain(page, name) for name in names]


def _plain(page: Page, name: str) -> str:
    """The markup without what time, tokens and the page's own scripts change."""
    told = page.locator(f"#{name}").evaluate("thing => thing.outerHTML")
    told = re.sub(r' (?:class="(?:htmx-\w+|fresh| )*"|data-(?:ready|begun)="")', "", told)
    told = re.sub(r' class="([\w -]*?) ?(?:fresh|htmx-\w+)"', r' class="\1"', told)
    told = re.sub(r'(name="csrfmiddlewaretoken" value=")[^"]+', r"\1", told)
    told = re.sub(r"(?:in )?\d+ (?:h|min)(?: \d+ min)?(?: ago)?|just now", "…", told)
    return re.sub(r"\s+", " ", told)


def test_whoever_is_mentioned_hears_the_bell_and_reads_why(number, page_of, api_of):
    erin, sam = page_of("erin"), _open(page_of("sam"), number)
    erin.goto("/desk/queue/")
    bell = erin.locator(".side .bell")
    before = int(bell.locator(".count").inner_text() or 0)
    sam.keyboard.press("n")
    words = sam.locator("#composer-body")
    words.press_sequentially("Could you look, @er")
    expect(sam.locator("#mentions [role=option]").first).to_have_attribute("aria-selected", "true")
    words.press("Enter")
    expect(words).to_have_value("Could you look, @erin ")
    words.press("Control+Enter")

    expect(bell.locator(".count")).to_have_text(str(before + 1))
    bell.click()
    told = erin.locator("#latest .told").first
    expect(told).to_contain_text("mentioned you")
    told.locator("h2 a").click()
    erin.wait_for_url(f"**/desk/cases/{number}/")
    expect(erin.locator(".side .bell .count")).not_to_have_text(str(before + 1))


def test_sam_chooses_among_us_with_one_press_though_the_composer_grows_under_it(number, page_of):
    sam = page_of("sam")
    sam.set_viewport_size({"width": 1440, "height": 660})
    _open(sam, number)
    composer, note = sam.locator("#composer"), sam.get_by_role("radio", name="Among us")
    expect(composer.locator(".foot")).to_be_hidden()

    note.hover()
    sam.mouse.down()
    sam.mouse.up()

    expect(note).to_be_checked()
    expect(composer.locator(".foot")).to_be_visible()
    expect(composer.get_by_role("button", name="Write a note", exact=True)).to_be_visible()
