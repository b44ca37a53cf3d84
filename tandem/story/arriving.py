"""How a case of the story comes in, is read back and judged."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from tandem.cases.audience import Audience
from tandem.cases.models import Case, Channel
from tandem.close.models import Reason
from tandem.communicate.models import Kind
from tandem.intake import realms
from tandem.intake.models import Asking, ReadBack
from tandem.intake.models import LineVerdict as Told
from tandem.kit import clock, files
from tandem.people.models import Team
from tandem.story import order
from tandem.story.plots import CASES
from tandem.story.teller import Teller
from tandem.submit.models import ReportTemplate, Submission
from tandem.triage.models import Part

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"
)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0"
PASTED = Path(__file__).parent / "mail"


def ana_pasted() -> dict[str, Any]:
    """Her mail as she laid it out, with the screenshot she pasted and the log of the run."""
    shot = files.store([(PASTED / "last-rows.png").read_bytes()], name="last-rows.png")
    log = files.store(
        (b"2026-11-21 02:14:%02d export orders: batch %d of 482 written\n" % (n % 60, n) for n in range(100)),
        name="export-run-8f31.log",
    )
    return {"html": (PASTED / "ana.html").read_text(), "files": [shot._replace(content_id="last-rows@northwind"), log]}


class Arriving(Teller):
    def submit(self) -> None:
        if self.plot.nth % 4 == 2 and self.plot.nth != CASES:
            self.report()
        else:
            self.write()
        self.later(9)

    def report(self) -> None:
        """By the form, which asks what its template asks; what the browser says of itself comes along."""
        row = ReportTemplate.objects.of(self.words["realm"])
        told = {key: str(value) for key, value in self.words["told"].items()}
        submission: Any = Submission.objects.report(
            self.customer,
            title=self.words["title"],
            body=self.words["said"],
            realm=row.realm,
            environment=self.plot.environment,
            template=row,
            facts=told | {"browser": "Firefox"},
            measured={"user_agent": CHROME if self.plot.nth % 3 else FIREFOX},
        )
        self.case = submission.case

    def write(self) -> None:
        self.case = Case.objects.open_for(self.customer, title=self.words["title"], environment=self.plot.environment)
        by_mail = self.plot.nth % 2 or self.plot.nth == CASES
        self.case.messages.write(
            self.words["said"],
            by=self.customer,
            audience=Audience.CUSTOMER,
            channel=Channel.MAIL if by_mail else Channel.PORTAL,
            **(ana_pasted() if self.plot.nth == CASES else {}),
        )
        self.case.reflect(realm=self.words["realm"])

    def read_back(self) -> None:
        self.case.refresh_from_db()
        for key, value in self.words["told"].items():
            self.case.facts.note(key, str(value), by=self.customer, source="told")
        if self.plot.nth % 5 == 0 or self.plot.nth == CASES:
            self.case.facts.note("version", "4.1", by=self.customer, source="told")
        self.case.readbacks.share(by=self.support)
        self.later(22)

    def confirm(self) -> None:
        readback = self.case.readbacks.newest()
        assert readback is not None
        if self.plot.nth % 2 == 0:
            self.reply(readback)
        else:
            readback.answer({line.pk: (Told.RIGHT, "") for line in readback.lines.all()}, by=self.customer)
        self.later(6)

    def reply(self, readback: ReadBack) -> None:
        """By a reply, a line each; it is read and taken by itself."""
        lines = "\n".join(f"{line.number} right" for line in readback.lines.all())
        self.case.messages.write(
            f"Hello {self.support.first_name},\n\n{lines}\n\nThanks, {self.customer.first_name}",
            by=self.customer,
            audience=Audience.CUSTOMER,
            channel=Channel.MAIL,
            verified=True,
        )

    def ask(self) -> None:
        """One short list; the customer knows one of the two, and says that they do not know the other."""
        about = realms.line(self.words["realm"], "since")
        asked = [Asking(str(about.ask), "since")] if about else []
        asked += [Asking("Did anything change on your side in the days before?")]
        questions = self.case.questions.ask_together(asked, by=self.support)
        self.later(15)
        with clock.at(self.moment):
            told = {questions[0].pk: "Monday, some time before noon", questions[-1].pk: "I do not know"}
            self.case.questions.take_answers(told, by=self.customer)
        self.later(5)

    def hold_still(self) -> None:
        """Look first: it stands for some time yet, and releases them by itself."""
        self.moment = clock.real() - timedelta(minutes=1)
        with clock.at(self.moment):
            self.case.holds.ask(by=self.support, minutes=60)

    def triage(self) -> None:
        impact, urgency = self.words["impact"]
        self.case.refresh_from_db()
        self.case.assessments.judge(impact=impact, urgency=urgency, realm=self.words["realm"], by=self.support)
        self.case.assignments.give(Part.CUSTOMER, to=self.support, by=self.support)
        order.sort(self.case, nth=self.plot.nth, by=self.support)
        self.speak(
            f"Thank you for telling us, {self.customer.first_name}. That “{self.words['title'].lower()}” keeps you from "
            f"your work is understood, and {self.support.first_name} is on it.",
            kind=Kind.ACKNOWLEDGMENT,
            hours=0.5 if self.is_to_break() else 4,
        )
        self.later(12)

    def hand_off(self) -> None:
        billing = Team.objects.get(slug="billing")
        handoff = self.case.handoffs.hand_to(
            billing, reason="A question about the contract, not a fault.", by=self.support
        )
        self.later(40)
        with clock.at(self.moment):
            handoff.accept(by=self.who["theo"])
            self.case.closures.close(by=self.who["theo"], reason=Reason.HANDED_OFF)

    def send_recording(self) -> None:
        """What Ana sends has her session and a token in it: both are covered, and who looks says why. Her report is found by
        what it says: “statement timeout”.
        """
        har = files.store([(PASTED / "export.har").read_bytes()], name="export.har")
        report = files.store([(PASTED / "run-8f31.pdf").read_bytes()], name="run-8f31.pdf")
        self.case.messages.write(
            "It happened again just now, and my browser recorded it. Our program sends the same "
            "with Authorization: Bearer tok-5b1e77aa90, if you want to try.",
            by=self.customer,
            audience=Audience.CUSTOMER,
            channel=Channel.PORTAL,
            files=[har, report],
        )
        self.later(7)
