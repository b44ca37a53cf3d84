"""How the cause of a case of the story is found, what is done about it, and what is learnt."""

from datetime import timedelta

from tandem.cases.audience import Audience
from tandem.cases.models import Case, Channel
from tandem.close.models import Reason
from tandem.communicate.models import Direction
from tandem.customers.models import Contact
from tandem.investigate.models import Outcome
from tandem.kit import clock
from tandem.learn.models import Article
from tandem.resolve.models import Verdict
from tandem.story import order
from tandem.story.plots import CASES, library
from tandem.story.teller import Teller
from tandem.triage.models import Part
from tandem.writing.models import Typed


class Solving(Teller):
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
