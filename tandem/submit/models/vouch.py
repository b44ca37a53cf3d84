from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from tandem.cases.audience import Audience
from tandem.cases.models import Channel, Message
from tandem.cases.models.attachment import Search
from tandem.cases.sentences import say
from tandem.kit import clock, files
from tandem.kit.errors import Refused
from tandem.people.visibility import VisibleTo
from tandem.submit.models.submission import Submission

say("message.vouched", _("Vouched for, as the word of {name}: {why}"))


class NobodyToVouchFor(Refused):
    """Nobody who takes part in this case can have written it: let its sender take part first."""


class KnownAlready(Refused):
    """We know already who wrote this."""


class VouchManager(models.Manager.from_queryset(VisibleTo)):  # type: ignore[misc]
    @transaction.atomic
    def give(self, submission: Submission, *, by: Any, why: str = "") -> "Vouch":
        """Vouch.objects.give(mail, by=sam, why="I called her"): it speaks for who it says it is from, and acts as theirs.

        What was set aside is said again, as their word; what was unverified counts from now on.
        """
        mail = (
            Submission.objects.select_for_update(of=("self",))
            .select_related("message__author", "message__stands_on")
            .get(pk=submission.pk)
        )
        message = mail.message
        if message is None or message.channel != Channel.MAIL or message.verified or hasattr(mail, "vouch"):
            raise KnownAlready
        person = message.author or _claimed_author(mail)
        if message.author is None:
            message = _said_again(message, by=person, decision=mail.decision)
            Submission.objects.filter(pk=mail.pk).update(message=message)
        vouch = self.create(submission=mail, message=message, speaks_for=person, vouched_by=by, why=why.strip()[:500])
        facts = {"message": message.pk, "name": person.name, "why": vouch.why or "–"}
        message.stands_on.record("message.vouched", by=by, **facts)
        return vouch


class Vouch(models.Model):
    """One of us says that a mail is by who it says it is, though nothing else proves it."""

    submission = models.OneToOneField(Submission, models.PROTECT, related_name="vouch")
    message = models.OneToOneField(Message, models.PROTECT, related_name="vouch")
    speaks_for = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    vouched_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    vouched_at = models.DateTimeField(default=clock.now, editable=False)
    why = models.CharField(max_length=500, blank=True)

    objects = VouchManager()

    class Meta:
        ordering = ["pk"]


def _claimed_author(mail: Submission) -> Any:
    """Who takes part and has the address in From; else whose signed address it was sent to."""
    people = mail.message.stands_on.participants.standing().select_related("user").filter(user__is_active=True)  # type: ignore[union-attr]
    sender = people.filter(user__email=mail.author_told).first()
    found = sender or people.filter(pk=mail.decision.get("holder") or 0).first()
    if found is None:
        raise NobodyToVouchFor
    return found.user


def _said_again(aside: Message, *, by: Any, decision: dict) -> Message:
    """What was set aside, without our words above it. It stays unverified: what makes it count is the vouch."""
    attached = aside.attachments.exclude(search__in=[Search.CLOSED, Search.ERASED])  # those stay where they are
    kept = [
        files.store(files.read(file.stored_as), name=file.name)._replace(content_id=file.content_id)
        for file in attached.order_by("pk")
    ]
    return aside.stands_on.messages.write(  # type: ignore[no-any-return]
        aside.body[decision.get("words_at", 0) :],
        by=by,
        audience=Audience.CUSTOMER,
        channel=Channel.MAIL,
        quoted=aside.quoted,
        html=aside.html,
        verified=False,
        files=kept,
    )
