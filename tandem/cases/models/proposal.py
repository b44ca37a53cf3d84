from collections.abc import Iterable
from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q

from tandem.cases.models.case import Case
from tandem.cases.models.message import Message
from tandem.customers.models import Contact
from tandem.kit import clock
from tandem.kit.errors import Refused
from tandem.kit.mailbox import Mailbox
from tandem.people.models import User
from tandem.people.visibility import VisibleTo

MOST_AT_ONCE = 20


class AnsweredAlready(Refused):
    """Somebody has added or declined this person already."""


class IsAColleague(Refused):
    """This is a colleague. Colleagues read every case already."""


class ProposalQuerySet(VisibleTo):
    def waiting(self) -> Self:
        return self.filter(answered_at=None)

    def read_on(self, case: Case) -> Self:
        """Those of the case, and of what standing merges brought into it."""
        return self.filter(case__in=Case.objects.read_on(case).values("pk"))


class ProposalManager(models.Manager.from_queryset(ProposalQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def make(self, named: Iterable[Mailbox], *, message: Message) -> "list[Proposal]":
        """case.proposals.make([Mailbox("Joe", "joe@…")], message=hers): each is proposed once, whatever we answered.

        Who takes part already, and who is a colleague, is left out. Nobody takes part by being named.
        """
        case = self.instance
        people = {mailbox.address.lower(): mailbox.name for mailbox in named}
        known = self._known(people) if people else set()
        new = [email for email in people if email not in known][:MOST_AT_ONCE]
        rows = [Proposal(case=case, email=email, name=people[email][:120], message=message) for email in new]
        made: list[Proposal] = self.bulk_create(rows)
        if made:
            case.record("proposal.made", by=message.author, message=message.pk, people=", ".join(new))
        return made

    def _known(self, emails: Iterable[str]) -> set[str]:
        rows = self.filter(email__in=emails).order_by().values_list("email")
        taking_part = self.instance.participants.standing().filter(user__email__in=emails)
        house = User.objects.of_the_house().filter(email__in=emails)
        rows = rows.union(
            taking_part.order_by().values_list("user__email"), house.order_by().values_list("email"), all=True
        )
        return {email for (email,) in rows}


class Proposal(models.Model):
    """Somebody whom a mail named, and who might take part: one of us says whether."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="proposals")
    email = models.EmailField(max_length=320)
    name = models.CharField(max_length=120, blank=True)
    message = models.ForeignKey(Message, models.PROTECT, related_name="proposals")
    proposed_at = models.DateTimeField(default=clock.now, editable=False)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    answered_at = models.DateTimeField(null=True)
    is_accepted = models.BooleanField(default=False)

    objects = ProposalManager()

    class Meta:
        ordering = ["proposed_at", "pk"]
        constraints = [
            models.UniqueConstraint("case", "email", name="one_proposal_per_address"),
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_by=None, is_accepted=False)
                | Q(answered_at__isnull=False, answered_by__isnull=False),
                name="proposal_answered_by_somebody",
            ),
        ]

    @transaction.atomic
    def accept(self, *, by: Any) -> None:
        """They take part from now on, as if one of us had added them."""
        if User.objects.of_the_house().filter(email=self.email).exists():
            raise IsAColleague
        self._answer(by, is_accepted=True)
        person = Contact.objects.meet(self.email, name=self.name, account=self._account()).user
        self.case.read_on.participants.join(person, by=by)

    @transaction.atomic
    def decline(self, *, by: Any) -> None:
        """They do not, and are not proposed on this case again."""
        self._answer(by, is_accepted=False)
        self.case.record("proposal.declined", by=by, email=self.email)

    def _answer(self, by: Any, *, is_accepted: bool) -> None:
        held = Proposal.objects.select_for_update().get(pk=self.pk)
        if held.answered_at:
            raise AnsweredAlready
        self.answered_by, self.answered_at, self.is_accepted = by, clock.now(), is_accepted
        self.save(update_fields=["answered_by", "answered_at", "is_accepted"])

    def _account(self) -> Any:
        """The case's, if their domain is one that was proven to be that account's."""
        account = self.case.account
        return account if account and self.email.rpartition("@")[2] in account.domains else None
