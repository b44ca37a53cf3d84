import logging
from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext as _

from tandem.connectors.alertmanager import payload
from tandem.kit import clock, live, tokens
from tandem.kit.errors import Refused
from tandem.kit.later import later
from tandem.people.visibility import VisibleTo
from tandem.signals.models.alert import Alert
from tandem.signals.models.component import Component

log = logging.getLogger(__name__)


class NameTaken(Refused):
    """There is a hook of this name already."""


class HookQuerySet(VisibleTo):
    def standing(self) -> Self:
        return self.filter(revoked_at=None)

    def holding(self, secret: str) -> Any:
        """The open hook this is the secret of, or None."""
        return self.standing().filter(fingerprint=tokens.fingerprint(secret)).first()


class HookManager(models.Manager.from_queryset(HookQuerySet)):  # type: ignore[misc]
    @transaction.atomic
    def issue(self, *, name: str, by: Any = None) -> tuple["Hook", str]:
        """Hook.objects.issue(name="prometheus", by=ada) → the row, and the secret, which is never seen again."""
        if self.filter(name=name).exists():
            raise NameTaken(_("There is a hook named “{name}” already.").format(name=name))
        secret = tokens.fresh()
        return self.create(name=name, fingerprint=tokens.fingerprint(secret), issued_by=by), secret


class Hook(models.Model):
    """A door through which a monitoring system tells us of alerts."""

    name = models.CharField(max_length=80, unique=True)
    fingerprint = models.CharField(max_length=64, unique=True, editable=False)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    issued_at = models.DateTimeField(default=clock.now, editable=False)
    revoked_at = models.DateTimeField(null=True)

    objects = HookManager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def revoke(self) -> None:
        self.revoked_at = clock.now()
        self.save(update_fields=["revoked_at"])


class CallManager(models.Manager["Call"]):
    @transaction.atomic
    def take(self, body: bytes) -> "Call":
        """hook.calls.take(b"…"): keep it as it came and have a worker read it; both are safe when this returns."""
        call = self.create(body=body)
        later("signals.receive", call_id=call.pk)
        return call


class Call(models.Model):
    """One message through a hook, byte by byte, and what became of it."""

    hook = models.ForeignKey(Hook, models.CASCADE, related_name="calls")
    body = models.BinaryField()
    received_at = models.DateTimeField(default=clock.now, db_index=True)
    read_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=300, blank=True)

    objects = CallManager()

    class Meta:
        ordering = ["-received_at", "-pk"]

    @transaction.atomic
    def read(self) -> None:
        """Know its alerts and settle their components. Reading it again changes nothing."""
        try:
            told = payload.read(bytes(self.body))
        except payload.Unreadable as error:
            log.warning("A call through the hook %s cannot be read: %s", self.hook.name, error)
            self._close(trouble=str(error))
            return
        heard = [Alert.objects.hear(source=self.hook.name, **alert._asdict()) for alert in told.alerts]
        about = {alert.component for alert in heard if alert.component}
        for component in sorted(about, key=lambda component: component.pk):
            component.settle()
        if any(alert.component is None for alert in heard):
            Component.look_different()
        self._close(trouble=told.trouble)

    def _close(self, *, trouble: str) -> None:
        self.read_at, self.trouble = clock.now(), trouble[:300]
        self.save(update_fields=["read_at", "trouble"])
        if trouble:
            live.announce("components", "hook", audience="support")
