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
MOST_WAITING = 3  # reports for one address
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

        Answers nothing, so that nobody learns whose address it is: for a colleague's or our own nothing is kept, and
        nothing when three wait. `peer` is where it came from. Raises `TooOften`, which depends on no address.
        """
        mail = mail.strip().lower()
        _must_be_calm(peer)
        if is_ours(mail) or User.objects.of_the_house().filter(email=mail).exists():
            return
        _one_at_a_time(mail)
        waiting = list(self.standing().filter(mail=mail))
        if len(waiting) >= MOST_WAITING:
            return
        row = self.create(
            mail=mail,
            template=ReportTemplate.objects.keep(told["template"]),
            told={name: told[name] for name in KEPT_OF_IT if name in told},
            reason=reason,
            mail_at=_when_to_ask(waiting),
        )
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


def _when_to_ask(waiting: "list[Unconfirmed]") -> datetime:
    """At once, but never a second mail within the hour."""
    return max([clock.now(), *(row.mail_at + AN_HOUR for row in waiting)])


class Unconfirmed(models.Model):
    """A report from somebody who has not shown yet that the address is theirs. It goes nowhere until they do."""

    mail = models.EmailField(max_length=254)
    template = models.ForeignKey(ReportTemplate, models.PROTECT, related_name="unconfirmed")
    told = models.JSONField()
    reason = models.TextField()
    received_at = models.DateTimeField(default=clock.now, editable=False, db_index=True)
    mail_at = models.DateTimeField()

    objects = UnconfirmedManager()

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["mail", "received_at"], name="unconfirmed_of_address")]

    @property
    def link(self) -> str:
        token = f"{self.pk}-{tokens.seal(PURPOSE, self.pk, self.mail)}"
        return settings.BASE_URL + reverse("report_confirmation", args=[token])

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
