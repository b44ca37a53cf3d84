import hashlib
import json
from collections.abc import Collection
from functools import reduce
from html import escape
from operator import or_
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.dispatch import receiver
from django.utils.translation import gettext as _
from markupsafe import Markup

from tandem.cases.models.message import Message
from tandem.cases.privacy.erasing import erased, html_given_up
from tandem.kit import as_sent, clock


class RenderingManager(models.Manager["Rendering"]):
    def of(self, message: Message) -> "Rendering | None":
        """How it looks as it was sent, if that is known already."""
        return self.filter(fingerprint=_fingerprint(message), version=as_sent.VERSION).first()

    def make(self, message: Message) -> "Rendering":
        """Clean it, once for what it says and for this version of the cleaner. Takes a while: for jobs."""
        if known := self.of(message):
            return known
        fingerprint = _fingerprint(message)
        look = as_sent.told(message.html, pictures=message.pictures, our_hosts=_our_hosts())
        self.filter(fingerprint=fingerprint, version__lt=as_sent.VERSION).delete()
        made, _new = self.get_or_create(
            fingerprint=fingerprint,
            version=as_sent.VERSION,
            defaults={"quiet": look.quiet, "whole": look.whole, "flaw": look.flaw},
        )
        return made


class Rendering(models.Model):
    """What one version of the cleaner left of the HTML of a message. It may be thrown away: the message has it all."""

    fingerprint = models.CharField(max_length=64)
    version = models.PositiveIntegerField()
    quiet = models.TextField(blank=True)
    whole = models.TextField(blank=True)
    flaw = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField(default=clock.now, editable=False)

    objects = RenderingManager()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint("fingerprint", "version", name="one_rendering_of_a_version")]

    def look(self, *, whole: bool) -> Markup:
        return as_sent.as_markup(self.whole if whole and self.whole else self.quiet)

    @property
    def why_not(self) -> str:
        return _(self.flaw) if self.flaw else ""


@receiver(erased)
def _forget(text: str, **told: Any) -> None:
    """What was erased from a message stands in no rendering of it either; one that is asked for again is made anew."""
    stands = (
        Q(**{f"{name}__contains": form}) for name in ("quiet", "whole") for form in (text, escape(text, quote=False))
    )
    Rendering.objects.filter(reduce(or_, stands)).delete()


@receiver(html_given_up)
def _forget_of(messages: Collection[int], **told: Any) -> None:
    rows = Message.objects.filter(pk__in=messages).exclude(html="").defer(None)
    Rendering.objects.filter(fingerprint__in={_fingerprint(message) for message in rows.iterator(1)}).delete()


def _fingerprint(message: Message) -> str:
    told = json.dumps([message.html, message.pictures, _our_hosts()])
    return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()


def _our_hosts() -> list[str]:
    named = [host.strip(".*").lower() for host in settings.ALLOWED_HOSTS]
    return sorted({urlsplit(settings.BASE_URL).hostname or "", *named} - {""})
