"""Every page, looked at: nothing serious for axe in either theme, nothing wider than a phone, and a picture kept for whoever asks."""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests import scenes

pytestmark = pytest.mark.browser

SCREENS = Path(__file__).parent.parent / "var" / "screens"
DESK, PHONE, NARROW = 1440, 390, 320
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PAGES = {
    "now": ("sam", "/desk/"),
    "now-erin": ("erin", "/desk/"),
    "queue": ("sam", "/desk/queue/"),
    "queue-empty": ("sam", "/desk/queue/?view=closed&q=zebra"),
    "search": ("sam", "/desk/search/?q=export"),
    "triage": ("sam", "/desk/triage/"),
    "case-intake": ("sam", "/desk/cases/{read_back}/"),
    "case-triage": ("sam", "/desk/cases/{judged}/"),
    "case-investigate": ("sam", "/desk/cases/{investigated}/"),
    "case-escalate": ("erin", "/desk/cases/{escalated}/"),
    "case-resolve": ("sam", "/desk/cases/{asked_to_verify}/"),
    "case-closed": ("sam", "/desk/cases/{closed}/"),
    "panel": ("sam", "/desk/cases/{investigated}/facts/"),
    "escalations": ("erin", "/desk/escalations/?state=active"),
    "escalation": ("erin", "/desk/escalations/{escalation}/"),
    "escalation-new": ("sam", "/desk/cases/{investigated}/escalation/new/"),
    "accounts": ("max", "/desk/accounts/"),
    "account": ("ada", "/desk/accounts/northwind/"),
    "components": ("sam", "/desk/components/"),
    "component": ("sam", "/desk/components/exports/"),
    "component-new": ("ada", "/desk/components/new/"),
    "people": ("ada", "/desk/people/"),
    "person": ("ada", "/desk/people/{person}/"),
    "teams": ("ada", "/desk/teams/"),
    "team": ("ada", "/desk/teams/1/"),
    "hooks": ("ada", "/desk/hooks/"),
    "portal-report-web": ("ana", "/portal/report/?realm=web"),
    "portal-report-mobile": ("ana", "/portal/report/?realm=mobile"),
    "portal-report-data": ("ana", "/portal/report/?realm=data"),
    "portal-report-api": ("ana", "/portal/report/?realm=api"),
    "portal-report-device": ("ana", "/portal/report/?realm=device"),
    "report": ("", "/report/"),
    "report-templates": ("max", "/desk/report-templates/"),
    "report-template": ("max", "/desk/report-templates/data/"),
    "widgets": ("ada", "/desk/widgets/"),
    "mailboxes": ("ada", "/desk/mailboxes/"),
    "mailbox-new": ("ada", "/desk/mailboxes/new/"),
    "hidden": ("sam", "/desk/cases/{investigated}/hidden/"),
    "secret": ("sam", "/desk/secrets/{secret}/"),
    "phone": ("sam", "/desk/cases/{read_back}/readback/phone/"),
    "collectors": ("ada", "/desk/collectors/"),
    "collector-new": ("ada", "/desk/collectors/new/"),
    "knowledge": ("sam", "/desk/knowledge/"),
    "article": ("sam", "/desk/knowledge/{article}/"),
    "quarantine": ("sam", "/desk/quarantine/"),
    "automation": ("max", "/desk/automation/"),
    "rule-new": ("max", "/desk/rules/new/"),
    "macro-new": ("max", "/desk/macros/new/"),
    "macros-of-a-case": ("sam", "/desk/cases/{investigated}/macros/"),
    "run-new": ("sam", "/desk/runs/new/?act=give_to&cases={judged}&cases={investigated}"),
    "runs": ("sam", "/desk/runs/"),
    "settings-file": ("ada", "/desk/settings/file/"),
    "peek": ("sam", "/desk/cases/{investigated}/peek/"),
    "print": ("sam", "/desk/cases/{investigated}/print/"),
    "ledger": ("sam", "/desk/cases/{closed}/ledger/"),
    "views": ("sam", "/desk/queue/views/"),
    "drafts": ("sam", "/desk/drafts/"),
    "hand-over": ("sam", "/desk/handovers/new/"),
    "notices": ("erin", "/desk/notices/"),
    "notices-settings": ("erin", "/desk/notices/settings/"),
    "policies": ("max", "/desk/policies/"),
    "policy-new": ("max", "/desk/policies/new/case/"),
    "policies-past": ("max", "/desk/policies/past/"),
    "calendars": ("max", "/desk/calendars/"),
    "tags": ("max", "/desk/tags/"),
    "fields": ("max", "/desk/fields/"),
    "task-lists": ("max", "/desk/task-lists/"),
    "panel-clocks": ("sam", "/desk/cases/{investigated}/clocks/"),
    "panel-time": ("sam", "/desk/cases/{investigated}/time/"),
    "panel-snooze": ("sam", "/desk/cases/{investigated}/snooze/"),
    "panel-tags": ("sam", "/desk/cases/{investigated}/tags/"),
    "panel-tasks": ("sam", "/desk/cases/{investigated}/tasks/"),
    "panel-children": ("sam", "/desk/cases/{investigated}/children/"),
    "templates": ("max", "/desk/templates/"),
    "process": ("max", "/process/"),
    "goals": ("max", "/desk/goals/"),
    "goal": ("max", "/desk/goals/first-time/"),
    "portal": ("ana", "/portal/"),
    "portal-report": ("ana", "/portal/report/"),
    "portal-read-back": ("ana", "/portal/cases/{read_back}/"),
    "portal-verify": ("ana", "/portal/cases/{asked_to_verify}/"),
    "portal-closed": ("ana", "/portal/cases/{closed}/"),
    "help": ("", "/help/"),
    "status": ("", "/status/"),
    "sign-in": ("", "/sign-in/"),
    "code": ("", "/sign-in/code/"),
    "demo": ("", "/demo/"),
    "nothing": ("", "/nothing/"),
}


@pytest.fixture(scope="module")
def scene(api_of) -> dict[str, int]:
    """Numbers of cases at each part of the road, of an escalation and of an article."""
    escalated, escalation = scenes.escalated(api_of)
    alone = ["read_back", "judged", "investigated", "asked_to_verify", "closed"]
    cases = {name: getattr(scenes, name)(api_of) for name in alone}
    [sam] = api_of("ada").get("people?q=sam@").json()["items"]
    cases |= {"person": sam["id"]}
    cases |= {"secret": scenes.hidden(api_of, cases["investigated"])}
    return cases | {"escalated": escalated, "escalation": escalation, "article": scenes.published(api_of)}


@pytest.fixture(scope="module")
def visit(browser, tandem) -> Iterator[Callable[[str, str], Page]]:
    """A page at this address as this person, signed in once for all of them."""
    pages: dict[str, Page] = {}

    def at(name: str, address: str) -> Page:
        if name not in pages:
            pages[name] = browser.new_context(base_url=tandem.url, reduced_motion="reduce").new_page()
            if name:
                pages[name].goto(f"/demo/in/{name}/")
                pages[name].locator("button[name=who]").click()
        page = pages[name]
        _as_wide_as(page, DESK)
        page.emulate_media(color_scheme="light")
        page.goto(address)
        return page

    yield at
    for page in pages.values():
        page.context.close()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_fit_to_be_read(name, scene, visit):
    who, address = PAGES[name]
    page = visit(who, address.format(**scene))

    assert _wrong(page) == []
    assert _squeezed(page) == []
    _keep(page, f"{name}-desk-light")
    page.emulate_media(color_scheme="dark")
    assert _wrong(page, only=["color-contrast"]) == []
    _keep(page, f"{name}-desk-dark")
    for width in (PHONE, NARROW):
        _as_wide_as(page, width)
        assert _sticks_out(page) + _squeezed(page) == [], f"at {width} px"
    _as_wide_as(page, PHONE)
    page.emulate_media(color_scheme="light")
    _keep(page, f"{name}-phone-light")


@pytest.mark.parametrize(("who", "which"), [("sam", "investigated"), ("erin", "escalated"), ("sam", "closed")])
def test_every_fold_of_a_case_is_as_good_as_its_page(who, which, scene, visit):
    page = visit(who, f"/desk/cases/{scene[which]}/")
    while closed := page.locator("main details:not([open]):not(.menu) > summary:visible").all():
        closed[0].click()
        page.wait_for_load_state("networkidle")
    expect(page.locator("details[open] > [hx-trigger^=toggle]")).to_have_count(0)
    page.wait_for_load_state("networkidle")

    assert _wrong(page) == []
    page.emulate_media(color_scheme="dark")
    assert _wrong(page, only=["color-contrast"]) == []
    for width in (PHONE, NARROW):
        _as_wide_as(page, width)
        assert _sticks_out(page) + _squeezed(page) == [], f"at {width} px"
    _as_wide_as(page, PHONE)
    _keep(page, f"folds-{which}-phone")


def test_a_long_draft_is_cut_on_a_phone(scene, visit):
    page = visit("sam", f"/desk/cases/{scene['investigated']}/")
    page.locator("#composer-body").fill(
        "What was it, in their own words: " + "an old plan was used, and it is not used any more. " * 4
    )
    page.get_by_role("button", name="Share the draft").click()
    page = visit("sam", "/desk/drafts/")

    expect(page.get_by_role("region", name="Mine")).to_contain_text("an old plan was used")
    for width in (PHONE, NARROW):
        _as_wide_as(page, width)
        assert _sticks_out(page) + _squeezed(page) == [], f"at {width} px"


def test_words_without_end_stay_within_the_page(api_of, visit):
    number = scenes.endless(api_of)
    case = f"/desk/cases/{number}/"
    wrong = []
    pages = [case, *(f"{case}{part}/" for part in ("ledger", "history", "facts", "tasks", "peek", "print"))]
    pages += ["/desk/", "/desk/queue/", "/desk/search/?q=" + "x" * 200, "/desk/escalations/", "/desk/handovers/new/"]
    for who, address in [*(("sam", page) for page in pages), ("ana", f"/portal/cases/{number}/"), ("ana", "/portal/")]:
        page = visit(who, address)
        for fold in page.locator("main .fold > summary:visible").all():
            fold.click()
        page.wait_for_load_state("networkidle")
        for width in (DESK, PHONE, NARROW):
            _as_wide_as(page, width)
            if out := _sticks_out(page):
                wrong.append(f"{address} at {width} px: {out[:4]}")
    assert not wrong, "\n".join(wrong)


def test_on_the_case_page_tab_leads_from_the_skip_link_to_the_composer(scene, visit):
    page = visit("sam", f"/desk/cases/{scene['investigated']}/")

    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    reached = []
    while "composer-body" not in reached and len(reached) < 40:
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id"))

    assert "composer-body" in reached
    assert page.evaluate("document.activeElement.closest('.talk') !== null")


def test_an_empty_panel_opens_and_is_fetched_once(scene, visit):
    page = visit("sam", f"/desk/cases/{scene['investigated']}/")
    fetched = []
    page.on("request", lambda request: fetched.append(request.url) if request.url.endswith("/owners/") else None)
    fold = page.locator("#fold-owners")

    fold.locator("summary").first.click()
    expect(fold.locator("section#panel-owners")).to_contain_text("Sam Okafor")
    fold.locator("summary").first.click()
    fold.locator("summary").first.click()

    expect(fold.locator("section#panel-owners")).to_be_visible()
    assert len(fetched) == 1


def test_it_works_without_javascript(api_of, page_of):
    page = page_of("sam", java_script_enabled=False)
    page.goto(f"/desk/cases/{scenes.judged(api_of)}/")

    page.locator("#fold-board > summary").click()
    page.locator("#fold-board a", has_text="Open").click()
    page.locator("#panel-board summary", has_text="Propose a cause").click()
    idea = page.locator("#panel-board form").filter(has_text="It could be that")
    idea.locator("textarea[name=text]").fill("The statistics are stale.")
    idea.get_by_role("button").click()

    expect(page).to_have_url(re.compile(r"\?open=board#panel-board$"))
    expect(page.locator("#panel-board")).to_contain_text("The statistics are stale.")


def test_the_queue_is_walked_with_single_keys(scene, visit):
    visit("sam", "/desk/")  # who comes from a case is at its row
    page = visit("sam", "/desk/queue/")

    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    first = page.locator("[data-row] a").first
    expect(first).to_be_focused()
    number = page.locator("[data-row] .number").first.inner_text()
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(rf"/desk/cases/{number}/\?among="))


def test_the_keepers_of_this_file_are_awake(visit):
    page = visit("", "/sign-in/")
    page.evaluate(
        """() => {
            document.querySelector("h1").insertAdjacentHTML("afterend", '<img id="planted" src="x"><p class="planted">words</p>')
            const sheet = new CSSStyleSheet()
            sheet.replaceSync(".planted { color: #999; background: #aaa; width: 2000px }")
            document.adoptedStyleSheets = [sheet]
        }"""
    )

    assert {sentence.partition(":")[0] for sentence in _wrong(page)} == {"image-alt", "color-contrast"}
    assert {sentence.partition(":")[0] for sentence in _wrong(page, only=["color-contrast"])} == {"color-contrast"}
    _as_wide_as(page, PHONE)
    assert "p.planted" in _sticks_out(page)


def _as_wide_as(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900 if width == DESK else 844})


def _keep(page: Page, name: str) -> None:
    """If somebody wants to look at it, by PICTURES=1: two hundred pictures take longer than what is tested here."""
    if not os.environ.get("PICTURES"):
        return
    SCREENS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENS / f"{name}.png")


def _wrong(page: Page, *, only: list[str] = WCAG) -> list[str]:
    """What axe finds serious or critical, each with its place."""
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(Axe().axe_script)
    options = {"resultTypes": ["violations"], "runOnly": only}
    found = page.evaluate("options => axe.run(document, options)", options)["violations"]
    return [
        f"{rule['id']}: {rule['help']} at {', '.join(str(node['target'][0]) for node in rule['nodes'][:4])}"
        for rule in found
        if rule["impact"] in ("serious", "critical")
    ]


def _sticks_out(page: Page) -> list[str]:
    """What is wider than the window, if the page scrolls sideways."""
    return page.evaluate(
        """() => document.documentElement.scrollWidth <= innerWidth ? [] :
            [...document.querySelectorAll("body *")]
                .filter((thing) => thing.getBoundingClientRect().right > innerWidth + 1)
                .map((thing) => `${thing.localName}.${thing.className}`).slice(0, 5)"""
    )


def _squeezed(page: Page) -> list[str]:
    """Whose words run down the page letter by letter."""
    return page.evaluate(
        """() => [...document.querySelectorAll("main *")]
            .filter((thing) => [...thing.childNodes].some((node) => node.nodeType === 3 && node.data.trim().length > 5))
            .filter((thing) => thing.checkVisibility() && !thing.closest(".hear"))
            .filter((thing) => (({ width, height }) => width > 1 && width < 26 && height > 90)(thing.getBoundingClientRect()))
            .map((thing) => `${thing.localName}.${thing.className}: ${thing.textContent.trim().slice(0, 30)}`).slice(0, 5)"""
    )
