from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q

from tandem.kit import clock
from tandem.kit.errors import Refused
from tandem.people.roles import Can
from tandem.people.visibility import VisibleTo
from tandem.submit.models.accepting import MOST_AT_ONCE
from tandem.submit.models.states import Cause
from tandem.submit.models.submission import Submission


class NoList(Refused):
    """This mail waits for another reason than the mailing list it came through."""


class MailingListQuerySet(VisibleTo):
    def colleagues_share(self, actor: Any) -> Self:
        return self if actor.may(Can.SORT_MAIL) else self.none()

    def standing(self) -> Self:
        return self.filter(ended_at=None)


class MailingListManager(models.Manager.from_queryset(MailingListQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def let_in(self, mail: Submission, *, by: Any) -> "MailingList":
        """MailingList.objects.let_in(mail, by=sam): what people write to its list comes in from now on, and what waits of it.

        Raises `NoList`.
        """
        list_id = mail.decision.get("list", "")
        if mail.cause != Cause.LIST or not list_id:
            raise NoList
        found, _new = self.get_or_create(list_id=list_id, ended_at=None, defaults={"let_in_by": by})
        waiting = Submission.objects.quarantined().filter(cause=Cause.LIST, decision__list=list_id)
        for one in waiting[:MOST_AT_ONCE]:
            one.read_again(by=by)
        return found  # type: ignore[no-any-return]


class MailingList(models.Model):
    """A list or group behind which our address stands: what people write to it is heard as if they had written to us."""

    list_id = models.CharField(max_length=255)
    let_in_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    let_in_at = models.DateTimeField(default=clock.now, editable=False)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    ended_at = models.DateTimeField(null=True)

    objects = MailingListManager()

    class Meta:
        ordering = ["list_id", "pk"]
        constraints = [
            models.UniqueConstraint("list_id", condition=Q(ended_at=None), name="one_standing_entry_per_list"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="list_ended_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.list_id

    def end(self, *, by: Any) -> None:
        """From now on its mails wait for a person again."""
        self.ended_by, self.ended_at = by, clock.now()
        self.save(update_fields=["ended_by", "ended_at"])
