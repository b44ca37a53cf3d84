"""All mailboxes we fetch: which there are, which fell silent, and how one is set up."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.db import models, transaction
from django.db.models import F
from django.db.models.functions import Greatest

from tandem.kit import clock
from tandem.people.roles import Can
from tandem.people.visibility import VisibleTo

if TYPE_CHECKING:
    from tandem.submit.models.mailbox import Mailbox

REMEMBERED = timedelta(minutes=2)  # by a process, which addresses are fetched
TOO_LONG = timedelta(minutes=3)  # of silence; a mailbox that works is heard of every minute
KEPT = timedelta(days=30)  # for second thoughts; then its secrets are forgotten
SECRETS = ("password", "client_secret", "refresh_token")


class MailboxQuerySet(VisibleTo):
    def colleagues_share(self, actor: Any) -> Self:
        return self if actor.may(Can.ADMINISTER) else self.none()

    def kept(self) -> Self:
        return self.filter(removed_at=None)

    def active(self) -> Self:
        """Those that are to be fetched now."""
        return self.kept().filter(paused_at=None)

    def silent(self) -> Self:
        """Those that should be heard of and are not: refused, unreachable, or nobody fetches them."""
        return self.active().filter(quiet_since__lt=clock.now() - TOO_LONG)

    def with_silence(self) -> Self:
        """`quiet_since`: when each was last heard of, or began."""
        return self.annotate(quiet_since=Greatest("heard_at", "active_since"))


class MailboxManager(models.Manager.from_queryset(MailboxQuerySet)):  # type: ignore[misc]
    _known: tuple[datetime, frozenset[str]] | None = None

    def get_queryset(self) -> MailboxQuerySet:
        return super().get_queryset().with_silence()

    def addresses(self) -> frozenset[str]:
        """Those that mail is fetched for, as of at most some minutes ago."""
        held, now = MailboxManager._known, clock.real()
        if held is None or now - held[0] > REMEMBERED:
            found = frozenset(address.lower() for address in self.kept().values_list("address", flat=True))
            held = MailboxManager._known = (now, found)
        return held[1]

    @staticmethod
    def forget() -> None:
        """Read them anew next time."""
        MailboxManager._known = None

    def set_up(self, *, by: Any, only_new: bool = False, **told: Any) -> "Mailbox":
        """Mailbox.objects.set_up(by=ada, name="Support", address="…", host="…", username="…", password="…").

        `only_new` leaves what lies in the folder already. Raises `FetchedTwice`.
        """
        mailbox: Mailbox = self.model(made_by=by, since=clock.now().date() if only_new else None)
        mailbox.change(by=by, **told)
        return mailbox

    @transaction.atomic
    def watch(self) -> None:
        """Tell administrators once when one fell silent, and once when it is heard of again."""
        for mailbox in self.silent().filter(alarmed_at=None).select_for_update(of=("self",)):
            mailbox.alarm("stopped", at=clock.now())
        for mailbox in self.active().filter(heard_at__gt=F("alarmed_at")).select_for_update(of=("self",)):
            mailbox.alarm("recovered", at=None)

    def forget_secrets(self) -> None:
        """Of those removed long enough ago that nobody wants them back."""
        self.filter(removed_at__lt=clock.now() - KEPT).update(
            **dict.fromkeys((f"{name}_sealed" for name in SECRETS), "")
        )
