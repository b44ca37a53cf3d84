from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.db import connection, models, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from tandem.customers.models import Contact
from tandem.kit import clock, often, tokens
from tandem.kit.errors import Refused
from tandem.kit.later import later
from tandem.people.models import User
from tandem.people.visibility import VisibleTo
from tandem.submit.addresses import is_ours
from tandem.submit.models.submission import Submission
from tandem.submit.models.template import ReportTemplate

KEPT = timedelta(days=7)
KEPT_OF_IT = ("title", "body", "realm", "answers", "facts", "measured")
AN_HOUR = timedelta(hours=1)
A_DAY = timedelta(days=1)
MOST_WAITING = 20  # reports for one address; then the newest takes the place of the oldest
MOST_FROM_ONE_PLACE = 10  # an hour
PURPOSE = "report.confirm"
LOCKS = 7_213_456


class TooOften(Refused):
    """More reports came in this hour than we take without signing in. Sign in, or try again later."""

    status = 429


class Over(Refused):
    """This link has ended: the report was confirmed, taken back, or a week has passed."""

    status = 404


class UnconfirmedQuerySet(VisibleTo):
    def colleagues_share(self, actor: Any) -> Self:
        """Nobody has said yet that it is theirs: nobody reads it."""
        return self.none()

    def standing(self) -> Self:
        return self.filter(received_at__gt=clock.now() - KEPT)


class UnconfirmedManager(models.Manager.from_queryset(UnconfirmedQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def take(self, mail: str, *, peer: str, told: Mapping[str, Any], reason: str) -> None:
        """Keep what a stranger reported, and ask the address whether it is theirs.

        Answers nothing, so that nobody learns whose address it is: for a colleague's or our own nothing is kept.
        `peer` is where it came from. Raises `TooOften`, which depends on no address.
        """
        mail = mail.strip().lower()
        _must_be_calm(peer)
        if is_ours(mail) or User.objects.of_the_house().filter(email=mail).exists():
            return
        _one_at_a_time(mail)
        waiting = list(self.standing().filter(mail=mail))
        for row in _in_the_way(waiting):
            row.delete()
        row = self.create(
            mail=mail,
            template=ReportTemplate.objects.keep(told["template"]),
            told={name: told[name] for name in KEPT_OF_IT if name in told},
            reason=reason,
            mail_at=_when_to_ask(waiting),
        )
        if row.mail_at:
            later("submit.ask_to_confirm", at=row.mail_at, unconfirmed_id=row.pk)

    def opening(self, token: str) -> "Unconfirmed":
        """The one this link is about. Raises `Over`."""
        pk, _dash, seal = token.partition("-")
        known = pk.isascii() and pk.isdigit() and len(pk) < 19
        row = self.standing().filter(pk=int(pk)).first() if known else None
        if row is None or not tokens.is_sealed(seal, PURPOSE, row.pk, row.mail):
            raise Over
        return row

    def let_go(self) -> None:
        """Those nobody confirmed within a week vanish."""
        self.filter(received_at__lte=clock.now() - KEPT).delete()


def _must_be_calm(peer: str) -> None:
    """Limits that know no address: of one place, and of the whole world."""
    of_place = often.allows("report.place", peer, most=MOST_FROM_ONE_PLACE, seconds=3600)
    if not (of_place and often.allows("report.world", "", most=settings.ANONYMOUS_REPORTS, seconds=3600)):
        raise TooOften


def _one_at_a_time(mail: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [LOCKS, mail])


def _in_the_way(waiting: "list[Unconfirmed]") -> "list[Unconfirmed]":
    """What makes room for one more: the oldest, but those last whose mails say how often the address was asked."""
    in_order = sorted(waiting, key=lambda row: (row.mail_at is not None, row.pk))
    return in_order[: max(0, len(waiting) - MOST_WAITING + 1)]


def _when_to_ask(waiting: "list[Unconfirmed]") -> datetime | None:
    """At once; then an hour after the last mail, and each time twice as long, up to a day. None: one to come speaks for it."""
    asked = sorted(row.mail_at for row in waiting if row.mail_at)
    if not asked or asked[-1] > clock.now():
        return None if asked else clock.now()
    return max(clock.now(), asked[-1] + min(A_DAY, AN_HOUR * 2 ** (len(asked) - 1)))


class Unconfirmed(models.Model):
    """A report from somebody who has not shown yet that the address is theirs. It goes nowhere until they do."""

    mail = models.EmailField(max_length=254)
    template = models.ForeignKey(ReportTemplate, models.PROTECT, related_name="unconfirmed")
    told = models.JSONField()
    reason = models.TextField()
    received_at = models.DateTimeField(default=clock.now, editable=False, db_index=True)
    mail_at = models.DateTimeField(null=True)

    objects = UnconfirmedManager()

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["mail", "received_at"], name="unconfirmed_of_address")]

    @property
    def link(self) -> str:
        return settings.BASE_URL + self.path

    @property
    def path(self) -> str:
        return reverse("report_confirmation", args=[f"{self.pk}-{tokens.seal(PURPOSE, self.pk, self.mail)}"])

    @property
    def others(self) -> UnconfirmedQuerySet:
        """What else waits for a word of this address: whoever reads one mail to it can say of each whether it is theirs."""
        return Unconfirmed.objects.standing().filter(mail=self.mail).exclude(pk=self.pk)  # type: ignore[no-any-return]

    @transaction.atomic
    def confirm(self) -> Submission:
        """Whoever reads mail at this address says it is theirs: a case, as if they had signed in. Raises `Over`."""
        row = Unconfirmed.objects.select_for_update(of=["self"]).select_related("template").filter(pk=self.pk).first()
        if row is None or User.objects.of_the_house().filter(email=row.mail).exists():
            raise Over
        person = Contact.objects.meet(row.mail).user
        said = _("{reason} The address {mail} confirmed it.").format(reason=row.reason, mail=row.mail)
        submission = Submission.objects.report(person, once=row.link, template=row.template, reason=said, **row.told)
        row.delete()
        return submission
