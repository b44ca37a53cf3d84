from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tandem.cases.audience import Audience
from tandem.cases.models import Case, Channel, Message, Secret
from tandem.cases.models.attachment import Search
from tandem.cases.models.secret import SecretQuerySet, reason
from tandem.customers.models import Contact
from tandem.kit import clock, live, say, tokens, written
from tandem.kit.errors import Invalid, Refused
from tandem.kit.mailbox import is_address
from tandem.people.models import User
from tandem.submit.addresses import is_ours, is_writable
from tandem.submit.models.accepting import AGAIN, SubmissionManager
from tandem.submit.models.states import Cause, State
from tandem.submit.models.template import ReportTemplate


class AlreadySorted(Refused):
    """Somebody has sorted this mail already: look again where it lies now."""


class Overtaken(Refused):
    """Another has decided about this mail meanwhile."""


class NotLanded(Refused):
    """This mail lies on no case."""


class LiesElsewhere(Refused):
    """Only the beginning of this mail is here: take it from where it lies."""


class NotACustomer(Invalid):
    """A case is opened for a customer by their address; this is none, or a colleague’s, or our own."""


# What is found out about a mail by reading it, or decided.
DECIDED = [
    "state",
    "cause",
    "reason",
    "decision",
    "is_proven",
    "author_told",
    "subject_told",
    "mail_id",
    "content_key",
    "case",
    "message",
    "repeats",
    "sorted_by",
    "sorted_at",
]


class Submission(models.Model):
    """Something that came in by one of our doors, as it came, and where it landed."""

    channel = models.CharField(max_length=16, choices=Channel)
    raw = models.BinaryField(default=b"")
    sent_from = models.CharField(max_length=320, blank=True)
    sent_to = ArrayField(models.CharField(max_length=320), default=list)
    dedupe_key = models.CharField(max_length=64, unique=True, default=tokens.fresh, editable=False)
    checked_by = models.CharField(
        max_length=253,
        blank=True,
        default="",
        db_default="",
        help_text=gettext_lazy("Whose Authentication-Results count, by the door it came by; nobody’s from a stranger."),
    )
    received_at = models.DateTimeField(default=clock.now, editable=False)
    state = models.CharField(max_length=16, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    read_after = models.DateTimeField(default=clock.now, db_default=Now(), editable=False)
    reason = models.TextField(blank=True)
    decision = models.JSONField(default=dict)
    template = models.ForeignKey(ReportTemplate, models.PROTECT, related_name="submissions", null=True, db_index=False)
    answers = models.JSONField(default=dict)
    author_told = models.CharField(
        max_length=320, blank=True, help_text=gettext_lazy("The address in From, believed by nobody.")
    )
    subject_told = models.CharField(max_length=300, blank=True)
    mail_id = models.CharField(max_length=250, blank=True)
    content_key = models.CharField(
        max_length=64,
        default="",
        db_default="",
        editable=False,
        help_text=gettext_lazy("Of what it says, however it came."),
    )
    cause = models.CharField(max_length=16, choices=Cause, default="", db_default="", blank=True)
    case = models.ForeignKey(Case, models.PROTECT, related_name="submissions", null=True)
    message = models.OneToOneField(Message, models.PROTECT, related_name="submission", null=True)
    repeats = models.ForeignKey(
        Message,
        models.PROTECT,
        related_name="+",
        null=True,
        db_index=False,
        help_text=gettext_lazy("Of a mail that came twice: what it was the first time."),
    )
    is_proven = models.BooleanField(
        default=False, db_default=False, help_text=gettext_lazy("It is theirs whose address is in From.")
    )
    released_for = models.EmailField(max_length=320, blank=True)
    released_into = models.ForeignKey(Case, models.PROTECT, related_name="+", null=True, db_index=False)
    sorted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    sorted_at = models.DateTimeField(null=True)

    objects = SubmissionManager()

    class Meta:
        ordering = ["received_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="submission_state_known"),
            models.UniqueConstraint(
                "author_told",
                "mail_id",
                "content_key",
                condition=Q(state="landed") & ~Q(content_key=""),
                name="one_landing_per_content",
            ),
            models.CheckConstraint(
                condition=~Q(state="landed") | Q(case__isnull=False, message__isnull=False), name="landed_on_a_case"
            ),
        ]
        indexes = [
            models.Index(fields=["read_after", "id"], name="submissions_waiting", condition=Q(state="waiting")),
            models.Index(fields=["received_at"], name="submissions_quarantined", condition=Q(state="quarantined")),
            models.Index(
                fields=["received_at"], name="submissions_out_of_sight", condition=Q(state__in=["noted", "rejected"])
            ),
            models.Index(fields=["author_told", "is_proven", "received_at"], name="submissions_lately_of_author"),
            models.Index(fields=["repeats"], name="submissions_repeating", condition=Q(repeats__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.subject_told or str(self.pk)

    def not_now(self) -> None:
        """The attempt ended for reasons of our own. It says nothing of the mail, so it is not counted against it."""
        Submission.objects.filter(pk=self.pk).update(attempts=F("attempts") - 1, read_after=clock.now() + AGAIN)

    @property
    def why_overdue(self) -> str:
        """What to look at when it is not read."""
        told = _("The oldest came {moment}. Is `tandem mail-read` running, and can files be kept? Its log says more.")
        return told.format(moment=say.moment(self.received_at))

    @property
    def became(self) -> Message | None:
        """The message it is, or is a copy of."""
        return self.message or self.repeats

    @property
    def hidden(self) -> SecretQuerySet:
        """What is covered where we read it, and stands in the clear in the mail as it came."""
        assert self.became
        of_case = Secret.objects.filter(case=self.became.case)
        return of_case.exclude(sealed="") if hasattr(self, "vouch") else of_case.of_mail(self.became)

    @property
    def opens_for_a_reason(self) -> bool:
        """Whether whoever opens the mail as it came must say why: something is hidden, or not all of it was searched."""
        if self.became is None:
            return False
        files = self.became.attachments.filter(search__in=[Search.WAITING, Search.CLOSED])
        return self.hidden.exists() or files.exists() or self._has_more_than_was_searched

    @property
    def _has_more_than_was_searched(self) -> bool:
        """Of a copy what is known of the first: a file too large to be kept, or words beyond the most."""
        told = Submission.objects.filter(message=self.became).values_list("decision", flat=True)
        return any(decision.get("left_out", decision.get("notes")) for decision in told)

    @transaction.atomic
    def show_raw(self, *, to: Any, why: str) -> bytes:
        """The mail as it came, and a line in the ledger that says who saw it and why. Raises `NoReason`."""
        if self.opens_for_a_reason:
            self.hidden.show_with_mail(to=to, why=why)
            self.became.case.record("mail.shown", by=to, submission=self.pk, why=reason(why))  # type: ignore[union-attr]
        return bytes(self.raw)

    def land(self, message: Message, *, by: Any = None, **told: Any) -> None:
        """It became this message."""
        self.case, self.message = message.case, message
        self._become(State.LANDED)
        self.record(message, by=by, **told)

    def record(self, message: Message, *, by: Any = None, **told: Any) -> None:
        facts = {"submission": self.pk, "channel": self.channel, "message": message.pk, "answers": {}, **told}
        message.case.record("submission.landed", by=by or message.author, **facts)

    def note(self, reason: str) -> None:
        """Keep it; it asks for nothing."""
        self.reason = reason
        self._become(State.NOTED)

    def quarantine(self, reason: str, *, cause: str) -> None:
        """Keep it until a person has looked."""
        self.reason, self.cause = reason, cause
        self._become(State.QUARANTINED)
        live.announce("queue", "quarantine", audience=Audience.SUPPORT)

    def _become(self, state: State) -> None:
        """Written down with all that was decided of it. Raises `Overtaken`."""
        was, self.state = self.state, state
        if not written.update(self, *DECIDED, was={"state": str(was)}):
            raise Overtaken

    @transaction.atomic
    def release(self, *, by: Any, contact: str, into: Case | None = None) -> None:
        """A person looked: a case for the contact with this address, or a message on the one they say."""
        contact = contact.strip().lower()
        _must_be_a_customer(contact)
        self._sort(by, out_of=[State.QUARANTINED])
        self.state, self.released_for, self.released_into = State.WAITING, contact, into
        self.attempts, self.read_after = 0, clock.now()
        self.save()

    @property
    def is_whole(self) -> bool:
        """Whether all of it is here: of one that we could not take nobody reads the beginning."""
        return self.attempts > 0

    @transaction.atomic
    def read_again(self, *, by: Any) -> None:
        """A person changed something that lets it land, or what kept it from being read is over. Raises `LiesElsewhere`."""
        if not self.is_whole:
            raise LiesElsewhere
        self._sort(by, out_of=[State.QUARANTINED])
        self.state, self.cause = State.WAITING, ""
        self.attempts, self.read_after = 0, clock.now()
        self.save()

    @transaction.atomic
    def reject(self, *, by: Any) -> None:
        """A person looked: it is nothing for us. The bytes stay."""
        self._sort(by, out_of=[State.QUARANTINED])
        self.state = State.REJECTED
        self.save()

    @transaction.atomic
    def bring_back(self, *, by: Any) -> None:
        """What was only noted, or turned away, waits for a person again."""
        self._sort(by, out_of=[State.NOTED, State.REJECTED])
        told = _("{name} brought it back. {why}").format(name=by.name, why=self.reason)
        self.quarantine(told.strip(), cause=Cause.RETURNED)

    def belongs_alone(self, *, by: Any) -> Case:
        """A person looked: it is a case of its own. Raises what `case.moves.split` does."""
        message = self._landed()
        if message.author is None:
            _must_be_a_customer(self.author_told)
        reporter = message.author or Contact.objects.meet(self.author_told).user
        move = message.stands_on.moves.split([message], by=by, title=self.subject_told, reporter=reporter)
        return move.to  # type: ignore[no-any-return]

    def belongs_to(self, case: Case, *, by: Any) -> None:
        """A person looked: it is part of that case; with it goes the case it opened, if nobody said more there."""
        message = self._landed()
        here = message.stands_on
        others = Message.objects.of(here).exclude(pk=message.pk)
        if message.author_id and not others.filter(Q(sent_update=None) | ~Q(sent_update__sent_by=None)).exists():
            here.merges.join_to(case, by=by)
        else:
            here.moves.move([message], to=case, by=by)

    def _landed(self) -> Message:
        if self.message is None:
            raise NotLanded
        return self.message

    def _sort(self, by: Any, *, out_of: list[State]) -> None:
        held = Submission.objects.select_for_update().get(pk=self.pk)
        if held.state not in out_of:
            raise AlreadySorted
        self.state, self.sorted_by, self.sorted_at = held.state, by, clock.now()
        live.announce("queue", "quarantine", audience=Audience.SUPPORT)


def _must_be_a_customer(address: str) -> None:
    if not (is_address(address) and is_writable(address)) or is_ours(address):
        raise NotACustomer
    if User.objects.of_the_house().filter(email=address).exists():
        raise NotACustomer
