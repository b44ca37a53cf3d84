"""One case told in the product's own verbs, with the clock set to each moment.

It follows a plot as far as its `end`; what reacts to it (drafts, reopenings, measured facts) really runs.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

from tandem.cases.audience import Audience
from tandem.cases.models import Case, Channel
from tandem.close.models import Reason
from tandem.communicate.models import Direction, Kind
from tandem.customers.models import Contact
from tandem.intake import realms
from tandem.intake.models import Asking, ReadBack
from tandem.intake.models import LineVerdict as Told
from tandem.investigate.models import Outcome
from tandem.kit import clock, files
from tandem.kit.later import drain
from tandem.learn.models import Article
from tandem.people.models import Team
from tandem.resolve.models import Verdict
from tandem.story import order
from tandem.story.plots import CASES, ENDS, Plot, library
from tandem.submit.models import ReportTemplate, Submission
from tandem.triage.models import Part
from tandem.writing.models import Typed

SORTED_OUT = CASES - 2  # the case that somebody reported twice
HELD = CASES - 14  # the case whose reporter holds still while we look
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


class Telling:
    """One case told; `later(minutes)` moves the clock, never beyond now."""

    def __init__(self, plot: Plot, who: dict[str, Any]) -> None:
        self.plot, self.words, self.who = plot, plot.words, who
        self.moment = plot.begins
        self.customer = plot.environment.account.contacts.order_by("pk")[0].user
        self.support = who["sam"] if plot.nth % 3 else who["priya"]
        self.team = Team.objects.get(slug=self.words["team"])
        self.engineer = who["erin"] if self.words["team"] == "platform" else self.team.members.order_by("pk")[0]
        # Recent cases move faster, so that all that was told lies in the past.
        self.pace = 1.0 if plot.begins < clock.real() - timedelta(days=3) else 0.35

    def tell(self) -> None:
        for step in self.road():
            with clock.at(self.moment):
                step()
                drain()
        self.case.refresh_from_db()
        if self.case.next_update_at and not self.is_to_break():
            with clock.at(clock.real() - timedelta(minutes=7 + 4 * (self.plot.nth % 11))):
                self.reassure()
                drain()

    def is_to_break(self) -> bool:
        """One promise of the whole story is not kept."""
        return self.plot.end == "broken" and self.plot.nth > CASES - len(ENDS)

    def road(self) -> list[Any]:
        end = self.plot.end
        road = [self.submit]
        if end == "submit":
            return road
        if end == "handed_off":
            return [*road, self.triage, self.hand_off]
        if self.plot.nth % 4 == 2:
            road += [self.ask]
        road += [self.read_back]
        if end == "readback":
            return road
        road += [self.confirm, self.triage]
        if end == "triage":
            return road
        road += [self.send_recording] if self.plot.nth == CASES else []
        road += [self.investigate, *([self.sort_out] if self.plot.nth == SORTED_OUT else [])]
        if self.plot.nth % 8 == 0 and end != "broken":
            road += [self.speak_by_phone]
        if self.plot.nth == HELD:
            road += [self.hold_still]
        if end in ("investigate", "broken"):
            return road
        if end == "solved":
            return [*road, self.try_what_helps, self.resolve, self.verify, self.close, self.learn]
        road += [self.escalate]
        if end == "escalate":
            return road
        if end == "returned" or self.plot.nth % 3 == 0:
            road += [self.send_back]
            if end == "returned":
                return road
            road += [self.escalate_again]
        road += [self.accept]
        if end == "accepted":
            return road
        road += [self.work_around]
        if end == "workaround":
            return road
        road += [self.hand_back]
        if end == "handed_back":
            return road
        road += [self.try_what_helps, self.resolve]
        if end == "verify":
            return road
        return [*road, self.verify, self.close, self.learn]

    def later(self, minutes: float) -> None:
        self.moment = min(self.moment + timedelta(minutes=minutes * self.pace), clock.real() - timedelta(seconds=30))

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

    def investigate(self) -> None:
        self.case.assignments.give(Part.TECHNICAL, to=self.support, by=self.support)
        self.case.assignments.begin_investigation(by=self.support)
        for recording in self.case.secrets.of_files():
            recording.show_file(to=self.support, why="To send her request again, as she sent it")
        self.hypothesis = self.case.hypotheses.propose(self.words["hypothesis"], by=self.support)
        what, outcome, still = self.words["attempts"][0]
        self.case.attempts.note(
            what, outcome=outcome, still_in_place=still, by=self.support, hypothesis=self.hypothesis
        )
        self.later(30)

    def sort_out(self) -> None:
        """The customer reports it once more, and answers about something else: both are put where they belong."""
        again = Case.objects.open_for(self.customer, title=self.words["title"], environment=self.plot.environment)
        again.messages.write("It is still so.", by=self.customer, audience=Audience.CUSTOMER, channel=Channel.MAIL)
        again.merges.join_to(self.case, by=self.support)
        stray = self.case.messages.write(
            "By the way, our invoice of last month shows the old address.",
            by=self.customer,
            audience=Audience.CUSTOMER,
            channel=Channel.MAIL,
        )
        self.case.moves.split([stray], title="Invoice shows our old address", by=self.support)
        self.later(10)

    def speak_by_phone(self) -> None:
        """Some customers rather call; the last case, Ana's, has a colleague of hers who reads along."""
        if self.plot.nth == CASES:
            bo = Contact.objects.meet("bo@northwind.example", name="Bo Berg", account=self.plot.environment.account)
            self.case.participants.join(bo.user, by=self.support)
            self.case.watches.begin(by=self.who["max"])
        self.case.logged_calls.log(
            f"{self.customer.first_name} called: it happens to two more people since this morning.",
            by=self.support,
            direction=Direction.IN,
            who=self.customer.contact,
            minutes=6 + self.plot.nth % 9,
            promise_at=self.moment + timedelta(hours=6),
        )
        self.later(5)

    def escalate(self) -> None:
        self.case.evidence.note(self.words["evidence"], by=self.support, source="log", hypothesis=self.hypothesis)
        self.case.messages.write(
            f"I tried what is in the list without luck; the question to @{self.team.slug} is exact now.",
            by=self.support,
            audience=Audience.SUPPORT,
        )
        self.escalation = self.case.escalations.raise_to(self.team, by=self.support, asking=self.words["asking"])
        self.later(14)

    def send_back(self) -> None:
        self.escalation.send_back(
            reasons="A run id of a failing case is missing; without it we search for days.", by=self.engineer
        )
        self.later(25)

    def escalate_again(self) -> None:
        self.case.refresh_from_db()
        self.case.evidence.note(
            "Run id 8f31-20c of last night", by=self.support, source="log", hypothesis=self.hypothesis
        )
        self.escalation = self.case.escalations.raise_to(self.team, by=self.support, asking=self.words["asking"])
        self.later(8)

    def accept(self) -> None:
        self.escalation.accept(by=self.engineer)
        self.speak(
            f"{self.engineer.first_name} of our {self.team.name} team looks for the cause now. You hear from me either way.",
            hours=6,
        )
        self.later(45)

    def work_around(self) -> None:
        self.case.refresh_from_db()
        steps = self.words.get("workaround") or "Write to us when it happens; we do it for you by hand within the hour."
        self.case.workarounds.offer(
            steps,
            by=self.support,
            expires_at=clock.now() + timedelta(days=7),
            risk="None known; it takes more of your time.",
            promise_at=clock.now() + timedelta(hours=20),
        )
        self.later(60)

    def hand_back(self) -> None:
        self.escalation.refresh_from_db()
        self.escalation.hand_back(
            cause=self.words["cause"],
            tell_customer=self.words["words"],
            watch="The same error again within a week.",
            do_not_promise="A date for everybody else.",
            by=self.engineer,
        )
        self.later(15)

    def try_what_helps(self) -> None:
        self.case.refresh_from_db()
        for what, outcome, still in self.words["attempts"][1:]:
            self.case.attempts.note(what, outcome=outcome, still_in_place=still, by=self.engineer)
        if not any(outcome == Outcome.HELPED for _what, outcome, _still in self.words["attempts"][1:]):
            self.case.attempts.note(
                self.words["changed"], outcome=Outcome.HELPED, still_in_place=True, by=self.engineer
            )
        self.later(20)

    def resolve(self) -> None:
        self.case.refresh_from_db()
        for attempt in self.case.attempts.in_question():
            attempt.settle(needed="no", by=self.engineer)
        self.resolution = self.case.resolutions.propose(
            words=self.words["words"],
            changed=self.words["changed"],
            cause=self.words["cause"],
            saw=self.words["saw"],
            by=self.support,
        )
        self.resolution.verify_ours(verdict=Verdict.WORKS, how="Ran the failing step again, twice.", by=self.support)
        self.resolution.ask_customer(by=self.support)
        self.later(120)

    def verify(self) -> None:
        self.resolution.refresh_from_db()
        self.resolution.verify_customer(verdict=Verdict.WORKS, by=self.customer)
        self.later(30)

    def close(self) -> None:
        self.case.refresh_from_db()
        order.explain(self.case, nth=self.plot.nth, by=self.support)
        closure = self.case.closures.close(by=self.support, reason=Reason.FIXED_CONFIRMED)
        if self.plot.nth % 2:
            closure.ratings.give(stars=5 if self.plot.nth % 4 == 1 else 4, comment="", by=self.customer)
        self.later(90)

    def learn(self) -> None:
        """The draft wrote itself when the case closed; each plot is published once, and one draft waits for review."""
        draft = Article.objects.filter(case=self.case).first()
        told_before = Article.objects.published().filter(title=self.words["title"]).exists()
        if draft and not told_before and self.words is not library()[-1]:
            draft.publish(by=self.support)

    def reassure(self) -> None:
        """The newest word to everybody who waits: their next promise lies ahead."""
        hours = 1 if self.plot.nth == CASES else 2 + 3 * (self.plot.nth % 9)
        self.case.updates.send(
            f"No news is news, too: we are still on it, {self.customer.first_name}, and you hear from me again.",
            by=self.support,
            promise_at=clock.real() + timedelta(hours=hours, minutes=-20),
        )
        if self.plot.nth == CASES:
            self.begin_to_write()

    def begin_to_write(self) -> None:
        """Support has begun the next word; engineering lends a few of theirs, in a draft both may write in."""
        self.case.refresh_from_db()
        words = f"Good news, {self.customer.first_name}: we know what it is."
        self.case.drafts.keep(Typed(words, seen=self.case.last_seq), by=self.support)
        lent = Typed("What it was, in their words: an old plan was used, and it is not used any more.")
        draft = self.case.drafts.keep(lent, by=self.who["erin"]).draft
        if draft:
            draft.share(by=self.who["erin"])

    def speak(self, text: str, *, hours: float, kind: str = Kind.UPDATE) -> None:
        self.case.refresh_from_db()
        self.case.updates.send(
            text, by=self.support, kind=kind, promise_at=clock.now() + timedelta(hours=hours * self.pace + 3)
        )
