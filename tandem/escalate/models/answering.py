from collections.abc import Iterable
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from tandem.cases.journey import Stage
from tandem.cases.models import Ball
from tandem.escalate.lacking import lacking_of
from tandem.escalate.models import refusals
from tandem.escalate.models.hand_back import HandBack
from tandem.escalate.models.state import OPEN, EscalationState
from tandem.intake.models import Question
from tandem.kit import clock
from tandem.kit.text import readable
from tandem.people.roles import Can
from tandem.triage.models import Part


def leads(person: Any) -> bool:
    """A manager acts for both sides."""
    return person.may(Can.STEER) and person.may(Can.SOLVE)


class Answering(models.Model):
    """What can be done with an escalation once it was raised; its columns are those of `Escalation`."""

    case: Any
    team: Any
    team_id: int
    state: str
    lacking: Any
    accepted_by: Any
    handed_back_by: Any
    questions_asked: Any
    requested_by: Any
    hand_back_card: HandBack
    record: Any

    class Meta:
        abstract = True

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_handed_back(self) -> bool:
        return self.state == EscalationState.HANDED_BACK

    @property
    def awaits_support(self) -> bool:
        """Handed back, and support has not taken it yet."""
        return self.is_handed_back and self.hand_back_card.acknowledged_at is None

    @property
    def support(self) -> Any:
        """Who answers for support: the customer owner, or who asked."""
        return self.case.customer_owner or self.requested_by

    @transaction.atomic
    def accept(self, *, by: Any) -> None:
        """Who accepts drives the cause from here on. Raises `AlreadyAnswered`, `NotOfThisTeam`."""
        self._hold(EscalationState.REQUESTED, refusal=refusals.AlreadyAnswered)
        self.must_be_answered_by(by)
        self._sign("accepted", by=by)
        self.case.assignments.give(Part.TECHNICAL, to=by, by=by)
        self.case.pass_ball(Ball.ENGINEERING, by=by, holder=by, team=self.team)
        self.record("accepted", by=by)

    @transaction.atomic
    def send_back(self, *, reasons: str, by: Any, lacking: Iterable[str] = ()) -> None:
        """Not yet: `reasons` in words, and what was `lacking` as keys of checks and facts, or in words.

        Raises `AlreadyAnswered`, `NotOfThisTeam`, `ReasonsMissing`.
        """
        self._hold(EscalationState.REQUESTED, refusal=refusals.AlreadyAnswered)
        self.must_be_answered_by(by)
        if not (reasons := readable(reasons).strip()):
            raise refusals.ReasonsMissing
        self._sign("returned", by=by, reasons=reasons, lacking=lacking_of(self.case, lacking))
        self.record("returned", by=by, reasons=reasons, lacking=self.lacking, realm=self.case.realm)
        self._leave_engineering(by=by)
        self.case.pass_ball(Ball.SUPPORT, by=by, holder=self.support)

    @transaction.atomic
    def ask(self, text: str, *, by: Any) -> Question:
        """A question that keeps the escalation where it is: engineering's to support, or support's about the card.

        The ball goes along, and comes back with the answer.
        """
        if self._hold().is_open:
            self.must_be_answered_by(by)
            whom, side = self.support, Ball.SUPPORT
        else:
            self._must_be_taken_back_by(by)
            whom, side = self.handed_back_by, Ball.ENGINEERING
        question = self.case.questions.ask(text, by=by, of=whom)
        self.questions_asked.add(question)
        self.record("asked", by=by, question=question.pk, text=question.text, of=whom.name)
        self.case.pass_ball(side, by=by, holder=whom)
        return question

    @transaction.atomic
    def resume(self, *, by: Any) -> None:
        """What was asked is answered: the ball goes back to who asked."""
        if self._hold().questions_asked.waiting().exists() or not (self.is_open or self.is_handed_back):
            return
        if self.is_open:
            self.case.pass_ball(Ball.ENGINEERING, by=by, holder=self.accepted_by, team=self.team)
        else:
            self.case.pass_ball(Ball.SUPPORT, by=by, holder=self.support)

    @transaction.atomic
    def hand_back(
        self,
        *,
        cause: str,
        tell_customer: str,
        by: Any,
        watch: str = "",
        workaround: str = "",
        do_not_promise: str = "",
    ) -> HandBack:
        """Engineering is done; the card tells support what they need. Raises `NotActive`, `NotOfThisTeam`, `CardIncomplete`."""
        self._hold(EscalationState.ACTIVE, refusal=refusals.NotActive)
        self.must_be_answered_by(by)
        card = HandBack.of(
            self,
            cause=cause,
            tell_customer=tell_customer,
            watch=watch,
            workaround=workaround,
            do_not_promise=do_not_promise,
        )
        self._sign("handed_back", by=by)
        card.save()
        self.record("handed_back", by=by, cause=card.cause)
        self.case.pass_ball(Ball.SUPPORT, by=by, holder=self.support)
        return card

    @transaction.atomic
    def acknowledge_hand_back(self, *, by: Any) -> None:
        """Support has understood the card and has the case again. Raises `NotHandedBack`, `NotTheirs`."""
        self._hold()
        self._must_be_taken_back_by(by)
        self.hand_back_card.acknowledged_by, self.hand_back_card.acknowledged_at = by, clock.now()
        self.hand_back_card.save(update_fields=["acknowledged_by", "acknowledged_at"])
        self.record("acknowledged", by=by)
        self._leave_engineering(by=by)
        self.case.pass_ball(Ball.SUPPORT, by=by, holder=self.support)

    @transaction.atomic
    def withdraw(self, *, by: Any) -> None:
        """We need no answer any more; `by` is nobody when the case closed by itself. Raises `AlreadyAnswered`."""
        self._hold(EscalationState.REQUESTED, EscalationState.ACTIVE, refusal=refusals.AlreadyAnswered)
        self._sign("withdrawn", by=by)
        self.record("withdrawn", by=by)
        self._leave_engineering(by=by)
        if self.case.ball == Ball.ENGINEERING:
            self.case.pass_ball(Ball.SUPPORT, by=by, holder=self.support)

    def must_be_answered_by(self, person: Any) -> None:
        """Raises `NotOfThisTeam` unless the person solves things in the team that was asked, or is a manager."""
        if not self.may_be_answered_by(person):
            raise refusals.NotOfThisTeam(
                _("Only members of {team}, or a manager, can do this.").format(team=self.team.name)
            )

    def may_be_answered_by(self, person: Any) -> bool:
        return leads(person) or (person.may(Can.SOLVE) and person.teams.filter(pk=self.team_id).exists())

    def _hold(self, *states: str, refusal: type[Exception] = refusals.AlreadyAnswered) -> Any:
        self.case.lock()
        self.refresh_from_db()
        if states and self.state not in states:
            raise refusal
        return self

    def _sign(self, act: str, *, by: Any, **columns: Any) -> None:
        columns |= {f"{act}_by": by, f"{act}_at": clock.now()}
        for name, value in columns.items():
            setattr(self, name, value)
        self.save(update_fields=[*columns])
        self.refresh_from_db(fields=["state"])

    def may_be_taken_back_by(self, person: Any) -> bool:
        return person.may(Can.SPEAK) and (leads(person) or self.case.customer_owner in (person, None))

    def _must_be_taken_back_by(self, person: Any) -> None:
        if not self.awaits_support:
            raise refusals.NotHandedBack
        if not self.may_be_taken_back_by(person):
            raise refusals.NotTheirs

    def _leave_engineering(self, *, by: Any) -> None:
        """Unless another team still has it, the case is no longer with engineering."""
        if self.case.lock().stage == Stage.ESCALATE and not self.case.escalations.open().exists():
            self.case.enter(Stage.INVESTIGATE, by=by)
