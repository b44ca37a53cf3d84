"""The whole way of Ana's problem in real browsers, one for each person, against a whole running Tandem."""

import re
import smtplib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.running import Installation, eventually, text_of

pytestmark = pytest.mark.browser

SCREENS = Path(__file__).parents[2] / "var" / "screens"
ANA = "ana@northwind.example"
TITLE = "The month-end export loses rows"
ASKING = "Which statistics does the planner read for run 8f31?"
HYPOTHESIS = "The planner reads stale statistics"
EVIDENCE = "Run 8f31 stops at a nested loop"
NOTE = "Northwind renews in May, mind the tone"
REASONS = "The run id is missing, we would search for days"
FIRST_ATTEMPT = "Rebuilt the index"
SECOND_ATTEMPT = "Recalculated the statistics"
OURS = [ASKING, HYPOTHESIS, EVIDENCE, NOTE, REASONS, FIRST_ATTEMPT, SECOND_ATTEMPT]  # never on a page of Ana's


class Way:
    """Everybody at a screen of their own, and the case they share."""

    def __init__(self, tandem: Installation, page_of: Callable[..., Page]) -> None:
        self.tandem, self.page_of = tandem, page_of
        self.ana, self.mallory, self.sam, self.erin, self.max = map(
            self.page_as, ["ana", "mallory", "sam", "erin", "max"]
        )
        self.number = 0
        self.shots = 0

    def page_as(self, name: str = "") -> Page:
        return self.page_of(name)

    def mail_to_ana(self, *, saying: str) -> EmailMessage:
        """The newest about this case with these words, as soon as it has arrived."""

        def arrived() -> list[EmailMessage]:
            about = [mail for mail in self.tandem.sink.mails if f"({self.number})" in mail["Subject"]]
            return [mail for mail in about if mail["To"].addresses[0].addr_spec == ANA and saying in text_of(mail)]

        return eventually(arrived)[-1]

    def ana_by_link(self, *, saying: str) -> Page:
        """Ana where she is not signed in, through the link in the mail with these words."""
        mail = self.mail_to_ana(saying=saying)
        link = re.search(rf"{self.tandem.url}/portal/link/\S+", text_of(mail))
        assert link, text_of(mail)
        page = self.page_as()
        page.goto(link[0])
        return page

    def at_the_case(self, page: Page) -> None:
        page.goto(f"/desk/cases/{self.number}/")

    def keep(self, page: Page, what: str) -> None:
        """A picture of this step, and what the others may not see at it."""
        self.shots += 1
        SCREENS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SCREENS / f"journey-{self.shots:02d}-{what}.png", full_page=True)
        self.others_see_nothing()

    def others_see_nothing(self) -> None:
        portal = f"/portal/cases/{self.number}/"
        self.ana.goto(portal)
        expect(self.ana.get_by_role("heading", name=TITLE)).to_be_visible()
        assert [words for words in OURS if words in self.ana.content()] == []
        for address in (portal, f"/desk/cases/{self.number}/"):
            answer = self.mallory.goto(address)
            assert answer
            assert answer.status == 404
            assert TITLE not in self.mallory.content()


@pytest.fixture
def way(tandem, page_of) -> Way:
    return Way(tandem, page_of)


def test_the_whole_way(way):
    submit(way)
    a_stranger_is_sent_to_sign_in(way)
    read_back(way)
    triage(way)
    hold_still(way)
    investigate(way)
    escalate_and_return(way)
    raise_again_and_accept(way)
    work_around(way)
    hand_back(way)
    resolve(way)
    close_and_rate(way)
    learn(way)


def submit(way: Way) -> None:
    way.sam.goto("/desk/queue/")
    with stays(way.sam):
        mail = f"From: {ANA}\r\nTo: support@tandem.example\r\nSubject: {TITLE}\r\nMessage-ID: <way@northwind.example>\r\n\r\nIt ends after 10,000 rows, no error. We close the month tonight.\r\n"
        with smtplib.SMTP("127.0.0.1", way.tandem.mail_port, timeout=20) as smtp:
            smtp.sendmail(ANA, ["support@tandem.example"], mail)
        case = way.sam.get_by_role("link", name=TITLE)
        expect(case).to_be_visible()
    case.click()
    expect(way.sam.get_by_role("heading", name=TITLE)).to_be_visible()
    way.number = int(urlsplit(way.sam.url).path.split("/")[3])
    expect(way.sam.get_by_text("We close the month tonight.")).to_be_visible()
    way.keep(way.sam, "submit")


def a_stranger_is_sent_to_sign_in(way: Way) -> None:
    stranger = way.page_as()
    for address in (f"/portal/cases/{way.number}/", f"/desk/cases/{way.number}/", "/desk/queue/"):
        stranger.goto(address)
        expect(stranger).to_have_url(re.compile(r"/sign-in/.*next="))
        assert TITLE not in stranger.content()


def read_back(way: Way) -> None:
    facts = panel(way.sam, "Facts")
    unfold(facts, "Note a fact")
    facts.get_by_label("What", exact=True).fill("Product version")
    facts.get_by_label("Value").fill("4.3")
    facts.get_by_label("we measured").check()
    facts.get_by_role("button", name="Note", exact=True).click()
    expect(facts.get_by_role("cell", name="4.3")).to_be_visible()
    panel(way.sam, "Read-back").get_by_role("button", name="Read back to Ana").click()

    ana = way.ana_by_link(saying="Tell us line by line")
    lines = ana.get_by_role("group")
    expect(lines.first).to_be_visible()
    for line in lines.all():
        line.get_by_role("radio", name="Right").check()
    version = ana.get_by_role("group", name=re.compile("Product version"))
    version.get_by_role("radio", name="Wrong").check()
    version.get_by_label("It is").fill("4.1")
    with stays(way.sam):
        ana.get_by_role("button", name="Send").first.click()
        expect(ana.get_by_text("You checked this")).to_be_visible()
        expect(facts.get_by_text("They see 4.1, the server runs 4.3")).to_be_visible()
    way.keep(way.sam, "read-back")


def triage(way: Way) -> None:
    way.at_the_case(way.sam)
    assessment = panel(way.sam, "Assessment")
    unfold(assessment, "Judge")
    assessment.get_by_role("group", name=re.compile("^Impact")).get_by_role("radio", name=re.compile("^4")).check()
    assessment.get_by_role("group", name=re.compile("^Urgency")).get_by_role("radio", name=re.compile("^5")).check()
    assessment.get_by_label("Realm").select_option("Data pipeline")
    assessment.get_by_role("button", name="Judge").click()
    unfold(assessment, "Why Critical")
    expect(assessment.get_by_text("4 × 5")).to_be_visible()

    owners = panel(way.sam, "Owners")
    unfold(owners, "Change")
    owners.get_by_label("Customer owner").select_option("Sam Okafor")
    owners.get_by_label("Technical owner").select_option("Sam Okafor")
    owners.get_by_role("button", name="Keep it").click()
    expect(owners.get_by_role("button", name="Begin investigation")).to_be_visible()

    first = panel(way.sam, "First answer")
    unfold(first, "Acknowledge")
    first.get_by_label("Next update").select_option("in 4 hours")
    first.get_by_role("button", name="Send to Ana").click()
    expect(first.get_by_text("Acknowledged by Sam Okafor")).to_be_visible()
    way.mail_to_ana(saying="You hear from us again by")
    way.keep(way.sam, "triage")
    expect(way.ana.get_by_text("Sam keeps this promise.")).to_be_visible()
    way.keep(way.ana, "triage-as-ana-sees-it")


def hold_still(way: Way) -> None:
    way.at_the_case(way.sam)
    evidence = panel(way.sam, "Evidence first")
    expect(evidence.get_by_text("Not known yet: Job, Last good run.")).to_be_visible()
    expect(evidence.get_by_role("button", name="They are blocked now: remedy first")).to_be_visible()
    with stays(way.ana):
        evidence.get_by_role("button", name="Hold still: look first").click()
        expect(way.ana.locator("b").get_by_text("Leave everything as it is until")).to_be_visible()
    bar = way.sam.locator("#panel-hold")
    expect(bar.get_by_text("in 14 min").or_(bar.get_by_text("in 15 min"))).to_be_visible()
    expect(bar.get_by_role("link", name="What we know ourselves")).to_be_visible()
    way.mail_to_ana(saying="do not refresh the page")
    way.keep(way.sam, "hold-still")
    way.keep(way.ana, "hold-still-as-ana-sees-it")
    unfold(bar, "Let them go on now")
    with stays(way.ana):
        bar.get_by_role("button", name="They can go on").click()
        expect(way.ana.locator("b").get_by_text("Leave everything as it is until")).to_have_count(0)
    expect(bar.get_by_role("button")).to_have_count(0)
    way.at_the_case(way.sam)


def investigate(way: Way) -> None:
    panel(way.sam, "Owners").get_by_role("button", name="Begin investigation").click()
    note_attempt(panel(way.sam, "What was tried"), FIRST_ATTEMPT, "no effect")
    board = panel(way.sam, "Board")
    unfold(board, "Propose a cause")
    board.get_by_label("It could be that").fill(HYPOTHESIS)
    board.get_by_role("button", name="Propose").click()
    expect(board.get_by_text(HYPOTHESIS).first).to_be_visible()
    way.sam.get_by_role("radio", name="Among us").check()
    way.sam.get_by_label("Your words").fill(NOTE)
    way.sam.get_by_role("button", name="Write a note", exact=True).click()
    expect(way.sam.get_by_role("article").get_by_text(NOTE)).to_be_visible()
    way.keep(way.sam, "investigate")


def escalate_and_return(way: Way) -> None:
    way.at_the_case(way.sam)
    panel(way.sam, "Engineering").get_by_role("link", name="Ask engineering").click()
    way.sam.get_by_label("Which team").select_option("Platform")
    way.sam.get_by_label("What exactly should they answer or do?").fill(ASKING)
    way.sam.get_by_role("button", name="Send it with all this").click()
    expect(way.sam.get_by_role("link", name="Ask engineering")).to_have_count(0)

    open_escalation(way)
    for seen in ("It ends after 10,000 rows", FIRST_ATTEMPT, HYPOTHESIS, "They see 4.1, the server runs 4.3"):
        expect(way.erin.locator("main").get_by_text(seen).first).to_be_visible()
    way.keep(way.erin, "escalation-as-erin-sees-it")
    unfold(way.erin.locator("main"), "Return with reasons")
    way.erin.get_by_label("What has to be there first").fill(REASONS)
    way.erin.get_by_role("button", name="Return it").click()
    expect(way.erin.get_by_text("Returned by Erin Haas")).to_be_visible()


def raise_again_and_accept(way: Way) -> None:
    way.at_the_case(way.sam)
    expect(panel(way.sam, "Engineering").get_by_text(f"Erin needs first: {REASONS}")).to_be_visible()
    board = panel(way.sam, "Board")
    unfold(board, "Add evidence")
    board.get_by_label("What it shows").fill(EVIDENCE)
    board.get_by_role("button", name="Add", exact=True).click()
    expect(board.get_by_text(EVIDENCE)).to_be_visible()
    way.keep(way.sam, "returned")
    panel(way.sam, "Engineering").get_by_role("link", name="Ask again").click()
    expect(way.sam.get_by_label("What exactly should they answer or do?")).to_have_value(ASKING)
    way.sam.get_by_role("button", name="Send it with all this").click()
    way.at_the_case(way.sam)

    open_escalation(way)
    expect(way.erin.get_by_text(EVIDENCE)).to_be_visible()
    with stays(way.sam):
        way.erin.get_by_role("button", name="Accept: I drive the cause").click()
        expect(fact(way.sam, "Technical owner")).to_contain_text("Erin Haas")
        expect(fact(way.sam, "Ball")).to_contain_text("Erin")
    expect(fact(way.sam, "Customer owner")).to_contain_text("Sam Okafor")
    way.keep(way.sam, "accepted")


def work_around(way: Way) -> None:
    offered = panel(way.sam, "Workaround")
    unfold(offered, "Offer a workaround")
    offered.get_by_label("Steps").fill("Export week by week; each stays below the limit.")
    offered.get_by_label("Holds until").fill(f"{datetime.now() + timedelta(days=3):%Y-%m-%dT%H:%M}")  # noqa: DTZ005, as Sam's clock says
    with stays(way.ana):
        offered.get_by_role("button", name="Offer it to the customer").click()
        way_on = way.ana.get_by_role("region", name="Until it is solved")
        expect(way_on.get_by_text("Export week by week")).to_be_visible()
        expect(way_on.get_by_text("It holds until")).to_be_visible()
    way.keep(way.ana, "workaround-as-ana-sees-it")


def hand_back(way: Way) -> None:
    way.at_the_case(way.erin)
    note_attempt(panel(way.erin, "What was tried"), SECOND_ATTEMPT, "helped")
    open_escalation(way, chip="Active")
    unfold(way.erin.locator("main"), "Hand back")
    way.erin.get_by_label("The cause, in two sentences for support").fill("The statistics were stale.")
    way.erin.get_by_label("What to tell the customer").fill("We refreshed what the export plans with.")
    way.erin.get_by_role("button", name="Hand back to support").click()
    expect(way.erin.get_by_role("heading", name="Handed back")).to_be_visible()
    way.keep(way.erin, "handed-back")
    way.at_the_case(way.sam)
    panel(way.sam, "Engineering").get_by_role("button", name="I have it again").click()
    expect(way.sam.get_by_role("button", name="I have it again")).to_have_count(0)


def resolve(way: Way) -> None:
    way.at_the_case(way.sam)
    resolution = panel(way.sam, "Resolution")
    unfold(resolution, "Propose a resolution")
    resolution.get_by_label("What happened").fill("The export planned with old numbers and gave up early.")
    resolution.get_by_label("What we changed").fill("The numbers are refreshed every night.")
    resolution.get_by_label(re.compile("^Cause")).fill("Stale statistics.")
    resolution.get_by_role("button", name="Propose it").click()
    needed = resolution.get_by_role("group", name=re.compile(f"“{FIRST_ATTEMPT}” .*is it also required"))
    needed.get_by_label("No", exact=True).check()
    resolution.get_by_role("button", name="Save the answers").click()
    expect(resolution.get_by_role("button", name="Ask Ana to verify")).to_have_count(0)
    resolution.get_by_label("works", exact=True).check()
    resolution.get_by_label("How we checked").fill("Ran it: 48,210 rows.")
    resolution.get_by_role("button", name="Record our check").click()
    resolution.get_by_role("button", name="Ask Ana to verify").click()
    expect(resolution.get_by_text("Waiting for the customer.")).to_be_visible()

    ana = way.ana_by_link(saying="Tell us whether it works")
    expect(ana.get_by_text("We close the month tonight.")).to_be_visible()
    ana.get_by_label("In your words").fill("All 48,210 rows are there.")
    with stays(way.sam):
        ana.get_by_role("button", name="It works", exact=True).click()
        expect(ana.get_by_text("You told us that it works.")).to_be_visible()
        expect(resolution.get_by_text("The customer says it works.")).to_be_visible()
    way.keep(way.sam, "verified")


def close_and_rate(way: Way) -> None:
    closing = panel(way.sam, "Closing")
    unfold(closing, "Close the case")
    closing.get_by_label("Why", exact=True).select_option("fixed, the customer confirms it")
    closing.get_by_role("button", name="Close and tell the customer").click()
    expect(closing.get_by_text("Closed: fixed, the customer confirms it.")).to_be_visible()
    way.keep(way.sam, "closed")
    rating = way.ana.get_by_role("region", name="How did it go?")
    rating.get_by_label("Very good").check()
    rating.get_by_role("button", name="Send").click()
    expect(way.ana.get_by_text("You gave 5 of 5 stars.")).to_be_visible()
    way.keep(way.ana, "rated")


def learn(way: Way) -> None:
    eventually(lambda: way.max.goto("/desk/knowledge/") and way.max.get_by_role("link", name=TITLE).count())
    way.max.get_by_role("link", name=TITLE).first.click()
    for said in ("It ends after 10,000 rows", "Stale statistics", "not required"):
        expect(way.max.locator(".article").get_by_text(said).first).to_be_visible()
    for box in way.max.get_by_role("region", name="Publish").get_by_role("checkbox").all():
        box.check()
    way.max.get_by_role("button", name="Publish for everybody").click()
    expect(way.max.get_by_text("published by Max Berger")).to_be_visible()

    visitor = way.page_as()
    visitor.goto("/help/")
    visitor.get_by_role("searchbox").fill("export loses rows")
    visitor.get_by_role("searchbox").press("Enter")
    visitor.get_by_role("link", name=TITLE).first.click()
    expect(visitor.get_by_role("heading", name="What helps")).to_be_visible()
    for name in ("Northwind", "Ana", "Sam Okafor", "Erin Haas", NOTE, ASKING):
        assert name not in visitor.locator("main").inner_text()
    way.keep(visitor, "found-on-the-help-page")


def panel(page: Page, title: str) -> Locator:
    """The panel of this title beside the conversation, opened."""
    heading = page.get_by_role("heading", name=title, exact=True)
    fold = page.locator("details.fold").filter(has=heading)
    expect(fold).to_be_visible()
    if fold.get_attribute("open") is None:
        fold.locator("summary").first.click()
    found = page.get_by_role("region", name=re.compile(rf"^{re.escape(title)}( \d+)?$"))  # some say how many
    expect(found).to_be_visible()
    return found


def unfold(where: Locator, says: str) -> None:
    where.locator("summary").filter(has_text=says).click()


def fact(page: Page, label: str) -> Locator:
    """What stands under this label at the head of the case."""
    return page.locator("#strip dl > div").filter(has=page.get_by_text(label, exact=True))


def note_attempt(tried: Locator, what: str, outcome: str) -> None:
    unfold(tried, "Note an attempt")
    tried.get_by_label("What was done").fill(what)
    tried.get_by_role("radio", name=outcome).check()
    tried.get_by_label("Still in place?").select_option("Yes")
    tried.get_by_role("button", name="Note it").click()
    expect(tried.get_by_role("listitem").filter(has_text=f"{outcome} {what}")).to_contain_text("still in place")


def open_escalation(way: Way, *, chip: str = "") -> None:
    """Erin finds it in her list and opens it."""
    way.erin.goto("/desk/escalations/")
    if chip:
        way.erin.get_by_role("link", name=chip).click()
    way.erin.locator("main").get_by_role("link", name=ASKING).first.click()
    expect(way.erin.get_by_role("heading", name=ASKING)).to_be_visible()


@contextmanager
def stays(page: Page) -> Iterator[None]:
    """What happens meanwhile appears without a reload of this page."""
    page.evaluate("window.stayed = true")
    yield
    assert page.evaluate("window.stayed === true")
