from collections.abc import Iterable
from typing import Any, Self

from django.db import IntegrityError, models, transaction
from django.db.models import Q

from tandem.kit import clock
from tandem.submit.models.mailbox import Afterwards, Mailbox
from tandem.submit.models.submission import Submission


class FetchedQuerySet(models.QuerySet["Fetched"]):
    def unsettled(self, uidvalidity: int) -> Self:
        """Taken, and not yet done with over there."""
        return self.filter(uidvalidity=uidvalidity, settled_at=None)

    def known(self, uidvalidity: int, uids: Iterable[int]) -> set[int]:
        return set(self.filter(uidvalidity=uidvalidity, uid__in=uids).values_list("uid", flat=True))

    def settle(self) -> None:
        self.update(settled_at=clock.now())


class FetchedManager(models.Manager.from_queryset(FetchedQuerySet)):  # type: ignore[misc]
    def take(self, raw: bytes, *, uidvalidity: int, uid: int) -> bool:
        """mailbox.fetched.take(b"…", uidvalidity=1, uid=7): kept in one commit, waiting to be read; False if it was."""
        box = self.instance
        return self._once(
            uidvalidity,
            uid,
            lambda: Submission.objects.accept_mail(
                raw, sender="", recipients=[box.address], checked_by=box.authserv_id
            ),
            is_settled=box.afterwards == Afterwards.LEAVE,
        )

    def hold(self, head: bytes, *, why: str, uidvalidity: int, uid: int, **told: str) -> bool:
        """One we could not take as it is: a person hears why, and it stays where it lies."""
        box = self.instance
        mark = f"{box.pk}:{uidvalidity}:{uid}"
        return self._once(
            uidvalidity,
            uid,
            lambda: Submission.objects.hold(head, why=why, mark=mark, recipients=[box.address], **told),
            is_settled=True,
        )

    def _once(self, uidvalidity: int, uid: int, accept: Any, *, is_settled: bool) -> bool:
        try:
            with transaction.atomic():
                row = self.create(uidvalidity=uidvalidity, uid=uid, settled_at=clock.now() if is_settled else None)
                row.submission = accept()
                row.save(update_fields=["submission"])
        except IntegrityError:
            return False
        return True


class Fetched(models.Model):
    """One mail of a mailbox, by the number it has there, and what it became here."""

    mailbox = models.ForeignKey(Mailbox, models.PROTECT, related_name="fetched")
    uidvalidity = models.BigIntegerField()
    uid = models.BigIntegerField()
    submission = models.ForeignKey(Submission, models.PROTECT, related_name="+", null=True)
    fetched_at = models.DateTimeField(default=clock.now)
    settled_at = models.DateTimeField(null=True)

    objects = FetchedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint("mailbox", "uidvalidity", "uid", name="one_fetch_per_mail"),
        ]
        indexes = [
            models.Index(fields=["mailbox", "uidvalidity"], name="fetched_unsettled", condition=Q(settled_at=None))
        ]
