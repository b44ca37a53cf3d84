from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext as _

from tandem.cases.audience import readable_by
from tandem.cases.models import Case, Event, Message
from tandem.communicate.models import Promise
from tandem.kit import clock, live
from tandem.kit.errors import Invalid
from tandem.notify.models.kinds import Kind, Reason
from tandem.people.models import Team
from tandem.people.visibility import VisibleTo

LOOKED_BACK = timedelta(days=7)


class InThePast(Invalid):
    """Put it off until a time still to come."""


class NoticeQuerySet(VisibleTo):
    def colleagues_share(self, actor: Any) -> Self:
        """One's own, of what one may still read, where it still stands: asked anew each time it is shown or sent."""
        standing = Message.objects.visible_to(actor).filter(pk=OuterRef("message"), stands_on=OuterRef("case"))
        owns = Q(case__customer_owner=actor.pk) | Q(case__technical_owner=actor.pk)
        said = Q(message__isnull=False) & Exists(standing.order_by())
        done = Q(message=None) & (Q(event__audience__in=readable_by(actor)) | owns)
        seen = Case.objects.visible_to(actor).order_by().values("pk")
        return self.filter(said | done, user=actor.pk, case__in=seen)

    def unread(self, at: datetime | None = None) -> Self:
        """Waiting on the desk by then."""
        return self.filter(Q(put_off_until=None) | Q(put_off_until__lte=at or clock.now()), read_at=None, desk=True)

    def about(self, case: Case) -> Self:
        """What is read on this case."""
        return self.filter(case__in=Case.objects.read_on(case).values("pk"))

    def to_push(self) -> Self:
        return self.filter(push=Notice.Push.WAITS, read_at=None)

    def to_mail(self) -> Self:
        return self.filter(mail=True, mailed_at=None, read_at=None)

    def to_mail_at_once(self) -> Self:
        """A promise waits for no digest, only until it may disturb, as long as the customer waits for it."""
        standing = Promise.objects.standing().order_by().values("case")
        return self.to_mail().filter(kind=Kind.PROMISE, case__in=standing)


class NoticeManager(models.Manager.from_queryset(NoticeQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def read(self, case: Case | None = None, keys: Iterable[int] | None = None, *, at: datetime | None = None) -> int:
        """sam.notices.read(case=case), sam.notices.read(keys=[…]), or sam.notices.read() for all of them."""
        count = self._these(case, keys).update(read_at=at or clock.now())
        show([self.instance.pk])
        return count

    @transaction.atomic
    def unread_again(self, keys: Iterable[int] | None = None, *, read_at: datetime | None = None) -> None:
        """Those of these, or all that were read in that moment, stand as they stood before."""
        rows = self.filter(read_at=read_at) if keys is None else self.filter(pk__in=list(keys))
        rows.update(read_at=None)
        show([self.instance.pk])

    @transaction.atomic
    def put_off(self, until: datetime, *, case: Case | None = None, keys: Iterable[int] | None = None) -> list[int]:
        """sam.notices.put_off(tomorrow, case=case): not on the desk until then. Returns which. Raises `InThePast`."""
        if until <= clock.now():
            raise InThePast
        rows = self._these(case, keys)
        put_off = list(rows.values_list("pk", flat=True))
        self.filter(pk__in=put_off).update(put_off_until=until)
        show([self.instance.pk])
        return put_off

    @transaction.atomic
    def back_at_once(self, keys: Iterable[int]) -> None:
        """What was put off stands on the desk again."""
        self.filter(pk__in=list(keys)).update(put_off_until=None)
        show([self.instance.pk])

    def _these(self, case: Case | None, keys: Iterable[int] | None) -> NoticeQuerySet:
        """All of them are those one sees as not read: what is only mailed, and what is put off, waits as before."""
        if case is None and keys is None:
            return self.visible_to(self.instance).unread()
        rows = self.filter(read_at=None)
        rows = rows.about(case) if case else rows
        return rows if keys is None else rows.filter(pk__in=list(keys))


def show(people: Iterable[int]) -> None:
    """Open desks of these people draw their bell anew."""
    live.say(*(live.Word(f"notices:{person}", ("notices",), "support") for person in dict.fromkeys(people)))


class Notice(models.Model):
    """One person is told that something happened on a case, for a reason.

    `desk` and `mail` say by which ways they wanted to be told; `push` what became of telling their browsers.
    """

    class Push(models.TextChoices):
        UNWANTED = "", "not wanted"
        WAITS = "waits", "waits"
        SENT = "sent", "sent"
        READ = "read", "read before"
        NOBODY = "nobody", "no browser"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    case = models.ForeignKey(Case, models.CASCADE, related_name="notices_about")
    event = models.ForeignKey(Event, models.CASCADE, related_name="notices_of")
    message = models.ForeignKey(Message, models.CASCADE, related_name="+", null=True)
    team = models.ForeignKey(Team, models.SET_NULL, related_name="+", null=True)
    kind = models.CharField(max_length=10, choices=Kind)
    reason = models.CharField(max_length=16, choices=Reason)
    at = models.DateTimeField()
    desk = models.BooleanField()
    push = models.CharField(max_length=8, choices=Push, blank=True)
    mail = models.BooleanField()
    read_at = models.DateTimeField(null=True)
    put_off_until = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)

    objects = NoticeManager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint("user", "event", name="told_once"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="notice_kind_known"),
            models.CheckConstraint(condition=Q(reason__in=Reason.values), name="notice_reason_known"),
            models.CheckConstraint(condition=Q(desk=True) | ~Q(push="") | Q(mail=True), name="told_somehow"),
        ]
        indexes = [
            models.Index(fields=["user", "-id"], name="notices_of_person"),
            models.Index(fields=["user", "-id"], name="notices_unread", condition=Q(read_at=None, desk=True)),
            models.Index(fields=["user"], name="notices_to_push", condition=Q(push="waits", read_at=None)),
            models.Index(
                fields=["user", "at"], name="notices_to_mail", condition=Q(mail=True, mailed_at=None, read_at=None)
            ),
            models.Index(F("read_at"), name="notices_read", condition=Q(read_at__isnull=False)),
        ]

    @property
    def why(self) -> str:
        """“Erin Haas mentioned you”."""
        by = self.event.by_whom or "…"
        is_asked_no_more = self.reason == Reason.TEAM and self.event.verb == "handoff.taken_back"
        label = _("Your team {team} was asked") if is_asked_no_more else Reason(self.reason).label
        return str(label).format(by=by, team=self.team.name if self.team else "…")
